"""The list of conversations, one of them, and what may be changed about it."""

from typing import Annotated, Any, Literal
from uuid import UUID

from django.apps import apps
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from ninja import Query
from pydantic import Field

from chats import actions
from chats.lists.counters import CAP, counters_of
from chats.lists.ordering import ORDERS, PLACE_COLUMNS
from chats.models import Chat, ChatQuerySet, ChatStatus
from crm.compiled import compiled, planned_anew
from crm.identity import parse_phone
from crm.models import ApiScope, User
from crm.requests import tenant_of
from crm.rest import (
    LIMIT,
    ApiRequest,
    Body,
    Cursor,
    Limit,
    Page,
    Rest,
    Shape,
    answer,
    check_fresh,
    conflict,
    cut,
    invalid,
    read_cursor,
)
from crm.rest.paging import bad_cursor
from crm.visibility import Scope

from .changing import ChatChanges, apply_changes
from .looking_up import refusals, shape_of, show
from .shapes import ChatShape, chat_shape, in_columns, whose

router = Rest(tags=["Chats"])

SORTS = {"recent": "recentes", "waiting": "espera", "next_step": "passo"}


class ChatFilter(Body):
    """What the list is narrowed to; all that is given must hold."""

    status: list[ChatStatus] | None = Field(None, description="Any of these.")
    assigned_to: UUID | Literal["me", "nobody"] | None = Field(None, description="A person's id, `me` or `nobody`.")
    team_id: UUID | None = None
    tag_id: UUID | None = None
    number_id: UUID | None = None
    contact_id: UUID | None = None
    stage_id: UUID | None = Field(None, description="Of the opportunity in focus.")
    is_group: bool | None = None
    unread: bool | None = Field(None, description="With messages that its owner has not seen.")
    waiting: bool | None = Field(None, description="The customer waits for an answer.")
    snoozed: bool | None = None
    q: str | None = Field(None, max_length=100, description="Beginnings of words of names, or digits of the phone.")
    sort: Literal["recent", "waiting", "next_step"] = "recent"

    @property
    def is_usual(self) -> bool:
        return not self.model_dump(exclude_defaults=True)

    def select(self, user: User) -> ChatQuerySet:
        chats = Chat.objects.visible_to(user).matching(self.q or "")
        chats = chats.filter(**self._columns())
        if self.status:
            chats = chats.filter(status__in=self.status)
        match self.assigned_to:
            case "nobody":
                return chats.unassigned()
            case "me":
                return chats.mine(user)
            case UUID() as person:
                return chats.filter(assigned_to=person)
        return chats

    def _columns(self) -> dict[str, object]:
        """The lookups of those that are given; one that is false asks for the opposite."""
        absent = {"waiting": "waiting_since__isnull", "snoozed": "snoozed_until__isnull"}
        equal = {
            "team": self.team_id,
            "tags": self.tag_id,
            "session": self.number_id,
            "contact": self.contact_id,
            "opportunity__stage": self.stage_id,
            "is_group": self.is_group,
        }
        found: dict[str, object] = {name: value for name, value in equal.items() if value is not None}
        if self.unread is not None:
            found["unread_count__gt" if self.unread else "unread_count"] = 0
        for name, lookup in absent.items():
            if getattr(self, name) is not None:
                found[lookup] = not getattr(self, name)
        return found


class CountersShape(Shape):
    """How many active conversations each tab of the page holds; exact up to 99, 100 means "100 or more"."""

    mine: int = Field(le=CAP)
    unassigned: int = Field(le=CAP)
    all: int = Field(le=CAP)
    groups: int = Field(le=CAP)
    unread: int = Field(le=CAP, description="Of mine, those with news.")
    notifications: int = Field(le=CAP, description="Unread lines of the bell.")


class NewChat(Body):
    """With whom."""

    phone: str = Field(min_length=3, max_length=30, examples=["+55 11 98888-7777"])
    name: str = Field("", max_length=160, description="For a person who is not known yet.")
    number_id: UUID | None = Field(
        None, description="Our number that writes; without it, the one that fits the person best."
    )


@router.read("/chats", ApiScope.CHATS_READ, Page[ChatShape], summary="List chats", url_name="chats")
def list_chats(
    request: ApiRequest, filters: Annotated[ChatFilter, Query()], cursor: Cursor = "", limit: Limit = LIMIT
) -> HttpResponse:
    """The conversations that the person may see, those pinned first. Two queries, whatever the depth."""
    order = ORDERS[SORTS[filters.sort]]
    scope = Scope.of(request.user)
    places = _places(request.user, scope, filters, cursor, limit + 1)
    keys, following = cut(places, limit, lambda chat: chat.pk, lambda chat: f"{filters.sort}:{order.key_of(chat)}")
    # By the rights that it has as it is read: since its place was found it may have gone to others.
    rows = {row["id"]: row for row in _details(keys) if scope.admits(whose(row))} if keys else {}
    items = [chat_shape(rows[key]) for key in keys if key in rows]
    return answer(request, Page[ChatShape].model_construct(items=items, next=following))


@router.create(
    "/chats",
    ApiScope.CHATS_WRITE,
    ChatShape,
    may_exist=True,
    summary="Open a chat",
    example={"phone": "5511988887777", "name": "João da Silva"},
)
def open_chat(request: ApiRequest, body: NewChat) -> HttpResponse:
    """The conversation with a person, to write first: a new one, of whoever asks (201), or the one there is (200).

    409 `with_others` when a colleague has it and the person may not see it; 409 `no_number` without a number of ours.
    """
    phone = parse_phone(body.phone)
    if phone is None:
        raise invalid("phone", "That is no phone number. Write it with its area code.")
    chat, is_new = actions.open_chat(request.user, phone, name=body.name, number_id=_number(request, body))
    if not Chat.objects.visible_to(request.user).filter(pk=chat.pk).exists():
        raise conflict("with_others", "A colleague looks after this customer.")
    return show(request, chat.pk, 201 if is_new else 200)


@router.read("/chats/counters", ApiScope.CHATS_READ, CountersShape, summary="Count chats")
def count_chats(request: ApiRequest) -> HttpResponse:
    """The numbers on the tabs of the page."""
    counted = counters_of(request.user)
    shape = CountersShape.model_construct(
        mine=counted.mine,
        unassigned=counted.unassigned,
        all=counted.all,
        groups=counted.groups,
        unread=counted.unread,
        notifications=counted.bell,
    )
    return answer(request, shape)


@router.read("/chats/{uuid:chat_id}", ApiScope.CHATS_READ, ChatShape, summary="Get a chat", url_name="chat")
def get_chat(request: ApiRequest, chat_id: UUID) -> HttpResponse:
    """One conversation."""
    return answer(request, shape_of(request, chat_id))


@router.change(
    "/chats/{uuid:chat_id}",
    ApiScope.CHATS_WRITE,
    ChatShape,
    summary="Change a chat",
    example={"status": "RESOLVED", "outcome": "RESOLVED"},
)
def change_chat(request: ApiRequest, chat_id: UUID, body: ChatChanges) -> HttpResponse:
    """Status, owner, snooze, pin, tags and focus; what is not named stays. All of it happens, or nothing."""
    with transaction.atomic(), refusals():
        list(Chat.objects.visible_to(request.user).select_for_update(of=("self",)).filter(pk=chat_id).values_list("pk"))
        check_fresh(request, shape_of(request, chat_id))
        apply_changes(request, chat_id, body)
    return show(request, chat_id)


def _places(user: User, scope: Scope, filters: ChatFilter, cursor: str, most: int) -> list[Chat]:
    """Which conversations, in order, with no more than what an order goes by."""
    if scope.sees_all and scope.tenant_id and not cursor and most == LIMIT + 1 and filters.is_usual:
        return _latest_of_all(scope.tenant_id)
    order = ORDERS[SORTS[filters.sort]]
    chats = order.sort(filters.select(user))
    if cursor:
        sort, _colon, key = read_cursor(cursor).partition(":")
        place = order.read_key(key)
        if sort != filters.sort or place is None:
            raise bad_cursor()
        chats = order.beyond(chats, place)
    return list(chats.only(*PLACE_COLUMNS)[:most])


@planned_anew
def _latest_of_all(tenant_id: UUID) -> QuerySet[Chat]:
    """What programs ask for every minute: the usual page of whoever sees everything."""
    chats = ORDERS[SORTS["recent"]].sort(Chat.objects.filter(tenant_id=tenant_id, merged_into=None))
    return chats.only(*PLACE_COLUMNS)[: LIMIT + 1]


@compiled
def _details(chat_ids: list[UUID]) -> "QuerySet[Chat, dict[str, Any]]":
    rows: QuerySet[Chat, dict[str, Any]] = in_columns(Chat.objects.filter(pk__any_of=chat_ids))
    return rows


def _number(request: ApiRequest, body: NewChat) -> UUID:
    """The number that will write. The model is another room's, reached by name."""
    if body.number_id:
        numbers = apps.get_model("waha", "WhatsAppSession")._default_manager.filter(pk=body.number_id)
        if not numbers.filter(tenant_id=tenant_of(request.user)).exists():
            raise invalid("number_id", "The company has no such number.")
    number_id = body.number_id or actions.number_for(request.user)
    if number_id is None:
        raise conflict("no_number", "The company has no WhatsApp number yet.")
    return number_id
