"""Which address does what. The operation's name is the one that faults are ordered by."""

from collections.abc import Callable

from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Response

from . import api_messages, api_sessions

Handler = Callable[..., Response]

_ROUTES: list[tuple[str, str, str, Handler]] = [
    ("GET", "/ping", "ping", api_sessions.ping),
    ("GET", "/api/version", "version", api_sessions.version),
    ("GET", "/api/server/version", "server-version", api_sessions.version),
    ("GET", "/api/server/status", "server-status", api_sessions.server_status),
    ("GET", "/api/sessions", "list-sessions", api_sessions.list_sessions),
    ("POST", "/api/sessions", "create-session", api_sessions.create),
    ("GET", "/api/sessions/<session>", "get-session", api_sessions.get_session),
    ("PUT", "/api/sessions/<session>", "update-session", api_sessions.update),
    ("DELETE", "/api/sessions/<session>", "delete-session", api_sessions.delete),
    ("POST", "/api/sessions/<session>/start", "start", api_sessions.start),
    ("POST", "/api/sessions/<session>/stop", "stop", api_sessions.stop),
    ("POST", "/api/sessions/<session>/restart", "restart", api_sessions.restart),
    ("POST", "/api/sessions/<session>/logout", "logout", api_sessions.logout),
    ("GET", "/api/sessions/<session>/me", "me", api_sessions.me),
    ("GET", "/api/<session>/auth/qr", "qr", api_sessions.qr),
    ("POST", "/api/<session>/auth/request-code", "request-code", api_sessions.request_code),
    ("POST", "/api/sendText", "sendText", api_messages.send_text),
    ("GET", "/api/<session>/new-message-id", "new-message-id", api_messages.new_message_id),
    ("POST", "/api/sendSeen", "sendSeen", api_messages.send_seen),
    ("POST", "/api/startTyping", "startTyping", api_messages.typing),
    ("POST", "/api/stopTyping", "stopTyping", api_messages.typing),
    ("GET", "/api/<session>/chats/<chat>/messages", "messages", api_messages.messages),
    ("GET", "/api/<session>/chats/<chat>/messages/<message>", "message-by-id", api_messages.message),
    ("GET", "/api/contacts/check-exists", "check-exists", api_messages.check_exists),
    ("GET", "/api/<session>/lids", "lids", api_messages.lids),
    ("GET", "/api/<session>/lids/<lid>", "lid", api_messages.lid),
    ("GET", "/api/<session>/lids/pn/<phone>", "lid-of-phone", api_messages.lid_of_phone),
    ("GET", "/api/files/<session>/<name>", "file", api_messages.file),
]

HANDLERS: dict[str, Handler] = {operation: handler for _, _, operation, handler in _ROUTES}


def url_map() -> Map:
    """HEAD is not routed on its own: WAHA's callers do not use it."""
    return Map(
        [Rule(path, endpoint=operation, methods=[method]) for method, path, operation, _ in _ROUTES],
        strict_slashes=True,
        redirect_defaults=False,
    )
