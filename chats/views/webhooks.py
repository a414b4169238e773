"""Settings, Webhooks: which other systems are told what, and whether they listen; for administrators."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.actions import hooks, record, record_form
from crm.hook_forms import WebhookForm
from crm.hooks import subscriptions
from crm.hooks.posting import body_of
from crm.models import AuditAct, Webhook, WebhookDelivery
from crm.requests import AgentRequest, admin_required, tenant_of
from notifications.actions import clear
from notifications.bell import bell_of

DELIVERIES_SHOWN = 50
# Where a new secret waits for the one page that shows it.
SHOWN_ONCE = "webhook_secret"


@require_safe
@admin_required
def webhooks(request: AgentRequest) -> HttpResponse:
    """All of the company's."""
    rows = Webhook.objects.visible_to(request.user)
    return render(request, "settings/webhooks/list.html", {"webhooks": rows, "bell": bell_of(request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def new(request: AgentRequest) -> HttpResponse:
    """One to be; its secret is shown on the page that follows, and never again."""
    form = WebhookForm(request.POST or None, instance=Webhook(tenant_id=tenant_of(request.user)))
    if request.method == "POST" and form.is_valid():
        form.instance.created_by = request.user
        webhook = _save(form, request, AuditAct.WEBHOOK_CREATED)
        request.session[SHOWN_ONCE] = {str(webhook.pk): webhook.secret}
        return redirect("settings:webhook", webhook.pk)
    return _form(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def edit(request: AgentRequest, webhook_id: UUID) -> HttpResponse:
    """Its name, its address, its events."""
    form = WebhookForm(request.POST or None, instance=_mine(request, webhook_id))
    if request.method == "POST" and form.is_valid():
        webhook = _save(form, request, AuditAct.WEBHOOK_CHANGED)
        messages.success(request, _("Saved."))
        return redirect("settings:webhook", webhook.pk)
    return _form(request, form)


@require_safe
@admin_required
def webhook(request: AgentRequest, webhook_id: UUID) -> HttpResponse:
    """How it fares: its latest deliveries, `abaixo` those before one of them."""
    found = _mine(request, webhook_id)
    rows = found.deliveries.order_by("-id")
    below = request.GET.get("abaixo", "")
    if below.isdecimal() and len(below) < 19:
        rows = rows.filter(pk__lt=int(below))
    shown = list(rows[: DELIVERIES_SHOWN + 1])
    context: dict[str, Any] = {
        "webhook": found,
        "deliveries": shown[:DELIVERIES_SHOWN],
        "below": str(shown[DELIVERIES_SHOWN - 1].pk) if len(shown) > DELIVERIES_SHOWN else "",
        "bell": bell_of(request.user),
    }
    if request.htmx:
        return render(request, "settings/webhooks/_deliveries.html", context)
    context["secret"] = request.session.pop(SHOWN_ONCE, {}).get(str(found.pk), "")
    return render(request, "settings/webhooks/webhook.html", context)


@require_safe
@admin_required
def delivery(request: AgentRequest, webhook_id: UUID, delivery_id: int) -> HttpResponse:
    """What was posted, and what was answered."""
    row = _delivery(request, webhook_id, delivery_id)
    context = {"webhook": row.webhook, "delivery": row, "body": body_of(row).decode()}
    return render(request, "settings/webhooks/delivery.html", context)


@require_POST
@admin_required
def redelivery(request: AgentRequest, webhook_id: UUID, delivery_id: int) -> HttpResponse:
    """The same once more."""
    hooks.redeliver(_delivery(request, webhook_id, delivery_id))
    messages.success(request, _("It is posted again."))
    return redirect("settings:webhook", webhook_id)


@require_POST
@admin_required
def test(request: AgentRequest, webhook_id: UUID) -> HttpResponse:
    """Something to see whether it arrives."""
    hooks.send_test(_mine(request, webhook_id), request.user)
    messages.success(request, _("A test is on its way; its outcome is the first line below."))
    return redirect("settings:webhook", webhook_id)


@require_POST
@admin_required
def state(request: AgentRequest, webhook_id: UUID) -> HttpResponse:
    """Switched on (`on`) or off."""
    found, on = _mine(request, webhook_id), request.POST.get("on") == "1"
    before = found.is_active
    with transaction.atomic():
        hooks.switch(found, on=on)
        record(AuditAct.WEBHOOK_CHANGED, found, request.user, {"is_active": before}, {"is_active": on})
        clear(f"webhook-off:{found.pk}")
    return redirect("settings:webhook", webhook_id)


@require_POST
@admin_required
def secret(request: AgentRequest, webhook_id: UUID) -> HttpResponse:
    """Another secret; shown on the page that follows, and never again."""
    found = _mine(request, webhook_id)
    with transaction.atomic():
        request.session[SHOWN_ONCE] = {str(found.pk): hooks.renew_secret(found)}
        record(AuditAct.WEBHOOK_CHANGED, found, request.user, after={"secret": found.secret})
    return redirect("settings:webhook", webhook_id)


@require_POST
@admin_required
def removal(request: AgentRequest, webhook_id: UUID) -> HttpResponse:
    """It is told nothing any more, and its deliveries are gone."""
    found = _mine(request, webhook_id)
    with transaction.atomic():
        record(AuditAct.WEBHOOK_REMOVED, found, request.user, {"url": found.url})
        clear(f"webhook-off:{found.pk}")
        found.delete()
        subscriptions.forget(found.tenant_id)
    messages.success(request, _("The webhook %(name)s is gone.") % {"name": found.name})
    return redirect("settings:webhooks")


def _mine(request: AgentRequest, webhook_id: UUID) -> Webhook:
    return get_object_or_404(Webhook.objects.visible_to(request.user), pk=webhook_id)


def _delivery(request: AgentRequest, webhook_id: UUID, delivery_id: int) -> WebhookDelivery:
    return get_object_or_404(
        WebhookDelivery.objects.select_related("webhook"), webhook=_mine(request, webhook_id), pk=delivery_id
    )


def _save(form: WebhookForm, request: AgentRequest, act: AuditAct) -> Webhook:
    with transaction.atomic():
        saved = form.save()
        record_form(act, form, request.user)
    subscriptions.forget(saved.tenant_id)
    return saved


def _form(request: AgentRequest, form: forms.BaseForm) -> HttpResponse:
    context = {"form": form, "webhook": getattr(form, "instance", None), "bell": bell_of(request.user)}
    return render(request, "settings/webhooks/form.html", context, status=422 if form.errors else 200)
