"""What goes wrong, in one shape, whatever it is and wherever it is noticed."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from pydantic import BaseModel, ConfigDict, Field


class Error(BaseModel):
    """Every answer with a status of 400 or more."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"code": "not_found", "message": "Not found."}]})

    code: str = Field(description="For programs: one word that does not change.")
    message: str = Field(description="For people. Where the product refuses, in the language of the person.")
    fields: dict[str, list[str]] | None = Field(
        None, description="What is wrong with which part of the request; absent when it is none in particular."
    )


class ApiError(Exception):
    """The request is refused; `status`, `code` and the text are the answer."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        fields: dict[str, list[str]] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.fields, self.headers = status, code, fields, headers or {}

    def as_response(self) -> HttpResponse:
        response = error_response(self.status, self.code, str(self), self.fields)
        for name, value in self.headers.items():
            response.headers[name] = value
        return response


def forbidden(message: str = "This person may not do that.") -> ApiError:
    return ApiError(403, "forbidden", message)


def conflict(code: str, message: str) -> ApiError:
    return ApiError(409, code, message)


def invalid(field: str, message: str) -> ApiError:
    """One part of the request is not acceptable."""
    return ApiError(422, "invalid", message, {field: [message]})


def error_response(status: int, code: str, message: str, fields: dict[str, list[str]] | None = None) -> HttpResponse:
    body: dict[str, object] = {"code": code, "message": message}
    if fields:
        body["fields"] = fields
    response = JsonResponse(body, status=status)
    response.headers["Cache-Control"] = "no-store"
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="atendimento"'
    return response


# What Django, a proxy-like middleware or ninja answers by status alone.
PLAIN = {
    400: ("bad_request", "The request cannot be read."),
    401: ("unauthorized", "Say who asks: a bearer token that is in force, or a session."),
    403: ("forbidden", "This person may not do that."),
    404: ("not_found", "There is no such thing, or not for this person."),
    405: ("method_not_allowed", "This address does not take that method."),
    406: ("not_acceptable", "Only JSON is to be had here."),
    409: ("conflict", "That does not go with how things stand."),
    413: ("too_large", "The request is larger than what is taken here."),
    415: ("unsupported_media_type", "Send JSON, or a form where the operation says so."),
    422: ("invalid", "The request is not acceptable."),
    429: ("too_many_requests", "Too many requests. Try again later."),
    500: ("server_error", "That was our mistake; it has been noted."),
    503: ("unavailable", "The database is away for a moment. Try again."),
}


def plain_error(status: int) -> HttpResponse:
    """The error of a status that came without words."""
    code, message = PLAIN.get(status, ("error", HTTPStatus(status).phrase))
    return error_response(status, code, message)


# How JSON writes the one character that PostgreSQL does not take.
JSON_CONTROL = b"\\u0000"


def is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")
