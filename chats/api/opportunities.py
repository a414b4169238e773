"""Sales: opened, described, moved, won and lost; what conversations tell of them is told here too."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query
from pydantic import Field

from chats import actions
from crm.api.shapes import Named, named
from crm.models import ApiScope, Contact, Opportunity, Stage, StageKind, User
from crm.requests import tenant_of
from crm.rest import (
    LIMIT,
    ApiRequest,
    Body,
    Cursor,
    Limit,
    Money,
    Page,
    Rest,
    Shape,
    answer,
    check_fresh,
    conflict,
    cut,
    invalid,
    newest_first,
)
from crm.rest.paging import moment_key

from .looking_up import colleague

router = Rest(tags=["Opportunities"])
Kind = Literal["OPEN", "WON", "LOST"]


class StageOfOpportunity(Shape):
    id: UUID
    name: str
    kind: Kind
    pipeline_id: UUID
    probability: int = Field(description="Per cent.")


class OpportunityShape(Shape):
    id: UUID
    title: str
    amount: Money = Field(description="Reais.")
    stage: StageOfOpportunity
    contact: Named | None
    lead_id: UUID | None
    owner: Named | None
    expected_close_on: date | None
    close_reason: str
    closed_at: datetime | None
    created_at: datetime
    updated_at: datetime


class NewOpportunity(Body):
    contact_id: UUID
    title: str = Field(min_length=1, max_length=160)
    stage_id: UUID | None = Field(None, description="The first stage of the default pipeline without it.")
    amount: Money = Field(Decimal(0), description="Reais.")
    owner_id: UUID | None = Field(None, description="Whoever asks, without it.")
    expected_close_on: date | None = None


class OpportunityChanges(Body):
    title: str | None = Field(None, min_length=1, max_length=160)
    amount: Money | None = None
    owner_id: UUID | None = Field(None, description="Null for nobody.")
    expected_close_on: date | None = None


class Move(Body):
    stage_id: UUID
    reason: str = Field("", max_length=160, description="Why it was won or lost; a lost one needs it.")


class Closing(Body):
    """Into the won or lost stage of its own pipeline."""

    outcome: Literal["WON", "LOST"]
    reason: str = Field("", max_length=160, description="A lost one needs it.")


class OpportunityFilter(Body):
    """What the list is narrowed to."""

    contact_id: UUID | None = None
    stage_id: UUID | None = None
    pipeline_id: UUID | None = None
    owner_id: UUID | Literal["me", "nobody"] | None = None
    kind: Kind | None = Field(None, description="Of its stage.")


@router.read("/opportunities", ApiScope.CRM_READ, Page[OpportunityShape], summary="List opportunities")
def list_opportunities(
    request: ApiRequest, filters: Annotated[OpportunityFilter, Query()], cursor: Cursor = "", limit: Limit = LIMIT
) -> HttpResponse:
    """Those the person may see, the latest changed first."""
    found = list(newest_first(_narrowed(request, filters), "updated_at", cursor)[: limit + 1])
    items, following = cut(found, limit, _shape, lambda deal: moment_key(deal.updated_at, deal.pk))
    return answer(request, Page[OpportunityShape].model_construct(items=items, next=following))


@router.create(
    "/opportunities",
    ApiScope.CRM_WRITE,
    OpportunityShape,
    summary="Create an opportunity",
    example={
        "contact_id": "0192f0c1-0000-7000-8000-000000000001",
        "title": "Sofá de três lugares",
        "amount": "4890.00",
        "expected_close_on": "2027-01-31",
    },
)
def create_opportunity(request: ApiRequest, body: NewOpportunity) -> HttpResponse:
    """Something that may be sold to a contact; their latest conversation is about it from then on."""
    contact = Contact.objects.visible_to(request.user).filter(pk=body.contact_id).first()
    if contact is None:
        raise invalid("contact_id", "There is no such contact.")
    owner = colleague(request, body.owner_id, "owner_id") if body.owner_id else request.user
    deal = actions.open_deal_of(
        contact,
        request.user,
        body.title,
        _stage(request, body.stage_id),
        body.amount,
        owner=owner,
        expected_close_on=body.expected_close_on,
    )
    return answer(request, _shape(_deals(request.user).get(pk=deal.pk)), 201)


@router.read("/opportunities/{uuid:opportunity_id}", ApiScope.CRM_READ, OpportunityShape, summary="Get an opportunity")
def get_opportunity(request: ApiRequest, opportunity_id: UUID) -> HttpResponse:
    """One of those the person may see."""
    return answer(request, _shape(_deal(request, opportunity_id)))


@router.change(
    "/opportunities/{uuid:opportunity_id}",
    ApiScope.CRM_WRITE,
    OpportunityShape,
    summary="Change an opportunity",
    example={"amount": "5200.00"},
)
def change_opportunity(request: ApiRequest, opportunity_id: UUID, body: OpportunityChanges) -> HttpResponse:
    """Title, value, expected close, owner; its owner hears of what others change."""
    with transaction.atomic():
        deal = _deal(request, opportunity_id)
        Opportunity.objects.select_for_update().get(pk=deal.pk)
        check_fresh(request, _shape(_deal(request, opportunity_id)))
        details: dict[str, Any] = body.given("expected_close_on")
        if "owner_id" in body.model_fields_set:
            details["owner"] = colleague(request, body.owner_id, "owner_id") if body.owner_id else None
        amount = deal.amount if body.amount is None else body.amount
        actions.describe_deal(None, request.user, deal, body.title or deal.title, amount, **details)
    return _show(request, opportunity_id)


@router.act(
    "/opportunities/{uuid:opportunity_id}/stage",
    ApiScope.CRM_WRITE,
    OpportunityShape,
    summary="Move to a stage",
    example={"stage_id": "0192f0c1-0000-7000-8000-000000000001"},
)
def move_opportunity(request: ApiRequest, opportunity_id: UUID, body: Move) -> HttpResponse:
    """To another stage; a won or lost one closes it, an open one opens it again."""
    deal, stage = _deal(request, opportunity_id), _stage(request, body.stage_id)
    return _moved(request, deal, stage, body.reason)


@router.act(
    "/opportunities/{uuid:opportunity_id}/closing",
    ApiScope.CRM_WRITE,
    OpportunityShape,
    summary="Win or lose",
    example={"outcome": "LOST", "reason": "Preço"},
)
def close_opportunity(request: ApiRequest, opportunity_id: UUID, body: Closing) -> HttpResponse:
    """Won or lost, and why. 409 `no_stage` when its pipeline has no such stage."""
    deal = _deal(request, opportunity_id)
    stages = Stage.objects.filter(pipeline=deal.stage.pipeline_id, kind=body.outcome)
    stage = deal.stage if deal.stage.kind == body.outcome else stages.order_by("position").first()
    if stage is None:
        raise conflict("no_stage", "Its pipeline has no such stage.")
    return _moved(request, deal, stage, body.reason)


def _moved(request: ApiRequest, deal: Opportunity, stage: Stage, reason: str) -> HttpResponse:
    if stage.kind == StageKind.LOST and not reason and deal.stage.kind != StageKind.LOST:
        raise invalid("reason", "Say why it was lost.")
    actions.move_deal(None, request.user, deal, stage, reason)
    return _show(request, deal.pk)


def _narrowed(request: ApiRequest, filters: OpportunityFilter) -> Any:
    deals = _deals(request.user)
    given = {
        "contact": filters.contact_id,
        "stage": filters.stage_id,
        "stage__pipeline": filters.pipeline_id,
        "stage__kind": filters.kind,
    }
    deals = deals.filter(**{name: value for name, value in given.items() if value})
    match filters.owner_id:
        case "me":
            return deals.filter(owner=request.user)
        case "nobody":
            return deals.filter(owner=None)
        case UUID() as owner:
            return deals.filter(owner=owner)
    return deals


def _deals(user: User) -> Any:
    return Opportunity.objects.visible_to(user).select_related("stage", "contact", "owner")


def _deal(request: ApiRequest, opportunity_id: UUID) -> Opportunity:
    deal: Opportunity = get_object_or_404(_deals(request.user), pk=opportunity_id)
    return deal


def _show(request: ApiRequest, opportunity_id: UUID) -> HttpResponse:
    """After an act. Whoever gave it away is still shown what became of it."""
    rows = Opportunity.objects.filter(tenant_id=tenant_of(request.user)).select_related("stage", "contact", "owner")
    return answer(request, _shape(rows.get(pk=opportunity_id)))


def _stage(request: ApiRequest, stage_id: UUID | None) -> Stage:
    stages = Stage.objects.filter(tenant_id=tenant_of(request.user))
    stages = stages.filter(pk=stage_id) if stage_id else stages.filter(pipeline__is_default=True)
    found = stages.order_by("position").first()
    if found is None:
        raise invalid("stage_id", "The company has no such stage.")
    return found


def _shape(deal: Opportunity) -> OpportunityShape:
    names = ("title", "amount", "lead_id", "expected_close_on", "close_reason", "closed_at", "created_at", "updated_at")
    stage = StageOfOpportunity.model_construct(
        id=deal.stage_id,
        name=deal.stage.name,
        kind=deal.stage.kind,
        pipeline_id=deal.stage.pipeline_id,
        probability=deal.stage.probability,
    )
    return OpportunityShape.model_construct(
        id=deal.pk,
        stage=stage,
        contact=named(deal.contact_id, deal.contact.name),
        owner=named(deal.owner_id, deal.owner.name if deal.owner else ""),
        **{name: getattr(deal, name) for name in names},
    )
