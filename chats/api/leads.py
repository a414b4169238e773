"""People who may buy: listed, entered, accepted, moved on; what conversations tell of them is told here too."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query
from pydantic import Field

from chats import actions
from crm.actions import LeadExists, give_lead
from crm.api.shapes import Named, named
from crm.models import ApiScope, Contact, Lead, LeadSource, LeadStatus
from crm.requests import tenant_of
from crm.rest import (
    LIMIT,
    ApiRequest,
    Body,
    Cursor,
    Limit,
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

router = Rest(tags=["Leads"])


class LeadShape(Shape):
    id: UUID
    name: str
    phone: str = Field(description="E.164 digits, or empty.")
    source: LeadSource
    status: LeadStatus
    is_incoming: bool = Field(description="They wrote, and nobody has accepted or discarded them.")
    contact: Named | None
    owner: Named | None
    lost_reason: str
    accepted_at: datetime | None
    discarded_at: datetime | None
    created_at: datetime
    updated_at: datetime


class NewLead(Body):
    """A contact that ever had a lead gets no second one: that one is answered (200)."""

    contact_id: UUID
    owner_id: UUID | None = Field(None, description="Whoever asks, without it.")


class LeadChanges(Body):
    status: LeadStatus | None = None
    lost_reason: str = Field("", max_length=160, description="With `status` LOST.")
    owner_id: UUID | None = Field(None, description="Null for nobody.")


class LeadFilter(Body):
    """What the list is narrowed to."""

    contact_id: UUID | None = None
    status: LeadStatus | None = None
    source: LeadSource | None = None
    owner_id: UUID | Literal["me", "nobody"] | None = None
    is_incoming: bool | None = None


@router.read("/leads", ApiScope.CRM_READ, Page[LeadShape], summary="List leads")
def list_leads(
    request: ApiRequest, filters: Annotated[LeadFilter, Query()], cursor: Cursor = "", limit: Limit = LIMIT
) -> HttpResponse:
    """Those the person may see, the newest first."""
    found = list(newest_first(_narrowed(request, filters), "created_at", cursor)[: limit + 1])
    items, following = cut(found, limit, _shape, lambda lead: moment_key(lead.created_at, lead.pk))
    return answer(request, Page[LeadShape].model_construct(items=items, next=following))


@router.create(
    "/leads",
    ApiScope.CRM_WRITE,
    LeadShape,
    may_exist=True,
    summary="Create a lead",
    example={"contact_id": "0192f0c1-0000-7000-8000-000000000001"},
)
def create_lead(request: ApiRequest, body: NewLead) -> HttpResponse:
    """A contact may buy."""
    contact = Contact.objects.visible_to(request.user).filter(pk=body.contact_id).first()
    if contact is None:
        raise invalid("contact_id", "There is no such contact.")
    owner = colleague(request, body.owner_id, "owner_id") if body.owner_id else request.user
    lead, is_new = actions.enter_lead(contact, LeadSource.API, owner)
    return _show(request, lead.pk, 201 if is_new else 200)


@router.read("/leads/{uuid:lead_id}", ApiScope.CRM_READ, LeadShape, summary="Get a lead")
def get_lead(request: ApiRequest, lead_id: UUID) -> HttpResponse:
    """One of those the person may see."""
    return answer(request, _shape(_lead(request, lead_id)))


@router.change(
    "/leads/{uuid:lead_id}", ApiScope.CRM_WRITE, LeadShape, summary="Change a lead", example={"status": "QUALIFIED"}
)
def change_lead(request: ApiRequest, lead_id: UUID, body: LeadChanges) -> HttpResponse:
    """Status and owner; a status accepts an incoming one. 409 `lead_exists` when the person has another open lead."""
    with transaction.atomic():
        lead = _lead(request, lead_id)
        Lead.objects.select_for_update().get(pk=lead_id)
        check_fresh(request, _shape(_lead(request, lead_id)))
        if body.status == LeadStatus.LOST and lead.status != LeadStatus.LOST and not body.lost_reason:
            raise invalid("lost_reason", "Say why it was lost.")
        try:
            if body.status:
                actions.change_lead_of(lead, request.user, body.status, body.lost_reason)
        except LeadExists as error:
            raise conflict("lead_exists", "This person has another open lead.") from error
        if "owner_id" in body.model_fields_set:
            owner = colleague(request, body.owner_id, "owner_id") if body.owner_id else None
            give_lead(lead, owner, request.user)
    return _show(request, lead_id)


@router.act("/leads/{uuid:lead_id}/acceptance", ApiScope.CRM_WRITE, LeadShape, summary="Accept a lead")
def accept_lead(request: ApiRequest, lead_id: UUID) -> HttpResponse:
    """Take care of an incoming lead, and own it when nobody does; any other stays as it is."""
    actions.accept_lead_of(_lead(request, lead_id), request.user)
    return _show(request, lead_id)


@router.act("/leads/{uuid:lead_id}/discarding", ApiScope.CRM_WRITE, LeadShape, summary="Discard a lead")
def discard_lead(request: ApiRequest, lead_id: UUID) -> HttpResponse:
    """An incoming lead that is none; any other stays as it is."""
    actions.discard_lead_of(_lead(request, lead_id), request.user)
    return _show(request, lead_id)


def _narrowed(request: ApiRequest, filters: LeadFilter) -> Any:
    rows = _leads(request)
    given = {"contact": filters.contact_id, "status": filters.status, "source": filters.source}
    rows = rows.filter(**{name: value for name, value in given.items() if value})
    if filters.is_incoming is not None:
        incoming = Lead.objects.incoming().values("pk")
        rows = rows.filter(pk__in=incoming) if filters.is_incoming else rows.exclude(pk__in=incoming)
    match filters.owner_id:
        case "me":
            return rows.filter(owner=request.user)
        case "nobody":
            return rows.filter(owner=None)
        case UUID() as person:
            return rows.filter(owner=person)
    return rows


def _leads(request: ApiRequest) -> Any:
    return Lead.objects.visible_to(request.user).select_related("contact", "owner")


def _lead(request: ApiRequest, lead_id: UUID) -> Lead:
    lead: Lead = get_object_or_404(_leads(request), pk=lead_id)
    return lead


def _show(request: ApiRequest, lead_id: UUID, status: int = 200) -> HttpResponse:
    """After an act. Whoever gave it away is still shown what became of it."""
    rows = Lead.objects.filter(tenant_id=tenant_of(request.user)).select_related("contact", "owner")
    return answer(request, _shape(rows.get(pk=lead_id)), status)


def _shape(lead: Lead) -> LeadShape:
    names = [
        "name",
        "phone",
        "source",
        "status",
        "is_incoming",
        "lost_reason",
        "accepted_at",
        "discarded_at",
        "created_at",
        "updated_at",
    ]
    return LeadShape.model_construct(
        id=lead.pk,
        contact=named(lead.contact_id, lead.contact.name if lead.contact else ""),
        owner=named(lead.owner_id, lead.owner.name if lead.owner else ""),
        **{name: getattr(lead, name) for name in names},
    )
