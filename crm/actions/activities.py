"""Next steps are planned and done."""

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


def complete_activity(activity: Activity) -> Activity:
    """Done now; done twice is done once."""
    Activity.objects.filter(pk=activity.pk, done_at=None).update(done_at=timezone.now())
    activity.refresh_from_db(fields=["done_at"])
    return activity
