"""Jobs on a timer about what agents have begun to write."""

from procrastinate.contrib.django import app

from chats.actions.draft_files import remove_abandoned
from crm.connection import on_fresh_connection


@app.periodic(cron="37 4 * * *")
@app.task(name="chats.remove_abandoned_files", queueing_lock="chats.remove_abandoned_files", pass_context=False)
@on_fresh_connection
def remove_abandoned_files(timestamp: int) -> None:
    """Files that were attached and never sent leave the storage."""
    remove_abandoned()
