"""What whoever looks at the page has to do."""

from django import template
from django.utils import timezone

from crm.models import Activity, User

register = template.Library()

MOST_COUNTED = 100


@register.simple_tag
def overdue_of(user: User) -> str:
    """How many of this person's activities are late; "99+" from a hundred on, "" for none. One cheap query."""
    late = Activity.objects.filter(tenant=user.tenant_id, assignee=user, done_at=None, due_at__lt=timezone.now())
    count = len(late.order_by().values_list("pk")[:MOST_COUNTED])
    if not count:
        return ""
    return "99+" if count >= MOST_COUNTED else str(count)
