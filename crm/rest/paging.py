"""Pages by keyset: a cursor says after which row one goes on, so no depth is dearer than the first page."""

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from django.db.models import QuerySet
from ninja import Query
from pydantic import Field

from crm.keyset import read_key, rows_below

from .errors import ApiError
from .shapes import Shape

Item = TypeVar("Item")
Row = TypeVar("Row")
Rows = TypeVar("Rows", bound=QuerySet[Any])

USUAL, MOST = 30, 100
LONGEST_CURSOR = 300
Limit = Annotated[int, Query(ge=1, le=MOST, description=f"How many at most, {MOST} at the most.")]
Cursor = Annotated[
    str, Query(max_length=LONGEST_CURSOR, description="`next` of the page before; without it, the first page.")
]
LIMIT = USUAL


class Page(Shape, Generic[Item]):
    """Some of the rows; `next` asks for those that follow."""

    items: list[Item]
    next: str | None = Field(description="The `cursor` of the next page; null on the last one.")


def write_cursor(key: str) -> str:
    """A key as a word that means nothing to others."""
    return base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> str:
    """The key of a cursor, "" for none; 422 for what is none of ours."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        return base64.b64decode(padded, altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeError) as error:
        raise bad_cursor() from error


def bad_cursor() -> ApiError:
    return ApiError(422, "invalid", "This cursor is not one of this list.", {"cursor": ["Not one of this list."]})


def newest_first(rows: Rows, column: str, cursor: str) -> Rows:
    """The rows after the cursor, ordered by a moment and id, both descending; 422 for a cursor that is none."""
    if cursor:
        place = read_key(read_cursor(cursor))
        if place is None:
            raise bad_cursor()
        rows = rows_below(rows, column, *place)
    return rows.order_by(f"-{column}", "-id")


def cut(
    found: Sequence[Row], limit: int, shape: Callable[[Row], Item], key: Callable[[Row], str]
) -> tuple[list[Item], str | None]:
    """Of `limit + 1` rows, those of the page in their shapes, and the cursor of the next page if one is left."""
    page = found[:limit]
    more = len(found) > limit
    return [shape(row) for row in page], write_cursor(key(page[-1])) if more and page else None


def moment_key(moment: datetime, row_id: UUID) -> str:
    """The key that `newest_first` reads."""
    return f"{moment.isoformat()},{row_id}"
