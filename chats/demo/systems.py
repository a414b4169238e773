"""Other systems that work with the company: programs with tokens, and addresses that are told of events.

Both webhooks are off, one by hand and one by itself: a demo posts to nobody. Their logs show how it went.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from crm.actions import create_token, record, revoke_token
from crm.hooks import shapes
from crm.models import (
    ApiScope,
    ApiToken,
    AuditAct,
    DeliveryState,
    HookEvent,
    Lead,
    Opportunity,
    Tenant,
    User,
    Webhook,
    WebhookDelivery,
)
from crm.requests import tenant_of

from .opening import Opened

TOLD = 12
FAILURES = 20


def connect_systems(opened: Opened, rng: Random, now: datetime) -> None:
    """Three programs with tokens, one of them revoked; two webhooks with their deliveries of the last days."""
    admin, manager = opened.administrator, opened.manager
    _token(admin, "ERP · pedidos e boletos", [ApiScope.CHATS_WRITE, ApiScope.CRM_WRITE], now - timedelta(minutes=7))
    _token(manager, "Painel de vendas", [ApiScope.CRM_READ, ApiScope.COMPANY_READ], now - timedelta(hours=5))
    old = _token(admin, "Planilha antiga", [ApiScope.CRM_READ], now - timedelta(days=40))
    revoke_token(old, admin)
    ApiToken.objects.filter(pk=old.pk).update(revoked_at=now - timedelta(days=21))
    sold = _told_of(opened.tenant)
    orders = _webhook(admin, "ERP · pedidos", "https://erp.example/atendimento", [HookEvent.OPPORTUNITY_UPDATED])
    _deliver(orders, sold, rng, now)
    mailing = _webhook(admin, "E-mail marketing", "https://marketing.example/leads", [HookEvent.LEAD_CREATED])
    _give_up(mailing, opened.tenant, now)


def _token(user: User, name: str, scopes: Sequence[ApiScope], used_at: datetime) -> ApiToken:
    token, _secret = create_token(user, name, scopes)
    ApiToken.objects.filter(pk=token.pk).update(last_used_at=used_at, created_at=used_at - timedelta(days=9))
    return token


def _webhook(by: User, name: str, url: str, events: list[HookEvent]) -> Webhook:
    webhook = Webhook.objects.create(
        tenant_id=tenant_of(by), name=name, url=url, events=events, created_by=by, is_active=False
    )
    record(AuditAct.WEBHOOK_CREATED, webhook, by, after={"name": name, "url": url})
    return webhook


def _told_of(tenant: Tenant) -> list[Opportunity]:
    deals = Opportunity.objects.filter(tenant=tenant).select_related("stage")
    return list(deals.order_by("-created_at", "title")[:TOLD])


def _deliver(webhook: Webhook, deals: list[Opportunity], rng: Random, now: datetime) -> None:
    """All arrived, one of them at its second try."""
    for number, deal in enumerate(reversed(deals), start=1):
        at, is_slow = now - timedelta(hours=3 * (len(deals) - number), minutes=rng.randrange(50)), number == 5
        _delivery(
            webhook,
            at,
            event=HookEvent.OPPORTUNITY_UPDATED,
            number=number,
            about=deal.contact_id,
            data=shapes.opportunity_shape(deal),
            state=DeliveryState.DELIVERED,
            tries=2 if is_slow else 1,
            status=200,
            answer='{"ok": true}',
            milliseconds=rng.randrange(2000, 4000) if is_slow else rng.randrange(60, 400),
        )
    Webhook.objects.filter(pk=webhook.pk).update(last_number=len(deals), created_at=now - timedelta(days=20))


def _give_up(webhook: Webhook, tenant: Tenant, now: datetime) -> None:
    """Nobody answered there for so long that it went off."""
    leads = Lead.objects.filter(tenant=tenant).order_by("-created_at", "name")[:5]
    since = now - timedelta(days=3)
    for number, lead in enumerate(reversed(leads), start=1):
        _delivery(
            webhook,
            since + timedelta(hours=number),
            event=HookEvent.LEAD_CREATED,
            number=number,
            about=lead.contact_id,
            data=shapes.lead_shape(lead),
            state=DeliveryState.FAILED,
            tries=4,
            status=503,
            answer="Service Unavailable",
            milliseconds=31,
        )
    Webhook.objects.filter(pk=webhook.pk).update(
        last_number=len(leads),
        failure_count=FAILURES,
        failing_since=since,
        off_since=since + timedelta(hours=6),
        created_at=now - timedelta(days=12),
    )


def _delivery(webhook: Webhook, at: datetime, **facts: Any) -> None:
    delivery = WebhookDelivery.objects.create(webhook=webhook, tried_at=at, **facts)
    WebhookDelivery.objects.filter(pk=delivery.pk).update(created_at=at)
