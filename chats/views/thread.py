"""A conversation: as the page opens it, the pieces that are read on scrolling, and the search in it."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.http import require_http_methods, require_safe

from chats import thread
from chats.actions.jobs import order_job
from chats.composing.composer import composer_context, noting_what_is_begun
from chats.models import Chat, Message
from chats.people import presence
from crm.compiled import compiled
from crm.keyset import read_key
from crm.limits import limited_uploads
from crm.requests import AgentRequest, agent_required
from crm.visibility import Scope

from .answers import chat_of, uuid_of
from .inbox import page_context
from .sends import message_create

LONGEST_SEARCH = 100
PREFETCHED_SECONDS = 5


@require_safe
@agent_required
def chat(request: AgentRequest, chat_id: UUID) -> HttpResponse:
    """A conversation, at the message in `m`: the whole page, or only the thread when the page asks for it."""
    opened = _opened(request, chat_id)
    if opened is None:
        # An address of before two conversations of one person became one.
        merged = get_object_or_404(Chat.objects.visible_to(request.user), merged_chats=chat_id)
        return redirect(f"{reverse('chats:chat', args=[merged.pk])}?{request.GET.urlencode()}".rstrip("?"))
    presence.attach([opened])
    is_prefetch = "X-Prefetch" in request.headers
    if not is_prefetch:
        _ask_for_presence(opened)
    context = thread.thread_context(opened, _found(request, opened)) | composer_context(request.user, opened)
    if request.htmx and not request.htmx.history_restore_request:
        response = render(request, "chats/_thread.html", context)
    else:
        response = render(request, "chats/page.html", page_context(request) | context)
    patch_vary_headers(response, ["HX-Request"])
    if is_prefetch:
        # Long enough for the click that follows; what changes meanwhile the socket tells, as to any page.
        patch_cache_control(response, private=True, max_age=PREFETCHED_SECONDS)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@limited_uploads
@agent_required
def messages(request: AgentRequest, chat_id: UUID) -> HttpResponse:
    """GET: the messages before the key in `antes`, after that in `depois`, around `m`, or the latest.

    POST: a new one.
    """
    if request.method == "POST":
        return message_create(request, chat_of(request, chat_id))
    chat = get_object_or_404(Chat.objects.visible_to(request.user).defer("search"), pk=chat_id)
    return render(request, "chats/_messages.html", thread.messages_context(chat, _slice(request, chat)))


@require_safe
@agent_required
def search(request: AgentRequest, chat_id: UUID) -> HttpResponse:
    """How often `q` occurs in the conversation, and in which messages."""
    typed = request.GET.get("q", "").replace("\x00", "")[:LONGEST_SEARCH]
    found = thread.find_words(chat_of(request, chat_id), typed)
    return render(request, "chats/_hits.html", {"typed": typed, "found": found})


def _opened(request: AgentRequest, chat_id: UUID) -> Chat | None:
    """The conversation; None when there is none that this person may see."""
    found = next(iter(_conversation(chat_id, request.user.pk)), None)
    return found if found and Scope.of(request.user).admits(found) else None


@compiled
def _conversation(chat_id: UUID, user_id: UUID) -> QuerySet[Chat]:
    """What a page shows of it, whoever may see that."""
    return noting_what_is_begun(Chat.objects.for_thread(), user_id).filter(pk=chat_id, merged_into=None)


def _slice(request: AgentRequest, chat: Chat) -> thread.Slice:
    if "m" in request.GET:
        if found := _found(request, chat):
            return thread.Slice.around(chat, found)
        raise Http404("No such message in this conversation.")
    if before := read_key(request.GET.get("antes", "")):
        return thread.Slice.before(chat, before)
    if after := read_key(request.GET.get("depois", "")):
        return thread.Slice.after(chat, after)
    return thread.Slice.latest(chat)


def _found(request: AgentRequest, chat: Chat) -> Message | None:
    """The message in `m`; None when it is not one of this conversation."""
    message_id = uuid_of(request.GET.get("m", ""))
    return thread.find_message(chat, message_id) if message_id else None


def _ask_for_presence(chat: Chat) -> None:
    """Have WhatsApp tell us of this person while somebody looks; once in ten minutes is enough."""
    if chat.session and chat.session.is_working and presence.should_ask(chat):
        order_job(presence.SUBSCRIBE_TASK, once=f"presence:{chat.pk}", chat_pk=str(chat.pk))
