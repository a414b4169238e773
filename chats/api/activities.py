"""Next steps: planned, changed, done; conversations of their contact know which is first."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query
from pydantic import Field

from chats import actions
from crm.api.shapes import Named, named
from crm.models import Activity, ActivityKind, ApiScope, Contact
from crm.requests import tenant_of
from crm.rest import (
    LIMIT,
    ApiRequest,
    Body,
    Cursor,
    Limit,
    Moment,
    Page,
    Rest,
    Shape,
    answer,
    check_fresh,
    cut,
    invalid,
    newest_first,
)
from crm.rest.paging import moment_key

from .looking_up import colleague

router = Rest(tags=["Activities"])
LONGEST_NOTES = 4000


class ActivityShape(Shape):
    id: UUID
    kind: ActivityKind
    title: str
    notes: str
    due_at: datetime
    done_at: datetime | None
    assignee: Named | None
    contact: Named | None
    lead_id: UUID | None
    opportunity_id: UUID | None
    chat_id: UUID | None
    created_at: datetime


class NewActivity(Body):
    contact_id: UUID
    title: str = Field(min_length=1, max_length=160)
    due_at: Moment
    kind: ActivityKind = ActivityKind.FOLLOW_UP
    notes: str = Field("", max_length=LONGEST_NOTES)
    assignee_id: UUID | None = Field(None, description="Whoever asks, without it.")


class ActivityChanges(Body):
    title: str | None = Field(None, min_length=1, max_length=160)
    due_at: Moment | None = None
    kind: ActivityKind | None = None
    notes: str | None = Field(None, max_length=LONGEST_NOTES)
    assignee_id: UUID | None = Field(None, description="Null for nobody.")
    is_done: bool | None = None


class ActivityFilter(Body):
    """What the list is narrowed to."""

    contact_id: UUID | None = None
    opportunity_id: UUID | None = None
    assignee_id: UUID | Literal["me", "nobody"] | None = None
    kind: ActivityKind | None = None
    is_done: bool | None = None
    due_before: Moment | None = None
    due_after: Moment | None = None


@router.read("/activities", ApiScope.CRM_READ, Page[ActivityShape], summary="List activities")
def list_activities(
    request: ApiRequest, filters: Annotated[ActivityFilter, Query()], cursor: Cursor = "", limit: Limit = LIMIT
) -> HttpResponse:
    """Those the person may see, the one due last first."""
    found = list(newest_first(_narrowed(request, filters), "due_at", cursor)[: limit + 1])
    items, following = cut(found, limit, _shape, lambda activity: moment_key(activity.due_at, activity.pk))
    return answer(request, Page[ActivityShape].model_construct(items=items, next=following))


@router.create(
    "/activities",
    ApiScope.CRM_WRITE,
    ActivityShape,
    summary="Create an activity",
    example={
        "contact_id": "0192f0c1-0000-7000-8000-000000000001",
        "title": "Ligar sobre o orçamento",
        "due_at": "2027-03-01T13:00:00Z",
        "kind": "CALL",
    },
)
def create_activity(request: ApiRequest, body: NewActivity) -> HttpResponse:
    """Something to be done for a contact; told in the timeline of their latest conversation."""
    contact = Contact.objects.visible_to(request.user).filter(pk=body.contact_id).first()
    if contact is None:
        raise invalid("contact_id", "There is no such contact.")
    assignee = colleague(request, body.assignee_id, "assignee_id") if body.assignee_id else request.user
    details = {"kind": body.kind, "notes": body.notes, "assignee": assignee}
    activity = actions.plan_for(contact, request.user, body.title, body.due_at, **details)
    return _show(request, activity.pk, 201)


@router.read("/activities/{uuid:activity_id}", ApiScope.CRM_READ, ActivityShape, summary="Get an activity")
def get_activity(request: ApiRequest, activity_id: UUID) -> HttpResponse:
    """One of those the person may see."""
    return answer(request, _shape(_activity(request, activity_id)))


@router.change(
    "/activities/{uuid:activity_id}",
    ApiScope.CRM_WRITE,
    ActivityShape,
    summary="Change an activity",
    example={"is_done": True},
)
def change_activity(request: ApiRequest, activity_id: UUID, body: ActivityChanges) -> HttpResponse:
    """What, when, by whom, and whether it is done."""
    with transaction.atomic():
        activity = _activity(request, activity_id)
        Activity.objects.select_for_update().get(pk=activity_id)
        check_fresh(request, _shape(_activity(request, activity_id)))
        wanted = {
            name: value for name, value in body.given("title", "due_at", "kind", "notes").items() if value is not None
        }
        if "assignee_id" in body.model_fields_set:
            wanted["assignee"] = colleague(request, body.assignee_id, "assignee_id") if body.assignee_id else None
        if wanted:
            actions.replan(None, request.user, activity, **wanted)
        if body.is_done is not None:
            (actions.complete if body.is_done else actions.take_up_again)(None, request.user, activity)
    return _show(request, activity_id)


@router.remove("/activities/{uuid:activity_id}", ApiScope.CRM_WRITE, summary="Call off an activity")
def remove_activity(request: ApiRequest, activity_id: UUID) -> HttpResponse:
    """It is not to be done any more."""
    actions.call_off(None, request.user, _activity(request, activity_id))
    return HttpResponse(status=204)


def _narrowed(request: ApiRequest, filters: ActivityFilter) -> Any:
    rows = _activities(request)
    given = {
        "contact": filters.contact_id,
        "opportunity": filters.opportunity_id,
        "kind": filters.kind,
        "due_at__lt": filters.due_before,
        "due_at__gte": filters.due_after,
    }
    rows = rows.filter(**{name: value for name, value in given.items() if value})
    if filters.is_done is not None:
        rows = rows.filter(done_at__isnull=not filters.is_done)
    match filters.assignee_id:
        case "me":
            return rows.filter(assignee=request.user)
        case "nobody":
            return rows.filter(assignee=None)
        case UUID() as person:
            return rows.filter(assignee=person)
    return rows


def _activities(request: ApiRequest) -> Any:
    return Activity.objects.visible_to(request.user).select_related("contact", "assignee")


def _activity(request: ApiRequest, activity_id: UUID) -> Activity:
    activity: Activity = get_object_or_404(_activities(request), pk=activity_id)
    return activity


def _show(request: ApiRequest, activity_id: UUID, status: int = 200) -> HttpResponse:
    """After an act. Whoever gave it away is still shown what became of it."""
    rows = Activity.objects.filter(tenant_id=tenant_of(request.user)).select_related("contact", "assignee")
    return answer(request, _shape(rows.get(pk=activity_id)), status)


def _shape(activity: Activity) -> ActivityShape:
    names = ("kind", "title", "notes", "due_at", "done_at", "lead_id", "opportunity_id", "chat_id", "created_at")
    return ActivityShape.model_construct(
        id=activity.pk,
        assignee=named(activity.assignee_id, activity.assignee.name if activity.assignee else ""),
        contact=named(activity.contact_id, activity.contact.name if activity.contact else ""),
        **{name: getattr(activity, name) for name in names},
    )
