"""A worker's threads outlive a restart of PostgreSQL."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import close_old_connections, transaction

P = ParamSpec("P")
R = TypeVar("R")


def on_fresh_connection(job: Callable[P, R]) -> Callable[P, R]:
    """A worker's threads outlive a restart of PostgreSQL; a request would check its connection, so does a job.

    Within somebody's transaction the connection is theirs, and stays.
    """

    @wraps(job)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        if not transaction.get_connection().in_atomic_block:
            close_old_connections()
        return job(*args, **kwargs)

    return checked
