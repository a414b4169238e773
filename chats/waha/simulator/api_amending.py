"""REST: changing messages that are out. Every answer is about the act, not its target."""

from dataclasses import replace

from werkzeug.wrappers import Request, Response

from . import changes, ids, payloads
from .answers import as_json, empty
from .api_arguments import session_in, target
from .payloads import WEBJS
from .sessions import WORKING, Session
from .store import Json, Message
from .world import Amended, World


def react(world: World, request: Request, body: Json) -> Response:
    session = session_in(world, body)
    about = target(world, request, body, session, str(body.get("messageId", "")))
    act = changes.react_ours(world, session, about, str(body.get("reaction", "")))
    return empty() if session.engine == WEBJS else _answer(session, replace(act, from_me=True))


def star(world: World, request: Request, body: Json) -> Response:
    session = session_in(world, body)
    value = "true" if body.get("star") else "false"
    world.amended.append(Amended(session.name, "star", ids.bare_id(str(body.get("messageId", ""))), value))
    return empty()


def edit(world: World, request: Request, body: Json, session: str, chat: str, message: str) -> Response:
    found = world.sessions.wait_for(session, WORKING)
    about = target(world, request, body, found, message)
    return _answer(found, changes.edit_ours(world, found, about, str(body.get("text", ""))))


def revoke(world: World, request: Request, body: Json, session: str, chat: str, message: str) -> Response:
    found = world.sessions.wait_for(session, WORKING)
    about = target(world, request, body, found, message)
    act = changes.revoke_ours(world, found, about)
    return empty() if found.engine == WEBJS else _answer(found, act)


def _answer(session: Session, act: Message) -> Response:
    return as_json(payloads.api_answer(act, session.engine, our=session.address))
