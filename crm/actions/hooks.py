"""Webhooks are made, told of events, posted to, and switched off when nobody answers for too long."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import F, Model
from django.utils import timezone
from procrastinate.contrib.django import app as jobs

from crm.hooks import shapes, subscriptions
from crm.hooks.posting import Answer, post
from crm.models import (
    TEST_EVENT,
    Activity,
    AuditAct,
    Contact,
    DeliveryState,
    HookEvent,
    Lead,
    Opportunity,
    User,
    Webhook,
    WebhookDelivery,
    new_signing_secret,
)

log = structlog.get_logger(__name__)

POST_TASK = "crm.post_to_webhook"
# After each failed try; eight tries in about a day.
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 420, 780)]
# So many failures in a row, for so long, and nobody is there.
FAILURES_UNTIL_OFF = 20
FAILING_UNTIL_OFF = timedelta(hours=1)
KEPT = timedelta(days=30)
# In one go; what is left over is due a minute later all the same.
MOST_RETRIED = 500

EVENTS: dict[AuditAct, HookEvent] = {
    AuditAct.CONTACT_CREATED: HookEvent.CONTACT_UPDATED,
    AuditAct.CONTACT_CHANGED: HookEvent.CONTACT_UPDATED,
    AuditAct.CONTACT_MERGED: HookEvent.CONTACT_UPDATED,
    AuditAct.CONTACT_UNMERGED: HookEvent.CONTACT_UPDATED,
    AuditAct.LEAD_CREATED: HookEvent.LEAD_CREATED,
    AuditAct.LEAD_CHANGED: HookEvent.LEAD_UPDATED,
    AuditAct.DEAL_CREATED: HookEvent.OPPORTUNITY_UPDATED,
    AuditAct.DEAL_CHANGED: HookEvent.OPPORTUNITY_UPDATED,
    AuditAct.DEAL_MOVED: HookEvent.OPPORTUNITY_UPDATED,
    AuditAct.DEAL_WON: HookEvent.OPPORTUNITY_UPDATED,
    AuditAct.DEAL_LOST: HookEvent.OPPORTUNITY_UPDATED,
    AuditAct.ACTIVITY_CHANGED: HookEvent.ACTIVITY_UPDATED,
}
SHAPES: dict[type[Model], Callable[[Any], dict[str, Any]]] = {
    Contact: shapes.contact_shape,
    Lead: shapes.lead_shape,
    Opportunity: shapes.opportunity_shape,
    Activity: shapes.activity_shape,
}


def tell(tenant_id: UUID, event: str, about: UUID | None, data: Callable[[], dict[str, Any]]) -> None:
    """Whoever subscribed is told, by jobs of this very transaction. `data` is asked only when somebody did."""
    webhooks = subscriptions.wanting(tenant_id, event)
    if webhooks:
        said = data()
        for webhook_id in webhooks:
            _order(WebhookDelivery.objects.create(webhook_id=webhook_id, event=event, about=about, data=said))


def tell_of_act(act: AuditAct, on: Model) -> None:
    """What is written down in the audit log of the CRM's rows is what other systems hear of."""
    event, shape = EVENTS.get(act), SHAPES.get(type(on))
    if event and shape:
        about = on.pk if isinstance(on, Contact) else getattr(on, "contact_id", None)
        tell(getattr(on, "tenant_id"), event, about, lambda: shape(on))  # noqa: B009 all of SHAPES have it


def send_test(webhook: Webhook, by: User) -> WebhookDelivery:
    """Post something at once, that its keepers may see whether it arrives."""
    data = {"message": "Atendimento", "by": by.name}
    with transaction.atomic():
        delivery = WebhookDelivery.objects.create(webhook=webhook, event=TEST_EVENT, data=data)
        _order(delivery)
    return delivery


def redeliver(delivery: WebhookDelivery) -> WebhookDelivery:
    """The same data once more, as a delivery of its own."""
    with transaction.atomic():
        again = WebhookDelivery.objects.create(
            webhook=delivery.webhook, event=delivery.event, about=delivery.about, data=delivery.data
        )
        _order(again)
    return again


def renew_secret(webhook: Webhook) -> str:
    """Another secret from now on; the old one signs nothing any more."""
    webhook.secret = new_signing_secret()
    webhook.save(update_fields=["secret"])
    return webhook.secret


def switch(webhook: Webhook, *, on: bool) -> None:
    """Begin to tell, or stop. What failed before is forgiven."""
    webhook.is_active, webhook.failure_count = on, 0
    webhook.failing_since = webhook.off_since = None
    webhook.save(update_fields=["is_active", "failure_count", "failing_since", "off_since"])
    subscriptions.forget(webhook.tenant_id)


def deliver(delivery_id: int) -> Webhook | None:
    """Post one that waits; the webhook, when this was the failure that switched it off.

    Not within a transaction: the other side may take its time.
    """
    delivery = _numbered(delivery_id)
    if delivery is None:
        return None
    answer = post(delivery.webhook, delivery)
    log.info("webhook.posted", webhook=str(delivery.webhook_id), delivery=delivery.pk, status=answer.status)
    with transaction.atomic():
        webhook = Webhook.objects.select_for_update().filter(pk=delivery.webhook_id).first()
        if webhook is None:
            return None
        _keep(delivery, answer)
        return _note(webhook, answer)


def retry_due() -> int:
    """Order what failed before and whose time has come; how many."""
    rows = WebhookDelivery.objects.filter(state=DeliveryState.RETRYING, try_at__lte=timezone.now())
    due = list(rows.order_by("id")[:MOST_RETRIED])
    for delivery in due:
        with transaction.atomic():
            # Out of reach of the next look: its job is ordered.
            WebhookDelivery.objects.filter(pk=delivery.pk).update(state=DeliveryState.WAITING, try_at=None)
            _order(delivery)
    return len(due)


def forget_old() -> int:
    """Deliveries are kept for a month; how many were not."""
    count, _of = WebhookDelivery.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
    return count


def _order(delivery: WebhookDelivery) -> None:
    """One job a delivery, one after the other for each address: a slow one holds up nobody else's."""
    jobs.configure_task(POST_TASK, lock=f"webhook:{delivery.webhook_id}").defer(delivery_id=delivery.pk)


def _numbered(delivery_id: int) -> WebhookDelivery | None:
    """The delivery, if it waits still and its webhook is on; with its number, which the first try gives it."""
    with transaction.atomic():
        rows = WebhookDelivery.objects.select_for_update(of=("self",)).select_related("webhook")
        delivery = rows.filter(pk=delivery_id, state=DeliveryState.WAITING).first()
        if delivery is None:
            return None
        if not delivery.webhook.is_active and delivery.event != TEST_EVENT:
            WebhookDelivery.objects.filter(pk=delivery_id).update(state=DeliveryState.FAILED, error="Switched off.")
            return None
        if delivery.number is None:
            Webhook.objects.filter(pk=delivery.webhook_id).update(last_number=F("last_number") + 1)
            delivery.number = Webhook.objects.values_list("last_number", flat=True).get(pk=delivery.webhook_id)
            delivery.save(update_fields=["number"])
        return delivery


def _keep(delivery: WebhookDelivery, answer: Answer) -> None:
    delivery.tries += 1
    delivery.tried_at = timezone.now()
    delivery.status, delivery.answer, delivery.error = answer.status, answer.text, answer.error
    delivery.milliseconds, delivery.try_at = answer.milliseconds, None
    if answer.is_good:
        delivery.state = DeliveryState.DELIVERED
    elif delivery.tries <= len(PAUSES) and delivery.event != TEST_EVENT:
        delivery.state = DeliveryState.RETRYING
        delivery.try_at = timezone.now() + PAUSES[delivery.tries - 1]
    else:
        delivery.state = DeliveryState.FAILED
    delivery.save()


def _note(webhook: Webhook, answer: Answer) -> Webhook | None:
    """How the address fares; the webhook itself when it is switched off now."""
    if answer.is_good:
        webhook.failure_count, webhook.failing_since = 0, None
    else:
        webhook.failure_count += 1
        webhook.failing_since = webhook.failing_since or timezone.now()
    gone = webhook.failing_since is not None and timezone.now() - webhook.failing_since >= FAILING_UNTIL_OFF
    turns_off = webhook.is_active and gone and webhook.failure_count >= FAILURES_UNTIL_OFF
    if turns_off:
        webhook.is_active, webhook.off_since = False, timezone.now()
        subscriptions.forget(webhook.tenant_id)
    webhook.save(update_fields=["failure_count", "failing_since", "is_active", "off_since"])
    return webhook if turns_off else None
