"""A customer calls: one line per call, however many of its events come."""

from chats import actions
from chats.models import MessageType
from chats.waha.addresses import counterpart, is_ours, read_address
from chats.waha.models import WhatsAppSession
from chats.waha.payloads import CallPayload, Envelope, Ignored
from chats.waha.proto import text
from crm.identity import Address, AddressKind


def on_call_received(session: WhatsAppSession, envelope: Envelope) -> None:
    """`call.received`: it rings."""
    _record(session, envelope, "received")


def on_call_rejected(session: WhatsAppSession, envelope: Envelope) -> None:
    """`call.rejected`: nobody took it, or somebody refused."""
    _record(session, envelope, "rejected")


def on_call_accepted(session: WhatsAppSession, envelope: Envelope) -> None:
    """`call.accepted`: somebody took it, on the phone."""
    _record(session, envelope, "accepted")


def _record(session: WhatsAppSession, envelope: Envelope, state: str) -> None:
    call = CallPayload.model_validate(envelope.payload)
    caller = _caller(call)
    if caller is None or call.isGroup or caller.kind not in {AddressKind.PERSON, AddressKind.HIDDEN}:
        raise Ignored("a call in a group" if call.isGroup else "a call of nobody we can name")
    if is_ours(caller, envelope.me):
        raise Ignored("a call of our own")
    if call.id is None and state != "received":
        raise Ignored("it does not say which call")
    others = [text(call.data, name) for name in ("callerPn", "CallCreatorAlt", "SenderAlt")]
    actions.receive_call(
        actions.Incoming(
            tenant_id=session.tenant_id,
            session_id=session.pk,
            team_id=session.default_team_id,
            address=caller,
            also=counterpart(caller, others, envelope.me),
            # Without an id the moment is all there is to know a call by.
            message_id=call.id or f"call:{caller.key}:{call.timestamp:%Y%m%dT%H%M%S}",
            from_me=False,
            timestamp=call.timestamp,
            type=MessageType.CALL,
            metadata={"is_video": bool(call.isVideo)},
        ),
        state,
    )


def _caller(call: CallPayload) -> Address | None:
    """Who began it; `from` may be who refused it, where the engine knows the two apart."""
    told = (text(call.data, "CallCreator"), call.from_, text(call.data, "from"), text(call.data, "chatId"))
    if text(call.data, "groupJid", "GroupJID"):
        return None
    return next(filter(None, map(read_address, told)), None)
