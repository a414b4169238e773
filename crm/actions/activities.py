"""Next steps are planned, put off and done."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from crm.models import Activity, ActivityKind, Contact, User


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
    return activity


def postpone_activity(activity: Activity, due_at: datetime) -> bool:
    """Due at another moment; False when it is done, or due then already."""
    open_ones = Activity.objects.filter(pk=activity.pk, done_at=None)
    return bool(open_ones.exclude(due_at=due_at).update(due_at=due_at))


def complete_activity(activity: Activity) -> bool:
    """Done now; False when it was done before."""
    return bool(Activity.objects.filter(pk=activity.pk, done_at=None).update(done_at=timezone.now()))
