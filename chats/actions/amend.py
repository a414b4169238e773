"""An agent changes what is out already: reacts to it, edits it, deletes it for everyone.

To do one of these twice changes nothing on WhatsApp, so one whose outcome is unknown is simply done again. The row
shows the change once WhatsApp has it; until then the bubble says that it is on its way.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from chats.models import Amendment, AmendmentKind, Chat, Message, MessageType, Reaction, SendState
from crm.models import User

from .changes import record_edit, record_reaction, record_revoke
from .jobs import AMEND_TASK, order_job
from .locking import changing, hold, lock, message_name
from .send import MAX_TEXT_LENGTH, NotSendable, check_may_write

# WhatsApp's own limits.
EDITABLE_FOR = timedelta(minutes=15)
DELETABLE_FOR = timedelta(hours=60)
OURS = "me"
LONGEST_REACTION = 32


def why_untouchable(message: Message) -> str:
    """Why WhatsApp has nothing here that could be reacted to or changed; blank when it has."""
    if message.is_internal or message.message_id is None or message.send_state not in {"", SendState.SENT}:
        return _("This message is not on WhatsApp.")
    return _("This message was deleted.") if message.revoked_at else ""


def why_not_editable(message: Message) -> str:
    """Why our words can not be changed any more; blank when they can."""
    if refusal := why_untouchable(message):
        return refusal
    if not message.from_me or message.type != MessageType.TEXT:
        return _("Only a text of your own company can be edited.")
    if timezone.now() - message.timestamp > EDITABLE_FOR:
        return _("WhatsApp lets you edit a message for 15 minutes only.")
    return ""


def why_not_deletable(message: Message) -> str:
    """Why the customer keeps it; blank when it can be taken away from them."""
    if refusal := why_untouchable(message):
        return refusal
    if not message.from_me:
        return _("Only a message of your own company can be deleted for everyone.")
    if timezone.now() - message.timestamp > DELETABLE_FOR:
        return _("WhatsApp lets you delete a message for everyone for about two days only.")
    return ""


def react(message: Message, by: User, emoji: str) -> Amendment | None:
    """Put our reaction on a message, or (blank) take it back; None when it is there already."""
    with changing(message.chat_id) as chat:
        message = Message.objects.get(pk=message.pk)
        _check(chat, by, why_untouchable(message))
        emoji = emoji.strip()
        if len(emoji) > LONGEST_REACTION:
            raise NotSendable(_("A reaction is a single emoji."))
        present = Reaction.objects.filter(message=message, author_key=OURS).values_list("emoji", flat=True).first()
        if _drop_open(message, AmendmentKind.REACTION) == 0 and (present or "") == emoji:
            return None
        return _order(chat, message, AmendmentKind.REACTION, by, emoji)


def edit_message(message: Message, by: User, body: str) -> Amendment | None:
    """Change the words of our own text; None when they are these already. `NotSendable` when it is too late."""
    with changing(message.chat_id) as chat:
        message = Message.objects.get(pk=message.pk)
        _check(chat, by, why_not_editable(message))
        body = body.strip()
        if not body or len(body) > MAX_TEXT_LENGTH:
            raise NotSendable(_("Write something first.") if not body else _("The text is too long for WhatsApp."))
        if _drop_open(message, AmendmentKind.EDIT) == 0 and message.body == body:
            return None
        return _order(chat, message, AmendmentKind.EDIT, by, body)


def delete_for_everyone(message: Message, by: User) -> Amendment:
    """Take our own message away from the customer; here it stays, marked. `NotSendable` when it is too late."""
    with changing(message.chat_id) as chat:
        message = Message.objects.get(pk=message.pk)
        _check(chat, by, why_not_deletable(message))
        # An edit of what is deleted has nothing to change.
        _drop_open(message, AmendmentKind.EDIT, AmendmentKind.REVOKE)
        return _order(chat, message, AmendmentKind.REVOKE, by)


def retry_amendment(amendment: Amendment, by: User) -> Message:
    """Try a refused change again."""
    with transaction.atomic():
        message = _set_state(amendment.pk, SendState.QUEUED, of=SendState.FAILED, by=by)
        order_amendment(amendment.pk, message.chat_id)
    return message


def give_up_amendment(amendment: Amendment, by: User) -> Message:
    """The change is not wanted any more, or cannot be had; one that is under way may still come true."""
    message = amendment.message
    with changing(message.chat_id) as chat:
        check_may_write(chat, by)
        Amendment.objects.filter(pk=amendment.pk).exclude(state=SendState.SENT).delete()
        _touch(chat, message)
    return message


def order_amendment(amendment_pk: UUID, chat_pk: UUID) -> bool:
    """Order the job that brings it to WhatsApp, in its place among the chat's sends."""
    return order_job(AMEND_TASK, once=f"amend:{amendment_pk}", lock=f"chat:{chat_pk}", amendment_pk=str(amendment_pk))


def record_amended(amendment_pk: UUID, *, action_id: str, at: datetime) -> None:
    """WhatsApp has it. The row changes as its echo would change it, which may have been here before."""
    found = Message.objects.filter(amendments=amendment_pk).first()
    if found is None:
        return
    with transaction.atomic():
        # Its echo may be under way at this moment, and its author may think better of it: one after the other.
        hold(message_name(found.session_id, found.message_id or ""))
        lock(pk=found.chat_id)
        amendment = Amendment.objects.select_related("message").filter(pk=amendment_pk).first()
        if amendment is None or amendment.state == SendState.SENT:
            return
        _apply(amendment, amendment.message, action_id, at)
        amendment.state, amendment.error, amendment.settled_at = SendState.SENT, "", timezone.now()
        amendment.save(update_fields=["state", "error", "settled_at"])
        with changing(amendment.message.chat_id) as chat:
            _touch(chat, amendment.message)


def record_not_amended(amendment_pk: UUID, reason: str) -> None:
    """WhatsApp refused it; `reason` is for the agent."""
    if Amendment.objects.filter(pk=amendment_pk, state=SendState.QUEUED).exists():
        _set_state(amendment_pk, SendState.FAILED, of=SendState.QUEUED, reason=reason)


def _apply(amendment: Amendment, message: Message, action_id: str, at: datetime) -> None:
    if message.session_id is None or message.message_id is None:
        return
    if amendment.kind == AmendmentKind.EDIT:
        if not _was_echoed(amendment, message):
            record_edit(message.session_id, message.message_id, edit_id=action_id, body=amendment.value, at=at)
    elif amendment.kind == AmendmentKind.REVOKE:
        record_revoke(message.session_id, message.message_id, at=at)
    else:
        known = Reaction.objects.filter(message=message, author_key=OURS).first()
        # Two within WhatsApp's one second: the later word counts.
        if known and known.emoji != amendment.value and known.reacted_at >= at:
            at = known.reacted_at + timedelta(milliseconds=1)
        record_reaction(
            message.session_id, message.message_id, author_key=OURS, emoji=amendment.value, at=at, from_me=True
        )


def _was_echoed(amendment: Amendment, message: Message) -> bool:
    """The echo was faster, perhaps under another id: the text is there, with its line of history."""
    return Message.objects.filter(pk=message.pk, body=amendment.value, edited_at__isnull=False).exists()


def _check(chat: Chat, by: User, refusal: str) -> None:
    check_may_write(chat, by)
    if refusal:
        raise NotSendable(refusal)


def _drop_open(message: Message, *kinds: AmendmentKind) -> int:
    """Earlier wishes of the same kind are overtaken; how many there were."""
    return Amendment.objects.filter(message=message, kind__in=kinds).unsettled().delete()[0]


def _order(chat: Chat, message: Message, kind: AmendmentKind, by: User, value: str = "") -> Amendment:
    amendment = Amendment.objects.create(message=message, kind=kind, value=value, by=by)
    order_amendment(amendment.pk, chat.pk)
    _touch(chat, message)
    return amendment


def _set_state(
    amendment_pk: UUID, state: SendState, *, of: SendState, by: User | None = None, reason: str = ""
) -> Message:
    message = Amendment.objects.select_related("message").get(pk=amendment_pk).message
    with changing(message.chat_id) as chat:
        if by:
            check_may_write(chat, by)
        Amendment.objects.filter(pk=amendment_pk, state=of).update(state=state, error=reason)
        _touch(chat, message)
    return message


def _touch(chat: Chat, message: Message) -> None:
    """Pages show the message's bubble anew."""
    Message.objects.filter(pk=message.pk).update(seq=chat.seq)
