"""What a group is called, and who its members are."""

from contextlib import suppress

from django.core.cache import cache
from django.utils import timezone
from redis.exceptions import RedisError

from chats import actions
from chats.actions.jobs import order_job
from chats.models import Chat
from chats.waha.addresses import counterpart, pair, read_address
from chats.waha.models import WhatsAppSession
from chats.waha.payloads import Envelope, Group, GroupPayload, Ignored, Participant
from crm.identity import Address, AddressKind
from crm.models import ContactIdentity, IdentityKind

MOST_MEMBERS = 2000
NAME_TASK = "waha.learn_group"
ASKED_EVERY_SECONDS = 3600


def on_group(session: WhatsAppSession, envelope: Envelope) -> None:
    """`group.v2.join`, `group.v2.update`: the group as it is called now, where the event says so."""
    told = GroupPayload.model_validate(envelope.payload)
    _learn_members(session, envelope, told.group.participants)
    if not told.group.subject:
        raise Ignored("its name did not change")
    at = told.timestamp or envelope.timestamp or timezone.now()
    if actions.rename_group(session.tenant_id, _group(told.group).key, told.group.subject, at) is None:
        raise Ignored("a group nobody wrote in yet, or its name is known")


def on_participants(session: WhatsAppSession, envelope: Envelope) -> None:
    """`group.v2.participants`: members came and went; some are told by phone and by hidden id."""
    told = GroupPayload.model_validate(envelope.payload)
    if not _learn_members(session, envelope, told.participants):
        raise Ignored("nothing new about these people")


def ask_name(chat: Chat) -> None:
    """Have WAHA asked what this group is called: no message says so. Once in an hour is enough."""
    is_due = False
    with suppress(RedisError, OSError):  # Redis is away: a later message asks
        is_due = cache.add(f"group:asked:{chat.pk}", 1, ASKED_EVERY_SECONDS)
    if is_due:
        order_job(NAME_TASK, once=f"group:{chat.pk}", chat_pk=str(chat.pk))


def _group(group: Group) -> Address:
    address = read_address(group.id)
    if address is None or address.kind is not AddressKind.GROUP:
        raise Ignored("not a group")
    return address


def _learn_members(session: WhatsAppSession, envelope: Envelope, members: list[Participant] | None) -> int:
    """Join those whose phone was hidden until now; how many."""
    pairs = {}
    for member in (members or [])[:MOST_MEMBERS]:
        one = read_address(member.id)
        both = pair(one, counterpart(one, [member.pn], envelope.me)) if one else None
        if both:
            pairs[both[0].jid] = both
    known = ContactIdentity.objects.filter(
        tenant_id=session.tenant_id, kind=IdentityKind.LID, value__in=pairs, contact__phone=""
    )
    hidden_ones = list(known.values_list("value", flat=True)) if pairs else []
    return sum(actions.learn_pair(session.tenant_id, *pairs[jid]) for jid in hidden_ones)
