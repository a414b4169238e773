"""What people do with a number."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chats.waha import control, drift
from chats.waha.calls.sessions import pairing_code
from chats.waha.client import WahaClient, WahaError
from chats.waha.excuses import plain
from chats.waha.forms import NumberForm, PairingForm, RemovalForm
from chats.waha.models import Act, SessionStatus, WhatsAppSession
from chats.waha.orders import CHECK_WEBHOOK, LOOK
from chats.waha.orders import order as order_job
from crm.live import nudge, tenant_group
from crm.models import AuditAct
from crm.requests import AgentRequest, manager_required

from .pages import go_to, number_of, page_context, state_of


@require_POST
@manager_required
def order(request: AgentRequest, session_id: UUID, act: Act) -> HttpResponse:
    """Have it done by a job; the answer shows that it is under way."""
    session = number_of(request.user, session_id)
    control.order_act(session, act, request.user)
    return _shown(request, session)


@require_POST
@manager_required
def check_webhook(request: AgentRequest, session_id: UUID) -> HttpResponse:
    """Compare WAHA's set-up with ours now; WAHA tells it at once or not at all."""
    session = number_of(request.user, session_id)
    was_checked = drift.check(session)
    session.refresh_from_db()
    return _shown(request, session, not_checked=not was_checked)


@require_POST
@manager_required
def details(request: AgentRequest, session_id: UUID) -> HttpResponse:
    """Change what the number is called, where its WAHA is, whose messages it takes."""
    session = number_of(request.user, session_id)
    form = NumberForm(request.POST, instance=session, tenant=session.tenant)
    if not form.is_valid():
        if request.htmx:
            return render(request, "waha/_details.html", {"session": session, "form": form}, status=422)
        session.refresh_from_db()
        return render(request, "waha/number.html", {**page_context(request, session), "form": form}, status=422)
    changed = form.save()
    control.audit(changed, AuditAct.NUMBER_CHANGED, request.user, fields=", ".join(form.changed_data))
    key = str(changed.pk)
    for job in (CHECK_WEBHOOK, LOOK):
        order_job(job, key, session_pk=key)
    nudge(tenant_group(changed.tenant_id), "session", tenant=str(changed.tenant_id))
    messages.success(request, _("Saved."))
    return go_to(request, changed.page)


@require_POST
@manager_required
def pairing(request: AgentRequest, session_id: UUID) -> HttpResponse:
    """A code to type on the phone. Only while WAHA shows QR codes; at other times it would block."""
    session = number_of(request.user, session_id)
    form, code = PairingForm(request.POST), ""
    if form.is_valid():
        if session.status != SessionStatus.SCAN_QR_CODE:
            form.add_error(None, _("WAHA gives a code only while it waits for the QR code to be read."))
        else:
            code = _ask_for_code(session, form)
    context = {"session": session, "pairing": form, "code": code}
    return render(request, "waha/_pairing.html", context, status=200 if code else 422)


@require_POST
@manager_required
def removal(request: AgentRequest, session_id: UUID) -> HttpResponse:
    """Delete the number here and in WAHA, or (`only_here`) from a WAHA that is gone."""
    session = number_of(request.user, session_id)
    form = RemovalForm(session, request.POST)
    only_here = "only_here" in request.POST
    if form.is_valid() and not only_here:
        if control.order_act(session, Act.DELETE, request.user):
            return go_to(request, session.page)
        form.add_error("name", _("Another act is still under way. Try again when it has ended."))
    if not form.is_valid():
        return render(request, "waha/_removal.html", {"session": session, "removal": form}, status=422)
    control.audit(session, AuditAct.NUMBER_REMOVED, request.user)
    control.forget(session)
    messages.success(request, _("%(number)s was removed. Its conversations stay.") % {"number": session.name})
    return go_to(request, reverse("numbers:list"))


def _ask_for_code(session: WhatsAppSession, form: PairingForm) -> str:
    try:
        return pairing_code(WahaClient(session), form.cleaned_data["phone"])
    except WahaError as error:
        form.add_error(None, plain(error))
        return ""


def _shown(request: AgentRequest, session: WhatsAppSession, **more: object) -> HttpResponse:
    return state_of(request, session, **more) if request.htmx else redirect(session.page)
