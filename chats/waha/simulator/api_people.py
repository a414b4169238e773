"""REST: who is who, who is there, and the groups and labels they are in."""

from werkzeug.wrappers import Request, Response

from . import ids
from .answers import as_json, empty, refuse
from .api_arguments import must_not_be, paged, session_in, with_store
from .payloads import GOWS, NOWEB, WEBJS
from .sessions import WORKING
from .store import Json, Query
from .world import Shown, World

PN_SINCE = (2026, 7)
EVERYBODY = 10**9


def check_exists(world: World, request: Request, body: Json) -> Response:
    """Under which chat id a number can be written to; GOWS may answer a LID, and the phone as `pn`."""
    session = session_in(world, request.args.to_dict())
    asked = request.args.get("phone", "").partition("@")[0]
    phone = "".join(filter(str.isdigit, asked))
    registered = session.registered_as.get(phone, phone)
    if not session.is_registered(registered):
        return as_json({"numberExists": False})
    chat = ids.chat_id(registered)
    hidden = world.store.lid_of(session.name, chat) if session.tells_lids else None
    answer: Json = {"numberExists": True, "chatId": hidden or chat}
    if session.engine == GOWS and world.options.at_least(PN_SINCE):
        answer["pn"] = chat
    return as_json(answer)


def contacts(world: World, request: Request, body: Json) -> Response:
    """Everybody who wrote to us."""
    session = session_in(world, request.args.to_dict())
    with_store(world, session.name)
    chats = {m.chat_id for m in world.store.find(session.name, Query(limit=EVERYBODY)) if not ids.is_group(m.chat_id)}
    rows = [_contact(world, session.name, chat) for chat in sorted(chats)]
    return as_json(paged(request, rows, EVERYBODY))


def contact(world: World, request: Request, body: Json) -> Response:
    session = session_in(world, request.args.to_dict())
    with_store(world, session.name)
    if not request.args.get("contactId"):
        raise refuse(400, ["contactId must be a string"])
    return as_json(_contact(world, session.name, ids.chat_id(request.args["contactId"])))


def contact_picture(world: World, request: Request, body: Json) -> Response:
    session_in(world, request.args.to_dict())
    address = ids.chat_id(request.args.get("contactId", ""))
    return as_json({"profilePictureURL": world.picture_url(address)})


def chat_picture(world: World, request: Request, body: Json, session: str, chat: str) -> Response:
    world.sessions.wait_for(session, WORKING)
    return as_json({"url": world.picture_url(ids.chat_id(chat))})


def lids(world: World, request: Request, body: Json, session: str) -> Response:
    with_store(world, session)
    rows = [{"lid": lid, "pn": phone} for lid, phone in world.store.lids(session).items()]
    return as_json(paged(request, rows, 100))


def lids_count(world: World, request: Request, body: Json, session: str) -> Response:
    with_store(world, session)
    return as_json({"count": len(world.store.lids(session))})


def lid(world: World, request: Request, body: Json, session: str, lid: str) -> Response:
    with_store(world, session)
    return as_json({"lid": ids.lid_id(lid), "pn": world.store.phone_of(session, lid)})


def lid_of_phone(world: World, request: Request, body: Json, session: str, phone: str) -> Response:
    with_store(world, session)
    return as_json({"lid": world.store.lid_of(session, phone), "pn": ids.chat_id(phone)})


def set_presence(world: World, request: Request, body: Json, session: str) -> Response:
    found = world.sessions.wait_for(session, WORKING)
    chat = ids.chat_id(body["chatId"]) if body.get("chatId") else ""
    world.shown.append(Shown(found.name, chat, str(body.get("presence", ""))))
    return empty(201)


def presences(world: World, request: Request, body: Json, session: str) -> Response:
    found = world.sessions.wait_for(session, WORKING)
    must_not_be(found, WEBJS)
    return as_json([found.presence_of(chat) for chat in sorted(found.presences)])


def presence(world: World, request: Request, body: Json, session: str, chat: str) -> Response:
    """Asking for one subscribes to it."""
    found = world.sessions.wait_for(session, WORKING)
    found.subscribed.add(ids.chat_id(chat))
    return as_json(found.presence_of(ids.chat_id(chat)))


def subscribe_presence(world: World, request: Request, body: Json, session: str, chat: str) -> Response:
    world.sessions.wait_for(session, WORKING).subscribed.add(ids.chat_id(chat))
    return empty(201)


def groups(world: World, request: Request, body: Json, session: str) -> Response:
    """An object by id on NOWEB, a list elsewhere."""
    found = with_store(world, session)
    rows = paged(request, [group.info() for group in found.groups.values()], EVERYBODY)
    return as_json({row["id"]: row for row in rows} if found.engine == NOWEB else rows)


def group(world: World, request: Request, body: Json, session: str, group: str) -> Response:
    found = world.sessions.wait_for(session, WORKING).groups.get(group)
    if found is None:
        raise refuse(404, "Group not found")
    return as_json(found.info())


def group_participants(world: World, request: Request, body: Json, session: str, group: str) -> Response:
    found = world.sessions.wait_for(session, WORKING).groups.get(group)
    if found is None:
        raise refuse(404, "Group not found")
    return as_json(found.people())


def refresh_groups(world: World, request: Request, body: Json, session: str) -> Response:
    world.sessions.wait_for(session, WORKING)
    return as_json({"success": True}, 201)


def labels(world: World, request: Request, body: Json, session: str) -> Response:
    return as_json(list(with_store(world, session).labels.values()))


def chat_labels(world: World, request: Request, body: Json, session: str, chat: str) -> Response:
    found = with_store(world, session)
    worn = found.chat_labels.get(ids.chat_id(chat), [])
    return as_json([found.labels[label] for label in worn if label in found.labels])


def _contact(world: World, session: str, chat: str) -> Json:
    name = world.name_of(session, chat)
    return {"id": chat} | ({"pushname": name} if name else {})
