"""The funnel: the opportunities of one pipeline as cards, in the columns of its stages.

However many cards there are, a column asks for one page of them; the whole board takes a fixed number of queries.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.utils import timezone

from chats.models import Chat
from crm.keyset import rows_below
from crm.models import (
    Activity,
    Contact,
    Opportunity,
    OpportunityQuerySet,
    Pipeline,
    Stage,
    StageKind,
    Tag,
    Totals,
    User,
)

CARDS_A_PAGE = 12
MOST_CARDS = 200
# How long what was won or lost stays on the board.
CLOSED_SHOWN = timedelta(days=30)
NOTHING = Totals(0, Decimal(0), Decimal(0))
# What a card says of its opportunity and of the people on it.
ON_A_CARD = ("title", "amount", "expected_close_on", "stage", "stage_since", "close_reason", "closed_at")
OF_PEOPLE = ("contact__name", "contact__phone", "owner__name")


@dataclass(frozen=True)
class Card:
    """An opportunity with what is to be done next, its customer's tags, and the conversation that it opens: one the
    reader may see.
    """

    deal: Opportunity
    step: Activity | None
    chat_id: UUID | None
    tags: list[Tag]


@dataclass(frozen=True)
class Column:
    """A stage with a page of its cards, the latest arrived first; `more` is the key of those that follow, "" for none.

    `totals` are of all its cards that pass the filter, loaded or not.
    """

    stage: Stage
    totals: Totals
    cards: list[Card]
    more: str


@dataclass(frozen=True)
class Board:
    """All columns, and what stands in the open ones together."""

    pipeline: Pipeline
    columns: list[Column]
    totals: Totals


def read_board(user: User, pipeline: Pipeline, deals: OpportunityQuerySet) -> Board:
    """The pipeline as this person sees it; `deals` are those that pass their filter."""
    shown = _shown(deals.visible_to(user))
    keys = _arrived_last(shown.filter(stage=OuterRef("pk"))).values("pk")[: CARDS_A_PAGE + 1]
    # All columns at once; each is read from the end of its own index.
    stages = list(pipeline.stages.order_by("position").annotate(deal_ids=ArraySubquery(keys)))
    found = _with_people(Opportunity.objects.all()).in_bulk([key for stage in stages for key in stage.deal_ids])
    pages = {
        stage.pk: _cut([found[key] for key in stage.deal_ids if key in found], stage, CARDS_A_PAGE) for stage in stages
    }
    sums = shown.filter(stage__in=stages).totals_by_stage()
    cards = _cards(user, [deal for page, _more in pages.values() for deal in page])
    columns = [
        Column(stage, sums.get(stage.pk, NOTHING), [cards[deal.pk] for deal in pages[stage.pk][0]], pages[stage.pk][1])
        for stage in stages
    ]
    return Board(pipeline, columns, _sum(column.totals for column in columns if column.stage.kind == StageKind.OPEN))


def read_column(user: User, stage: Stage, deals: OpportunityQuerySet, count: int = CARDS_A_PAGE) -> Column:
    """One column with its first `count` cards, as many as a page has loaded."""
    shown = _shown(deals.visible_to(user).filter(stage=stage))
    page, more = _page(shown, stage, min(max(count, CARDS_A_PAGE), MOST_CARDS))
    cards = _cards(user, page)
    return Column(stage, shown.totals_by_stage().get(stage.pk, NOTHING), [cards[deal.pk] for deal in page], more)


def read_more(user: User, stage: Stage, deals: OpportunityQuerySet, after: tuple[datetime, UUID]) -> Column:
    """The page that follows `after`; without totals."""
    shown = rows_below(_shown(deals.visible_to(user)), "stage_since", *after)
    page, more = _page(shown, stage, CARDS_A_PAGE)
    cards = _cards(user, page)
    return Column(stage, NOTHING, [cards[deal.pk] for deal in page], more)


def read_totals(user: User, pipeline: Pipeline, deals: OpportunityQuerySet) -> Totals:
    """What stands in the open columns together."""
    return _sum(deals.visible_to(user).filter(stage__pipeline=pipeline).open().totals_by_stage().values())


def _shown(deals: OpportunityQuerySet) -> OpportunityQuerySet:
    return deals.filter(Q(closed_at=None) | Q(closed_at__gte=timezone.now() - CLOSED_SHOWN))


def _arrived_last(deals: OpportunityQuerySet) -> OpportunityQuerySet:
    """As a column has them: the latest arrived first."""
    return deals.order_by("-stage_since", "-id")


def _with_people(deals: OpportunityQuerySet) -> OpportunityQuerySet:
    return deals.select_related("contact", "owner").only(*ON_A_CARD, "contact", "owner", *OF_PEOPLE)


def _page(deals: OpportunityQuerySet, stage: Stage, count: int) -> tuple[list[Opportunity], str]:
    found = _with_people(_arrived_last(deals.filter(stage=stage)))[: count + 1]
    return _cut(list(found), stage, count)


def _cut(found: list[Opportunity], stage: Stage, count: int) -> tuple[list[Opportunity], str]:
    """The first `count` of them, and the key of those that follow, "" for none."""
    for deal in found:
        deal.stage = stage
    page = found[:count]
    return page, f"{page[-1].stage_since.isoformat()},{page[-1].pk}" if len(found) > count else ""


def _cards(user: User, deals: list[Opportunity]) -> dict[UUID, Card]:
    """What stands on the cards besides the opportunity's own columns: three queries for any number of them."""
    steps = Activity.objects.filter(opportunity__in=[deal.pk for deal in deals], done_at=None)
    steps = steps.order_by("opportunity", "due_at", "id").distinct("opportunity")
    first = {step.opportunity_id: step for step in steps}
    people = {deal.contact_id for deal in deals}
    chats, tags = _chats(user, people), _tags(people)
    return {deal.pk: Card(deal, first.get(deal.pk), _chat_of(deal, chats), tags[deal.contact_id]) for deal in deals}


def _tags(contact_ids: Collection[UUID]) -> dict[UUID, list[Tag]]:
    """Those of these people, by name."""
    found: dict[UUID, list[Tag]] = defaultdict(list)
    worn = Contact.tags.through.objects.filter(contact__in=contact_ids).select_related("tag").order_by("tag__name")
    for each in worn:
        found[each.contact_id].append(each.tag)
    return found


def _chats(user: User, contact_ids: Collection[UUID]) -> dict[UUID, list[Chat]]:
    """The conversations of these people that this person may see, the latest first."""
    found: dict[UUID, list[Chat]] = defaultdict(list)
    rows = Chat.objects.visible_to(user).filter(contact__in=contact_ids).recent_first()
    for chat in rows.only("contact_id", "opportunity_id"):
        if chat.contact_id:
            found[chat.contact_id].append(chat)
    return found


def _chat_of(deal: Opportunity, chats: dict[UUID, list[Chat]]) -> UUID | None:
    """The one that is about this opportunity, else the latest."""
    theirs = chats[deal.contact_id]
    about = [chat for chat in theirs if chat.opportunity_id == deal.pk] or theirs
    return about[0].pk if about else None


def _sum(totals: Iterable[Totals]) -> Totals:
    all_of_them = list(totals)
    return Totals(
        sum(each.count for each in all_of_them),
        sum((each.amount for each in all_of_them), Decimal(0)),
        sum((each.forecast for each in all_of_them), Decimal(0)),
    )
