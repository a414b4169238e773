"""REST: sending, reading, history, files, and who is who."""

from werkzeug.wrappers import Request, Response

from . import ids, payloads, whatsapp
from .answers import RefusedError, as_json, broken, empty, refusal, refuse
from .media import content_of
from .sessions import WORKING, Session
from .store import Json, Message, Query
from .world import MERGE_SINCE, MESSAGE_ID_SINCE, World

SEEN_AT_ONCE = {True: 100, False: 30}  # in a group or not
NO_STORE = (
    'Enable NOWEB store "config.noweb.store.enabled=True" and "config.noweb.store.full_sync=True"'
    " when starting a new session."
)


def send_text(world: World, request: Request, body: Json) -> Response:
    session = _named(world, body)
    chat = _chat(world, request, body)
    uid = body.get("id") if world.options.at_least(MESSAGE_ID_SINCE) else None
    text = str(body.get("text", ""))
    sent = whatsapp.send(world, session, chat, text, uid=uid, reply_to=body.get("reply_to"))
    return as_json(payloads.api_answer(sent, session.engine), 201)


def new_message_id(world: World, request: Request, body: Json, session: str) -> Response:
    if not world.options.at_least(MESSAGE_ID_SINCE):
        return refusal(404, f"Cannot GET {request.path}")
    world.sessions.wait_for(session, WORKING)
    return as_json({"id": ids.sent_uid()})


def send_seen(world: World, request: Request, body: Json) -> Response:
    session = _named(world, body)
    chat = _chat(world, request, body)
    if body.get("messageIds"):
        found = [world.store.get(session.name, message_id) for message_id in body["messageIds"]]
        whatsapp.mark_read(world, session, [message for message in found if message])
        return empty(201)
    unread = world.store.unread(session.name, chat, SEEN_AT_ONCE[ids.is_group(chat)])
    whatsapp.mark_read(world, session, unread)
    return as_json({"ids": [message.id for message in unread]}, 201)


def typing(world: World, request: Request, body: Json) -> Response:
    _named(world, body)
    _chat(world, request, body)
    return as_json({"result": True}, 201)


def messages(world: World, request: Request, body: Json, session: str, chat: str) -> Response:
    found = _with_store(world, session)
    asked = request.args
    ack_name = asked.get("filter.ack")
    query = Query(
        chat_id=None if chat == "all" else ids.chat_id(chat),
        since=asked.get("filter.timestamp.gte", type=float),
        until=asked.get("filter.timestamp.lte", type=float),
        from_me=None if "filter.fromMe" not in asked else asked["filter.fromMe"] == "true",
        ack=next((value for value, name in payloads.ACK_NAMES.items() if name == ack_name), None),
        newest_first=asked.get("sortOrder", "desc") == "desc",
        limit=asked.get("limit", 10, type=int),
        offset=asked.get("offset", 0, type=int),
        merge=world.options.at_least(MERGE_SINCE) and asked.get("merge", "true") == "true",
    )
    with_media = _downloads(request)
    return as_json([_shown(world, found, m, with_media) for m in world.store.find(session, query)])


def message(world: World, request: Request, body: Json, session: str, chat: str, message: str) -> Response:
    found = _with_store(world, session)
    known = world.store.get(session, message)
    if known is None:
        raise refuse(404, "Message not found")
    return as_json(_shown(world, found, known, _downloads(request)))


def check_exists(world: World, request: Request, body: Json) -> Response:
    session = _named(world, request.args.to_dict())
    phone = "".join(filter(str.isdigit, request.args.get("phone", "")))
    if not session.is_registered(phone):
        return as_json({"numberExists": False})
    return as_json({"numberExists": True, "chatId": ids.chat_id(phone)})


def lids(world: World, request: Request, body: Json, session: str) -> Response:
    _with_store(world, session)
    return as_json([{"lid": lid, "pn": phone} for lid, phone in world.store.lids(session).items()])


def lid(world: World, request: Request, body: Json, session: str, lid: str) -> Response:
    _with_store(world, session)
    return as_json({"lid": ids.lid_id(lid), "pn": world.store.phone_of(session, lid)})


def lid_of_phone(world: World, request: Request, body: Json, session: str, phone: str) -> Response:
    _with_store(world, session)
    return as_json({"lid": world.store.lid_of(session, phone), "pn": ids.chat_id(phone)})


def file(world: World, request: Request, body: Json, session: str, name: str) -> Response:
    known = world.store.get(session, name.partition(".")[0])
    if known is None or known.media is None or f"{session}/{name}" in world.lost_files:
        raise refuse(404, f"ENOENT: no such file or directory, stat '/app/media/{session}/{name}'")
    content = content_of(known.media, known.uid)
    headers = {"Accept-Ranges": "bytes", "Cache-Control": "public, max-age=0"}
    return Response(content, headers=headers, content_type=known.media.mimetype.partition(";")[0])


def _shown(world: World, session: Session, shown: Message, with_media: bool) -> Json:
    if with_media and shown.media:
        # Asked for media, WAHA downloads the file again.
        world.lost_files.discard(f"{session.name}/{payloads.file_name(shown)}")
    return payloads.message(shown, session.engine, world.url, with_media=with_media)


def _downloads(request: Request) -> bool:
    return request.args.get("downloadMedia", "true") != "false"


def _named(world: World, body: Json) -> Session:
    """The working session that the request names."""
    if not body.get("session"):
        raise refuse(400, "Session name is required")
    return world.sessions.wait_for(body["session"], WORKING)


def _with_store(world: World, name: str) -> Session:
    session = world.sessions.wait_for(name, WORKING)
    if not session.has_store:
        raise refuse(400, NO_STORE)
    return session


def _chat(world: World, request: Request, body: Json) -> str:
    if not body.get("chatId"):
        message = "Cannot read properties of undefined (reading 'includes')"
        raise RefusedError(broken(request, body, world.environment(), message, "TypeError"))
    return ids.chat_id(body["chatId"])
