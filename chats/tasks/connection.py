"""A worker's threads outlive a restart of PostgreSQL."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import close_old_connections


def on_fresh_connection(job: Callable[..., None]) -> Callable[..., None]:
    """A worker's threads outlive a restart of PostgreSQL; a request would check its connection, so does a job."""

    @wraps(job)
    def checked(*args: Any, **kwargs: Any) -> None:
        close_old_connections()
        job(*args, **kwargs)

    return checked
