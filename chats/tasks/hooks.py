"""Jobs that post events to other systems."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from procrastinate.contrib.django import app

from crm.actions import audit, hooks
from crm.connection import on_fresh_connection
from crm.models import AuditAct, Role, User, Webhook
from notifications.actions import Line, notify
from notifications.models import NotificationType


# Behind everything that customers and agents wait for.
@app.task(name=hooks.POST_TASK, priority=-5)
@on_fresh_connection
def post_to_webhook(delivery_id: int) -> None:
    """Post one event. That nobody answers there is no failure of ours: it is kept, and tried again later."""
    if webhook := hooks.deliver(delivery_id):
        _tell_its_keepers(webhook)


@app.periodic(cron="* * * * *")
@app.task(name="crm.retry_webhooks", queueing_lock="crm.retry_webhooks", pass_context=False)
@on_fresh_connection
def retry_webhooks(timestamp: int) -> None:
    """Every minute, what failed before and whose pause is over."""
    hooks.retry_due()


@app.periodic(cron="47 4 * * *")
@app.task(name="crm.forget_deliveries", queueing_lock="crm.forget_deliveries", pass_context=False)
@on_fresh_connection
def forget_deliveries(timestamp: int) -> None:
    """Old deliveries make room."""
    hooks.forget_old()


def _tell_its_keepers(webhook: Webhook) -> None:
    audit.record(AuditAct.WEBHOOK_DISABLED, webhook, None, after={"failures": webhook.failure_count})
    keepers = User.objects.filter(tenant_id=webhook.tenant_id, role=Role.ADMIN, is_active=True)
    with override("pt-br"):
        line = Line(
            NotificationType.SYSTEM,
            subject=f"webhook-off:{webhook.pk}",
            title=_("The webhook %(name)s was switched off") % {"name": webhook.name},
            message=_("Nothing was accepted there for too long. See its deliveries, then switch it on again."),
            link=reverse("settings:webhook", args=[webhook.pk]),
        )
    notify(keepers, line)
