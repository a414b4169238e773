"""Next steps are planned, put off and done."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from crm.live import nudge, pages_changed, user_group
from crm.models import Activity, ActivityKind, AuditAct, Contact, User

from .audit import facts, record

DESCRIBED = {"kind", "title", "notes", "due_at", "assignee"}
NOT_TOLD: dict[str, Any] = {"reminded_at": None, "overdue_told_at": None}


@transaction.atomic
def schedule_activity(
    contact: Contact,
    title: str,
    due_at: datetime,
    *,
    kind: ActivityKind = ActivityKind.FOLLOW_UP,
    assignee: User | None = None,
    by: User | None = None,
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
    record(AuditAct.ACTIVITY_CHANGED, activity, by, after=facts(activity, DESCRIBED))
    _tell(activity)
    return activity


def postpone_activity(activity: Activity, due_at: datetime, by: User | None = None) -> bool:
    """Due at another moment; False when it is done, or due then already."""
    return bool(_change(activity, by, {"due_at": due_at}, done=False))


def describe_activity(activity: Activity, by: User | None = None, **wanted: Any) -> set[str]:
    """Another kind, title, notes, moment or assignee; the names of what really changed.

    What was said of its being due holds no more when the moment or the person is another.
    """
    if strange := wanted.keys() - DESCRIBED:
        raise TypeError(f"Not for describing: {', '.join(sorted(strange))}")
    return _change(activity, by, wanted)


def complete_activity(activity: Activity, by: User | None = None) -> bool:
    """Done now; False when it was done before."""
    return bool(_change(activity, by, {"done_at": timezone.now()}, done=False))


def reopen_activity(activity: Activity, by: User | None = None) -> bool:
    """Not done after all; False when it is open. It is told of anew."""
    return bool(_change(activity, by, {"done_at": None}, done=True))


@transaction.atomic
def delete_activity(activity: Activity, by: User | None = None) -> bool:
    """It was not to be; False when it is gone already."""
    row = Activity.objects.select_for_update(of=("self",)).filter(pk=activity.pk).first()
    if row is None:
        return False
    record(AuditAct.ACTIVITY_REMOVED, row, by, before=facts(row, DESCRIBED))
    row.delete()
    _tell(activity)
    return True


@transaction.atomic
def _change(activity: Activity, by: User | None, wanted: dict[str, Any], *, done: bool | None = None) -> set[str]:
    """Write what differs, told of anew where that follows; nothing on a row that is not `done` as it should be."""
    locked = Activity.objects.select_for_update(of=("self",)).get(pk=activity.pk)
    changed = {name for name, value in wanted.items() if getattr(locked, name) != value}
    if not changed or done not in {None, locked.done_at is not None}:
        return set()
    before = facts(locked, changed)
    anew = NOT_TOLD if changed & {"due_at", "assignee"} or wanted.get("done_at", locked) is None else {}
    for name, value in ({name: wanted[name] for name in changed} | anew).items():
        setattr(locked, name, value)
    locked.full_clean()
    locked.save(update_fields=[*changed, *anew])
    record(AuditAct.ACTIVITY_CHANGED, locked, by, before, facts(locked, changed))
    _tell(locked, activity.assignee_id)
    return changed


def _tell(activity: Activity, *before: UUID | None) -> None:
    """Agendas that may show it, the card of its opportunity, and the number of what is late, also `before`'s."""
    subjects = ["activities"]
    if activity.opportunity:
        subjects.append(f"stage:{activity.opportunity.stage_id}")
    pages_changed(activity.tenant_id, *subjects)
    for person in filter(None, {activity.assignee_id, *before}):
        nudge(user_group(person), "bell", user=str(person))
