"""What every operation of the API shares: who asks, how it is answered, paged, repeated, and what goes wrong."""

from .answering import NotModified, answer, check_fresh, nothing
from .errors import ApiError, Error, conflict, forbidden, invalid
from .paging import LIMIT, Cursor, Limit, Page, cut, newest_first, read_cursor
from .requests import ApiRequest, admins_only, managers_only, pace_uploads
from .routing import Rest
from .shapes import Body, Id, Moment, Money, Shape

__all__ = [
    "LIMIT",
    "ApiError",
    "ApiRequest",
    "Body",
    "Cursor",
    "Error",
    "Id",
    "Limit",
    "Moment",
    "Money",
    "NotModified",
    "Page",
    "Rest",
    "Shape",
    "admins_only",
    "answer",
    "check_fresh",
    "conflict",
    "cut",
    "forbidden",
    "invalid",
    "managers_only",
    "newest_first",
    "nothing",
    "pace_uploads",
    "read_cursor",
]
