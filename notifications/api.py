"""A person's bell for other programs."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from pydantic import Field

from crm.models import ApiScope
from crm.rest import LIMIT, ApiRequest, Cursor, Limit, Page, Rest, Shape, answer, cut, newest_first
from crm.rest.paging import moment_key

from . import actions
from .bell import MOST_COUNTED, bell_of
from .models import CRMNotification, NotificationType

router = Rest(tags=["Notifications"])


class NotificationShape(Shape):
    """One line: ten messages in a chat are one line with a count of 10."""

    id: UUID
    type: NotificationType
    title: str
    message: str
    link: str | None = Field(description="Path of the page it leads to.")
    data: Any = Field(description="What the kind of line has beyond its words.")
    count: int
    read: bool
    read_at: datetime | None
    created_at: datetime


class BellShape(Shape):
    unread: int = Field(le=MOST_COUNTED, description='Exact up to 99; 100 means "100 or more".')


@router.read("/notifications", ApiScope.NOTIFICATIONS_READ, Page[NotificationShape], summary="List notifications")
def list_notifications(
    request: ApiRequest, cursor: Cursor = "", limit: Limit = LIMIT, read: bool | None = None
) -> HttpResponse:
    """The person's own lines, the newest first."""
    lines = CRMNotification.objects.of(request.user)
    if read is not None:
        lines = lines.filter(read=read)
    found = list(newest_first(lines, "created_at", cursor)[: limit + 1])
    items, following = cut(found, limit, _shape, lambda line: moment_key(line.created_at, line.pk))
    return answer(request, Page[NotificationShape].model_construct(items=items, next=following))


@router.act("/notifications/reading", ApiScope.NOTIFICATIONS_WRITE, BellShape, summary="Read all")
def read_all(request: ApiRequest) -> HttpResponse:
    """Every line is read."""
    actions.read_all(request.user)
    return answer(request, BellShape.model_construct(unread=bell_of(request.user).unread))


@router.read("/notifications/{uuid:notification_id}", ApiScope.NOTIFICATIONS_READ, NotificationShape, summary="Get one")
def get_notification(request: ApiRequest, notification_id: UUID) -> HttpResponse:
    """One line of the person's own bell."""
    return answer(request, _shape(_line(request, notification_id)))


@router.act(
    "/notifications/{uuid:notification_id}/reading",
    ApiScope.NOTIFICATIONS_WRITE,
    NotificationShape,
    summary="Read one",
)
def read_one(request: ApiRequest, notification_id: UUID) -> HttpResponse:
    """This line is read."""
    actions.read_one(request.user, _line(request, notification_id))
    return answer(request, _shape(_line(request, notification_id)))


def _line(request: ApiRequest, notification_id: UUID) -> CRMNotification:
    return get_object_or_404(CRMNotification.objects.of(request.user), pk=notification_id)


def _shape(line: CRMNotification) -> NotificationShape:
    names = ("type", "title", "message", "link", "data", "count", "read", "read_at", "created_at")
    return NotificationShape.model_construct(id=line.pk, **{name: getattr(line, name) for name in names})
