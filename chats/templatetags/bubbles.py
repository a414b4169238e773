"""What bubbles say beyond their text: polls, reactions, calls, quotes, and what cannot be shown."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext

from chats.models import Message, MessageType
from crm.identity import pretty_phone

register = template.Library()

OURS, THEIRS = "me", "customer"
KIND_TEXTS = {
    "order": gettext_noop("Order from the catalogue. See it on the phone."),
    "product": gettext_noop("Product from the catalogue. See it on the phone."),
    "payment": gettext_noop("Payment. See it on the phone."),
    "invoice": gettext_noop("Invoice. See it on the phone."),
    "pix": gettext_noop("Pix key"),
    "event": gettext_noop("Event. See it on the phone."),
    "call_link": gettext_noop("Link to a call. See it on the phone."),
    "group_invite": gettext_noop("Invitation to a group. See it on the phone."),
    "channel_invite": gettext_noop("Invitation to a channel. See it on the phone."),
    "sticker_pack": gettext_noop("Pack of stickers. See it on the phone."),
    "comment": gettext_noop("Comment. See it on the phone."),
    "phone_request": gettext_noop("Asks for your phone number. Answer on the phone."),
    "phone_only": gettext_noop("This message can only be seen on the phone."),
    "view_once": gettext_noop("Photo or video to be seen once. Only the phone can open it."),
    "waiting": gettext_noop("Waiting for this message. If it does not come, see it on the phone."),
}
UNSUPPORTED = gettext_noop("This kind of message cannot be shown here yet. See it on the phone.")
CALL_TEXTS = {
    ("received", False): gettext_noop("Incoming voice call"),
    ("received", True): gettext_noop("Incoming video call"),
    ("rejected", False): gettext_noop("Missed voice call"),
    ("rejected", True): gettext_noop("Missed video call"),
    ("accepted", False): gettext_noop("Voice call answered on the phone"),
    ("accepted", True): gettext_noop("Video call answered on the phone"),
}


@register.filter
def kind_text(kind: str | None) -> str:
    """What a message is that cannot be shown here."""
    return _(KIND_TEXTS.get(kind or "", UNSUPPORTED))


@register.filter
def call_text(message: Message) -> str:
    """What became of a call."""
    is_video = bool(message.metadata.get("is_video"))
    text = CALL_TEXTS.get((str(message.metadata.get("state")), is_video))
    return _(text) if text else (_("Video call") if is_video else _("Voice call"))


@register.filter
def quote_author(message: Message) -> str:
    """Whose message is quoted, "" when that is not known."""
    quoted = message.metadata.get("quoted", {})
    if quoted.get("author"):
        return str(quoted["author"])
    if quoted.get("from_me"):
        return pgettext("author of a quote", "You")
    who = str(quoted.get("participant") or "")
    return pretty_phone(who) if who.isdigit() else ""


@register.filter
def quote_body(message: Message) -> str:
    """The quoted words; without any, what kind of message it was."""
    quoted = message.metadata.get("quoted", {})
    if quoted.get("body"):
        return str(quoted["body"])
    kind = quoted.get("type")
    return str(MessageType(kind).label) if kind in MessageType.values else _("Message")


@register.filter
def grouped(reactions: Iterable[Mapping[str, Any]] | None) -> list[dict[str, Any]]:
    """One entry for each emoji: how often, by whom, and whether we are among them."""
    by_emoji: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for reaction in reactions or ():
        by_emoji[reaction["emoji"]].append(reaction)
    return [
        {
            "emoji": emoji,
            "count": len(given),
            "is_ours": any(reaction["from_me"] for reaction in given),
            "names": ", ".join(person(one["author_key"], one["name"]) for one in given),
        }
        for emoji, given in by_emoji.items()
    ]


@register.filter
def poll_results(message: Message) -> list[dict[str, Any]]:
    """The options of a poll in their order, each with its votes, its share (percent) of the voters, and their names."""
    poll = message.metadata.get("poll") or {}
    votes: dict[str, Any] = poll.get("votes") or {}
    chosen: dict[str, list[str]] = {option: [] for option in poll.get("options") or ()}
    for key, vote in sorted(votes.items(), key=lambda each: str(each[1]["at"])):
        for option in dict.fromkeys(vote["options"]):
            chosen.setdefault(option, []).append(person(key, vote.get("name", "")))
    voters = sum(1 for vote in votes.values() if vote["options"])
    return [
        {
            "name": option,
            "count": len(names),
            "percent": round(100 * len(names) / voters) if voters else 0,
            "names": ", ".join(names),
        }
        for option, names in chosen.items()
    ]


def person(key: str, name: str) -> str:
    """Somebody who reacted or voted, as agents call them."""
    if key == OURS:
        return pgettext("author of a quote", "You")
    if name:
        return name
    if key == THEIRS or not key.isdigit():
        return _("Customer") if key == THEIRS else _("Hidden number")
    return pretty_phone(key)
