"""Settings, Privacy of a contact: what the law lets a customer ask for; for the company's managers."""

from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.actions.privacy import AlreadyUnderWay, order_privacy
from crm.models import Contact, PrivacyKind, PrivacyRequest
from crm.requests import AgentRequest, manager_required, tenant_of
from notifications.bell import bell_of

CONFIRMED = "ANONIMIZAR"


@require_safe
@manager_required
def privacy(request: AgentRequest, contact_id: UUID) -> HttpResponse:
    """What was asked for, how far it is, and what can be asked for; as a fragment, only the first two."""
    contact = _contact(request, contact_id)
    context = {
        "contact": contact,
        "requests": contact.privacy_requests.select_related("by").order_by("-created_at")[:20],
        "confirmed": CONFIRMED,
    }
    if request.htmx:
        return render(request, "settings/privacy/_requests.html", context)
    return render(request, "settings/privacy/contact.html", {**context, "bell": bell_of(request.user)})


@require_POST
@manager_required
def export(request: AgentRequest, contact_id: UUID) -> HttpResponse:
    """A ZIP of all that is kept of this customer."""
    return _order(request, _contact(request, contact_id), PrivacyKind.EXPORT)


@require_POST
@manager_required
def anonymisation(request: AgentRequest, contact_id: UUID) -> HttpResponse:
    """For good: nobody can take it back, so it must be typed."""
    contact = _contact(request, contact_id)
    if request.POST.get("confirmation", "").strip().upper() != CONFIRMED:
        messages.error(request, _("Type %(word)s to confirm.") % {"word": CONFIRMED})
        return redirect("settings:privacy", contact.pk)
    return _order(request, contact, PrivacyKind.ANONYMISE)


@require_safe
@manager_required
def file(request: AgentRequest, contact_id: UUID, request_id: UUID) -> HttpResponseBase:
    """The ZIP."""
    rows = PrivacyRequest.objects.visible_to(request.user).exclude(file="")
    found = get_object_or_404(rows, pk=request_id, contact=_contact(request, contact_id))
    try:
        content = found.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error  # somebody cleared the storage: the export can be made again
    answer = FileResponse(content, as_attachment=True, filename=f"dados-{found.created_at:%Y-%m-%d}.zip")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _contact(request: AgentRequest, contact_id: UUID) -> Contact:
    return get_object_or_404(Contact, pk=contact_id, tenant=tenant_of(request.user))


def _order(request: AgentRequest, contact: Contact, kind: PrivacyKind) -> HttpResponse:
    try:
        order_privacy(contact, kind, request.user)
    except AlreadyUnderWay:
        messages.warning(request, _("This was asked for before, and is under way."))
    return redirect("settings:privacy", contact.pk)
