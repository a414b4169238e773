"""Work beside the test, in a thread of its own."""

import threading
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Self

from django.db import connection, connections

LONGEST_SECONDS = 400


class Beside:
    """`with Beside(act):` runs it meanwhile, waits for its end, and passes on its error."""

    def __init__(self, act: Callable[[], object]) -> None:
        self._act = act
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        try:
            self._act()
        except BaseException as error:
            self._error = error
        finally:
            connections.close_all()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.join(LONGEST_SECONDS)
        if error is None:
            assert not self._thread.is_alive(), "what ran beside the test has not ended"
            if self._error:
                raise self._error


def paced(acts: Iterable[Callable[[], object]], *, per_second: float) -> Callable[[], None]:
    """One after the other, so many a second at most."""

    def run() -> None:
        pause = threading.Event()
        for act in acts:
            act()
            pause.wait(1 / per_second)

    return run


def somebody_waits_for_a_lock() -> bool:
    """Whether a connection to the test's database waits for what another one holds."""
    with connection.cursor() as cursor:
        # Within a transaction PostgreSQL would tell again what it told first.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock')"
        )
        return bool(cursor.fetchone()[0])
