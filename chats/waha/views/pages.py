"""What the pages of the numbers show."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect

from chats.waha import founding
from chats.waha.calls.sessions import qr_code
from chats.waha.cards import CALMLY_MS, Card, card_of, cards_of, recent_events
from chats.waha.client import WahaClient, WahaError
from chats.waha.control import is_busy
from chats.waha.forms import ImportForm, NewNumberForm, NumberForm, PairingForm, RemovalForm
from chats.waha.models import SessionStatus, WhatsAppSession
from chats.waha.orders import LOOK, order
from chats.waha.progress import Past
from crm.models import User
from crm.requests import AgentRequest, manager_required
from notifications.bell import bell_of

from .live import Live, answer, live

# What a browser shows as a picture and never runs.
PICTURES = {"image/png", "image/jpeg", "image/webp"}


@require_safe
@manager_required
def numbers(request: AgentRequest) -> HttpResponse:
    """All numbers of the company."""
    return render(request, "waha/numbers.html", {"live": _cards(request), "bell": bell_of(request.user)})


@require_safe
@manager_required
def cards(request: AgentRequest) -> HttpResponse:
    """The cards alone, for a page that is open."""
    return answer(request, _cards(request))


@require_safe
@manager_required
def number(request: AgentRequest, session_id: UUID) -> HttpResponse:
    """One number with all that can be done with it."""
    session = number_of(request.user, session_id)
    form = NumberForm(instance=session, tenant=session.tenant)
    return render(request, "waha/number.html", {**page_context(request, session), "form": form})


@require_safe
@manager_required
def state(request: AgentRequest, session_id: UUID) -> HttpResponse:
    """How the number is, for a page that is open. Perhaps no webhook tells us: WAHA is asked too."""
    session = number_of(request.user, session_id)
    if not session.is_working and not is_busy(session):
        order(LOOK, str(session.pk), session_pk=str(session.pk))
    return state_of(request, session)


@require_safe
@never_cache
@manager_required
def qr(request: AgentRequest, session_id: UUID) -> HttpResponse:
    """The QR code as a picture. WAHA is not asked where it would block: 409 when no code is shown."""
    session = number_of(request.user, session_id)
    if session.status != SessionStatus.SCAN_QR_CODE or is_busy(session):
        return HttpResponse(status=409)
    try:
        picture = qr_code(WahaClient(session))
    except WahaError:
        order(LOOK, str(session.pk), session_pk=str(session.pk))
        return HttpResponse(status=503)
    if picture.mime_type not in PICTURES:
        return HttpResponse(status=503)
    return HttpResponse(picture.content, content_type=picture.mime_type)


@require_http_methods(["GET", "HEAD", "POST"])
@manager_required
def new_number(request: AgentRequest) -> HttpResponse:
    """GET: the form. POST: the number here and its session in WAHA, or plainly why not."""
    tenant = request.user.tenant
    if tenant is None:
        raise AssertionError("manager_required lets nobody in without a company")
    form = NewNumberForm(request.POST or None, tenant=tenant)
    exists = False
    if request.method == "POST" and form.is_valid():
        session = form.save(commit=False)
        session.waha_name = form.cleaned_data["waha_name"]
        try:
            make = founding.adopt if "adopt" in request.POST else founding.found
            make(session, request.user)
            return go_to(request, session.page)
        except founding.Refusal as refusal:
            form.add_error(None, str(refusal))
            exists = refusal.exists
    context = {"form": form, "exists": exists, "bell": bell_of(request.user)}
    template = "waha/_new_form.html" if request.htmx else "waha/new.html"
    return render(request, template, context, status=422 if form.is_bound else 200)


def number_of(user: User, session_id: UUID) -> WhatsAppSession:
    """A number of the person's own company; 404 for any other."""
    numbers = WhatsAppSession.objects.visible_to(user).select_related("tenant", "default_team")
    return get_object_or_404(numbers, pk=session_id)


def state_of(request: AgentRequest, session: WhatsAppSession, **more: Any) -> HttpResponse:
    """The piece of the page that says how the number is."""
    return answer(request, _state(request, card_of(session), **more))


def page_context(request: AgentRequest, session: WhatsAppSession) -> dict[str, Any]:
    """All of the number's page but its form."""
    card = card_of(session)
    return {
        "card": card,
        "session": session,
        "live": _state(request, card),
        "pairing": PairingForm(),
        "removal": RemovalForm(session),
        "past": Past.of(session),
        "import_form": ImportForm(),
        "bell": bell_of(request.user),
    }


def go_to(request: AgentRequest, url: str) -> HttpResponse:
    """Another page, whoever asks: htmx or the browser itself."""
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


def _cards(request: AgentRequest) -> Live:
    shown = cards_of(request.user)
    every_ms = min((card.every_ms for card in shown), default=CALMLY_MS)
    url = reverse("numbers:cards")
    return live(request, "waha/_cards.html", {"cards": shown}, key="numbers", url=url, every_ms=every_ms)


def _state(request: AgentRequest, card: Card, **more: Any) -> Live:
    context = {"card": card, "session": card.session, "events": recent_events(card.session), **more}
    url = reverse("numbers:state", args=[card.session.pk])
    return live(request, "waha/_state.html", context, key="number", url=url, every_ms=card.every_ms)
