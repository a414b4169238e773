"""REST: what WAHA remembers of chats, and the files."""

import base64

from werkzeug.wrappers import Request, Response

from . import files, ids, payloads
from .answers import RefusedError, as_json, broken, refuse
from .api_arguments import downloads, must_be_plus, paged, with_store
from .media import converted, picture
from .sessions import WORKING, Session
from .store import Json, Message, Query
from .world import MERGE_SINCE, World

CONVERTED = {"voice": "audio/ogg; codecs=opus", "video": "video/mp4"}
EVERYTHING = 10**9


def messages(world: World, request: Request, body: Json, session: str, chat: str) -> Response:
    found = with_store(world, session)
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
        merge=_merges(world, request),
    )
    with_media = downloads(request)
    return as_json([_shown(world, found, m, with_media) for m in world.store.find(session, query)])


def message(world: World, request: Request, body: Json, session: str, chat: str, message: str) -> Response:
    found = with_store(world, session)
    known = world.store.get(session, message)
    if known is None:
        raise refuse(404, "Message not found")
    return as_json(_shown(world, found, known, downloads(request)))


def chats(world: World, request: Request, body: Json, session: str) -> Response:
    with_store(world, session)
    latest = _latest(world, session, merge=False)
    rows = [_chat(world, session, chat, last) for chat, last in latest.items()]
    by = request.args.get("sortBy", "conversationTimestamp")
    rows.sort(key=lambda row: row.get(by) or 0, reverse=request.args.get("sortOrder", "desc") == "desc")
    return as_json(paged(request, rows, EVERYTHING))


def overview(world: World, request: Request, body: Json, session: str) -> Response:
    found = with_store(world, session)
    wanted = set(request.args.getlist("ids"))
    latest = _latest(world, session, merge=_merges(world, request))
    shown = [
        {
            "id": chat,
            "name": _name(world, session, chat),
            "picture": world.picture_url(chat),
            "lastMessage": _shown(world, found, last, with_media=False),
            "_chat": _chat(world, session, chat, last),
        }
        for chat, last in latest.items()
        if not wanted or chat in wanted
    ]
    return as_json(paged(request, shown, 20))


def file(world: World, request: Request, body: Json, session: str, name: str) -> Response:
    known = world.store.get(
        session, name.rpartition(".")[0] if name.startswith(("true_", "false_")) else name.partition(".")[0]
    )
    if known is None or known.media is None or (session, known.uid) in world.lost_files:
        raise refuse(404, f"ENOENT: no such file or directory, stat '/app/media/{session}/{name}'")
    headers = {"Accept-Ranges": "bytes", "Cache-Control": "public, max-age=0"}
    mimetype = known.media.mimetype.partition(";")[0]
    return Response(world.files.content(known), headers=headers, content_type=mimetype)


def profile_picture(world: World, request: Request, body: Json, name: str) -> Response:
    """As WhatsApp's own servers give it: to anybody who has the address."""
    return Response(picture(name), content_type="image/jpeg")


def convert_voice(world: World, request: Request, body: Json, session: str) -> Response:
    return _convert(world, request, body, session, "voice")


def convert_video(world: World, request: Request, body: Json, session: str) -> Response:
    return _convert(world, request, body, session, "video")


def _convert(world: World, request: Request, body: Json, session: str, kind: str) -> Response:
    found = world.sessions.wait_for(session, WORKING)
    must_be_plus(world, found)
    if "url" not in body and "data" not in body:
        raise refuse(422, 'Either "url" or "data" must be specified.')
    try:
        made = converted(kind, files.read(body))
    except files.UnreachableFileError as error:
        raise RefusedError(broken(request, body, world.environment(), str(error), "AxiosError")) from error
    if "application/json" in request.headers.get("Accept", ""):
        return as_json({"mimetype": CONVERTED[kind], "data": base64.b64encode(made).decode()}, 201)
    return Response(made, 201, content_type=CONVERTED[kind])


def _shown(world: World, session: Session, shown: Message, with_media: bool) -> Json:
    if with_media and shown.media:
        # Asked for media, WAHA downloads the file again.
        world.lost_files.discard((session.name, shown.uid))
    return payloads.message(shown, session.engine, world.url, our=session.address, with_media=with_media)


def _merges(world: World, request: Request) -> bool:
    return world.options.at_least(MERGE_SINCE) and request.args.get("merge", "true") == "true"


def _latest(world: World, session: str, *, merge: bool) -> dict[str, Message]:
    """The last message of every chat, the latest chat first; merged, a hidden chat is its phone's."""
    found: dict[str, Message] = {}
    for each in world.store.find(session, Query(limit=EVERYTHING)):
        chat = (merge and world.store.phone_of(session, each.chat_id)) or each.chat_id
        found.setdefault(chat, each)
    return found


def _chat(world: World, session: str, chat: str, last: Message) -> Json:
    return {"id": chat, "name": _name(world, session, chat), "conversationTimestamp": last.timestamp}


def _name(world: World, session: str, chat: str) -> str | None:
    return world.name_of(session, chat)
