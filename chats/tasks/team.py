"""Jobs that find somebody for the customers who wait for nobody."""

from uuid import UUID

from django.db.models import Q
from procrastinate.contrib.django import app

from chats.actions.distribution import distribute_queue
from chats.actions.jobs import DISTRIBUTE_TASK
from chats.actions.returning import return_unanswered
from crm.connection import on_fresh_connection
from crm.models import Distribution, Tenant

LOOKED_AFTER = Q(silence_minutes__isnull=False) | Q(returns_when_away=True)


@app.periodic(cron="* * * * * */15")
@app.task(name="chats.look_after_queues", queueing_lock="chats.look_after_queues", pass_context=False)
@on_fresh_connection
def look_after_queues(timestamp: int) -> None:
    """Chats whose owner stays silent or has left go back; then each queue is given to those who have room."""
    for tenant in Tenant.objects.filter(LOOKED_AFTER):
        return_unanswered(tenant)
    for tenant in Tenant.objects.filter(distribution=Distribution.ROTATION):
        distribute_queue(tenant)


@app.task(name=DISTRIBUTE_TASK)
@on_fresh_connection
def distribute_now(tenant_pk: str) -> None:
    """The same for one company, the moment that somebody is there or has room again."""
    distribute_queue(Tenant.objects.get(pk=UUID(tenant_pk)))
