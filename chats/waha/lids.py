"""Whose phone is behind a hidden id (LID)? WAHA is asked, gently: it knows some, and learns others later.

That it does not know is common, and so are two hidden ids of one phone.
"""

from collections import defaultdict
from datetime import timedelta
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from chats.actions import learn_pair
from chats.actions.locking import hold, person_name
from chats.models import Chat
from crm.actions import recognise
from crm.identity import Address
from crm.models import ContactIdentity, IdentityKind

from .calls.lids import PAGE_SIZE, Pair, known_pairs, phone_behind
from .client import WahaClient, WahaError
from .models import LidCheck, WhatsAppSession

log = structlog.get_logger(__name__)

LIDS_TASK = "waha.lids"
ASKED_AT_ONCE = 50
# When to ask again, after each answer that knew nothing.
ASK_AGAIN_AFTER = [timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(days=1)]


def hidden_chats(session: WhatsAppSession) -> QuerySet[Chat]:
    """Conversations of the number that have no phone, and whose hidden id may be asked for now; latest first."""
    asked = LidCheck.objects.filter(session=session, lid=OuterRef("phone"), ask_at__gt=timezone.now())
    hidden = Chat.objects.filter(session=session, merged_into=None, phone__endswith="@lid")
    return hidden.exclude(Exists(asked)).recent_first()


def ask_for_hidden(session_pk: UUID) -> int:
    """Ask for those that are due, a few at a time; how many phones became known. A refusal ends the round."""
    session = WhatsAppSession.objects.get(pk=session_pk)
    if not session.is_working:
        return 0
    client, learnt = WahaClient(session), 0
    for lid in hidden_chats(session).values_list("phone", flat=True)[:ASKED_AT_ONCE]:
        hidden = Address.parse(lid)
        try:
            phone = phone_behind(client, hidden)
        except WahaError as error:
            if error.permanent:
                _ask_again_later(session, lid)
            raise
        if phone and learn_pair(session.tenant_id, hidden, phone):
            LidCheck.objects.filter(session=session, lid=lid).delete()
            learnt += 1
        else:
            _ask_again_later(session, lid)
    log.info("lids.asked", number=str(session.pk), learnt=learnt)
    return learnt


def learn_all(session_pk: UUID) -> int:
    """Go through all pairs that WAHA knows; how many of them told us something."""
    session = WhatsAppSession.objects.get(pk=session_pk)
    if not session.is_working:
        return 0
    client, learnt, offset = WahaClient(session), 0, 0
    seen: set[Pair] = set()
    while True:
        pairs, row_count = known_pairs(client, offset)
        fresh = [pair for pair in pairs if pair not in seen]
        learnt += sum(_learn(session.tenant_id, pair) for pair in _news(session.tenant_id, fresh))
        seen.update(fresh)
        # Fewer rows than a page are the last, and more are all; a page of nothing new comes from a version without.
        if row_count != PAGE_SIZE or (pairs and not fresh):
            return learnt
        offset += row_count


def _ask_again_later(session: WhatsAppSession, lid: str) -> None:
    check, _is_new = LidCheck.objects.get_or_create(session=session, lid=lid, defaults={"ask_at": timezone.now()})
    pause = ASK_AGAIN_AFTER[min(check.attempts, len(ASK_AGAIN_AFTER) - 1)]
    check.attempts, check.ask_at = min(check.attempts + 1, 1000), timezone.now() + pause
    check.save(update_fields=["attempts", "ask_at"])


def _news(tenant_id: UUID, pairs: list[Pair]) -> list[Pair]:
    """The pairs of which we know one half or both, but not that they belong together."""
    values = [hidden.jid for hidden, _phone in pairs] + [phone.key for _hidden, phone in pairs]
    known = ContactIdentity.objects.filter(tenant_id=tenant_id, kind__in=[IdentityKind.LID, IdentityKind.PHONE])
    owners: dict[str, set[UUID]] = defaultdict(set)
    for value, contact_id in known.filter(value__in=values).values_list("value", "contact_id"):
        owners[value].add(contact_id)
    return [(hidden, phone) for hidden, phone in pairs if owners[hidden.jid] != owners[phone.key]]


def _learn(tenant_id: UUID, pair: Pair) -> bool:
    """Both are one person's. Where only the phone is known, the hidden id is remembered for when it writes."""
    hidden, phone = pair
    if learn_pair(tenant_id, hidden, phone):
        return True
    with transaction.atomic():
        hold(person_name(tenant_id, hidden.key), person_name(tenant_id, phone.key))
        identities = ContactIdentity.objects.filter(tenant_id=tenant_id)
        if identities.filter(kind=IdentityKind.LID, value=hidden.jid).exists():
            return False
        if not identities.filter(kind=IdentityKind.PHONE, value=phone.key).exists():
            return False
        recognise(tenant_id, phone, hidden)
        return True
