"""An agent writes. The answer is the bubble; a refusal is a sentence at the composer, and a doubt a question there."""

from collections.abc import Sequence
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chats import actions
from chats.actions.drafts import settle_draft
from chats.composing.drafts import draft_of
from chats.composing.variables import left_in
from chats.composing.writing_forms import NoteForm, PageForm
from chats.forms import Wanted, read_messages
from chats.models import Chat, Message
from crm.models import User
from crm.requests import AgentRequest, agent_required

from .answers import acted, bubbles, done, error_place, message_of, own_message_of, refused, uuid_of

MOST_FORWARDS = 5


def message_create(request: AgentRequest, chat: Chat) -> HttpResponse:
    """Send what the page wants to send: a text, files, a place, cards or a poll; with `note`, a line for colleagues.

    409 asks first: others answered meanwhile, or a variable was left open. `force` says that it shall leave as it is.
    """
    if request.POST.get("note"):
        return _note_create(request, chat)
    wanted, errors = read_messages(request.POST, request.FILES)
    page = PageForm(request.POST)
    if errors or not page.is_valid():
        return _refuse(request, chat, errors or [_("Reload the page and try again.")])
    forced = page.cleaned_data["force"]
    if not forced and (missing := _left_open(chat, wanted)):
        return _ask(request, chat, missing=missing)
    seen, messages = None if forced else page.shown(), []
    try:
        for each in wanted:
            quoted = get_object_or_404(Message, pk=each.quoted, chat=chat) if each.quoted else None
            messages.append(_sent(chat, request.user, each, quoted, seen))
            seen = None
    except actions.NotSendable as reason:
        return _refuse(request, chat, [str(reason)])
    except actions.Overtaken as overtaken:
        return _ask(request, chat, missed=overtaken.missed)
    settle_draft(request.user, chat, request.POST.get("body", ""))
    return bubbles(request, chat, messages)


def _note_create(request: AgentRequest, chat: Chat) -> HttpResponse:
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _refuse(request, chat, [str(error) for each in form.errors.values() for error in each])
    note = actions.add_note(chat, request.user, form.cleaned_data["body"], client_id=form.cleaned_data["client_id"])
    settle_draft(request.user, chat, form.cleaned_data["body"])
    return bubbles(request, chat, [note])


def _sent(chat: Chat, author: User, wanted: Wanted, quoted: Message | None, seen: actions.Seen | None) -> Message:
    """The message, in the queue: a file of the author's draft, or what came with the request."""
    what, client_id = wanted.outgoing, wanted.client_id
    if isinstance(what, actions.Drafted):
        return actions.send_drafted(chat, author, what, client_id=client_id, quoted=quoted, seen=seen)
    signed = what.signed_by(author)
    return actions.send_message(chat, author, signed, client_id=client_id, quoted=quoted, seen=seen)


def _left_open(chat: Chat, wanted: list[Wanted]) -> list[str]:
    """Variables that nobody filled in; a repeated request of what is stored already has none."""
    words = [what.caption if isinstance(what := each.outgoing, actions.Drafted) else what.body for each in wanted]
    found = left_in("\n".join(filter(None, words)))
    stored = Message.objects.filter(chat=chat, client_id__in=[each.client_id for each in wanted])
    return [] if not found or stored.exists() else found


def _refuse(request: AgentRequest, chat: Chat, reasons: list[str]) -> HttpResponse:
    """Why not; the files that wait in the draft come back to the tray, as the words do to the box."""
    context = {"chat": chat, "draft": draft_of(request.user, chat), "errors": reasons, "place": error_place(request)}
    return render(request, "chats/composer/refused.html", context, status=422)


def _ask(
    request: AgentRequest, chat: Chat, *, missed: Sequence[Message] = (), missing: Sequence[str] = ()
) -> HttpResponse:
    """Nothing was stored. What the page had not shown comes along; the person looks, and sends all the same or not."""
    shown = Message.objects.with_bubble_details().filter(pk__in=[message.pk for message in missed])
    messages = list(shown.order_by("timestamp", "id")) if missed else []
    context = {"chat": chat, "draft": draft_of(request.user, chat), "messages": messages, "missing": missing}
    return render(request, "chats/composer/ask.html", context, status=409)


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
    return bubbles(request, chat, here) if here else done(request, HttpResponse(status=204))
