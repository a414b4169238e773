"""A worker's threads outlive a restart of PostgreSQL."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import close_old_connections, transaction


def on_fresh_connection(job: Callable[..., None]) -> Callable[..., None]:
    """A worker's threads outlive a restart of PostgreSQL; a request would check its connection, so does a job.

    Within somebody's transaction the connection is theirs, and stays.
    """

    @wraps(job)
    def checked(*args: Any, **kwargs: Any) -> None:
        if not transaction.get_connection().in_atomic_block:
            close_old_connections()
        job(*args, **kwargs)

    return checked
