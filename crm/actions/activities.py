"""Next steps are planned, put off and done."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from crm.live import nudge, pages_changed, user_group
from crm.models import Activity, ActivityKind, Contact, User

DESCRIBED = {"kind", "title", "notes", "due_at", "assignee"}
NOT_TOLD: dict[str, Any] = {"reminded_at": None, "overdue_told_at": None}


def schedule_activity(
    contact: Contact,
    title: str,
    due_at: datetime,
    *,
    kind: ActivityKind = ActivityKind.FOLLOW_UP,
    assignee: User | None = None,
    **about: Any,
) -> Activity:
    """Plan something for a contact; `about` may name a lead, an opportunity, a chat, notes."""
    activity = Activity(
        tenant_id=contact.tenant_id,
        contact=contact,
        title=title,
        due_at=due_at,
        kind=kind,
        assignee=assignee,
        **about,
    )
    activity.full_clean()
    activity.save()
    _tell(activity)
    return activity


def postpone_activity(activity: Activity, due_at: datetime) -> bool:
    """Due at another moment; False when it is done, or due then already."""
    open_ones = Activity.objects.filter(pk=activity.pk, done_at=None)
    return _changed(activity, open_ones.exclude(due_at=due_at).update(due_at=due_at, **NOT_TOLD))


@transaction.atomic
def describe_activity(activity: Activity, **wanted: Any) -> set[str]:
    """Another kind, title, notes, moment or assignee; the names of what really changed.

    What was said of its being due holds no more when the moment or the person is another.
    """
    if strange := wanted.keys() - DESCRIBED:
        raise TypeError(f"Not for describing: {', '.join(sorted(strange))}")
    locked = Activity.objects.select_for_update().get(pk=activity.pk)
    changed = {name for name, value in wanted.items() if getattr(locked, name) != value}
    if changed:
        anew = NOT_TOLD if changed & {"due_at", "assignee"} else {}
        for name, value in ({name: wanted[name] for name in changed} | anew).items():
            setattr(locked, name, value)
        locked.full_clean()
        locked.save(update_fields=[*changed, *anew])
        _tell(locked, activity.assignee_id)
    return changed


def complete_activity(activity: Activity) -> bool:
    """Done now; False when it was done before."""
    open_ones = Activity.objects.filter(pk=activity.pk, done_at=None)
    return _changed(activity, open_ones.update(done_at=timezone.now()))


def reopen_activity(activity: Activity) -> bool:
    """Not done after all; False when it is open. It is told of anew."""
    done = Activity.objects.filter(pk=activity.pk, done_at__isnull=False)
    return _changed(activity, done.update(done_at=None, **NOT_TOLD))


def delete_activity(activity: Activity) -> bool:
    """It was not to be; False when it is gone already."""
    gone, _each = Activity.objects.filter(pk=activity.pk).delete()
    return _changed(activity, gone)


def _changed(activity: Activity, count: int) -> bool:
    if count:
        _tell(activity)
    return bool(count)


def _tell(activity: Activity, *before: UUID | None) -> None:
    """Agendas that may show it, the card of its opportunity, and the number of what is late, also `before`'s."""
    subjects = ["activities"]
    if activity.opportunity:
        subjects.append(f"stage:{activity.opportunity.stage_id}")
    pages_changed(activity.tenant_id, *subjects)
    for person in filter(None, {activity.assignee_id, *before}):
        nudge(user_group(person), "bell", user=str(person))
