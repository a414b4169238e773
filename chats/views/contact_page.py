"""The page of one contact."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from chats.models import Chat
from crm.models import Contact
from crm.requests import AgentRequest, agent_required


@require_safe
@agent_required
def contact(request: AgentRequest, contact_id: UUID) -> HttpResponse:
    """Who it is, and their conversations."""
    found = get_object_or_404(Contact.objects.visible_to(request.user), pk=contact_id)
    chats = Chat.objects.visible_to(request.user).filter(contact=found).with_row_details().recent_first()
    return render(request, "contacts/contact.html", {"contact": found, "chats": chats})
