"""A conversation's lead: born of the first message, accepted or discarded, moved on, converted."""

from decimal import Decimal

import structlog
from django.db import transaction
from django.db.models import F, OuterRef, QuerySet, Subquery

from chats.models import Chat
from crm.actions import accept_lead, create_lead_once, create_opportunity, discard_lead, move_lead
from crm.models import Lead, LeadOwnership, LeadSource, LeadStatus, Opportunity, Role, Stage, User
from notifications.actions import clear, notify
from notifications.models import NotificationType

from .assign import give
from .locking import add_system_line, hold
from .next_step import changing_person
from .telling import message_line, queue_of

log = structlog.get_logger(__name__)


class NoLead(Exception):
    """This conversation has no lead that could do that."""


def meet_lead(chat: Chat, source: LeadSource) -> bool:
    """A customer wrote: the locked chat knows their lead, which is born when nobody knew them. Whether it was.

    Whatever goes wrong here is logged, and never loses the message.
    """
    contact = chat.contact
    if chat.lead_id or contact is None:
        return False
    try:
        with transaction.atomic():
            if contact.provisional and chat.tenant.auto_create_leads:
                chat.lead, is_new = create_lead_once(contact, source, _owner(chat))
                return is_new
            chat.lead = Lead.objects.open().filter(contact=contact).order_by("-created_at").first()
    except Exception:
        log.exception("lead.not_created", chat=str(chat.pk))
        chat.lead = None
    return False


def tell_of_lead(chat: Chat) -> None:
    """A new lead concerns its owner, else whoever has the chat, else all who look after its queue."""
    owner = (chat.lead.owner if chat.lead else None) or chat.assigned_to
    notify([owner] if owner else queue_of(chat), message_line(chat, NotificationType.LEAD_CREATED))


def accept(chat: Chat, by: User) -> None:
    """Somebody takes care of an incoming lead, and of its conversation when nobody has that."""
    with changing_person(chat) as (locked, _contact):
        if locked.lead and accept_lead(locked.lead, by):
            if locked.assigned_to_id is None:
                give(locked, by, by=by)
            add_system_line(locked, "lead_accepted", by=by.name)
            settle_bells(locked)


def discard(chat: Chat, by: User) -> None:
    """An incoming lead that is none; the conversation stays."""
    with changing_person(chat) as (locked, _contact):
        if locked.lead and discard_lead(locked.lead, by):
            add_system_line(locked, "lead_discarded", by=by.name)
            settle_bells(locked)


def change_lead(chat: Chat, by: User, status: LeadStatus, reason: str = "") -> None:
    """Another status; `NoLead` without a lead, and `LeadExists` as `move_lead` says."""
    with changing_person(chat) as (locked, _contact):
        if locked.lead is None:
            raise NoLead
        if move_lead(locked.lead, status, by, reason):
            line = "lead_lost" if status == LeadStatus.LOST else "lead_moved"
            because = f": {reason}" if reason else ""
            add_system_line(locked, line, by=by.name, because=because, status=status)
            settle_bells(locked)


def convert(chat: Chat, by: User, title: str, stage: Stage, amount: Decimal) -> Opportunity:
    """The lead has become a sale: it is converted, and the chat is about a new opportunity."""
    with changing_person(chat) as (locked, contact):
        lead = locked.lead
        if lead is None or lead.status == LeadStatus.CONVERTED:
            raise NoLead
        move_lead(lead, LeadStatus.CONVERTED, by)
        owner = locked.assigned_to or by
        deal = create_opportunity(contact, title, stage, amount=amount, lead=lead, owner=owner, by=by)
        locked.opportunity = deal
        add_system_line(locked, "lead_converted", by=by.name, title=deal.title)
        settle_bells(locked)
    return deal


def settle_bells(chat: Chat) -> None:
    """What the bells said of the new lead is done with."""
    clear(f"chat:{chat.pk}", kind=NotificationType.LEAD_CREATED)


def _owner(chat: Chat) -> User | None:
    """By the company's rule; None where somebody has to accept it first."""
    match chat.tenant.lead_ownership:
        case LeadOwnership.ASSIGNEE:
            return chat.assigned_to
        case LeadOwnership.ROTATION:
            # One company's turns are taken one after the other.
            hold(f"leads:{chat.tenant_id}")
            return _in_turn(chat).first()
    return None


def _in_turn(chat: Chat) -> QuerySet[User]:
    """Members of the chat's team, or the company's agents: whoever has been without a new lead for longest."""
    people = User.objects.filter(tenant_id=chat.tenant_id, is_active=True)
    people = people.filter(teams=chat.team_id) if chat.team_id else people.filter(role=Role.AGENT)
    latest = Lead.objects.filter(owner=OuterRef("pk")).order_by("-created_at").values("created_at")[:1]
    return people.alias(lead_at=Subquery(latest)).order_by(F("lead_at").asc(nulls_first=True), "created_at", "pk")
