"""What a request changes about a conversation, by the same actions as the buttons of the page."""

from datetime import datetime
from uuid import UUID

from django.utils import timezone
from pydantic import Field

from chats import actions
from chats.models import Chat, ChatStatus, Outcome
from crm.models import Opportunity, Tag
from crm.requests import tenant_of
from crm.rest import ApiRequest, Body, Moment, invalid

from .looking_up import chat_of, colleague

MOST_TAGS = 50


class StatusChange(Body):
    """What becomes of the conversation."""

    status: ChatStatus
    outcome: Outcome = Field(Outcome.RESOLVED, description="Only for RESOLVED.")
    reason: str = Field("", max_length=160, description="Only for RESOLVED: why it was won or lost.")


class ChatChanges(Body):
    """What is not named stays as it is; null empties."""

    status: ChatStatus | None = None
    outcome: Outcome = Field(Outcome.RESOLVED, description="With `status` RESOLVED.")
    reason: str = Field("", max_length=160, description="With `status` RESOLVED.")
    assigned_to_id: UUID | None = Field(None, description="A colleague; null puts it back into the queue.")
    snoozed_until: Moment | None = Field(None, description="In the future; null brings it back.")
    pinned: bool | None = None
    tag_ids: list[UUID] | None = Field(None, max_length=MOST_TAGS, description="All of its tags.")
    opportunity_id: UUID | None = Field(None, description="The one it is about: an opportunity of its contact.")


def apply_changes(request: ApiRequest, chat_id: UUID, wanted: ChatChanges) -> None:
    """In an order in which none undoes another: the status before the snooze, which is a way to be under way."""
    chat, given = chat_of(request, chat_id), wanted.model_fields_set
    if wanted.status:
        become(chat, request, StatusChange(status=wanted.status, outcome=wanted.outcome, reason=wanted.reason))
    if "snoozed_until" in given:
        snooze(chat, request, wanted.snoozed_until)
    if wanted.pinned is not None:
        actions.pin(chat, wanted.pinned)
    if wanted.tag_ids is not None:
        set_tags(chat, request, wanted.tag_ids)
    if wanted.opportunity_id:
        focus(chat, wanted.opportunity_id)
    # Last: it may take the conversation out of the person's sight.
    if "assigned_to_id" in given:
        assign(chat, request, wanted.assigned_to_id)


def become(chat: Chat, request: ApiRequest, wanted: StatusChange) -> None:
    match wanted.status:
        case ChatStatus.OPEN:
            actions.reopen(chat, request.user)
        case ChatStatus.PENDING:
            actions.pend(chat, request.user)
        case ChatStatus.ARCHIVED:
            actions.archive(chat, request.user)
        case ChatStatus.RESOLVED:
            actions.resolve(chat, request.user, wanted.outcome, wanted.reason)


def snooze(chat: Chat, request: ApiRequest, until: datetime | None) -> None:
    if until is None:
        if Chat.objects.snoozed().filter(pk=chat.pk).exists():
            actions.reopen(chat, request.user)
    elif until <= timezone.now():
        raise invalid("snoozed_until", "A moment in the future, please.")
    else:
        actions.snooze(chat, request.user, until)


def assign(chat: Chat, request: ApiRequest, to: UUID | None) -> None:
    actions.assign(chat, colleague(request, to, "assigned_to_id") if to else None, request.user)


def set_tags(chat: Chat, request: ApiRequest, wanted: list[UUID]) -> None:
    """Exactly these, one action for each that comes or goes."""
    tags = {tag.pk: tag for tag in Tag.objects.filter(tenant_id=tenant_of(request.user), pk__in=wanted)}
    if len(tags) < len(set(wanted)):
        raise invalid("tag_ids", "The company has no such tag.")
    present = {tag.pk: tag for tag in chat.tags.all()}
    for key in tags.keys() - present.keys():
        actions.put_tag(chat, tags[key])
    for key in present.keys() - tags.keys():
        actions.take_tag(chat, present[key])


def focus(chat: Chat, opportunity_id: UUID) -> None:
    deal = Opportunity.objects.filter(contact=chat.contact_id, contact__isnull=False, pk=opportunity_id).first()
    if deal is None:
        raise invalid("opportunity_id", "The contact of this conversation has no such opportunity.")
    actions.focus_deal(chat, deal)
