"""Who wants to hear what, remembered by each process for a few seconds: most companies want to hear nothing at all.

A new webhook is heard of at once in the process that made it, and within `SECONDS` in the others.
"""

import time
from uuid import UUID

from crm.models import Webhook

SECONDS = 5.0

Wanted = tuple[tuple[UUID, frozenset[str]], ...]
_known: dict[UUID, tuple[float, Wanted]] = {}


def wanting(tenant_id: UUID, event: str) -> list[UUID]:
    """The webhooks of this company that are told of this event. Mostly it asks nobody."""
    return [webhook for webhook, events in _wanted(tenant_id) if event in events]


def forget(tenant_id: UUID) -> None:
    """The company's webhooks were changed."""
    _known.pop(tenant_id, None)


def _wanted(tenant_id: UUID) -> Wanted:
    known = _known.get(tenant_id)
    if known and time.monotonic() - known[0] < SECONDS:
        return known[1]
    rows = Webhook.objects.filter(tenant_id=tenant_id, is_active=True).values_list("pk", "events")
    wanted: Wanted = tuple((pk, frozenset(events)) for pk, events in rows)
    _known[tenant_id] = (time.monotonic(), wanted)
    return wanted
