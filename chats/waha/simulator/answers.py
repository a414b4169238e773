"""HTTP answers in WAHA's shapes, good and bad."""

import json
from datetime import UTC, datetime
from typing import Any

from werkzeug.wrappers import Request, Response

from .sessions import WrongStatusError
from .store import Json

REASONS = {
    400: "Bad Request",
    404: "Not Found",
    413: "Payload Too Large",
    422: "Unprocessable Entity",
    501: "Not Implemented",
}


class RefusedError(Exception):
    """A request ends here, with this answer."""

    def __init__(self, answer: Response) -> None:
        super().__init__(answer.status)
        self.answer = answer


def as_json(body: Any, status: int = 200) -> Response:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status, content_type="application/json; charset=utf-8")


def empty(status: int = 200) -> Response:
    """No body and no content type: what WAHA says when it has nothing to say."""
    answer = Response(b"", status)
    del answer.headers["Content-Type"]
    return answer


def refusal(status: int, message: str | list[str]) -> Response:
    """Shape (a): message, error, statusCode."""
    return as_json({"message": message, "error": REASONS[status], "statusCode": status}, status)


def refuse(status: int, message: str | list[str]) -> RefusedError:
    return RefusedError(refusal(status, message))


def not_implemented(engine: str) -> RefusedError:
    advice = "Check the docs and try another engine: https://waha.devlike.pro/"
    return refuse(501, f"The method is not implemented by '{engine}' engine. {advice}")


def only_in_plus(engine: str) -> RefusedError:
    """What the free image said before 2026.6.1."""
    advice = "Check this out: https://waha.devlike.pro/"
    return refuse(422, f"The feature is available only in Plus version for '{engine}' engine. {advice}")


def unauthorized() -> Response:
    return as_json({"message": "Unauthorized", "statusCode": 401}, 401)


def wrong_status(error: WrongStatusError) -> Response:
    """Shapes (b) and (c) of 422: neither `message` nor `statusCode`."""
    if error.status is None:
        body: Json = {"error": f'Session "{error.session}" does not exist', "session": error.session}
    else:
        body = {
            "error": "Session status is not as expected. Try again later or restart the session",
            "session": error.session,
            "status": error.status,
            "expected": [error.expected],
        }
    return as_json(body, 422)


def broken(request: Request, body: Any, environment: Json, message: str, name: str = "Error") -> Response:
    """The 500 of everything unforeseen, which repeats the request."""
    stack = f"{name}: {message}\n    at simulated (/app/dist/simulated.js:1:1)"
    return as_json(
        {
            "statusCode": 500,
            "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "exception": {"message": message, "name": name, "stack": stack},
            "request": {
                "path": request.path,
                "method": request.method,
                "body": body,
                "query": request.args.to_dict(),
            },
            "version": environment,
        },
        500,
    )
