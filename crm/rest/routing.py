"""How an operation is declared: in one line its address, its scope and its shape; what all have in common is added.

Errors are raised, and answered in one place: an operation never returns one. So they stand in the document alone, where
ninja would make a model of each status of each operation, nine hundred in all.
"""

from collections.abc import Callable, Iterator
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest
from ninja import Router
from ninja.constants import NOT_SET

from crm.models import ApiScope

from .repeating import HEADER, once
from .requests import Bearer, Session, refuse_unknown

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

ALWAYS = (400, 401, 403, 404, 422, 429, 500, 503)
WITH_BODY = (409, 413, 415)
ERROR = {"$ref": "#/components/schemas/Error"}

KEY_PARAMETER = {
    "in": "header",
    "name": HEADER,
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    "description": "The same key with the same request is done once and answered the same for 24 hours;"
    " with another request it is refused (422 `key_reused`).",
}
TAG_PARAMETER = {
    "in": "header",
    "name": "If-None-Match",
    "required": False,
    "schema": {"type": "string", "maxLength": 200, "pattern": "^[!-~]+$"},
    "description": "The `ETag` of an earlier answer: 304 when nothing has changed since.",
}
MATCH_PARAMETER = {
    "in": "header",
    "name": "If-Match",
    "required": False,
    "schema": {"type": "string", "maxLength": 200, "pattern": "^[!-~]+$"},
    "description": "The `ETag` under which it was read: 412 when it has changed since, and nothing is done.",
}


class Rest(Router):
    """A group of operations. Each names the scope a token needs; a session needs none."""

    def read(self, path: str, scope: ApiScope, shape: Any, **more: Any) -> Decorator:
        """A GET, which may be spared by its tag."""
        extra = {"parameters": [TAG_PARAMETER]}
        return self._operation("GET", path, scope, {200: shape, 304: None}, (), extra, **more)

    def create(self, path: str, scope: ApiScope, shape: Any, *, may_exist: bool = False, **more: Any) -> Decorator:
        """A POST that makes something (201), once per `Idempotency-Key`. `may_exist`: 200 when it was there."""
        shapes = {201: shape} | ({200: shape} if may_exist else {})
        routed = self._operation("POST", path, scope, shapes, WITH_BODY, {"parameters": [KEY_PARAMETER]}, **more)
        return lambda operation: routed(once(operation))

    def act(self, path: str, scope: ApiScope, shape: Any, **more: Any) -> Decorator:
        """A POST that does something to what is there, and answers how it is now; twice is as once."""
        return self._operation("POST", path, scope, {200: shape}, WITH_BODY, {}, **more)

    def change(self, path: str, scope: ApiScope, shape: Any, **more: Any) -> Decorator:
        """A PATCH: what the request does not name stays."""
        extra = {"parameters": [MATCH_PARAMETER]}
        return self._operation("PATCH", path, scope, {200: shape}, (*WITH_BODY, 412), extra, **more)

    def place(self, path: str, scope: ApiScope, shape: Any, **more: Any) -> Decorator:
        """A PUT: it is so from now on."""
        return self._operation("PUT", path, scope, {200: shape}, WITH_BODY, {}, **more)

    def remove(self, path: str, scope: ApiScope, **more: Any) -> Decorator:
        """A DELETE: it is no more (204)."""
        return self._operation("DELETE", path, scope, {204: None}, (409,), {}, **more)

    def download(self, path: str, scope: ApiScope, **more: Any) -> Decorator:
        """A GET of a file, as it is or in parts."""
        file = {"content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}}
        answers = {200: {"description": "The file.", **file}, 206: {"description": "The `Range` of it.", **file}}
        answers[304] = {"description": "Not Modified"}
        answers[416] = {"description": "There is no such part."}
        return self._operation("GET", path, scope, NOT_SET, (), {"responses": answers}, **more)

    def _operation(
        self,
        method: str,
        path: str,
        scope: ApiScope,
        shapes: Any,
        errors: tuple[int, ...],
        extra: dict[str, Any],
        **more: Any,
    ) -> Decorator:
        """`errors` come on top of those of `ALWAYS`."""

        def declare(operation: Callable[..., Any]) -> Callable[..., Any]:
            @wraps(operation)
            def strict(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
                refuse_unknown(request, known)
                return operation(request, *args, **kwargs)

            declared = routed(strict)
            known = frozenset(_query_names(strict))
            return declared

        example = more.pop("example", None)
        if example is not None:
            extra = extra | {"requestBody": {"content": {"application/json": {"example": example}}}}
        routed = self.api_operation(
            [method],
            path,
            auth=[Bearer(scope), Session()],
            response=shapes,
            openapi_extra=extra | {"responses": extra.get("responses", {}) | _told(errors), "x-scope": scope.value},
            **more,
        )
        return declare


def _query_names(operation: Any) -> Iterator[str]:
    """What ninja found that an operation takes from the address."""
    for model in operation._ninja_operation.models:
        if model.__ninja_param_source__ == "query":
            yield from model.__ninja_flatten_map__


def _told(errors: tuple[int, ...]) -> dict[int, Any]:
    """As the document tells them."""
    shape = {"application/json": {"schema": ERROR}}
    return {
        status: {"description": HTTPStatus(status).phrase, "content": shape} for status in sorted({*ALWAYS, *errors})
    }
