"""REST: the server, sessions, and the ways to log in."""

import base64
import secrets

from werkzeug.wrappers import Request, Response

from . import lifecycle, sessions
from .answers import as_json, empty, only_in_plus, refuse
from .media import qr_png
from .sessions import SCAN_QR_CODE, Session
from .store import Json
from .world import ALL_IN_CORE_SINCE, World, now_ms

BAD_NAME = (
    "Session name can only contain alphanumeric characters, hyphens, and underscores (a-z, A-Z, 0-9, -, _) or be empty"
)


def ping(world: World, request: Request, body: Json) -> Response:
    return as_json({"message": "pong"})


def health(world: World, request: Request, body: Json) -> Response:
    """Of disks and databases; it says nothing about sessions."""
    if not world.options.at_least(ALL_IN_CORE_SINCE):
        raise only_in_plus("NOWEB")
    return as_json({"status": "ok", "info": {}, "error": {}, "details": {}})


def version(world: World, request: Request, body: Json) -> Response:
    return as_json(world.environment())


def server_status(world: World, request: Request, body: Json) -> Response:
    uptime = now_ms() - world.started_at_ms
    worker = {"id": "waha-local-1"}
    return as_json({"startTimestamp": world.started_at_ms, "uptime": uptime, "worker": worker})


def list_sessions(world: World, request: Request, body: Json) -> Response:
    with_stopped = request.args.get("all") == "true"
    shown = [session for session in world.sessions.all() if session.running or with_stopped]
    return as_json([session.info(with_engine=False) for session in shown])


def create(world: World, request: Request, body: Json) -> Response:
    name = body.get("name") or f"session_{secrets.token_hex(8)}"
    if not sessions.NAME.fullmatch(name):
        raise refuse(400, [BAD_NAME])
    _check_config(body)
    _check_core(world, name)
    if world.sessions.find(name):
        raise refuse(422, f"Session '{name}' already exists. Use PUT to update it.")
    modern = world.options.at_least(ALL_IN_CORE_SINCE)
    if not body.get("start", modern) and not modern:
        return empty(201)  # 2026.2 makes no session then
    session = world.sessions.add(Session(name, config=body.get("config")))
    if body.get("start", True):
        lifecycle.start(world, session)
    return as_json(session.info(), 201)


def get_session(world: World, request: Request, body: Json, session: str) -> Response:
    return as_json(_existing(world, session).info())


def update(world: World, request: Request, body: Json, session: str) -> Response:
    found = _existing(world, session)
    _check_config(body)
    lifecycle.configure(world, found, body.get("config"))
    return as_json(found.info())


def delete(world: World, request: Request, body: Json, session: str) -> Response:
    found = world.sessions.find(session)
    if found is not None:
        lifecycle.delete(world, found)
    return empty()


def start(world: World, request: Request, body: Json, session: str) -> Response:
    found = _existing(world, session)
    if not found.running:
        lifecycle.start(world, found)
    elif not world.options.at_least(ALL_IN_CORE_SINCE):
        raise refuse(422, f"Session '{session}' is already started.")
    return as_json(found.info(), 201)


def stop(world: World, request: Request, body: Json, session: str) -> Response:
    found = _existing(world, session)
    lifecycle.stop(world, found)
    return as_json(found.info(), 201)


def restart(world: World, request: Request, body: Json, session: str) -> Response:
    found = _existing(world, session)
    lifecycle.restart(world, found)
    return as_json(found.info(), 201)


def logout(world: World, request: Request, body: Json, session: str) -> Response:
    found = _existing(world, session)
    lifecycle.logout(world, found)
    return as_json(found.info(), 201)


def me(world: World, request: Request, body: Json, session: str) -> Response:
    found = _existing(world, session)
    return as_json(found.me) if found.me else empty()


def qr(world: World, request: Request, body: Json, session: str) -> Response:
    found = world.sessions.wait_for(session, SCAN_QR_CODE)
    if request.args.get("format") == "raw":
        return as_json({"value": found.qr_value})
    picture = qr_png(found.qr_value)
    if "application/json" in request.headers.get("Accept", ""):
        return as_json({"mimetype": "image/png", "data": base64.b64encode(picture).decode()})
    return Response(picture, content_type="image/png")


def request_code(world: World, request: Request, body: Json, session: str) -> Response:
    world.sessions.wait_for(session, SCAN_QR_CODE)
    return as_json({"code": "ABCD-1234"}, 201)


def _existing(world: World, name: str) -> Session:
    _check_core(world, name)
    session = world.sessions.find(name)
    if session is None:
        raise refuse(404, "Session not found")
    return session


def _check_core(world: World, name: str) -> None:
    """Before 2026.6.1 the free image knew one session only."""
    if name != "default" and not world.options.at_least(ALL_IN_CORE_SINCE):
        encoded = base64.b64encode(name.encode()).decode()
        raise refuse(
            422,
            f"WAHA Core support only 'default' session. You tried to access '{name}' session"
            f" (base64: {encoded}). If you want to run more then one WhatsApp account - please get"
            " WAHA PLUS version. Check this out: https://waha.devlike.pro/",
        )


def _check_config(body: Json) -> None:
    found = sessions.complaints(body.get("config"))
    if found:
        raise refuse(400, found)
