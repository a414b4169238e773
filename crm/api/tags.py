"""One vocabulary of tags for contacts and chats."""

from uuid import UUID

from django.db.models.functions import Lower
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from pydantic import Field

from crm.actions.tags import delete_tag, save_tag
from crm.models import ApiScope, Tag
from crm.requests import tenant_of
from crm.rest import ApiRequest, Body, Rest, Shape, answer, managers_only

router = Rest(tags=["Tags"])
COLOUR = r"^#[0-9a-fA-F]{6}$"


class TagShape(Shape):
    id: UUID
    name: str
    colour: str = Field(pattern=COLOUR, examples=["#2563eb"])


class AllTags(Shape):
    """All of them: a vocabulary is short."""

    items: list[TagShape]


class NewTag(Body):
    name: str = Field(min_length=1, max_length=40)
    colour: str = Field("#64748b", pattern=COLOUR)


class TagChanges(Body):
    name: str | None = Field(None, min_length=1, max_length=40)
    colour: str | None = Field(None, pattern=COLOUR)


@router.read("/tags", ApiScope.CHATS_READ, AllTags, summary="List tags")
def list_tags(request: ApiRequest) -> HttpResponse:
    """By name."""
    tags = Tag.objects.filter(tenant_id=tenant_of(request.user)).order_by(Lower("name"), "id")
    return answer(request, AllTags.model_construct(items=[_shape(tag) for tag in tags]))


@router.create(
    "/tags", ApiScope.ADMIN, TagShape, summary="Create a tag", example={"name": "Garantia", "colour": "#2563eb"}
)
def create_tag(request: ApiRequest, body: NewTag) -> HttpResponse:
    """A new word of the vocabulary; 422 when there is one of this name. For managers."""
    managers_only(request)
    tag = Tag(tenant_id=tenant_of(request.user), name=body.name, colour=body.colour.lower())
    return answer(request, _shape(save_tag(tag)), 201)


@router.read("/tags/{uuid:tag_id}", ApiScope.CHATS_READ, TagShape, summary="Get a tag")
def get_tag(request: ApiRequest, tag_id: UUID) -> HttpResponse:
    """One word of the vocabulary."""
    return answer(request, _shape(_tag(request, tag_id)))


@router.change("/tags/{uuid:tag_id}", ApiScope.ADMIN, TagShape, summary="Change a tag", example={"colour": "#16a34a"})
def change_tag(request: ApiRequest, tag_id: UUID, body: TagChanges) -> HttpResponse:
    """Another name or colour, wherever it is worn. For managers."""
    managers_only(request)
    tag = _tag(request, tag_id)
    tag.name, tag.colour = body.name or tag.name, (body.colour or tag.colour).lower()
    return answer(request, _shape(save_tag(tag)))


@router.remove("/tags/{uuid:tag_id}", ApiScope.ADMIN, summary="Delete a tag")
def remove_tag(request: ApiRequest, tag_id: UUID) -> HttpResponse:
    """Off all contacts and chats that wear it. For managers."""
    managers_only(request)
    delete_tag(_tag(request, tag_id))
    return HttpResponse(status=204)


def _tag(request: ApiRequest, tag_id: UUID) -> Tag:
    return get_object_or_404(Tag, tenant_id=tenant_of(request.user), pk=tag_id)


def _shape(tag: Tag) -> TagShape:
    return TagShape.model_construct(id=tag.pk, name=tag.name, colour=tag.colour)
