"""WhatsApp's markup as HTML that is safe whatever a customer writes.

Only six tags ever come out, none with an attribute but a link's; every other character is escaped.
"""

import re
from collections.abc import Mapping
from html import unescape
from itertools import count

from django import template
from django.utils.html import escape, format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe

from chats.models import Message, MessageType
from crm.identity import pretty_phone, spellings

register = template.Library()

TAGS = {"*": "strong", "_": "em", "~": "s"}

ESCAPED = {sign: escape(sign) for sign in "&<>\"'"}

LONGEST_SHOWN_LINES, LONGEST_SHOWN = 25, 1800
# What is shown as it stands, and addresses, in which `_` and `*` mean nothing.
LITERAL = re.compile(r"```(?P<mono>[^`]+)```|`(?P<code>[^`\n]+)`|(?P<link>\b(?:https?://|www\.)[^\s<>\"\ue000\ue001]+)")
CLOSES_A_SENTENCE = ".,;:!?'*_~"
# Private-use characters stand for what was taken out; a customer's own are dropped first.
MARK = re.compile("\ue000(\\d+)\ue001")
# One to three emoji and nothing else are shown large.
EMOJI = "[\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff☀-➿⬀-⯿\U0001f3fb-\U0001f3ff️‍⃣\U000e0020-\U000e007f]"
ONLY_EMOJI = re.compile(rf"\s*(?:{EMOJI}\s*){{1,12}}")


@register.filter
def marked_up(message: Message) -> SafeString:
    """The body of a message; whom it speaks of stands there by name."""
    return whatsapp_markup(message.body, spoken_of(message))


@register.filter
def whatsapp_markup(text: str | None, people: Mapping[str, str] | None = None) -> SafeString:
    """Bold, italic, strike, code, mono and links; line breaks are left to CSS (`pre-wrap`).

    `people` are those the text speaks of: what stands behind the `@`, and the name to show.
    """
    taken: dict[int, SafeString] = {}
    numbers = count()

    def keep(html: SafeString) -> str:
        number = next(numbers)
        taken[number] = html
        return f"\ue000{number}\ue001"

    def take(match: re.Match[str]) -> str:
        html, rest = link(match["link"]) if match["link"] else (code(match), "")
        return keep(html) + rest

    def take_person(match: re.Match[str]) -> str:
        return keep(format_html('<span class="mention">@{}</span>', people[match[1]] if people else ""))

    bare = LITERAL.sub(take, (text or "").replace("\ue000", "").replace("\ue001", ""))
    if people:
        longest_first = sorted(people, key=len, reverse=True)
        bare = re.sub(rf"@({'|'.join(map(re.escape, longest_first))})\b", take_person, bare)
    lines = "\n".join(emphasised(line) for line in bare.split("\n"))
    # Safe: `emphasised` escaped every character, and what is put back was made by `format_html`.
    return mark_safe(MARK.sub(lambda match: taken[int(match[1])], lines))  # noqa: S308


@register.filter
def without_markup(text: str | None) -> str:
    """The words alone, for a preview: `*hoje*` is `hoje`. Not safe HTML; escape it as any text."""
    if not text or not any(sign in text for sign in "*_~`"):
        return text or ""
    return unescape(strip_tags(whatsapp_markup(text)))


@register.filter
def is_long(text: str | None) -> bool:
    """True for a text that is folded, to be opened by who wants to read it all."""
    return bool(text and (len(text) > LONGEST_SHOWN or text.count("\n") >= LONGEST_SHOWN_LINES))


@register.filter
def is_only_emoji(text: str | None) -> bool:
    """True for a few emoji and nothing else."""
    return bool(text and len(text) <= 24 and ONLY_EMOJI.fullmatch(text))


def spoken_of(message: Message) -> dict[str, str]:
    """Whom the body speaks of: colleagues in a note, members of the group elsewhere.

    A note has their names; WhatsApp writes digits, for which the name is shown that the member writes under.
    """
    told = message.metadata.get("mentions")
    if not told:
        return {}
    if message.type == MessageType.NOTE:
        return {name: name for name in message.colleagues_named or ()}
    names = {member["phone"]: member["name"] for member in message.members_named or ()}
    return {digits: names.get(key) or pretty_phone(key.partition("@")[0]) for key in told for digits in _typed(key)}


def _typed(key: str) -> tuple[str, ...]:
    """What may stand behind the `@` for a person: their digits, with and without the ninth."""
    return spellings(key.partition("@")[0])


def code(match: re.Match[str]) -> SafeString:
    return format_html("<code>{}</code>", match["mono"] or match["code"])


def link(address: str) -> tuple[SafeString, str]:
    """An anchor, and the punctuation after it that belongs to the sentence."""
    shown = address.rstrip(CLOSES_A_SENTENCE)
    if shown.endswith(")") and "(" not in shown:
        shown = shown[:-1]
    target = shown if shown.startswith("http") else f"https://{shown}"
    anchor = format_html('<a href="{}" target="_blank" rel="noopener noreferrer nofollow">{}</a>', target, shown)
    return anchor, address[len(shown) :]


def emphasised(line: str) -> str:
    """One line, escaped, with its pairs of `*`, `_` and `~` as properly nested tags, in one pass."""
    pieces = list(line)
    opened: list[tuple[str, int]] = []
    for place, sign in enumerate(line):
        if sign not in TAGS:
            pieces[place] = ESCAPED.get(sign, sign)
            continue
        before, after = line[place - 1 : place] or " ", line[place + 1 : place + 2] or " "
        depth = next((at for at, (other, _) in enumerate(opened) if other == sign), None)
        if depth is not None and not before.isspace() and not after.isalnum() and opened[depth][1] < place - 1:
            pieces[opened[depth][1]] = f"<{TAGS[sign]}>"
            pieces[place] = f"</{TAGS[sign]}>"
            del opened[depth:]
        elif depth is None and not before.isalnum() and not after.isspace():
            opened.append((sign, place))
    return "".join(pieces)
