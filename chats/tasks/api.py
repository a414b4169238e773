"""A job on a timer about what other programs asked."""

from procrastinate.contrib.django import app

from crm.actions.requests import forget_old_requests
from crm.connection import on_fresh_connection


@app.periodic(cron="23 * * * *")
@app.task(name="chats.forget_old_requests", queueing_lock="chats.forget_old_requests", pass_context=False)
@on_fresh_connection
def forget_requests(timestamp: int) -> None:
    """Idempotency keys of yesterday make room."""
    forget_old_requests()
