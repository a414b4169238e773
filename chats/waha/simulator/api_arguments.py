"""What requests name: a session, a chat, a message."""

from typing import Any

from werkzeug.wrappers import Request

from . import ids
from .answers import RefusedError, broken, not_implemented, only_in_plus, refuse
from .payloads import NOWEB
from .sessions import WORKING, Session
from .store import Json, Message
from .world import ALL_IN_CORE_SINCE, World

NO_STORE = (
    'Enable NOWEB store "config.noweb.store.enabled=True" and "config.noweb.store.full_sync=True"'
    " when starting a new session."
)
BAD_MESSAGE_ID = "Message id be in format false_11111111111@c.us_AAAAAAAAAAAAAAAAAAAA[_participant]"


def session_in(world: World, body: Json) -> Session:
    """The working session that a body or a query names."""
    if not body.get("session"):
        raise refuse(400, "Session name is required")
    return world.sessions.wait_for(body["session"], WORKING)


def with_store(world: World, name: str) -> Session:
    """The working session of that name, if it keeps what it hears."""
    session = world.sessions.wait_for(name, WORKING)
    if not session.has_store:
        raise refuse(400, NO_STORE)
    return session


def chat_in(world: World, request: Request, body: Json) -> str:
    if not body.get("chatId"):
        message = "Cannot read properties of undefined (reading 'includes')"
        raise RefusedError(broken(request, body, world.environment(), message, "TypeError"))
    return ids.chat_id(body["chatId"])


def target(world: World, request: Request, body: Json, session: Session, message_id: str) -> Message:
    """The message an act is about. One that nobody knows is made up from its full id, as the
    engines do: they send the act without looking."""
    known = world.store.get(session.name, message_id)
    if known is not None:
        return known
    made = _from_id(session, message_id)
    if made is None:
        raise RefusedError(broken(request, body, world.environment(), BAD_MESSAGE_ID))
    return made


def downloads(request: Request) -> bool:
    return request.args.get("downloadMedia", "true") != "false"


def paged(request: Request, rows: list[Any], limit: int) -> list[Any]:
    """The rows of the page that the query asks for; `limit` unless it says another."""
    offset = request.args.get("offset", 0, type=int)
    return rows[offset : offset + request.args.get("limit", limit, type=int)]


def must_be_plus(world: World, session: Session) -> None:
    """Refuse what the free image could not do before 2026.6.1."""
    if not world.options.at_least(ALL_IN_CORE_SINCE):
        raise only_in_plus(session.engine)


def must_not_be(session: Session, *engines: str) -> None:
    """Refuse what these engines do not implement."""
    if session.engine in engines:
        raise not_implemented(session.engine)


def must_send_video(world: World, session: Session) -> None:
    if session.engine == NOWEB and not world.options.at_least(ALL_IN_CORE_SINCE):
        raise not_implemented(session.engine)
    must_be_plus(world, session)


def _from_id(session: Session, message_id: str) -> Message | None:
    parts = message_id.split("_")
    if len(parts) not in (3, 4) or parts[0] not in ("true", "false") or "@" not in parts[1]:
        return None
    participant = parts[3] if len(parts) == 4 else None
    return Message(session.name, parts[2], parts[1], parts[0] == "true", 0, {}, participant=participant)
