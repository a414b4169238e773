"""What the system lines of a timeline say; stored as a key and details, worded for each reader."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext_lazy

SYSTEM_TEXTS = {
    "queued": gettext_noop("%(by)s returned the chat to the queue"),
    "taken": gettext_noop("%(by)s took over the chat"),
    "assigned": gettext_noop("%(by)s assigned the chat to %(to)s"),
    "resolved": gettext_noop("%(by)s resolved the chat"),
    "merged": gettext_noop("Two conversations of this person were put together"),
    "unmerged": gettext_noop("%(by)s took two conversations apart again"),
    "undone": gettext_noop("%(by)s took the last change back"),
    "reopened": gettext_noop("%(by)s reopened the chat"),
}

# Those that count something.
COUNTED_TEXTS = {
    "recovered": ngettext_lazy(
        "%(count)s message recovered (%(since)s)", "%(count)s messages recovered (%(since)s–%(until)s)", "count"
    ),
}


def system_text(event: str, details: Mapping[str, Any]) -> str:
    """The sentence for `event`, in the active language; an event nobody knows shows its own name."""
    if event in COUNTED_TEXTS:
        return str(COUNTED_TEXTS[event] % details)
    template = SYSTEM_TEXTS.get(event)
    return _(template) % details if template else event
