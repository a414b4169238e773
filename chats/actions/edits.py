"""The author changes a text, or deletes it for everyone; what stood there before is kept."""

from datetime import datetime, timedelta

from chats.models import Amendment, AmendmentKind, EarlyChange, Message, MessageEdit, SendState

# So long after our own edit an event that tells of the same words is its echo, whatever id it bears.
ECHO_WITHIN = timedelta(minutes=10)


def apply_edit(message: Message, change: EarlyChange) -> bool:
    """Put this edit in its place by provider time; whether it was news.

    Edits may come in any order: one that is older than another that is here already only joins the history.
    """
    at, edit_id, body = change.at, change.key, change.data["body"]
    if _is_echo(message, body, at):
        return False
    edits = list(message.edits.order_by("edited_at", "edit_id"))
    if any(edit.edit_id == edit_id for edit in edits):
        return False
    later = next((edit for edit in edits if (edit.edited_at, edit.edit_id) > (at, edit_id)), None)
    before = later.old_body if later else message.body or ""
    MessageEdit.objects.create(message=message, edit_id=edit_id, old_body=before, edited_at=at)
    if later:
        later.old_body = body
        later.save(update_fields=["old_body"])
    else:
        message.body, message.edited_at = body, at
    return True


def apply_revoke(message: Message, change: EarlyChange) -> bool:
    """Mark the message as deleted for everyone; its text stays for those who must answer for it."""
    if message.revoked_at is not None and message.revoked_at <= change.at:
        return False
    message.revoked_at = change.at
    return True


def _is_echo(message: Message, body: str, at: datetime) -> bool:
    """Whether this tells of an edit that was made here, and stands in the row already."""
    if not message.from_me or message.body != body:
        return False
    ours = Amendment.objects.filter(message=message, kind=AmendmentKind.EDIT, value=body, state=SendState.SENT)
    return ours.filter(settled_at__range=(at - ECHO_WITHIN, at + ECHO_WITHIN)).exists()
