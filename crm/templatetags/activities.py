"""What whoever looks at the page has to do."""

from django import template
from django.utils import timezone

from crm.models import Activity, User

register = template.Library()

MOST_COUNTED = 100


@register.simple_tag
def overdue_of(user: User) -> str:
    """How many of this person's activities are late, as `late_count` writes it. One cheap query."""
    return late_count(len(Activity.objects.late_for(user, timezone.now()).values_list("pk")[:MOST_COUNTED]))


def late_count(count: int) -> str:
    """As the navigation shows it: "99+" from a hundred on, "" for none."""
    if not count:
        return ""
    return "99+" if count >= MOST_COUNTED else str(count)
