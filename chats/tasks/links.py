"""Jobs that ask linked pages what they are."""

from uuid import UUID

from procrastinate.contrib.django import app

from chats.actions.links import LINK_TASK, is_fresh, preview_of, record_page, show_preview
from chats.links import NoPreview, fetch, first_link
from chats.models import Message
from crm.connection import on_fresh_connection


# Behind everything that customers and agents wait for.
@app.task(name=LINK_TASK, priority=-10)
@on_fresh_connection
def preview_link(message_pk: str) -> None:
    """Preview the first link of one message. A page that cannot be had is no failure of ours: the link stays a link."""
    message = Message.objects.select_related("chat").filter(pk=message_pk).first()
    url = first_link(message.body) if message else None
    if message is None or url is None:
        return
    preview = preview_of(message.chat.tenant_id, url)
    if not is_fresh(preview):
        try:
            record_page(preview, fetch(url))
        except NoPreview as reason:
            record_page(preview, None, str(reason))
    show_preview(UUID(message_pk), preview)
