"""Contacts come in from spreadsheets."""

from uuid import UUID

from procrastinate.contrib.django import app

from chats.actions import importing
from crm.connection import on_fresh_connection
from crm.models import ContactImport


@app.task(name=importing.IMPORT_TASK)
@on_fresh_connection
def import_contacts(import_pk: str) -> None:
    """Go on with an import for a while; the next job goes on after it, so that others have their turn."""
    if importing.run_turn(UUID(import_pk)):
        importing.order_turn(ContactImport.objects.get(pk=import_pk))


@app.periodic(cron="* * * * * */15")
@app.task(name="chats.imports_forgotten", queueing_lock="chats.imports_forgotten", pass_context=False)
@on_fresh_connection
def imports_forgotten(timestamp: int) -> None:
    """What a dead worker left goes on."""
    importing.order_forgotten()


@app.periodic(cron="53 4 * * *")
@app.task(name="chats.forget_imports", queueing_lock="chats.forget_imports", pass_context=False)
@on_fresh_connection
def forget_imports(timestamp: int) -> None:
    """Old files of customers leave the storage."""
    importing.forget_old()
