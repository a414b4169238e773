"""Messages for later leave on time."""

from procrastinate.contrib.django import app

from chats.actions.scheduled import send_due
from crm.connection import on_fresh_connection


@app.periodic(cron="* * * * * */15")
@app.task(name="chats.send_due", queueing_lock="chats.send_due", pass_context=False)
@on_fresh_connection
def send_scheduled(timestamp: int) -> None:
    """Every fifteen seconds; what a dead worker left is due still."""
    send_due()
