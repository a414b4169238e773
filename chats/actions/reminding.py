"""Whoever has something to do hears of it: a while before it is due, and again when it is late.

One line per person and activity, which goes when it is done, postponed, deleted or given to somebody else.
"""

from uuid import UUID

import structlog
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from chats.models import Chat
from chats.templatetags.moments import appointment
from crm.models import Activity, User
from crm.models.activities import LATE_AFTER
from notifications.actions import Line, clear, notify
from notifications.models import NotificationType

from .next_step import step_subject

log = structlog.get_logger(__name__)

# In one go; what is left over is told half a minute later all the same.
MOST_AT_ONCE = 300


def remind_due() -> int:
    """Tell of everything that is nearly due or late and was not told of yet; how many lines."""
    due = Activity.objects.to_be_told(timezone.now()).order_by("due_at", "id")
    told = 0
    for pk in due.values_list("pk", flat=True)[:MOST_AT_ONCE]:
        try:
            told += remind(pk)
        except Exception:
            # One that cannot be told keeps nobody else in the dark.
            log.exception("activity.not_told", activity=str(pk))
    return told


@transaction.atomic
def remind(activity_id: UUID) -> bool:
    """Tell its assignee, if that is still to be done; nobody else is doing it at the same moment."""
    now = timezone.now()
    untold = Activity.objects.to_be_told(now).filter(pk=activity_id).select_related("assignee__tenant", "contact")
    activity = untold.select_for_update(of=("self",), skip_locked=True).first()
    if activity is None or activity.assignee is None:
        return False
    is_late = activity.due_at <= now - LATE_AFTER
    activity.reminded_at = activity.reminded_at or now
    if is_late:
        activity.overdue_told_at = now
    activity.save(update_fields=["reminded_at", "overdue_told_at"])
    clear(step_subject(activity), only_for=activity.assignee.pk)
    notify([activity.assignee], _line(activity, activity.assignee, is_late=is_late))
    return True


def _line(activity: Activity, person: User, *, is_late: bool) -> Line:
    """In the person's language and by their company's clock."""
    zone = person.tenant.zone if person.tenant else timezone.get_default_timezone()
    with override(person.language), timezone.override(zone):
        moment = {"moment": appointment(activity.due_at)}
        when = _("Late: was due %(moment)s") % moment if is_late else _("Due: %(moment)s") % moment
    chat = _chat_for(activity, person)
    return Line(
        NotificationType.ACTIVITY_DUE,
        step_subject(activity),
        activity.title,
        f"{when} · {activity.contact.name}" if activity.contact and activity.contact.name else when,
        reverse("chats:chat", args=[chat.pk]) if chat else "",
        acts=_acts(activity, chat) if chat else {},
    )


def _chat_for(activity: Activity, person: User) -> Chat | None:
    """The latest conversation with whom it is about that the person may see."""
    chats = Chat.objects.visible_to(person).filter(contact=activity.contact_id, contact__isnull=False, merged_into=None)
    return chats.order_by("-last_message_at", "-pk").first()


def _acts(activity: Activity, chat: Chat) -> dict[str, str]:
    keys = [chat.pk, activity.pk]
    return {
        "complete": reverse("chats:completion", args=keys),
        "postpone": reverse("chats:postponement", args=keys),
    }
