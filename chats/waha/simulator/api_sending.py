"""REST: sending messages, and telling that we read or type."""

from dataclasses import replace

from werkzeug.wrappers import Request, Response

from . import changes, files, ids, own_contents, payloads, sending, telling
from .answers import RefusedError, as_json, broken, empty, refusal, refuse
from .api_arguments import chat_in, must_be_plus, must_not_be, must_send_video, session_in
from .contents import Content
from .media import converted
from .payloads import GOWS, WEBJS
from .sending import Outgoing
from .sessions import WORKING, Session
from .store import Json, Message
from .world import MESSAGE_ID_SINCE, Shown, World

FORWARD_ON_GOWS_SINCE = (2026, 4, 3)
STICKERS_SINCE = (2026, 8, 2)
SEEN_AT_ONCE = {True: 100, False: 30}  # in a group or not


def send_text(world: World, request: Request, body: Json) -> Response:
    session = session_in(world, body)
    outgoing = _outgoing(world, request, body, session, "text")
    quote, _ = telling.quote(world, session, body.get("reply_to"))
    content = own_contents.text(body, quote)
    mentions = list(body.get("mentions") or ())
    return _sent(
        world, session, replace(outgoing, content=content, uid=_own_id(world, session, body), mentions=mentions)
    )


def send_image(world: World, request: Request, body: Json) -> Response:
    return _send_file(world, request, body, "image")


def send_file(world: World, request: Request, body: Json) -> Response:
    return _send_file(world, request, body, "document")


def send_voice(world: World, request: Request, body: Json) -> Response:
    return _send_file(world, request, body, "voice")


def send_video(world: World, request: Request, body: Json) -> Response:
    return _send_file(world, request, body, "video")


def send_sticker(world: World, request: Request, body: Json) -> Response:
    if not world.options.at_least(STICKERS_SINCE):
        return refusal(404, "Cannot POST /api/sendSticker")
    return _send_file(world, request, body, "sticker")


def send_location(world: World, request: Request, body: Json) -> Response:
    session = session_in(world, body)
    outgoing = _outgoing(world, request, body, session, "location")
    quote, _ = telling.quote(world, session, body.get("reply_to"))
    details = {name: body.get(name) for name in ("latitude", "longitude", "title")}
    content = own_contents.location(body, quote)
    uid = _own_id(world, session, body)
    return _sent(world, session, replace(outgoing, content=content, uid=uid, details=details))


def send_contacts(world: World, request: Request, body: Json) -> Response:
    session = session_in(world, body)
    outgoing = _outgoing(world, request, body, session, "contact")
    quote, _ = telling.quote(world, session, body.get("reply_to"))
    details = {"contacts": body.get("contacts")}
    content = own_contents.contacts(body, quote)
    uid = _own_id(world, session, body)
    return _sent(world, session, replace(outgoing, content=content, uid=uid, details=details))


def send_poll(world: World, request: Request, body: Json) -> Response:
    session = session_in(world, body)
    outgoing = _outgoing(world, request, body, session, "poll")
    quote, _ = telling.quote(world, session, body.get("reply_to"))
    uid = _own_id(world, session, body)
    content = own_contents.poll(body, quote)
    details = {"poll": body.get("poll")}
    message = sending.send(world, session, replace(outgoing, content=content, uid=uid, details=details))
    return as_json(_as_message(world, session, message), 201)


def forward(world: World, request: Request, body: Json) -> Response:
    """NOWEB answers the message; WEBJS that it was sent, without an id; GOWS as always."""
    session = session_in(world, body)
    if not world.options.at_least(FORWARD_ON_GOWS_SINCE):
        must_not_be(session, GOWS)
    outgoing = _outgoing(world, request, body, session, "forward")
    known = world.store.get(session.name, str(body.get("messageId", "")))
    if known is None:
        error = f"Message with id '{body.get('messageId')}' not found"
        return broken(request, body, world.environment(session.engine), error)
    made = replace(
        outgoing,
        content=own_contents.forwarded(known),
        uid=_own_id(world, session, body),
        file=world.files.content(known) if known.media else None,
        filename=known.media.filename if known.media else None,
        details={"messageId": known.id},
    )
    message = sending.send(world, session, made)
    return as_json({"sent": True} if session.engine == WEBJS else _as_message(world, session, message), 201)


def new_message_id(world: World, request: Request, body: Json, session: str) -> Response:
    if not world.options.at_least(MESSAGE_ID_SINCE):
        return refusal(404, f"Cannot GET {request.path}")
    found = world.sessions.wait_for(session, WORKING)
    must_not_be(found, WEBJS)
    return as_json({"id": ids.sent_uid()})


def send_seen(world: World, request: Request, body: Json) -> Response:
    session = session_in(world, body)
    chat = chat_in(world, request, body)
    if session.engine == WEBJS:  # which takes no ids and tells none
        changes.mark_read(world, session, world.store.unread(session.name, chat, SEEN_AT_ONCE[ids.is_group(chat)]))
        return empty(201)
    if body.get("messageIds"):
        found = [world.store.get(session.name, message_id) for message_id in body["messageIds"]]
        changes.mark_read(world, session, [message for message in found if message])
        return empty(201)
    unread = world.store.unread(session.name, chat, SEEN_AT_ONCE[ids.is_group(chat)])
    changes.mark_read(world, session, unread)
    return as_json({"ids": [message.id for message in unread]}, 201)


def start_typing(world: World, request: Request, body: Json) -> Response:
    return _typing(world, request, body, "typing")


def stop_typing(world: World, request: Request, body: Json) -> Response:
    return _typing(world, request, body, "paused")


def _typing(world: World, request: Request, body: Json, state: str) -> Response:
    session = session_in(world, body)
    world.shown.append(Shown(session.name, chat_in(world, request, body), state))
    return as_json({"result": True}, 201)


def _send_file(world: World, request: Request, body: Json, kind: str) -> Response:
    session = session_in(world, body)
    (must_send_video if kind == "video" else must_be_plus)(world, session)
    outgoing = _outgoing(world, request, body, session, kind)
    converts = bool(body.get("convert")) and kind in ("voice", "video")
    content = _bytes(world, request, body)
    if converts:
        content = converted(kind, content)
    quote, _ = telling.quote(world, session, body.get("reply_to"))
    made = replace(
        outgoing,
        content=own_contents.file(kind, body, content, quote),
        file=content,
        filename=body["file"].get("filename"),
        mentions=list(body.get("mentions") or ()),
        details={"converted": converts} if kind in ("voice", "video") else {},
    )
    return _sent(world, session, made)


def _bytes(world: World, request: Request, body: Json) -> bytes:
    """The file of the request; what cannot be had is a 500, and nothing was sent."""
    if not isinstance(body.get("file"), dict):
        error = "Cannot use 'in' operator to search for 'url' in undefined"
        raise RefusedError(broken(request, body, world.environment(), error, "TypeError"))
    try:
        return files.read(body["file"])
    except files.UnreachableFileError as error:
        raise RefusedError(broken(request, body, world.environment(), str(error), "AxiosError")) from error


def _outgoing(world: World, request: Request, body: Json, session: Session, kind: str) -> Outgoing:
    """A message without its content yet."""
    if session.refuses_sends:
        raise refuse(400, "rpc error: code = Unknown desc = failed to send message: not connected")
    _, reply = telling.quote(world, session, body.get("reply_to"))
    chat = chat_in(world, request, body)
    return Outgoing(chat, kind, Content({}), reply_to=body.get("reply_to"), reply=reply)


def _own_id(world: World, session: Session, body: Json) -> str | None:
    """The id our software chose, where that version and engine take one."""
    takes = world.options.at_least(MESSAGE_ID_SINCE) and session.engine != WEBJS
    return body.get("id") if takes else None


def _sent(world: World, session: Session, outgoing: Outgoing) -> Response:
    message = sending.send(world, session, outgoing)
    return as_json(payloads.api_answer(message, session.engine, our=session.address), 201)


def _as_message(world: World, session: Session, message: Message) -> Json:
    """What NOWEB answers for polls and forwarded messages, unlike all others."""
    if session.engine == payloads.NOWEB:
        return payloads.message(message, session.engine, world.url, our=session.address)
    return payloads.api_answer(message, session.engine, our=session.address)
