"""Sales move through their stages."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from crm.live import pages_changed
from crm.models import AuditAct, Contact, Lead, Opportunity, Stage, StageChange, StageKind, User

from .audit import facts, record

OPENED = ["title", "amount", "stage", "owner"]
MOVES = {
    StageKind.OPEN: AuditAct.DEAL_MOVED,
    StageKind.WON: AuditAct.DEAL_WON,
    StageKind.LOST: AuditAct.DEAL_LOST,
}

# Where an opportunity stands, since when and why.
STANDING = ["stage", "stage_since", "closed_at", "close_reason", "updated_at"]
DESCRIBED = {"title", "amount", "expected_close_on", "owner"}


@transaction.atomic
def create_opportunity(
    contact: Contact,
    title: str,
    stage: Stage,
    *,
    amount: Decimal = Decimal(0),
    lead: Lead | None = None,
    owner: User | None = None,
    expected_close_on: date | None = None,
    by: User | None = None,
) -> Opportunity:
    """A new opportunity (amount in BRL) at `stage`, with the first line of its history: `by` whom, else its owner."""
    opportunity = Opportunity(
        tenant_id=contact.tenant_id,
        contact=contact,
        lead=lead,
        title=title,
        stage=stage,
        amount=amount,
        owner=owner,
        expected_close_on=expected_close_on,
    )
    opportunity.full_clean()
    opportunity.save()
    _record_move(opportunity, None, stage, by or owner)
    record(AuditAct.DEAL_CREATED, opportunity, by or owner, after=facts(opportunity, OPENED))
    _tell(opportunity)
    return opportunity


@transaction.atomic
def describe_opportunity(opportunity: Opportunity, by: User | None = None, **wanted: Any) -> set[str]:
    """Another title, amount (BRL), expected close or owner; the names of what really changed."""
    if strange := wanted.keys() - DESCRIBED:
        raise TypeError(f"Not for describing: {', '.join(sorted(strange))}")
    locked = Opportunity.objects.select_for_update().get(pk=opportunity.pk)
    changed = {name for name, value in wanted.items() if getattr(locked, name) != value}
    if changed:
        before = facts(locked, changed)
        for name in changed:
            setattr(locked, name, wanted[name])
        locked.full_clean()
        locked.save(update_fields=[*changed, "updated_at"])
        _tell(locked)
        record(AuditAct.DEAL_CHANGED, locked, by, before, facts(locked, changed))
    return changed


@transaction.atomic
def move_stage(opportunity: Opportunity, stage: Stage, by: User | None, reason: str = "") -> bool:
    """Move to `stage`: a won or lost one closes the opportunity, an open one opens it again. False when it is there."""
    locked = Opportunity.objects.select_for_update(of=("self",)).select_related("stage").get(pk=opportunity.pk)
    if locked.stage_id == stage.pk:
        return False
    before, was = locked.stage, facts(locked, ["stage", "close_reason"])
    locked.stage, locked.stage_since = stage, timezone.now()
    locked.closed_at = None if stage.kind == StageKind.OPEN else locked.stage_since
    locked.close_reason = "" if stage.kind == StageKind.OPEN else reason
    locked.save(update_fields=STANDING)
    _record_move(locked, before, stage, by)
    record(MOVES[StageKind(stage.kind)], locked, by, was, facts(locked, ["stage", "close_reason"]))
    _tell(locked, before)
    return True


@transaction.atomic
def take_back_move(change: StageChange, reason: str = "") -> bool:
    """Where it came from, as it stood there, with the `reason` it was closed for then; False when it has moved on."""
    deals = Opportunity.objects.select_for_update(of=("self",)).select_related("stage")
    locked = deals.get(pk=change.opportunity_id)
    moves = list(StageChange.objects.filter(opportunity=locked).select_related("from_stage")[:2])
    if not moves or moves[0].pk != change.pk or change.from_stage is None:
        return False
    after, was = locked.stage, facts(locked, ["stage", "close_reason"])
    locked.stage = change.from_stage
    locked.stage_since = moves[1].changed_at if len(moves) > 1 else locked.created_at
    locked.closed_at = None if locked.is_open else locked.stage_since
    locked.close_reason = "" if locked.is_open else reason
    locked.save(update_fields=STANDING)
    _record_move(locked, after, locked.stage, change.changed_by)
    act = MOVES[StageKind(locked.stage.kind)]
    record(act, locked, change.changed_by, was, facts(locked, ["stage", "close_reason"]))
    _tell(locked, after)
    return True


def stage_before_closing(opportunity: Opportunity) -> Stage | None:
    """The open stage that a won or lost opportunity came from, else the first of its pipeline; None for an open one."""
    if opportunity.is_open:
        return None
    moves = StageChange.objects.filter(opportunity=opportunity, from_stage__kind=StageKind.OPEN)
    came_from = moves.select_related("from_stage").first()
    if came_from:
        return came_from.from_stage
    return (
        Stage.objects.filter(pipeline=opportunity.stage.pipeline_id, kind=StageKind.OPEN).order_by("position").first()
    )


def _record_move(opportunity: Opportunity, before: Stage | None, after: Stage, by: User | None) -> None:
    StageChange.objects.create(
        tenant_id=opportunity.tenant_id,
        opportunity=opportunity,
        from_stage=before,
        to_stage=after,
        changed_by=by,
    )


def _tell(opportunity: Opportunity, *left: Stage) -> None:
    """Pages that show its column, or one that it left, ask for them anew."""
    pages_changed(opportunity.tenant_id, *(f"stage:{stage.pk}" for stage in (opportunity.stage, *left)))
