"""Answers ready to insert."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query
from pydantic import Field

from chats.actions.quick_replies import delete_quick_reply, save_quick_reply
from chats.composing.reply_form import QuickReplyForm
from chats.models import QuickReply, ReplyScope
from crm.models import ApiScope
from crm.rest import LIMIT, ApiError, ApiRequest, Body, Cursor, Limit, Page, Rest, Shape, answer, cut, newest_first
from crm.rest.paging import moment_key

router = Rest(tags=["Quick replies"])


class ReplyFileShape(Shape):
    id: UUID
    name: str
    mime_type: str
    size_bytes: int


class QuickReplyShape(Shape):
    """`{{nome}}` and other variables stand in the text as they are written."""

    id: UUID
    scope: ReplyScope
    owner_id: UUID | None
    team_id: UUID | None
    shortcut: str
    body: str
    files: list[ReplyFileShape]
    used_count: int
    updated_at: datetime


class NewQuickReply(Body):
    """Only managers keep answers for others: for an agent, `scope` is PERSONAL."""

    shortcut: str = Field(min_length=1, max_length=40, pattern=r"^[-\w]+$", examples=["horario"])
    body: str = Field(min_length=1, max_length=4096)
    scope: ReplyScope = ReplyScope.PERSONAL
    team_id: UUID | None = Field(None, description="With scope TEAM.")


class QuickReplyChanges(Body):
    shortcut: str | None = Field(None, min_length=1, max_length=40, pattern=r"^[-\w]+$")
    body: str | None = Field(None, min_length=1, max_length=4096)
    scope: ReplyScope | None = None
    team_id: UUID | None = None


@router.read("/quick-replies", ApiScope.CHATS_READ, Page[QuickReplyShape], summary="List quick replies")
def list_quick_replies(
    request: ApiRequest,
    cursor: Cursor = "",
    limit: Limit = LIMIT,
    shortcut: Annotated[str, Query(max_length=40, description="Its beginning.")] = "",
) -> HttpResponse:
    """Those the person may insert: their own, their teams' and the company's; the latest changed first."""
    rows = QuickReply.objects.offered_to(request.user).filter(shortcut__istartswith=shortcut)
    found = list(newest_first(rows, "updated_at", cursor).prefetch_related("files")[: limit + 1])
    items, following = cut(found, limit, _shape, lambda row: moment_key(row.updated_at, row.pk))
    return answer(request, Page[QuickReplyShape].model_construct(items=items, next=following))


@router.create(
    "/quick-replies",
    ApiScope.CHATS_WRITE,
    QuickReplyShape,
    summary="Create a quick reply",
    example={"shortcut": "horario", "body": "Olá {{primeiro_nome}}, atendemos de segunda a sexta, das 9h às 18h."},
)
def create_quick_reply(request: ApiRequest, body: NewQuickReply) -> HttpResponse:
    """A text under a shortcut."""
    wanted = {"shortcut": body.shortcut, "body": body.body, "scope": body.scope, "team": body.team_id or ""}
    return answer(request, _shape(_saved(request, None, wanted)), 201)


@router.read("/quick-replies/{uuid:reply_id}", ApiScope.CHATS_READ, QuickReplyShape, summary="Get a quick reply")
def get_quick_reply(request: ApiRequest, reply_id: UUID) -> HttpResponse:
    """One that the person may insert."""
    return answer(request, _shape(get_object_or_404(QuickReply.objects.offered_to(request.user), pk=reply_id)))


@router.change(
    "/quick-replies/{uuid:reply_id}",
    ApiScope.CHATS_WRITE,
    QuickReplyShape,
    summary="Change a quick reply",
    example={"body": "Atendemos das 8h às 18h."},
)
def change_quick_reply(request: ApiRequest, reply_id: UUID, body: QuickReplyChanges) -> HttpResponse:
    """One that the person keeps: their own, for managers the teams' and the company's too. Its files stay."""
    reply = get_object_or_404(QuickReply.objects.kept_by(request.user), pk=reply_id)
    wanted: dict[str, Any] = {
        "shortcut": body.shortcut or reply.shortcut,
        "body": reply.body if body.body is None else body.body,
        "scope": body.scope or reply.scope,
        "team": body.team_id or reply.team_id or "",
    }
    return answer(request, _shape(_saved(request, reply, wanted)))


@router.remove("/quick-replies/{uuid:reply_id}", ApiScope.CHATS_WRITE, summary="Delete a quick reply")
def remove_quick_reply(request: ApiRequest, reply_id: UUID) -> HttpResponse:
    """Gone, with its files."""
    delete_quick_reply(get_object_or_404(QuickReply.objects.kept_by(request.user), pk=reply_id))
    return HttpResponse(status=204)


def _saved(request: ApiRequest, reply: QuickReply | None, wanted: dict[str, Any]) -> QuickReply:
    """Checked by the same form as the page's."""
    form = QuickReplyForm(wanted, instance=reply, by=request.user)
    if not form.is_valid():
        fields = {name: [str(each) for each in errors] for name, errors in form.errors.items()}
        raise ApiError(422, "invalid", " ".join(each for errors in fields.values() for each in errors), fields)
    return save_quick_reply(form.result())


def _shape(reply: QuickReply) -> QuickReplyShape:
    return QuickReplyShape.model_construct(
        id=reply.pk,
        scope=reply.scope,
        owner_id=reply.owner_id,
        team_id=reply.team_id,
        shortcut=reply.shortcut,
        body=reply.body,
        files=[
            ReplyFileShape.model_construct(
                id=file.pk, name=file.name, mime_type=file.mime_type, size_bytes=file.size_bytes
            )
            for file in reply.files.all()
        ],
        used_count=reply.used_count,
        updated_at=reply.updated_at,
    )
