"""The simulator keeps to WAHA's OpenAPI document: every route, answer, request and event of it."""

import base64
from collections.abc import Callable

import pytest

from chats.waha.simulator import WahaSimulator
from chats.waha.simulator.routes import url_map

from . import document
from .asking import CHAT, GROUP, JOAO, Api
from .receiving import Receiver

HERE = {"session": "default", "chatId": CHAT}
FILE = {"mimetype": "image/png", "filename": "a.png", "data": base64.b64encode(b"not a picture").decode()}
VOICE = {"mimetype": "audio/mpeg", "filename": "a.mp3", "data": "AAAA"}
VIDEO = {"mimetype": "video/mp4", "filename": "a.mp4", "data": "AAAA"}
POLL = {"name": "Qual?", "options": ["A", "B"], "multipleAnswers": False}
MINE = f"/api/default/chats/{CHAT}/messages/true_{CHAT}_3EB0OURS"
FROM_JOAO = f"false_{CHAT}_3ASAID"

# One good request per route of the simulator, in an order in which all of them can be done.
REQUESTS: list[tuple[str, str, object]] = [
    ("GET", "/ping", None),
    ("GET", "/health", None),
    ("GET", "/api/version", None),
    ("GET", "/api/server/version", None),
    ("GET", "/api/server/status", None),
    ("POST", "/api/sessions", {"name": "other", "start": True, "config": {"metadata": {"a": "b"}}}),
    ("GET", "/api/sessions?all=true", None),
    ("GET", "/api/other/auth/qr?format=raw", None),
    ("POST", "/api/other/auth/request-code", {"phoneNumber": "5511900000009"}),
    ("PUT", "/api/sessions/other", {"config": {"webhooks": []}}),
    ("POST", "/api/sessions/other/stop", None),
    ("POST", "/api/sessions/other/start", None),
    ("POST", "/api/sessions/other/restart", None),
    ("POST", "/api/sessions/other/logout", None),
    ("DELETE", "/api/sessions/other", None),
    ("GET", "/api/sessions/default", None),
    ("GET", "/api/sessions/default/me", None),
    ("POST", "/api/sendText", {**HERE, "text": "Olá", "id": "3EB0OURS", "linkPreview": False}),
    ("POST", "/api/sendImage", {**HERE, "file": FILE, "caption": "Veja"}),
    ("POST", "/api/sendFile", {**HERE, "file": FILE, "caption": "Veja", "reply_to": FROM_JOAO}),
    ("POST", "/api/sendVoice", {**HERE, "file": VOICE, "convert": True}),
    ("POST", "/api/sendVideo", {**HERE, "file": VIDEO, "convert": True}),
    ("POST", "/api/sendLocation", {**HERE, "latitude": -23.5, "longitude": -46.6, "title": "Loja"}),
    ("POST", "/api/sendContactVcard", {**HERE, "contacts": [{"vcard": "BEGIN:VCARD\nFN:Maria\nEND:VCARD"}]}),
    ("POST", "/api/sendPoll", {**HERE, "poll": POLL}),
    ("POST", "/api/forwardMessage", {**HERE, "messageId": FROM_JOAO}),
    ("POST", "/api/sendSeen", HERE),
    ("POST", "/api/startTyping", HERE),
    ("POST", "/api/stopTyping", HERE),
    ("PUT", "/api/reaction", {"session": "default", "messageId": FROM_JOAO, "reaction": "👍"}),
    ("PUT", "/api/star", {**HERE, "messageId": FROM_JOAO, "star": True}),
    ("GET", MINE, None),
    ("PUT", MINE, {"text": "Olá!"}),
    ("DELETE", MINE, None),
    ("GET", "/api/default/new-message-id", None),
    ("GET", "/api/default/chats?limit=5", None),
    ("GET", "/api/default/chats/overview?limit=5", None),
    ("GET", f"/api/default/chats/{CHAT}/picture", None),
    ("GET", "/api/default/chats/all/messages?limit=50&downloadMedia=false", None),
    ("POST", "/api/default/media/convert/voice", {"data": "AAAA"}),
    ("POST", "/api/default/media/convert/video", {"data": "AAAA"}),
    ("GET", f"/api/contacts/check-exists?session=default&phone={JOAO}", None),
    ("GET", "/api/contacts/all?session=default", None),
    ("GET", f"/api/contacts?session=default&contactId={JOAO}", None),
    ("GET", f"/api/contacts/profile-picture?session=default&contactId={JOAO}", None),
    ("GET", "/api/default/lids?limit=10&offset=0", None),
    ("GET", "/api/default/lids/count", None),
    ("GET", "/api/default/lids/998877", None),
    ("GET", f"/api/default/lids/pn/{JOAO}", None),
    ("POST", "/api/default/presence", {"presence": "online"}),
    ("GET", "/api/default/presence", None),
    ("GET", f"/api/default/presence/{CHAT}", None),
    ("POST", f"/api/default/presence/{CHAT}/subscribe", None),
    ("GET", "/api/default/groups", None),
    ("POST", "/api/default/groups/refresh", None),
    ("GET", f"/api/default/groups/{GROUP}", None),
    ("GET", f"/api/default/groups/{GROUP}/participants/v2", None),
    ("GET", "/api/default/labels", None),
    ("GET", f"/api/default/labels/chats/{CHAT}", None),
]
# Not in the document, and not WAHA's API: its file server, and WhatsApp's.
# Files are served beside the API; stickers are of a later version than the document.
UNDOCUMENTED = {"file", "profile-picture", "sendSticker"}
NOT_ON_WEBJS = {"/api/default/new-message-id", "/api/default/presence"}


def prepare(waha: WahaSimulator) -> None:
    """What the requests ask for."""
    waha.customer_says("default", JOAO, "Oi", name="João", uid="3ASAID", announced=False)
    waha.customer_says("default", JOAO, "Foto", kind="image", name="João", announced=False, quoted="3ASAID")
    waha.learn_lid("default", "998877", JOAO)
    waha.show_face(JOAO)
    waha.presence("default", JOAO, "typing")
    waha.group_join("default", GROUP, "Família", [JOAO])
    waha.label("default", "3", "Cliente novo")
    waha.label_chat("default", JOAO, "3")


def test_every_route_is_in_the_document_with_its_method() -> None:
    for rule in url_map().iter_rules():
        (method,) = (rule.methods or set()) - {"HEAD", "OPTIONS"}
        path = rule.rule.replace("<", "{").replace(">", "}")
        known = document.operation(method, path) is not None
        assert known is (rule.endpoint not in UNDOCUMENTED), (method, path)


def test_every_route_is_tried_below() -> None:
    urls = url_map().bind("localhost")
    tried = {urls.match(path.partition("?")[0], method)[0] for method, path, _ in REQUESTS}
    assert tried == {rule.endpoint for rule in url_map().iter_rules()} - UNDOCUMENTED


@pytest.mark.parametrize("engine", ["NOWEB", "GOWS", "WEBJS"])
def test_every_answer_has_the_documented_shape(receiver: Receiver, engine: str) -> None:
    with WahaSimulator(time_scale=0.01, ack_delays=()) as waha:
        waha.add_session("default", receiver.url, engine=engine)
        prepare(waha)
        api = Api(waha)
        for method, path, body in REQUESTS:
            if method == "GET" and "/auth/qr" in path:
                waha.wait_idle()
            answer = api(method, path, body)  # which compares
            if engine == "WEBJS" and path in NOT_ON_WEBJS and method == "GET":
                assert answer.status_code == 501
            elif not (engine == "WEBJS" and path == MINE and method == "GET"):  # it takes no id of ours
                assert answer.ok, (method, path, answer.text)


@pytest.mark.parametrize(("method", "path", "body"), [r for r in REQUESTS if r[2] is not None])
def test_every_request_is_a_documented_one(method: str, path: str, body: object) -> None:
    assert document.complaints_about_request(method, path, body) == set()


def test_a_request_the_document_does_not_know_is_found_out() -> None:
    assert document.complaints_about_request("POST", "/api/sendSticker", {}) == {"no operation POST /api/sendSticker"}
    assert document.complaints_about_request("POST", "/api/sendText", {"session": "default", "text": 1}) == {
        ": 'chatId' is a required property",
        "text: 1 is not of type 'string'",
    }


HAPPENINGS: dict[str, Callable[[WahaSimulator], object]] = {
    "message.any": lambda waha: waha.customer_says("default", JOAO, "Oi", name="João"),
    "message.ack": lambda waha: waha.ack("default", ours(waha), 3),
    "message.ack.group": lambda waha: waha.ack("default", ours(waha, group=GROUP), 3),
    "message.reaction": lambda waha: waha.react("default", "3ASAID", "👍"),
    "message.edited": lambda waha: waha.edit("default", "3ASAID", "Olá"),
    "message.revoked": lambda waha: waha.revoke("default", "3ASAID"),
    "poll.vote": lambda waha: waha.vote("default", poll(waha), JOAO, ["A"]),
    "poll.vote.failed": lambda waha: waha.vote("default", poll(waha), JOAO, [], readable=False),
    "call.received": lambda waha: waha.call("default", JOAO),
    "call.accepted": lambda waha: waha.call("default", JOAO, states=["accepted"]),
    "call.rejected": lambda waha: waha.call("default", JOAO, states=["rejected"], video=True),
    "presence.update": lambda waha: waha.presence("default", JOAO, "recording"),
    "group.v2.join": lambda waha: waha.group_join("default", GROUP, "Família", [JOAO]),
    "group.v2.leave": lambda waha: waha.group_leave("default", GROUP),
    "group.v2.update": lambda waha: waha.group_update("default", GROUP, subject="Amigos"),
    "group.v2.participants": lambda waha: waha.group_people("default", GROUP, "promote", [JOAO]),
    "label.upsert": lambda waha: waha.label("default", "3", "Cliente"),
    "label.deleted": lambda waha: waha.label("default", "3", "Cliente", deleted=True),
    "label.chat.added": lambda waha: waha.label_chat("default", JOAO, "3"),
    "label.chat.deleted": lambda waha: waha.label_chat("default", JOAO, "3", removed=True),
    "chat.archive": lambda waha: waha.archive("default", JOAO),
    "session.status": lambda waha: waha.set_status("default", "PASSKEY_REQUIRED", {"challenge": "x"}),
}
ONLY_WEBJS = {"chat.archive"}
NOT_FROM_WEBJS = {"call.accepted", "label.upsert", "label.deleted"}


def ours(waha: WahaSimulator, group: str | None = None) -> str:
    return waha.customer_says("default", JOAO, "Oi", from_me=True, group=group, announced=False)


def poll(waha: WahaSimulator) -> str:
    return waha.customer_says("default", JOAO, "Qual?; A; B", kind="poll", from_me=True, announced=False)


@pytest.mark.parametrize("engine", ["NOWEB", "GOWS", "WEBJS"])
@pytest.mark.parametrize("event", HAPPENINGS)
def test_every_event_has_the_documented_shape(receiver: Receiver, event: str, engine: str) -> None:
    with WahaSimulator(time_scale=0.01) as waha:
        waha.add_session("default", receiver.url, engine=engine)
        waha.customer_says("default", JOAO, "Oi", name="João", uid="3ASAID", announced=False)
        HAPPENINGS[event](waha)
        waha.wait_idle()
        told = receiver.events(event)
        silent = event in (NOT_FROM_WEBJS if engine == "WEBJS" else ONLY_WEBJS)
        assert len(told) == (0 if silent else 1)
        for envelope in told:
            assert document.complaints_about_event(envelope) == set()


def test_every_documented_event_happens_here() -> None:
    """But those that are about calendar events, and the deprecated ones."""
    left_out = {"message", "event.response", "event.response.failed", "engine.event"}
    left_out |= {"group.join", "group.leave", "state.change"}
    assert set(document.DOCUMENT["webhooks"]) - left_out == set(HAPPENINGS)
