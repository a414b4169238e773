"""Something is told about a message that was written: a tick, an edit, a deletion, a reaction, a vote."""

from datetime import datetime
from hashlib import sha256

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from chats import actions
from chats.models import Ack, Amendment, AmendmentKind, SendState
from chats.waha.addresses import read_address
from chats.waha.models import WhatsAppSession
from chats.waha.payloads import (
    AckPayload,
    EditPayload,
    Envelope,
    Ignored,
    ReactionPayload,
    RevokePayload,
    VotePayload,
    bare_id,
    from_epoch,
)
from chats.waha.proto import first, mapping, text

OURS = "me"
# WhatsApp's answer to a number that may not begin new conversations for now.
RESTRICTED = "463"


def on_ack(session: WhatsAppSession, envelope: Envelope) -> None:
    """`message.ack`, `message.ack.group`: how far one of our messages has come."""
    ack = AckPayload.model_validate(envelope.payload)
    if not ack.fromMe:
        raise Ignored("a tick on a customer's message")
    if ack.ack not in Ack.values:
        raise Ignored(f"unknown tick {ack.ack}")
    error = _why(ack) if ack.ack == Ack.ERROR else ""
    actions.record_ack(session.pk, bare_id(ack.id), Ack(ack.ack), error)


def on_edited(session: WhatsAppSession, envelope: Envelope) -> None:
    """`message.edited`: the writer changed the text."""
    edit = EditPayload.model_validate(envelope.payload)
    edited = bare_id(edit.editedMessageId or edit.id)
    if not edit.body:
        raise Ignored("an edit whose new text cannot be read")
    if edit.fromMe and _is_ours_already(session, edited, edit.body):
        raise Ignored("the edit was made here, and is known")
    own_id, at = bare_id(edit.id), envelope.moment(edit.timestamp)
    if own_id == edited:
        own_id, at = _edit_of_webjs(edit, edited, at, envelope.timestamp)
    actions.record_edit(session.pk, edited, edit_id=own_id, body=edit.body, at=at)


def on_revoked(session: WhatsAppSession, envelope: Envelope) -> None:
    """`message.revoked`: the writer deleted it for everyone."""
    revoke = RevokePayload.model_validate(envelope.payload)
    lines = (line for line in (revoke.before, revoke.after) if line)
    deleted = revoke.revokedMessageId or next((line.id for line in lines), None)
    if deleted is None:
        raise Ignored("a deletion that does not say of what")
    told_at = envelope.moment(revoke.after.timestamp) if revoke.after else envelope.timestamp
    actions.record_revoke(session.pk, bare_id(deleted), at=told_at or timezone.now())


def on_reaction(session: WhatsAppSession, envelope: Envelope) -> None:
    """`message.reaction`: an emoji is put, changed or taken back."""
    reaction = ReactionPayload.model_validate(envelope.payload)
    actions.record_reaction(
        session.pk,
        bare_id(reaction.reaction.messageId),
        author_key=_person(reaction.fromMe, reaction.participant, reaction.from_),
        emoji=reaction.reaction.text or "",
        at=envelope.moment(reaction.timestamp),
        from_me=reaction.fromMe,
    )


def on_vote(session: WhatsAppSession, envelope: Envelope) -> None:
    """`poll.vote`: somebody chose; each vote takes the place of the person's last."""
    told = VotePayload.model_validate(envelope.payload)
    if told.vote.selectedOptions is None:
        raise Ignored("a vote that cannot be read")
    actions.record_vote(
        session.pk,
        bare_id(told.poll.id),
        voter_key=_person(told.vote.fromMe, told.vote.participant, told.vote.from_),
        options=told.vote.selectedOptions,
        at=envelope.moment(told.vote.timestamp),
    )


def _person(from_me: bool, *told: str | None) -> str:
    """Who did it: `participant` where it is told (groups, WEBJS), else the chat's person."""
    if from_me:
        return OURS
    address = next(filter(None, map(read_address, told)), None)
    if address is None:
        raise Ignored("it does not say whose")
    return address.key


def _is_ours_already(session: WhatsAppSession, message_id: str, body: str) -> bool:
    """Whether this echoes an edit that was made here: some engines give it another id than they answered."""
    made = Amendment.objects.filter(kind=AmendmentKind.EDIT, state=SendState.SENT, value=body, message__body=body)
    return made.filter(message__session=session, message__from_me=True, message__message_id=message_id).exists()


def _edit_of_webjs(edit: EditPayload, edited: str, at: datetime, told_at: datetime | None) -> tuple[str, datetime]:
    """WEBJS gives the message's own id and time: those of the edit lie within, or are made of what it says."""
    data = mapping(mapping(edit.data, "message"), "_data", "rawData") or edit.data
    own_id = text(mapping(data, "latestEditMsgKey"), "id")
    edited_at = first(data, "latestEditSenderTimestampMs")
    try:
        at = from_epoch(edited_at)
    except (TypeError, ValueError, OverflowError):
        at = told_at or at
    return (own_id or f"{edited[:80]}:{sha256((edit.body or '').encode()).hexdigest()[:24]}")[:120], at


def _why(ack: AckPayload) -> str:
    """WhatsApp's reason for an error, in words an agent understands."""
    told = ack.data.get("messageStubParameters") or mapping(ack.data, "update").get("messageStubParameters")
    parameters = told if isinstance(told, list) else []
    code = str(ack.error.get("code") or next(iter(parameters), "") or "")[:40]
    with override("pt-br"):
        if code == RESTRICTED or ack.error.get("blocked") is True:
            return _("WhatsApp restricts this number: for now it may not begin new conversations.")
        if code:
            return _("WhatsApp refused this message (error %(code)s).") % {"code": code}
    return ""
