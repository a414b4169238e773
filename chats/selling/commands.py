"""What the command bar does with the sales and the plans of the open conversation."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from chats.models import Chat
from crm.models import Activity, Opportunity, Stage, StageKind
from crm.search import fold

MOST_DEALS = 5
MOST_STEPS = 3


@dataclass(frozen=True)
class Command:
    """Something to do or a place to go.

    `clicks` is a CSS selector of what it presses, `href` where it leads, `dialog` what it opens, and `posts` an act,
    with its values as JSON.
    """

    label: str
    icon: str
    clicks: str = ""
    href: str = ""
    keys: str = ""
    dialog: str = ""
    posts: str = ""
    values: str = "{}"

    def matches(self, typed: str) -> bool:
        """Whether all typed letters stand in the label, in this order; accents do not matter."""
        letters = iter(fold(self.label))
        return all(letter in letters for letter in fold(typed).replace(" ", ""))


def on_sales(chat: Chat) -> list[Command]:
    """Three queries: its person's opportunities, the stages of the one in focus, and what is planned."""
    deals = Opportunity.objects.filter(contact=chat.contact_id).select_related("stage").under_way_first()[:MOST_DEALS]
    steps = Activity.objects.filter(contact=chat.contact_id).open()[:MOST_STEPS]
    return [*_with_deals(chat, list(deals)), *_with_steps(chat, list(steps))]


def _with_deals(chat: Chat, deals: list[Opportunity]) -> Iterator[Command]:
    for deal in deals:
        title = {"title": deal.title}
        if deal.pk != chat.opportunity_id:
            yield Command(_("Put in focus: %(title)s") % title, "target", posts=_of(chat, "focus", deal))
            continue
        yield Command(_("Value and details: %(title)s") % title, "trophy", dialog=_of(chat, "opportunity", deal))
        for stage in Stage.objects.filter(pipeline=deal.stage.pipeline_id).exclude(pk=deal.stage_id):
            yield _move(chat, deal, stage)


def _move(chat: Chat, deal: Opportunity, stage: Stage) -> Command:
    """An open stage at once; a won or lost one asks why."""
    label = _("Move to %(stage)s") % {"stage": stage.name}
    if stage.kind == StageKind.OPEN:
        return Command(label, "chevron-right", posts=_of(chat, "stage", deal), values=_json(stage=stage.pk))
    closing = reverse("chats:closing", args=[chat.pk])
    asked = f"{closing}?outcome={stage.kind}&opportunity={deal.pk}&resolves="
    return Command(f"{label}…", "trophy" if stage.kind == StageKind.WON else "circle-x", dialog=asked)


def _with_steps(chat: Chat, steps: list[Activity]) -> Iterator[Command]:
    for step in steps:
        title = {"title": step.title}
        yield Command(_("Complete: %(title)s") % title, "check", posts=_of(chat, "completion", step))
        later = _of(chat, "postponement", step)
        yield Command(_("Tomorrow 9h: %(title)s") % title, "alarm-clock", posts=later, values=_json(due="tomorrow_9"))
    planning = reverse("chats:activity_new", args=[chat.pk])
    yield Command(_("Schedule an activity…"), "calendar-clock", dialog=planning)


def _of(chat: Chat, noun: str, row: Opportunity | Activity) -> str:
    return reverse(f"chats:{noun}", args=[chat.pk, row.pk])


def _json(**values: object) -> str:
    return json.dumps({name: str(value) for name, value in values.items()})
