"""An agent writes, and changes what was written. The answer is the bubble; a refusal is a sentence at the composer."""

from collections.abc import Callable
from contextlib import suppress
from uuid import UUID

from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST
from redis.exceptions import RedisError

from chats import actions
from chats.actions.jobs import TYPING_TASK, order_job
from chats.forms import EditForm, ReactionForm, read_messages
from chats.models import Amendment, Chat, Message
from crm.models import User
from crm.requests import AgentRequest, agent_required

MOST_FORWARDS = 5
# One word about typing in this time; WhatsApp shows it for longer.
TYPING_EVERY_SECONDS = 4


def message_create(request: AgentRequest, chat: Chat) -> HttpResponse:
    """Send what the page wants to send: a text, files, a place, cards or a poll."""
    wanted, errors = read_messages(request.POST, request.FILES)
    if errors:
        return _refused(request, errors)
    messages = []
    try:
        for each in wanted:
            quoted = get_object_or_404(Message, pk=each.quoted, chat=chat) if each.quoted else None
            messages.append(
                actions.send_message(chat, request.user, each.outgoing, client_id=each.client_id, quoted=quoted)
            )
    except actions.NotSendable as reason:
        return _refused(request, [str(reason)])
    return _bubbles(request, chat, messages)


@require_POST
@agent_required
def sending(request: AgentRequest, chat_id: UUID, message_id: UUID) -> HttpResponse:
    """Send a failed, unconfirmed or held message."""
    chat, message = _own_message(request, chat_id, message_id)
    return _acted(request, chat, message, lambda: actions.retry(message, request.user))


@require_POST
@agent_required
def cancellation(request: AgentRequest, chat_id: UUID, message_id: UUID) -> HttpResponse:
    """Call off a message that has not left."""
    chat, message = _own_message(request, chat_id, message_id)
    return _acted(request, chat, message, lambda: actions.cancel(message, request.user))


@require_POST
@agent_required
def reaction(request: AgentRequest, chat_id: UUID, message_id: UUID) -> HttpResponse:
    """React to a message with `emoji`; blank takes the reaction back."""
    chat, message = _message(request, chat_id, message_id)
    form = ReactionForm(request.POST)
    if not form.is_valid():
        return _refused(request, _errors(form))
    return _acted(request, chat, message, lambda: actions.react(message, request.user, form.cleaned_data["emoji"]))


@require_POST
@agent_required
def text(request: AgentRequest, chat_id: UUID, message_id: UUID) -> HttpResponse:
    """Change the words of a text that is out."""
    chat, message = _own_message(request, chat_id, message_id)
    form = EditForm(request.POST)
    if not form.is_valid():
        return _refused(request, _errors(form))
    return _acted(
        request, chat, message, lambda: actions.edit_message(message, request.user, form.cleaned_data["body"])
    )


@require_POST
@agent_required
def deletion(request: AgentRequest, chat_id: UUID, message_id: UUID) -> HttpResponse:
    """Delete a message for everyone."""
    chat, message = _own_message(request, chat_id, message_id)
    return _acted(request, chat, message, lambda: actions.delete_for_everyone(message, request.user))


@require_POST
@agent_required
def forwarding(request: AgentRequest, chat_id: UUID, message_id: UUID) -> HttpResponse:
    """Send a message on to the chats in `to`; all of them must be ones this person may see.

    `client_id` is the browser's own: a repeated request forwards once.
    """
    chat, message = _message(request, chat_id, message_id)
    client_id, wanted = _uuid(request.POST.get("client_id", "")), {_uuid(text) for text in request.POST.getlist("to")}
    if client_id is None or not 0 < len(wanted) <= MOST_FORWARDS:
        return HttpResponse(status=422)
    targets = list(Chat.objects.visible_to(request.user).filter(pk__in=filter(None, wanted)))
    if len(targets) < len(wanted):
        return HttpResponse(status=404)
    try:
        for target in targets:
            actions.forward(message, target, request.user, client_id=client_id)
    except actions.NotSendable as reason:
        return _refused(request, [str(reason)])
    # What was forwarded to the chat on the page is shown there; the others' pages learn of theirs over the socket.
    here = list(Message.objects.filter(chat=chat, client_id=client_id))
    return _bubbles(request, chat, here) if here else HttpResponse(status=204)


@require_POST
@agent_required
def amending(request: AgentRequest, chat_id: UUID, amendment_id: UUID) -> HttpResponse:
    """Try a refused change of a message again."""
    chat, amendment = _amendment(request, chat_id, amendment_id)
    return _acted(request, chat, amendment.message, lambda: actions.retry_amendment(amendment, request.user))


@require_POST
@agent_required
def renunciation(request: AgentRequest, chat_id: UUID, amendment_id: UUID) -> HttpResponse:
    """A refused change is not wanted any more."""
    chat, amendment = _amendment(request, chat_id, amendment_id)
    return _acted(request, chat, amendment.message, lambda: actions.give_up_amendment(amendment, request.user))


@require_POST
@agent_required
def typing(request: AgentRequest, chat_id: UUID) -> HttpResponse:
    """This person types, or (`state` is "paused") does so no longer. Forgotten when anything is in its way."""
    chat = _chat(request, chat_id)
    is_typing = request.POST.get("state") != "paused"
    if _may_tell(chat, request.user, is_typing=is_typing):
        once = f"typing:{chat.pk}:{is_typing}"
        order_job(TYPING_TASK, once=once, chat_pk=str(chat.pk), is_typing=is_typing, since=timezone.now().timestamp())
    return HttpResponse(status=204)


def _may_tell(chat: Chat, user: User, *, is_typing: bool) -> bool:
    if chat.session is None or not chat.session.is_working:
        return False
    with suppress(RedisError, OSError):
        return cache.add(f"typing:{chat.pk}:{user.pk}:{is_typing}", 1, TYPING_EVERY_SECONDS)
    return False


def _acted(request: AgentRequest, chat: Chat, message: Message, act: Callable[[], object]) -> HttpResponse:
    try:
        act()
    except actions.NotSendable as reason:
        return _refused(request, [str(reason)])
    return _bubbles(request, chat, [message])


def _bubbles(request: AgentRequest, chat: Chat, messages: list[Message]) -> HttpResponse:
    """These messages as they are now, in the order they were written."""
    rows = Message.objects.with_bubble_details().filter(pk__in=[message.pk for message in messages])
    shown = rows.order_by("timestamp", "id")
    return render(request, "chats/live/sent.html", {"chat": chat, "messages": shown})


def _chat(request: AgentRequest, chat_id: UUID) -> Chat:
    return get_object_or_404(Chat.objects.visible_to(request.user).select_related("session"), pk=chat_id)


def _message(request: AgentRequest, chat_id: UUID, message_id: UUID) -> tuple[Chat, Message]:
    chat = _chat(request, chat_id)
    return chat, get_object_or_404(Message, pk=message_id, chat=chat)


def _own_message(request: AgentRequest, chat_id: UUID, message_id: UUID) -> tuple[Chat, Message]:
    chat = _chat(request, chat_id)
    return chat, get_object_or_404(Message, pk=message_id, chat=chat, from_me=True)


def _amendment(request: AgentRequest, chat_id: UUID, amendment_id: UUID) -> tuple[Chat, Amendment]:
    chat = _chat(request, chat_id)
    amendments = Amendment.objects.select_related("message")
    return chat, get_object_or_404(amendments, pk=amendment_id, message__chat=chat)


def _errors(form: EditForm | ReactionForm) -> list[str]:
    return [str(error) for errors in form.errors.values() for error in errors]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _refused(request: AgentRequest, reasons: list[str]) -> HttpResponse:
    return render(request, "chats/live/refused.html", {"errors": reasons}, status=422)
