"""An agent writes. The answer is the bubble; a refusal is a sentence at the composer."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from chats import actions
from chats.forms import read_messages
from chats.models import Chat, Message
from crm.requests import AgentRequest, agent_required

from .answers import acted, bubbles, message_of, own_message_of, refused, uuid_of

MOST_FORWARDS = 5


def message_create(request: AgentRequest, chat: Chat) -> HttpResponse:
    """Send what the page wants to send: a text, files, a place, cards or a poll."""
    wanted, errors = read_messages(request.POST, request.FILES)
    if errors:
        return refused(request, errors)
    messages = []
    try:
        for each in wanted:
            quoted = get_object_or_404(Message, pk=each.quoted, chat=chat) if each.quoted else None
            messages.append(
                actions.send_message(chat, request.user, each.outgoing, client_id=each.client_id, quoted=quoted)
            )
    except actions.NotSendable as reason:
        return refused(request, [str(reason)])
    return bubbles(request, chat, messages)


@require_POST
@agent_required
def sending(request: AgentRequest, chat_id: UUID, message_id: UUID) -> HttpResponse:
    """Send a failed, unconfirmed or held message."""
    chat, message = own_message_of(request, chat_id, message_id)
    return acted(request, chat, message, lambda: actions.retry(message, request.user))


@require_POST
@agent_required
def cancellation(request: AgentRequest, chat_id: UUID, message_id: UUID) -> HttpResponse:
    """Call off a message that has not left."""
    chat, message = own_message_of(request, chat_id, message_id)
    return acted(request, chat, message, lambda: actions.cancel(message, request.user))


@require_POST
@agent_required
def forwarding(request: AgentRequest, chat_id: UUID, message_id: UUID) -> HttpResponse:
    """Send a message on to the chats in `to`; all of them must be ones this person may see.

    `client_id` is the browser's own: a repeated request forwards once.
    """
    chat, message = message_of(request, chat_id, message_id)
    client_id, wanted = (
        uuid_of(request.POST.get("client_id", "")),
        {uuid_of(text) for text in request.POST.getlist("to")},
    )
    if client_id is None or not 0 < len(wanted) <= MOST_FORWARDS:
        return HttpResponse(status=422)
    targets = list(Chat.objects.visible_to(request.user).filter(pk__in=filter(None, wanted)))
    if len(targets) < len(wanted):
        return HttpResponse(status=404)
    try:
        for target in targets:
            actions.forward(message, target, request.user, client_id=client_id)
    except actions.NotSendable as reason:
        return refused(request, [str(reason)])
    # What was forwarded to the chat on the page is shown there; the others' pages learn of theirs over the socket.
    here = list(Message.objects.filter(chat=chat, client_id=client_id))
    return bubbles(request, chat, here) if here else HttpResponse(status=204)
