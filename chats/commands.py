"""The command bar: one field that finds people, acts on the open conversation, and goes anywhere."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from crm.models import User
from crm.search import fold

from .lists.listing import TABS
from .models import Chat, SavedView
from .selling.commands import Command, on_sales

CHATS_FOUND = 8
CHATS_RECENT = 6


@dataclass(frozen=True)
class Group:
    """Results under one heading."""

    title: str
    commands: list[Command]


@dataclass(frozen=True)
class Found:
    """What the bar shows for what was typed."""

    chats: list[Chat]
    groups: list[Group]

    @property
    def is_empty(self) -> bool:
        return not self.chats and not self.groups


def find(user: User, typed: str, open_chat: Chat | None, *, in_inbox: bool = True) -> Found:
    """Two queries, and three for what can be done with the open conversation's sales and plans."""
    groups = [
        Group(_("This conversation"), _on_chat(user, open_chat) if open_chat else []),
        Group(_("Sale and next step"), on_sales(open_chat) if open_chat and open_chat.contact_id and typed else []),
        Group(_("Go to"), _pages(user, in_inbox=in_inbox)),
        Group(_("Saved views"), list(_views(user))),
    ]
    narrowed = [Group(group.title, _best(group.commands, typed)) for group in groups]
    return Found(_chats(user, typed, open_chat), [group for group in narrowed if group.commands])


def _best(commands: list[Command], typed: str) -> list[Command]:
    """Those that match; first those that have what was typed in one piece."""
    found = [command for command in commands if command.matches(typed)]
    return sorted(found, key=lambda command: fold(typed) not in fold(command.label))


def _chats(user: User, typed: str, open_chat: Chat | None) -> list[Chat]:
    """By name or phone; without a word the latest of the person's own."""
    chats = Chat.objects.visible_to(user).with_row_details().in_list_order()
    if typed.strip():
        return list(chats.matching(typed)[:CHATS_FOUND])
    others = chats.exclude(pk=open_chat.pk) if open_chat else chats
    return list(others.active().mine(user)[:CHATS_RECENT])


def _on_chat(user: User, chat: Chat) -> list[Command]:
    """What can be done to the open conversation: each presses a button of the page."""

    def press(label: str, icon: str, action: str, keys: str = "") -> Command:
        return Command(label, icon, clicks=f'#thread [data-action="{action}"]', keys=keys)

    if not chat.is_active:
        return [press(_("Reopen"), "rotate-ccw", "resolve", "Alt+E")]
    commands = [
        press(_("Resolve"), "check", "resolve", "Alt+E"),
        press(_("Resolve and open the next"), "check-check", "resolve-next", "Ctrl+Alt+E"),
        press(_("Snooze…"), "clock", "snooze", "Alt+M"),
        press(_("Transfer…"), "forward", "transfer", "Alt+T"),
        press(_("Write a reply"), "send-horizontal", "reply", "Alt+L"),
        press(_("Write an internal note"), "sticky-note", "note", "Alt+P"),
        press(_("New opportunity"), "target", "opportunity", "Alt+O"),
        press(_("Next step…"), "calendar-clock", "next-step"),
        press(_("Search in this conversation"), "search", "search-chat"),
    ]
    if chat.assigned_to_id != user.pk:
        commands.insert(0, press(_("Take over"), "user-plus", "take", "Alt+A"))
    return commands


def _pages(user: User, *, in_inbox: bool) -> list[Command]:
    inbox = reverse("chats:inbox")
    tabs = [Command(str(label), "inbox", href=f"{inbox}?aba={name}") for name, label in TABS.items()]
    pages = [
        Command(_("Contacts"), "contact", href=reverse("contacts:list")),
        Command(_("Leads"), "user-plus", href=reverse("leads:list")),
        Command(_("My preferences"), "settings", href=reverse("settings:preferences")),
        Command(_("Light or dark"), "moon", clicks="[data-theme-toggle]"),
    ]
    pages.insert(0, Command(_("Activities"), "calendar-check", href=reverse("activities:list")))
    pages.insert(0, Command(_("Funnel"), "square-kanban", href=reverse("funnel:board")))
    if in_inbox:
        pages.append(Command(_("Keyboard shortcuts"), "keyboard", clicks="[data-shortcuts]", keys="?"))
    if user.sees_everything:
        pages.append(Command(_("WhatsApp numbers"), "smartphone", href=reverse("numbers:list")))
    return [*tabs, *pages]


def _views(user: User) -> Iterable[Command]:
    """The person's own, and those that colleagues share."""
    shared = Q(is_shared=True, tenant_id=user.tenant_id)
    for view in SavedView.objects.filter(Q(user=user) | shared):
        yield Command(view.name, "list-checks", href=f"{reverse('chats:inbox')}?{view.query}")
