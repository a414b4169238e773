"""What is done to a conversation. The addresses are those of the page, without its last slash."""

from typing import Literal
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from pydantic import Field

from chats import actions
from chats.people.team_forms import MAX_NOTE_LENGTH
from crm.models import ApiScope, Tag, Team
from crm.requests import tenant_of
from crm.rest import ApiRequest, Body, Moment, Rest, forbidden, invalid

from .changing import StatusChange, assign, become, snooze
from .looking_up import chat_of, colleague, refusals, show
from .shapes import ChatShape

router = Rest(tags=["Chats"])
HIGHEST_SEQ = 2**63 - 1


class Assignment(Body):
    to: UUID | Literal["me", "nobody"] = Field(description="A colleague's id, `me`, or `nobody` for the queue.")


class Transfer(Body):
    """To a person, or to the queue of a team."""

    user_id: UUID | None = None
    team_id: UUID | None = None
    note: str = Field("", max_length=MAX_NOTE_LENGTH, description="For whoever takes it on; customers never see it.")


class Snooze(Body):
    until: Moment | None = Field(description="In the future; null brings it back now.")


class Reading(Body):
    seq: int | None = Field(
        None, ge=0, le=HIGHEST_SEQ, description="The `seq` up to which it was read; all of it without."
    )


class Watching(Body):
    watch: bool
    user_id: UUID | None = Field(None, description="A colleague, at a manager's wish; oneself without.")


@router.act("/chats/{uuid:chat_id}/assignment", ApiScope.CHATS_WRITE, ChatShape, summary="Assign", example={"to": "me"})
def assignment(request: ApiRequest, chat_id: UUID, body: Assignment) -> HttpResponse:
    """Give it to a colleague, take it, or put it back into the queue."""
    to = {"me": request.user.pk, "nobody": None}.get(str(body.to), body.to)
    assign(chat_of(request, chat_id), request, to if isinstance(to, UUID) else None)
    return show(request, chat_id)


@router.act(
    "/chats/{uuid:chat_id}/transfer",
    ApiScope.CHATS_WRITE,
    ChatShape,
    summary="Transfer",
    example={"team_id": "0192f0c1-0000-7000-8000-000000000001", "note": "Quer a segunda via do boleto."},
)
def transfer(request: ApiRequest, chat_id: UUID, body: Transfer) -> HttpResponse:
    """Hand it over, with a note in its timeline; whom it goes to is notified."""
    chat = chat_of(request, chat_id)
    if (body.user_id is None) == (body.team_id is None):
        raise invalid("user_id", "Give a person, or a team.")
    to = colleague(request, body.user_id, "user_id") if body.user_id else _team(request, body.team_id)
    actions.transfer(chat, to, request.user, body.note)
    return show(request, chat_id)


@router.act(
    "/chats/{uuid:chat_id}/status",
    ApiScope.CHATS_WRITE,
    ChatShape,
    summary="Set the status",
    example={"status": "RESOLVED", "outcome": "WON", "reason": "Fechou o plano anual"},
)
def status(request: ApiRequest, chat_id: UUID, body: StatusChange) -> HttpResponse:
    """Resolve it with an outcome, set it aside, archive or reopen it."""
    become(chat_of(request, chat_id), request, body)
    return show(request, chat_id)


@router.act(
    "/chats/{uuid:chat_id}/snooze",
    ApiScope.CHATS_WRITE,
    ChatShape,
    summary="Snooze",
    example={"until": "2027-03-01T12:00:00Z"},
)
def snoozing(request: ApiRequest, chat_id: UUID, body: Snooze) -> HttpResponse:
    """Put it off; it comes back by itself then, or when the customer writes."""
    try:
        snooze(chat_of(request, chat_id), request, body.until)
    except ValueError as error:  # a zone in which that moment does not exist
        raise invalid("until", str(error)) from error
    return show(request, chat_id)


@router.act("/chats/{uuid:chat_id}/reading", ApiScope.CHATS_WRITE, ChatShape, summary="Mark as read", example={})
def reading(request: ApiRequest, chat_id: UUID, body: Reading) -> HttpResponse:
    """The owner has read it: unread falls, and by the company's policy the customer sees blue ticks.

    By anybody else it is a peek, which clears nothing.
    """
    actions.read(chat_of(request, chat_id), request.user, body.seq)
    return show(request, chat_id)


@router.act("/chats/{uuid:chat_id}/unread", ApiScope.CHATS_WRITE, ChatShape, summary="Mark as unread")
def unread(request: ApiRequest, chat_id: UUID) -> HttpResponse:
    """Its owner wants to come back to it; 409 `not_yours` for anybody else."""
    with refusals():
        actions.mark_unread(chat_of(request, chat_id), request.user)
    return show(request, chat_id)


@router.act("/chats/{uuid:chat_id}/watching", ApiScope.CHATS_WRITE, ChatShape, summary="Watch", example={"watch": True})
def watching(request: ApiRequest, chat_id: UUID, body: Watching) -> HttpResponse:
    """Follow it, or no longer: who follows a conversation sees it whatever the policy."""
    chat, who = chat_of(request, chat_id), request.user
    if body.user_id and body.user_id != who.pk:
        if not request.user.sees_everything:
            raise forbidden("Only managers and administrators can ask others to follow.")
        who = colleague(request, body.user_id, "user_id")
    if body.watch:
        actions.watch(chat, who, request.user)
    else:
        actions.unwatch(chat, who)
    return show(request, chat_id)


@router.place("/chats/{uuid:chat_id}/tags/{uuid:tag_id}", ApiScope.CHATS_WRITE, ChatShape, summary="Put a tag")
def put_tag(request: ApiRequest, chat_id: UUID, tag_id: UUID) -> HttpResponse:
    """It has this tag from now on."""
    chat, tag = chat_of(request, chat_id), _tag(request, tag_id)
    with transaction.atomic():
        actions.put_tag(chat, tag)
    return show(request, chat_id)


@router.remove("/chats/{uuid:chat_id}/tags/{uuid:tag_id}", ApiScope.CHATS_WRITE, summary="Take a tag")
def take_tag(request: ApiRequest, chat_id: UUID, tag_id: UUID) -> HttpResponse:
    """It has this tag no more."""
    actions.take_tag(chat_of(request, chat_id), _tag(request, tag_id))
    return HttpResponse(status=204)


def _team(request: ApiRequest, team_id: UUID | None) -> Team:
    found = Team.objects.filter(tenant_id=tenant_of(request.user)).filter(pk__in=[team_id]).first()
    if found is None:
        raise invalid("team_id", "The company has no such team.")
    return found


def _tag(request: ApiRequest, tag_id: UUID) -> Tag:
    return get_object_or_404(Tag, tenant_id=tenant_of(request.user), pk=tag_id)
