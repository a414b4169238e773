"""What an agent makes of a contact card that was sent."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from chats import actions
from crm.requests import AgentRequest, agent_required

from .answers import bubbles, message_of, refused


@require_POST
@agent_required
def saving(request: AgentRequest, chat_id: UUID, message_id: UUID, number: int) -> HttpResponse:
    """Keep the person on the card as a contact; with `lead`, as a lead too. The answer is the bubble."""
    chat, message = message_of(request, chat_id, message_id)
    try:
        actions.save_card(message, number, as_lead="lead" in request.POST)
    except actions.NoSuchPerson as reason:
        return refused(request, [str(reason)])
    return bubbles(request, chat, [message])
