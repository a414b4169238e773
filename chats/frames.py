"""What the socket sends: the page's own fragments, rendered from the freshest rows.

Each fragment is neutral to its viewer, so one rendering serves every page that may see it.
Languages and clocks differ between people: call these under the reader's.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone

from crm.compiled import compiled
from crm.models import User
from notifications.bell import bell_of

from .composing.scheduled import scheduled_in
from .lists.counters import counters_of
from .models import Chat, Message
from .people.muted import muted_of
from .people.ringing import rings_of
from .selling.panel import read_panel
from .templatetags.moments import instant


def row(chat: Chat) -> str:
    """A list row; the page puts it where it belongs, or drops it."""
    return render_to_string("chats/live/rows.html", {"rows": [chat]})


def gone(chat_ids: Iterable[UUID]) -> str:
    """Rows that this page may not show any more."""
    return render_to_string("chats/live/rows.html", {"rows": [], "gone": list(chat_ids)})


def message(row: Message) -> str:
    """A bubble, new or changed; one that was superseded goes away."""
    return render_to_string("chats/live/messages.html", {"messages": [row]})


def head(chat: Chat) -> str:
    """The header and the CRM panel of an open conversation."""
    context = {"chat": chat, "panel": read_panel(chat)}
    return "".join(
        [
            render_to_string("chats/live/header.html", context),
            render_to_string("chats/live/panel.html", context),
            render_to_string("chats/live/session.html", {"session": chat.session}),
            render_to_string("chats/live/composer.html", {"chat": chat, "scheduled": scheduled_in(chat)}),
        ]
    )


def presence(chat: Chat) -> str:
    """What a chat's person is doing, for its row and for the head of the conversation."""
    return render_to_string("chats/live/presence.html", {"chat": chat})


def inside(chats: Iterable[Chat], *, whole: bool = False) -> str:
    """Which colleagues are in these chats; with `whole`, in no others."""
    return render_to_string("chats/live/inside.html", {"chats": chats, "whole": whole})


def closed() -> str:
    """Instead of a conversation that this page may not show any more."""
    return render_to_string("chats/live/closed.html")


def moved(chat_id: UUID) -> str:
    """Instead of a conversation that has become part of this one: the page goes there."""
    return render_to_string("chats/live/moved.html", {"chat_id": chat_id})


def counters(user: User) -> str:
    """The numbers on the tabs, and what sounds."""
    return _counters(user) + rings(user)


def bell(user: User) -> str:
    """The number on the bell, what this person has quieted, and what sounds."""
    return _bell(user) + rings(user)


def personal(user: User) -> str:
    """All of that: what a page of the inbox shows of its reader's own."""
    return _counters(user) + _bell(user) + rings(user)


def bell_beside(user: User) -> str:
    """The same for a page beside the inbox, where nothing sounds."""
    return render_to_string("chats/live/bell_beside.html", {"bell": bell_of(user), "user": user})


def rings(user: User) -> str:
    """What sounds or pops up for this person."""
    return render_to_string("chats/live/rings.html", {"rings": rings_of(user)})


def _counters(user: User) -> str:
    return render_to_string("chats/live/counters.html", {"counters": counters_of(user).shown()})


def _bell(user: User) -> str:
    return render_to_string("chats/live/bell.html", {"bell": bell_of(user), "user": user, "muted": muted_of(user)})


def alerts(tenant_id: UUID) -> str:
    """The numbers of the company that are not connected."""
    context = {"session_alerts": down_numbers(tenant_id)}
    return render_to_string("chats/live/alerts.html", context)


@compiled
def down_numbers(tenant_id: UUID) -> "QuerySet[Any]":
    """Numbers of ours that were connected and are not. The model is another room's, reached by name."""
    sessions = apps.get_model("waha", "WhatsAppSession")
    down = sessions._default_manager.filter(tenant_id=tenant_id, disconnected_at__isnull=False)
    return down.order_by("name")


def pulse(at: datetime | None = None) -> str:
    """A sign of life; every change before `at` (default: now) has been sent."""
    return render_to_string("chats/live/pulse.html", {"pulse_at": instant(at or timezone.now())})


def changed(subjects: Iterable[str]) -> str:
    """What changed of that which pages beside the inbox show: they ask for it anew."""
    return render_to_string("chats/live/changed.html", {"subjects": sorted(subjects)})


def start_over() -> str:
    """Too much changed to send piece by piece: the page reads its list and its conversation anew."""
    return render_to_string("chats/live/start_over.html")
