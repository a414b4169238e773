"""Orders from another process of this machine: POST and GET under /_simulator/."""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from werkzeug.wrappers import Request, Response

from . import lifecycle, whatsapp
from .answers import as_json, refusal
from .sessions import WrongStatusError
from .store import Json
from .webhooks import Attempt
from .whatsapp import Writing
from .world import World

LOCAL = {"127.0.0.1", "::1"}


def answer(world: World, request: Request) -> Response:
    """200 with JSON; 400 for an order that makes no sense, 403 for strangers, 404 for the rest."""
    if request.remote_addr not in LOCAL:
        return as_json({"message": "Forbidden", "statusCode": 403}, 403)
    order = _ORDERS.get((request.method, request.path.removeprefix("/_simulator/")))
    if order is None:
        return refusal(404, f"Cannot {request.method} {request.path}")
    try:
        return as_json(order(world, json.loads(request.get_data() or b"{}")))
    except (KeyError, TypeError, ValueError, WrongStatusError) as error:
        return refusal(400, f"{type(error).__name__}: {error}")


def _say(world: World, order: Json) -> Json:
    session = world.session(order.pop("session", "default"))
    return {"id": whatsapp.receive(world, session, Writing(**order))}


def _fault(world: World, order: Json) -> Json:
    world.faults.next(**order)
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


def _ack(world: World, order: Json) -> Json:
    whatsapp.acknowledge(world, world.session(order.get("session", "default")), order["id"], order["ack"])
    return {}


def _sent(world: World, order: Json) -> list[Json]:
    return [asdict(sent) for sent in world.sent.copy()]


def _calls(world: World, order: Json) -> list[Json]:
    return [asdict(call) for call in world.calls.copy()]


def _deliveries(world: World, order: Json) -> list[Json]:
    return [_shown(attempt) for attempt in world.courier.attempts.copy()]


def _shown(attempt: Attempt) -> Json:
    return asdict(attempt) | {"body": json.loads(attempt.body)}


_ORDERS: dict[tuple[str, str], Callable[[World, Json], Any]] = {
    ("POST", "say"): _say,
    ("POST", "fault"): _fault,
    ("POST", "status"): _status,
    ("POST", "scan"): _scan,
    ("POST", "ack"): _ack,
    ("GET", "sent"): _sent,
    ("GET", "calls"): _calls,
    ("GET", "deliveries"): _deliveries,
}
