"""What the system lines of a timeline say; stored as a key and details, worded for each reader."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext_lazy

from crm.models import LeadStatus

SYSTEM_TEXTS = {
    "started": gettext_noop("%(by)s began the conversation"),
    "queued": gettext_noop("%(by)s returned the chat to the queue"),
    "taken": gettext_noop("%(by)s took over the chat"),
    "transferred": gettext_noop("%(by)s transferred the chat to %(to)s"),
    "distributed": gettext_noop("Given to %(to)s by the rotation"),
    "returned_silent": gettext_noop("Back to the queue: %(owner)s did not answer within %(minutes)s minutes"),
    "returned_away": gettext_noop("Back to the queue: %(owner)s was not there"),
    "watcher_added": gettext_noop("%(by)s asked %(to)s to follow the chat"),
    "assigned": gettext_noop("%(by)s assigned the chat to %(to)s"),
    "resolved": gettext_noop("%(by)s resolved the chat"),
    "resolved_won": gettext_noop("%(by)s resolved the chat as won%(because)s"),
    "resolved_lost": gettext_noop("%(by)s resolved the chat as lost%(because)s"),
    "resolved_no_answer": gettext_noop("%(by)s resolved the chat: no answer"),
    "resolved_spam": gettext_noop("%(by)s resolved the chat as spam"),
    "archived": gettext_noop("%(by)s archived the chat"),
    "pended": gettext_noop("%(by)s marked the chat as pending"),
    "snoozed": gettext_noop("%(by)s snoozed the chat until %(until)s"),
    "woken": gettext_noop("Back from being snoozed"),
    "woken_by_customer": gettext_noop("Back from being snoozed: the customer wrote"),
    "brought_back": gettext_noop("%(by)s brought the snoozed chat back"),
    "planned": gettext_noop("%(by)s scheduled “%(title)s” for %(when)s"),
    "postponed": gettext_noop("%(by)s postponed “%(title)s” to %(when)s"),
    "done": gettext_noop("%(by)s completed “%(title)s”"),
    "not_done": gettext_noop("%(by)s took “%(title)s” up again"),
    "replanned": gettext_noop("%(by)s changed “%(title)s”"),
    "called_off": gettext_noop("%(by)s deleted “%(title)s”"),
    "deal_opened": gettext_noop("%(by)s created the opportunity “%(title)s”"),
    "deal_described": gettext_noop("%(by)s changed the opportunity “%(title)s”"),
    "stage_moved": gettext_noop("%(by)s moved “%(title)s” to %(stage)s"),
    "deal_reopened": gettext_noop("%(by)s reopened “%(title)s”: %(stage)s"),
    "deal_won": gettext_noop("%(by)s won “%(title)s”%(because)s"),
    "deal_lost": gettext_noop("%(by)s marked “%(title)s” as lost%(because)s"),
    "lead_accepted": gettext_noop("%(by)s accepted the lead"),
    "lead_discarded": gettext_noop("%(by)s discarded the lead"),
    "lead_moved": gettext_noop("%(by)s moved the lead to %(status)s"),
    "lead_lost": gettext_noop("%(by)s marked the lead as lost%(because)s"),
    "lead_converted": gettext_noop("%(by)s converted the lead into “%(title)s”"),
    "people_joined": gettext_noop("%(by)s merged the contact %(name)s into this one"),
    "people_parted": gettext_noop("%(by)s took the two contacts apart again"),
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
    if "status" in details:
        details = {**details, "status": LeadStatus(details["status"]).label}
    return _(template) % details if template else event
