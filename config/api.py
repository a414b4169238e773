"""The API: every room's operations under `/api/`, one document that describes them, and one shape of error."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.core.exceptions import ValidationError as ModelError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, re_path
from django.utils.datastructures import MultiValueDict
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser
from ninja.schema import NinjaGenerateJsonSchema

from chats.api import routers as chats
from chats.waha.api import router as numbers
from crm.api import routers as crm
from crm.rest import ApiError, Error, NotModified
from crm.rest.errors import JSON_CONTROL, PLAIN, error_response, is_api, plain_error
from notifications.api import router as notifications

DESCRIPTION = """
Everything that people do on Atendimento's pages, for other programs: the same acts, and the same rule of who sees what.

**Who asks.** `Authorization: Bearer atd_…`, a token made under *Configurações → API*: it sees what its person sees, and
does what its scopes name. A page of ours may use the session's cookie instead, with `X-CSRFToken` on each change.

**Units.** Moments are ISO 8601 in UTC (`2026-11-26T15:02:00Z`), money is reais as a string (`"1234.50"`), phones are
E.164 digits (`5511988887777`), lengths of time are seconds, sizes bytes. Ids are UUIDs.

**Lists** answer `{"items": […], "next": …}`; `next` is the `cursor` of the following page, null on the last.

**Errors** have one shape: `{"code": …, "message": …, "fields": …}`. What a person may not see does not exist (404).

**Again.** A POST that creates takes an `Idempotency-Key`. Reads carry an `ETag`; a PATCH takes `If-Match`.
"""


class PlainParser(Parser):
    """JSON and forms without NUL, which no column of ours can hold."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        if request.content_type not in {"application/json", ""}:
            raise ApiError(415, *PLAIN[415])
        if JSON_CONTROL in request.body:
            raise ApiError(422, "invalid", "Text holds no NUL.")
        return super().parse_body(request)

    def parse_querydict(self, data: "MultiValueDict[str, Any]", list_fields: list[str], request: HttpRequest) -> Any:
        found = super().parse_querydict(data, list_fields, request)
        if any("\x00" in str(value) for value in found.values()):
            raise ApiError(422, "invalid", "Text holds no NUL.")
        return found


class AtendimentoAPI(NinjaAPI):
    """ninja's, with the document complete: the scope of each operation, the shape of all errors, and an address for
    whatever is none.
    """

    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        document = super().get_openapi_schema(**kwargs)
        document["components"]["schemas"]["Error"] = Error.model_json_schema(schema_generator=NinjaGenerateJsonSchema)
        for operations in document["paths"].values():
            for operation in operations.values():
                _complete(operation)
        return document

    def _get_urls(self) -> list[URLResolver | URLPattern]:
        return [*super()._get_urls(), re_path(r"^.*$", nowhere, name="nowhere")]


def nowhere(request: HttpRequest) -> HttpResponse:
    """No operation has this address; it is never led on to another one, which would lose the body."""
    return plain_error(404)


def _complete(operation: dict[str, Any]) -> None:
    scope = operation.get("x-scope")
    if scope:
        operation["security"] = [{"Bearer": [scope]}, {"Session": []}]
        note = f"Scope: `{scope}`."
        operation["description"] = f"{operation.get('description', '')}\n\n{note}".strip()


api = AtendimentoAPI(
    title="Atendimento",
    version="1",
    description=DESCRIPTION,
    urls_namespace="api",
    docs_decorator=require_safe,
)
api.parser = PlainParser()
for router in [*chats, *crm, notifications, numbers]:
    api.add_router("", router)


@api.exception_handler(ApiError)
def _refused(request: HttpRequest, error: ApiError) -> HttpResponse:
    return error.as_response()


@api.exception_handler(NotModified)
def _spared(request: HttpRequest, found: NotModified) -> HttpResponse:
    return found.response


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return plain_error(404)


@api.exception_handler(PermissionDenied)
def _not_allowed(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
    return plain_error(403)


@api.exception_handler(HttpError)
def _ninjas_own(request: HttpRequest, error: HttpError) -> HttpResponse:
    """ninja says 400 of whatever went wrong while a body was read; the reason knows better."""
    if isinstance(error.__cause__, ApiError):
        return error.__cause__.as_response()
    return plain_error(error.status_code)


@api.exception_handler(RequestDataTooBig)
def _too_large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return plain_error(413)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields: dict[str, list[str]] = {}
    for each in error.errors:
        fields.setdefault(_name_of(each["loc"]), []).append(str(each["msg"]))
    return error_response(422, "invalid", "The request is not acceptable; `fields` says what.", fields)


@api.exception_handler(ModelError)
def _invalid_row(request: HttpRequest, error: ModelError) -> HttpResponse:
    fields = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    named = {name or "request": messages for name, messages in fields.items()}
    message = " ".join(each for messages in named.values() for each in messages)
    return error_response(422, "invalid", message, {name: list(messages) for name, messages in named.items()})


def _name_of(place: tuple[str | int, ...]) -> str:
    """Where in the request: `contacts.0.phone`. The first part is ninja's word for body or query."""
    source, *path = place
    if source == "body" and len(path) > 1:
        path = path[1:]  # the operation's own name for its body
    return ".".join(map(str, path)) or str(source)


class OneErrorShape:
    """Whatever is answered under `/api/` with a bare status, by whichever layer, is told in the API's shape."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code < 400 or not is_api(request):
            return response
        if response.headers.get("Content-Type", "").startswith("application/json"):
            return response
        told = plain_error(response.status_code)
        for name in ("Allow", "Retry-After", "WWW-Authenticate"):
            if name in response.headers:
                told.headers[name] = response.headers[name]
        return told


__all__ = ["Error", "OneErrorShape", "api"]
