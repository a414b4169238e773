"""How far the import of a number's past has come, as its page tells it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from .importing import UNDER_WAY
from .models import HistoryImport, ImportState, WhatsAppSession


@dataclass(frozen=True)
class Past:
    """The number's latest import. `percent` and `reached` are None where no time says how much is left."""

    latest: HistoryImport | None = None
    is_running: bool = False
    is_waiting: bool = False
    percent: int | None = None
    reached: datetime | None = None
    per_second: int = 0

    @classmethod
    def of(cls, session: WhatsAppSession) -> Self:
        latest = HistoryImport.objects.filter(session=session).select_related("requested_by").first()
        if latest is None:
            return cls()
        running = latest.state in UNDER_WAY
        return cls(
            latest=latest,
            is_running=running,
            is_waiting=running and not session.is_working,
            percent=_percent(latest),
            reached=latest.reached,
            per_second=_per_second(latest),
        )

    @property
    def has_failed(self) -> bool:
        return self.latest is not None and self.latest.state == ImportState.FAILED


def _percent(latest: HistoryImport) -> int | None:
    """Of the time asked for; it is read from the newest to the oldest."""
    if latest.state == ImportState.DONE:
        return 100
    if latest.state == ImportState.QUEUED:
        return 0
    if latest.reached is None:
        return None
    share = (latest.until - latest.reached) / (latest.until - latest.since)
    return max(0, min(99, int(share * 100)))


def _per_second(latest: HistoryImport) -> int:
    seconds = (latest.changed_at - latest.created_at).total_seconds()
    return round(latest.seen_count / seconds) if seconds >= 1 else 0
