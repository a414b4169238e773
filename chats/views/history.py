"""What the panel fetches when somebody opens it there: the timeline, the files, the other conversations."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from chats.links.finding import first_link
from chats.models import Chat, ChatQuerySet, MediaState, Message, MessageType
from chats.selling.history import KINDS, Person, read_history
from crm.keyset import read_key
from crm.requests import AgentRequest, agent_required

MOST_PICTURES, MOST_DOCUMENTS, MOST_LINKS, MOST_CHATS = 24, 20, 20, 30


@require_safe
@agent_required
def history(request: AgentRequest, chat_id: UUID) -> HttpResponse:
    """What happened with the person, of one `tipo` or of all; before the key in `antes`."""
    chat = get_object_or_404(_chats(request).select_related("contact"), pk=chat_id, contact__isnull=False)
    assert chat.contact  # noqa: S101 the query asks for it
    kind, before = request.GET.get("tipo", ""), read_key(request.GET.get("antes", ""))
    kind = kind if kind in KINDS else ""
    page = read_history(Person(chat.contact, request.user), kind, before)
    context = {"chat": chat, "page": page, "kind": kind, "kinds": KINDS, "is_first": before is None}
    return render(request, "chats/person/history.html", context)


@require_safe
@agent_required
def files(request: AgentRequest, chat_id: UUID) -> HttpResponse:
    """Pictures, films, documents and links of all conversations with the person that the agent may see."""
    chat = get_object_or_404(_chats(request), pk=chat_id)
    chats = _chats(request).filter(contact=chat.contact_id) if chat.contact_id else _chats(request).filter(pk=chat.pk)
    shown = Message.objects.filter(chat__in=chats, revoked_at=None).shown().newest_first()
    ready = shown.filter(media_state=MediaState.READY)
    said = shown.filter(type=MessageType.TEXT, body__contains="http")[:MOST_LINKS]
    context = {
        "chat": chat,
        "pictures": ready.filter(type__in=[MessageType.IMAGE, MessageType.VIDEO])[:MOST_PICTURES],
        "documents": ready.filter(type=MessageType.DOCUMENT)[:MOST_DOCUMENTS],
        "links": [(message, url) for message in said if (url := first_link(message.body))],
    }
    return render(request, "chats/person/files.html", context)


@require_safe
@agent_required
def others(request: AgentRequest, chat_id: UUID) -> HttpResponse:
    """The other conversations of the same person, as far as the agent may see them."""
    chat = get_object_or_404(_chats(request), pk=chat_id, contact__isnull=False)
    found = _chats(request).filter(contact=chat.contact_id).exclude(pk=chat.pk).recent_first()
    rows = found.select_related("contact", "session", "assigned_to")[:MOST_CHATS]
    return render(request, "chats/person/others.html", {"chats": rows})


def _chats(request: AgentRequest) -> ChatQuerySet:
    return Chat.objects.visible_to(request.user).defer("search")
