"""Lines come into people's bells, are read, and go away with their cause."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from crm.compiled import compiled
from crm.models import User, new_key

from . import live
from .models import CRMNotification, NotificationType

TITLE_LENGTH = CRMNotification._meta.get_field("title").max_length or 160
MESSAGE_LENGTH = CRMNotification._meta.get_field("message").max_length or 300

UPSERT = """
INSERT INTO crm_notifications
    (id, tenant_id, user_id, type, title, message, link, data, read, created_at, subject, count)
SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[])
    CROSS JOIN (VALUES (%s, %s, %s, %s, %s::jsonb, false, %s::timestamptz, %s, 1)) AS line
ON CONFLICT (user_id, type, subject) WHERE NOT read
DO UPDATE SET count = crm_notifications.count + 1, title = EXCLUDED.title,
    message = EXCLUDED.message, link = EXCLUDED.link, data = EXCLUDED.data, created_at = EXCLUDED.created_at
"""


@dataclass(frozen=True)
class Line:
    """What a bell line says. `subject` names its cause, such as `chat:<id>`; `acts` are the addresses of what can be
    done from the line itself, by name.
    """

    type: NotificationType
    subject: str
    title: str
    message: str = ""
    link: str = ""
    acts: Mapping[str, str] = field(default_factory=dict)


def notify(people: Iterable[User], line: Line) -> None:
    """One line per person; a line on the same subject that is still unread grows by one instead.

    People who muted this kind, and those who left, get none.
    """
    wanted = [user for user in people if user.is_active and line.type not in user.muted_kinds]
    if not wanted:
        return
    values: list[Any] = [
        [new_key() for _ in wanted],
        [user.tenant_id for user in wanted],
        [user.pk for user in wanted],
        line.type,
        line.title[:TITLE_LENGTH],
        line.message[:MESSAGE_LENGTH],
        line.link,
        json.dumps({"acts": dict(line.acts)}) if line.acts else None,
        timezone.now(),
        line.subject,
    ]
    with connection.cursor() as cursor:
        cursor.execute(UPSERT, values)
    for user in wanted:
        live.bell_changed(user.pk)


def tell_count(person: User, line: Line, count: int) -> None:
    """The person's unread line on this subject speaks of exactly `count` things; none is there when it is 0."""
    lines = CRMNotification.objects.filter(user=person, subject=line.subject, type=line.type).unread()
    if count and lines.update(count=count) == 0:
        notify([person], line)
        lines.update(count=count)
    elif not count:
        lines.delete()
    live.bell_changed(person.pk)


def hand_over(subject: str, line: Line) -> None:
    """The cause `subject` is now part of another one, `line.subject`: its unread lines speak of that, once a person."""
    lines = CRMNotification.objects.filter(subject=subject).unread()
    there = CRMNotification.objects.filter(
        subject=line.subject, user=OuterRef("user"), type=OuterRef("type"), read=False
    )
    people = set(lines.values_list("user_id", flat=True))
    lines.filter(Exists(there)).delete()
    lines.update(subject=line.subject, title=line.title[:TITLE_LENGTH], link=line.link)
    for user_id in people:
        live.bell_changed(user_id)


def clear(*subjects: str, only_for: UUID | None = None, kind: NotificationType | None = None) -> None:
    """The cause is gone: unread lines on it go too, for one person or for all, of one kind or of all."""
    if not _unread_on(list(subjects)):
        return
    lines = CRMNotification.objects.filter(subject__in=subjects).unread()
    if kind:
        lines = lines.filter(type=kind)
    if only_for:
        lines = lines.filter(user_id=only_for)
    people = set(lines.values_list("user_id", flat=True))
    if people:
        lines.delete()
    for user_id in people:
        live.bell_changed(user_id)


@compiled
def _unread_on(subjects: list[str]) -> "QuerySet[CRMNotification, UUID]":
    """For nearly all that is cleared, there is nothing to be cleared."""
    return CRMNotification.objects.filter(subject__any_of=subjects).unread().values_list("pk", flat=True)[:1]


def keep_at_most(subject: str, count: int) -> None:
    """Only `count` messages on the subject are still new: lines that speak of more say so, or go."""
    lines = CRMNotification.objects.filter(subject=subject, type=NotificationType.NEW_MESSAGE, count__gt=count).unread()
    people = set(lines.values_list("user_id", flat=True))
    if count:
        lines.update(count=count)
    else:
        lines.delete()
    for user_id in people:
        live.bell_changed(user_id)


def read_all(user: User) -> int:
    """Every line of this person's bell is read; how many were not."""
    count = CRMNotification.objects.of(user).unread().update(read=True, read_at=timezone.now())
    if count:
        live.bell_changed(user.pk)
    return count


def read_one(user: User, line: CRMNotification) -> None:
    """This line is read."""
    if CRMNotification.objects.of(user).unread().filter(pk=line.pk).update(read=True, read_at=timezone.now()):
        live.bell_changed(user.pk)
