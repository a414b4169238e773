"""What a person's record fetches when it is looked at: the timeline, the files, the other conversations."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from chats.links.finding import first_link
from chats.models import Chat, ChatQuerySet, MediaState, Message, MessageType
from chats.selling.history import KINDS, Person, read_history
from crm.keyset import read_key
from crm.requests import AgentRequest, agent_required

from .whom import whom_of

MOST_PICTURES, MOST_DOCUMENTS, MOST_LINKS, MOST_CHATS = 24, 20, 20, 30


@require_safe
@agent_required
def history(request: AgentRequest, /, **key: UUID) -> HttpResponse:
    """What happened with the person, of one `tipo` or of all; before the key in `antes`."""
    whom = whom_of(request, **key)
    kind, before = request.GET.get("tipo", ""), read_key(request.GET.get("antes", ""))
    kind = kind if kind in KINDS else ""
    page = read_history(Person(whom.contact, request.user), kind, before)
    context = {"whom": whom, "page": page, "kind": kind, "kinds": KINDS, "is_first": before is None}
    return render(request, "chats/person/history.html", context)


@require_safe
@agent_required
def files(request: AgentRequest, chat_id: UUID | None = None, contact_id: UUID | None = None) -> HttpResponse:
    """Pictures, films, documents and links of all conversations with the person that the agent may see."""
    if chat_id:
        chat = get_object_or_404(_chats(request), pk=chat_id)
        same = {"contact": chat.contact_id} if chat.contact_id else {"pk": chat.pk}
    else:
        same = {"contact": whom_of(request, contact_id=contact_id).contact.pk}
    shown = Message.objects.filter(chat__in=_chats(request).filter(**same), revoked_at=None).shown().newest_first()
    ready = shown.filter(media_state=MediaState.READY)
    said = shown.with_links()[:MOST_LINKS]
    context = {
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
