"""The page of one contact."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from chats.directory.profile import read_profile
from chats.selling.history import KINDS, Person, read_history
from crm.keyset import read_key
from crm.models import Contact
from crm.requests import AgentRequest, agent_required


@require_safe
@agent_required
def contact(request: AgentRequest, contact_id: UUID) -> HttpResponse:
    """Who it is, what is being sold to them, all conversations with them, and what happened."""
    found = _contact(request, contact_id)
    return render(request, "contacts/contact.html", {"profile": read_profile(found, request.user)})


@require_safe
@agent_required
def history(request: AgentRequest, contact_id: UUID) -> HttpResponse:
    """A page of what happened with the person, of one `tipo` or of all; before the key in `antes`."""
    found, kind = _contact(request, contact_id), request.GET.get("tipo", "")
    before = read_key(request.GET.get("antes", ""))
    kind = kind if kind in KINDS else ""
    page = read_history(Person(found, request.user), kind, before)
    context = {"contact": found, "page": page, "kind": kind, "kinds": KINDS, "is_first": before is None}
    return render(request, "contacts/_history.html", context)


def _contact(request: AgentRequest, contact_id: UUID) -> Contact:
    return get_object_or_404(Contact.objects.visible_to(request.user), pk=contact_id)
