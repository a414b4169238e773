"""Conversations that were put off come back; what nobody can take back any more is forgotten."""

from procrastinate.contrib.django import app

from chats.actions.snoozing import wake_due
from chats.actions.undo import forget_old_steps
from crm.connection import on_fresh_connection


@app.periodic(cron="* * * * * */15")
@app.task(name="chats.wake", queueing_lock="chats.wake", pass_context=False)
@on_fresh_connection
def wake(timestamp: int) -> None:
    """Wake whose moment has come."""
    wake_due()


@app.periodic(cron="41 * * * *")
@app.task(name="chats.forget_steps", queueing_lock="chats.forget_steps", pass_context=False)
@on_fresh_connection
def forget_steps(timestamp: int) -> None:
    """Undo steps make room."""
    forget_old_steps()
