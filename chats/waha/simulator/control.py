"""Orders from another process of this machine: POST and GET under /_simulator/.

A POST names a puppet string ("say", "edit", "call", "cut"…) and gives its arguments as JSON;
`session` is "default" unless it says another. What a string returns comes back as `id` or `ids`.
"""

import base64
import json
import threading
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from werkzeug.wrappers import Request, Response

from . import lifecycle
from .answers import as_json, refusal
from .puppets import Puppets
from .sessions import WrongStatusError
from .store import Json
from .webhooks import Attempt
from .world import World

LOCAL = {"127.0.0.1", "::1"}
ANSWER_FIRST_SECONDS = 0.1

# Strings whose name is not that of the order
NAMES = {"say": "customer_says", "status": "set_status"}
STRINGS = {
    "say", "album", "tell-again", "waiting", "edit", "revoke", "react", "vote", "presence", "call", "ack",
    "group-join", "group-leave", "group-update", "group-people", "label", "label-chat", "archive",
    "disconnect", "jam", "silence", "deafen",
    "lose-file", "learn-lid", "tell-lids", "unregister", "register-as",
}  # fmt: skip


def answer(world: World, request: Request) -> Response:
    """200 with JSON; 400 for an order that makes no sense, 403 for strangers, 404 for the rest."""
    if request.remote_addr not in LOCAL:
        return as_json({"message": "Forbidden", "statusCode": 403}, 403)
    name = request.path.removeprefix("/_simulator/")
    act = _ORDERS.get((request.method, name))
    if act is None and not (request.method == "POST" and name in STRINGS):
        return refusal(404, f"Cannot {request.method} {request.path}")
    try:
        order = json.loads(request.get_data() or b"{}")
        return as_json(act(world, order) if act else _pull(world, name, order))
    except (KeyError, TypeError, ValueError, WrongStatusError) as error:
        return refusal(400, f"{type(error).__name__}: {error}")


def _pull(world: World, name: str, order: Json) -> Json:
    """A puppet string. A file's `content` comes as base64."""
    if isinstance(order.get("content"), str):
        order["content"] = base64.b64decode(order["content"])
    pull = getattr(Puppets(world), NAMES.get(name, name.replace("-", "_")))
    result = pull(order.pop("session", "default"), **order)
    if isinstance(result, str):
        return {"id": result}
    return {"ids": result} if isinstance(result, list) else {}


def _fault(world: World, order: Json) -> Json:
    world.faults.next(**order)
    return {}


def _no_faults(world: World, order: Json) -> Json:
    world.faults.clear()
    return {}


def _cut(world: World, order: Json) -> Json:
    """Begins when this is answered, since nobody could be answered after."""
    seconds, keeps = order.get("seconds"), bool(order.get("keeps"))
    timer = threading.Timer(ANSWER_FIRST_SECONDS, lambda: world.outage.begin(seconds, keeps=keeps))
    timer.daemon = True
    timer.start()
    return {}


def _status(world: World, order: Json) -> Json:
    session = world.session(order.get("session", "default"))
    lifecycle.set_status(world, session, order["status"], order.get("data"))
    return session.info()


def _scan(world: World, order: Json) -> Json:
    session = world.session(order.get("session", "default"))
    phone = order.get("phone", lifecycle.DEFAULT_PHONE)
    lifecycle.scan(world, session, phone, order.get("name", session.push_name))
    return session.info()


def _show_face(world: World, order: Json) -> Json:
    Puppets(world).show_face(order["phone"])
    return {}


def _sent(world: World, order: Json) -> list[Json]:
    return [asdict(sent) for sent in world.sent.copy()]


def _amended(world: World, order: Json) -> list[Json]:
    return [asdict(amended) for amended in world.amended.copy()]


def _shown(world: World, order: Json) -> list[Json]:
    return [asdict(shown) for shown in world.shown.copy()]


def _calls(world: World, order: Json) -> list[Json]:
    return [asdict(call) for call in world.calls.copy()]


def _deliveries(world: World, order: Json) -> list[Json]:
    return [_told(attempt) for attempt in world.courier.attempts.copy()]


def _told(attempt: Attempt) -> Json:
    return asdict(attempt) | {"body": json.loads(attempt.body)}


_ORDERS: dict[tuple[str, str], Callable[[World, Json], Any]] = {
    ("POST", "fault"): _fault,
    ("DELETE", "faults"): _no_faults,
    ("POST", "cut"): _cut,
    ("POST", "status"): _status,
    ("POST", "scan"): _scan,
    ("POST", "show-face"): _show_face,
    ("GET", "sent"): _sent,
    ("GET", "amended"): _amended,
    ("GET", "shown"): _shown,
    ("GET", "calls"): _calls,
    ("GET", "deliveries"): _deliveries,
}
