"""The page itself, and its list."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from chats import frames
from chats.lists import listing
from chats.lists.counters import counters_of
from chats.lists.listing import ListFilter
from chats.lists.ordering import ORDERS
from chats.people import presence
from chats.templatetags.moments import instant
from crm.requests import AgentRequest, agent_required, tenant_of
from crm.templatetags.activities import late_count
from notifications.bell import Bell


@require_safe
@agent_required
def inbox(request: AgentRequest) -> HttpResponse:
    """The page without a conversation."""
    return render(request, "chats/page.html", page_context(request))


@require_safe
@agent_required
def list_(request: AgentRequest) -> HttpResponse:
    """The first column; `linhas` says how many rows the page had, so that a refresh brings them all back."""
    size = _whole(request.GET.get("linhas"), listing.PAGE_SIZE, listing.MOST_REFRESHED)
    return render(request, "chats/_list.html", _list_context(request, size))


@require_safe
@agent_required
def rows(request: AgentRequest) -> HttpResponse:
    """The rows that follow the one whose key is in `depois`."""
    filters = ListFilter.read(request.GET, request.user)
    page = listing.read_page(filters, request.user, after=request.GET.get("depois", ""))
    presence.attach(page.rows)
    return render(request, "chats/_rows.html", {"rows": page.rows, "next_page": page.next_page})


@require_POST
@agent_required
def sorting(request: AgentRequest) -> HttpResponse:
    """The list in the order `ordem`, which the person finds again next time; its filter stands in the address."""
    if request.POST.get("ordem") not in ORDERS:
        return HttpResponse(status=422)
    request.user.list_sort = request.POST["ordem"]
    request.user.save(update_fields=["list_sort"])
    return render(request, "chats/_list.html", _list_context(request, listing.PAGE_SIZE))


def page_context(request: AgentRequest) -> dict[str, Any]:
    """What the page needs besides a conversation."""
    # Before anything is read: what changes from here on, the socket sends.
    pulse_at = timezone.now()
    return {
        **_list_context(request, listing.PAGE_SIZE),
        "open_chat": None,
        "pulse_at": instant(pulse_at),
    }


def _list_context(request: AgentRequest, size: int) -> dict[str, Any]:
    filters = ListFilter.read(request.GET, request.user)
    page = listing.read_page(filters, request.user, size=size)
    presence.attach(page.rows)
    counted = counters_of(request.user)
    counters = counted.shown()
    return {
        "bell": Bell(counted.bell),
        "overdue": late_count(counted.late),
        "filters": filters,
        "tabs": filters.tabs(counters),
        "chips": filters.chips(),
        "removable": filters.removable(),
        "rows": page.rows,
        "next_page": page.next_page,
        "counters": counters,
        "drafts": listing.drafts_of(request.user.pk),
        "session_alerts": frames.down_numbers(tenant_of(request.user)),
    }


def _whole(text: str | None, usual: int, most: int) -> int:
    """A count from the address, held between the usual and the most."""
    return min(max(int(text), usual), most) if text and text.isdecimal() and len(text) < 10 else usual
