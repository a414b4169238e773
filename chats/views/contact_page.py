"""The page of one contact, and the pieces of it that it asks for anew."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRedirect

from chats.directory.conversations import read_conversations
from chats.selling.panel import read_record
from crm.models import Contact
from crm.requests import AgentRequest, agent_required

from .whom import whom_of


@require_safe
@agent_required
def contact(request: AgentRequest, contact_id: UUID) -> HttpResponse:
    """Who it is and what is sold to them, to be changed in place; all conversations with them, and what happened."""
    if (survivor := _became(request, contact_id)) is not None:
        return redirect("contacts:contact", survivor)
    found = whom_of(request, contact_id=contact_id).contact
    context = {"panel": read_record(found, request.user), "conversations": read_conversations(found, request.user)}
    return render(request, "contacts/contact.html", context)


@require_safe
@agent_required
def record(request: AgentRequest, contact_id: UUID) -> HttpResponse:
    """What is known of the person, as it is now."""
    if (survivor := _became(request, contact_id)) is not None:
        return HttpResponseClientRedirect(reverse("contacts:contact", args=[survivor]))
    found = whom_of(request, contact_id=contact_id).contact
    return render(request, "contacts/live/record.html", {"panel": read_record(found, request.user)})


@require_safe
@agent_required
def talks(request: AgentRequest, contact_id: UUID) -> HttpResponse:
    """The conversations with the person, as they are now."""
    found = whom_of(request, contact_id=contact_id).contact
    context = {"contact": found, "conversations": read_conversations(found, request.user)}
    return render(request, "contacts/_talks.html", context)


def _became(request: AgentRequest, contact_id: UUID) -> UUID | None:
    """The contact into whom this one was merged, if the reader may see them."""
    survivors = Contact.objects.visible_to(request.user).filter(merged_contacts=contact_id)
    return survivors.values_list("pk", flat=True).first()
