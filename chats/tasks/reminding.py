"""What is due is told in time."""

from procrastinate.contrib.django import app

from chats.actions.reminding import remind_due
from crm.connection import on_fresh_connection


@app.periodic(cron="* * * * * */30")
@app.task(name="chats.remind", queueing_lock="chats.remind", pass_context=False)
@on_fresh_connection
def remind(timestamp: int) -> None:
    """Every half a minute; what a dead worker left is to be told still."""
    remind_due()
