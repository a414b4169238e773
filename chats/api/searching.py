"""What a person looks for: customers, and words that were said."""

from typing import Annotated

from django.http import HttpResponse
from ninja import Query

from chats.lists.said import find_said
from chats.models import Chat
from crm.models import ApiScope
from crm.rest import ApiRequest, Rest, Shape, answer

from .shapes import ChatShape, MessageShape, chat_shape, in_columns, message_shape

router = Rest(tags=["Search"])
MOST_CHATS = 20


class Found(Shape):
    """At most twenty of each, the newest first."""

    chats: list[ChatShape]
    messages: list[MessageShape]


@router.read("/search", ApiScope.CHATS_READ, Found, summary="Search")
def search(
    request: ApiRequest,
    q: Annotated[str, Query(min_length=1, max_length=100, description="Beginnings of words, or digits of a phone.")],
) -> HttpResponse:
    """Conversations by name and phone, and messages by their words (from three letters on)."""
    chats = Chat.objects.visible_to(request.user).matching(q) if q.strip() else Chat.objects.none()
    found = Found.model_construct(
        chats=[chat_shape(row) for row in in_columns(chats.in_list_order())[:MOST_CHATS]],
        messages=[message_shape(said.message) for said in find_said(request.user, q)],
    )
    return answer(request, found)
