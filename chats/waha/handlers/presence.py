"""A customer types, records, comes and goes."""

from django.db.models import Q

from chats.models import Chat, Message
from chats.people import presence
from chats.people.presence import Doing
from chats.waha.addresses import is_ours, read_address
from chats.waha.models import WhatsAppSession
from chats.waha.payloads import Envelope, Ignored, PersonPresence, PresencePayload
from crm.identity import Address, AddressKind

DOING = {
    "typing": Doing.TYPING,
    "recording": Doing.RECORDING,
    "online": Doing.ONLINE,
    "paused": Doing.ONLINE,
    "offline": Doing.OFFLINE,
}


def on_presence(session: WhatsAppSession, envelope: Envelope) -> None:
    """`presence.update`: shown for seconds and stored nowhere."""
    told = PresencePayload.model_validate(envelope.payload)
    address = read_address(told.id)
    people = [each for each in told.presences or [] if not is_ours(read_address(each.participant), envelope.me)]
    person = next((each for each in people if each.lastKnownPresence in DOING), None)
    if address is None or person is None:
        raise Ignored("nobody's presence")
    chat = _chat(session, address)
    if chat is None:
        raise Ignored("nobody we talk to")
    doing = DOING[person.lastKnownPresence or ""]
    nothing_to_show = chat.is_group and doing in {Doing.ONLINE, Doing.OFFLINE}
    if nothing_to_show or (doing is Doing.OFFLINE and person.lastSeen is None):
        presence.forget(chat)
        return
    name = _member_name(chat, person) if chat.is_group else ""
    presence.note(chat, doing, name=name, last_seen=person.lastSeen)


def _chat(session: WhatsAppSession, address: Address) -> Chat | None:
    """The conversation with this address, whichever of the person's two it is."""
    wanted = Q(phone=address.key)
    if address.kind is AddressKind.HIDDEN:
        wanted |= Q(contact__identities__value=address.jid)
    chats = Chat.objects.filter(wanted, tenant_id=session.tenant_id, merged_into=None)
    return chats.only("tenant_id", "is_group").first()


def _member_name(chat: Chat, person: PersonPresence) -> str:
    """As the member is called on what they wrote last."""
    member = read_address(person.participant)
    if member is None:
        return ""
    lines = Message.objects.filter(chat=chat, phone=member.key, from_me=False).exclude(sender_name="")
    return lines.newest_first().values_list("sender_name", flat=True).first() or ""
