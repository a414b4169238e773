"""Icons drawn once a page and referred to: a row or a bubble costs one `<use>`, not one drawing."""

from functools import lru_cache

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from lucide.templatetags.lucide import lucide

register = template.Library()

# Every icon that a fragment may name; the page carries them all.
ICONS = frozenset(
    (
        "alarm-clock",
        "archive",
        "arrow-down",
        "arrow-down-wide-narrow",
        "arrow-left",
        "arrow-right-left",
        "at-sign",
        "ban",
        "bell",
        "bell-off",
        "bookmark",
        "calendar-check",
        "calendar-clock",
        "check",
        "check-check",
        "chevron-down",
        "chevron-left",
        "chevron-right",
        "chevron-up",
        "circle-alert",
        "circle-check",
        "circle-pause",
        "circle-question-mark",
        "circle-stop",
        "circle-x",
        "clock",
        "contact",
        "copy",
        "download",
        "ellipsis-vertical",
        "external-link",
        "eye",
        "file-text",
        "file-up",
        "forward",
        "grip-vertical",
        "headphones",
        "image",
        "inbox",
        "info",
        "key-round",
        "keyboard",
        "link",
        "list-checks",
        "list-filter",
        "loader-circle",
        "log-out",
        "map-pin",
        "megaphone",
        "menu",
        "message-circle",
        "message-circle-plus",
        "messages-square",
        "mic",
        "moon",
        "panel-right",
        "paperclip",
        "pause",
        "pencil",
        "phone",
        "phone-missed",
        "pin",
        "play",
        "plus",
        "power",
        "qr-code",
        "reply",
        "rotate-ccw",
        "search",
        "send-horizontal",
        "settings",
        "signature",
        "smartphone",
        "smile",
        "square",
        "square-kanban",
        "sticker",
        "sticky-note",
        "sun",
        "tag",
        "target",
        "timer",
        "trash-2",
        "triangle-alert",
        "trophy",
        "unplug",
        "upload",
        "user",
        "user-plus",
        "users",
        "video",
        "webhook",
        "x",
        "zap",
    )
)


@lru_cache(maxsize=1)
def sprite() -> SafeString:
    """All icons as one hidden drawing."""
    drawings = "".join(lucide(name, size=24, id=f"icon-{name}") for name in sorted(ICONS))
    return mark_safe(f'<svg class="sprite" aria-hidden="true" focusable="false">{drawings}</svg>')  # noqa: S308


@register.simple_tag
def icon_sprite() -> SafeString:
    """Stands once in the page, before the first `{% icon %}`."""
    return sprite()


@lru_cache(maxsize=256)
def drawn(name: str, classes: str) -> SafeString:
    if name not in ICONS:
        raise template.TemplateSyntaxError(f"{name!r} is not in ICONS")
    return format_html(
        '<svg class="icon {}" viewBox="0 0 24 24" aria-hidden="true"><use href="#icon-{}"></use></svg>',
        classes,
        name,
    )


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """One icon, as large as the text's `--icon` says; its meaning must stand in words beside it."""
    return drawn(str(name), str(classes))
