"""What the page shows: the list, a conversation, and the pieces that are loaded on scrolling."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods, require_safe

from chats import frames, listing, presence, thread
from chats.actions.jobs import order_job
from chats.counters import counters_of
from chats.models import Chat
from chats.templatetags.moments import instant
from crm.requests import AgentRequest, agent_required, tenant_of
from notifications.bell import bell_of

from .sends import message_create


@require_safe
@agent_required
def inbox(request: AgentRequest) -> HttpResponse:
    """The page without a conversation."""
    return render(request, "chats/page.html", _page_context(request))


@require_safe
@agent_required
def chat(request: AgentRequest, chat_id: UUID) -> HttpResponse:
    """A conversation: the whole page, or only the thread when the page asks for it."""
    chats = Chat.objects.visible_to(request.user)
    found = chats.for_thread().filter(pk=chat_id).first()
    if found is None:
        # An address of before two conversations of one person became one.
        return redirect("chats:chat", get_object_or_404(chats, merged_chats=chat_id).pk)
    presence.attach([found])
    _ask_for_presence(found)
    context = thread.thread_context(found)
    if request.htmx and not request.htmx.history_restore_request:
        response = render(request, "chats/_thread.html", context)
    else:
        response = render(request, "chats/page.html", _page_context(request) | context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_safe
@agent_required
def list_(request: AgentRequest) -> HttpResponse:
    """The first column; `linhas` says how many rows the page had, so that a refresh brings them all back."""
    size = _whole(request.GET.get("linhas"), listing.PAGE_SIZE, listing.MOST_REFRESHED)
    return render(request, "chats/_list.html", _list_context(request, size))


@require_safe
@agent_required
def rows(request: AgentRequest) -> HttpResponse:
    """The rows that follow the key in `depois`."""
    page = listing.read_page(listing.ListFilter.read(request.GET), request.user, after=request.GET.get("depois", ""))
    presence.attach(page.rows)
    return render(request, "chats/_rows.html", {"rows": page.rows, "next_page": page.next_page})


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def messages(request: AgentRequest, chat_id: UUID) -> HttpResponse:
    """GET: the messages before the key in `antes`. POST: a new one."""
    chat = get_object_or_404(Chat.objects.visible_to(request.user).for_thread(), pk=chat_id)
    if request.method == "POST":
        return message_create(request, chat)
    slice_ = thread.read_slice(chat, before=listing.read_key(request.GET.get("antes", "")))
    context = {"chat": chat, "messages": slice_.messages, "older": slice_.older}
    return render(request, "chats/_messages.html", context)


def _ask_for_presence(chat: Chat) -> None:
    """Have WhatsApp tell us of this person while somebody looks; once in ten minutes is enough."""
    if chat.session and chat.session.is_working and presence.should_ask(chat):
        order_job(presence.SUBSCRIBE_TASK, once=f"presence:{chat.pk}", chat_pk=str(chat.pk))


def _page_context(request: AgentRequest) -> dict[str, Any]:
    # Before anything is read: what changes from here on, the socket sends.
    pulse_at = timezone.now()
    return {
        **_list_context(request, listing.PAGE_SIZE),
        "open_chat": None,
        "bell": bell_of(request.user),
        "pulse_at": instant(pulse_at),
    }


def _list_context(request: AgentRequest, size: int) -> dict[str, Any]:
    filters = listing.ListFilter.read(request.GET)
    page = listing.read_page(filters, request.user, size=size)
    presence.attach(page.rows)
    return {
        "filters": filters,
        "tabs": filters.tabs(),
        "chips": filters.chips(),
        "rows": page.rows,
        "next_page": page.next_page,
        "counters": counters_of(request.user).shown(),
        "session_alerts": frames.down_numbers(tenant_of(request.user)),
    }


def _whole(text: str | None, usual: int, most: int) -> int:
    """A count from the address, held between the usual and the most."""
    return min(max(int(text), usual), most) if text and text.isdecimal() and len(text) < 10 else usual
