"""How an answer leaves: JSON straight from its shape, with a tag by which the next one may be spared."""

import hashlib
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import parse_etags, quote_etag
from pydantic import BaseModel

from .errors import ApiError

JSON = "application/json"
TAG_LETTERS = 20


class NotModified(Exception):
    """The asker has it already; `response` says so (304)."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__("not modified")
        self.response = response


def answer(request: HttpRequest, shape: BaseModel, status: int = 200, tag: str = "") -> HttpResponse:
    """The shape as JSON; a GET carries an `ETag`, by default of its content, and 304 is answered where it fits."""
    content = shape.model_dump_json(warnings=False).encode()
    response = HttpResponse(content, status=status, content_type=JSON)
    if request.method in {"GET", "HEAD"}:
        tag = tag or content_tag(content)
        if spared := get_conditional_response(request, etag=tag):
            response = spared
        response.headers["ETag"] = tag
        keep_private(response)
    return response


def nothing() -> HttpResponse:
    """Done, and there is nothing to say (204)."""
    return HttpResponse(status=204)


def keep_private(response: HttpResponse) -> None:
    response.headers["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ["Authorization", "Cookie"])


def content_tag(content: bytes) -> str:
    return quote_etag(hashlib.sha256(content).hexdigest()[:TAG_LETTERS])


def spare(request: HttpRequest, tag: str) -> None:
    """Raise `NotModified` when the asker has what this tag stands for: before the work of showing it."""
    response = get_conditional_response(request, etag=tag)
    if response is not None and response.status_code == 304:
        response.headers["ETag"] = tag
        keep_private(response)
        raise NotModified(response)


def check_fresh(request: HttpRequest, shape: Any) -> None:
    """Raise 412 when `If-Match` names another state than the present one; call it while the row is locked."""
    wanted = request.headers.get("If-Match")
    if wanted is None:
        return
    if content_tag(shape.model_dump_json(warnings=False).encode()) not in parse_etags(wanted) and wanted.strip() != "*":
        raise ApiError(412, "changed_meanwhile", "It has changed since it was read. Read it again.")
