"""What was asked once is remembered for a day."""

from crm.models import RepeatableRequest


def forget_old_requests() -> int:
    """Requests whose key means nothing any more make room; how many."""
    return RepeatableRequest.objects.forgotten().delete()[0]
