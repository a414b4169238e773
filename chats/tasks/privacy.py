"""Jobs about customers' data: what was asked for by law, and what is past its time."""

from uuid import UUID

from procrastinate.contrib.django import app

from chats.actions.retention import prune_tenant
from crm.actions.privacy import PRIVACY_TASK, carry_out, forget_exports
from crm.connection import on_fresh_connection
from crm.models import Tenant


# Behind everything that customers and agents wait for.
@app.task(name=PRIVACY_TASK, priority=-5)
@on_fresh_connection
def privacy(request_pk: str) -> None:
    """Hand over, or make anonymous."""
    carry_out(UUID(request_pk))


@app.periodic(cron="7 3 * * *")
@app.task(name="chats.retention", queueing_lock="chats.retention", priority=-10, pass_context=False)
@on_fresh_connection
def prune(timestamp: int) -> None:
    """Every night, what is past its company's time goes; files that were handed over, too."""
    forget_exports()
    for tenant in Tenant.objects.filter(retention_months__isnull=False):
        prune_tenant(tenant)
