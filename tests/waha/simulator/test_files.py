"""Files that customers send, and that we send."""

import base64
import hashlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
import requests

from chats.waha.simulator import WahaSimulator
from chats.waha.simulator.contents import KINDS

from .asking import CHAT, JOAO, Api
from .receiving import Receiver


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_message_arrives_and_its_file_can_be_fetched(api: Api, receiver: Receiver, kind: str) -> None:
    api.waha.customer_says("default", JOAO, "Um; dois; três", kind=kind)
    api.waha.wait_idle()
    (event,) = receiver.events("message.any")
    media = event["payload"]["media"]
    assert (media is not None) == event["payload"]["hasMedia"]
    if media:
        fetched = requests.get(media["url"], headers={"X-Api-Key": "test-key"}, timeout=60)
        assert fetched.headers["Content-Type"] == media["mimetype"].partition(";")[0]
        assert len(fetched.content) > 30
        assert requests.get(media["url"], timeout=60).status_code == 401


def test_a_lost_file_comes_back_when_the_message_is_asked_for(api: Api) -> None:
    message_id = api.waha.customer_says("default", JOAO, kind="image")
    api.waha.wait_idle()
    path = f"/api/default/chats/{CHAT}/messages/{message_id}?downloadMedia="
    api.waha.lose_file("default", message_id)
    assert api("GET", path + "false").json()["media"] is None
    url = api("GET", path + "false").json()
    assert url["hasMedia"]
    uid = message_id.rpartition("_")[2]
    assert api("GET", f"/api/files/default/{uid}.jpeg").status_code == 404
    again = api("GET", path + "true").json()["media"]["url"]
    assert api("GET", again.removeprefix(api.waha.url)).status_code == 200


def file(mimetype: str, content: bytes, name: str | None = None) -> dict[str, Any]:
    named = {"filename": name} if name else {}
    return {"mimetype": mimetype, "data": base64.b64encode(content).decode()} | named


@pytest.mark.parametrize(
    ("operation", "kind", "raw"),
    [
        ("sendImage", "image", "imageMessage"),
        ("sendFile", "document", "documentMessage"),
        ("sendVoice", "voice", "audioMessage"),
        ("sendVideo", "video", "videoMessage"),
    ],
)
def test_a_file_is_sent_kept_and_served_again(
    api: Api, receiver: Receiver, operation: str, kind: str, raw: str
) -> None:
    body = {"session": "default", "chatId": CHAT, "caption": "Veja", "file": file("image/png", b"bytes", "a.png")}
    answer = api("POST", f"/api/{operation}", body)
    api.waha.wait_idle()
    assert raw in answer.json()["message"]
    (sent,) = api.waha.sent
    assert (sent.kind, sent.text) == (kind, "" if kind == "voice" else "Veja")
    assert sent.file
    assert (sent.file.filename, sent.file.size) == ("a.png", 5)
    assert sent.file.sha256 == hashlib.sha256(b"bytes").hexdigest()
    (echo,) = receiver.events("message.any")
    served = requests.get(echo["payload"]["media"]["url"], headers={"X-Api-Key": "test-key"}, timeout=60)
    assert served.content == b"bytes"


def test_a_voice_is_converted_when_asked_for(api: Api) -> None:
    body = {"session": "default", "chatId": CHAT, "file": file("audio/mpeg", b"mp3", "a.mp3"), "convert": True}
    api("POST", "/api/sendVoice", body)
    (sent,) = api.waha.sent
    assert api.waha.file("default", sent.id).startswith(b"OggS")
    assert sent.details == {"converted": True}
    api.waha.wait_idle()


def test_waha_fetches_a_file_by_its_address(api: Api) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/a.png" else 404)
            self.end_headers()
            self.wfile.write(b"from afar")

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the name is the library's)
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}"
    where = {"session": "default", "chatId": CHAT}
    good = api("POST", "/api/sendImage", {**where, "file": {"mimetype": "image/png", "url": f"{base}/a.png"}})
    gone = api("POST", "/api/sendImage", {**where, "file": {"mimetype": "image/png", "url": f"{base}/b.png"}})
    server.shutdown()
    server.server_close()
    api.waha.wait_idle()
    assert (good.status_code, gone.status_code) == (201, 500)
    assert gone.json()["exception"]["message"] == "Request failed with status code 404"
    assert [api.waha.file("default", sent.id) for sent in api.waha.sent] == [b"from afar"]


def test_a_body_of_more_than_fifty_megabytes_is_refused(api: Api) -> None:
    body = {"session": "default", "chatId": CHAT, "file": {"mimetype": "video/mp4", "data": "A" * 50 * 1024 * 1024}}
    assert api("POST", "/api/sendFile", body).status_code == 413
    assert api.waha.sent == []


def test_before_2026_6_files_were_for_paying_customers() -> None:
    with WahaSimulator(version="2026.2.1", time_scale=0.01) as old:
        old.add_session()
        body = {"session": "default", "chatId": CHAT, "file": file("image/png", b"x"), "convert": False}
        statuses = [
            Api(old)("POST", f"/api/send{kind}", body).status_code for kind in ("Image", "File", "Voice", "Video")
        ]
        assert statuses == [422, 422, 422, 501]
        assert old.sent == []


def test_a_file_that_waha_could_not_fetch_says_so(waha: WahaSimulator, receiver: Receiver) -> None:
    waha.customer_says("default", JOAO, kind="image", download="failed")
    waha.customer_says("default", JOAO, kind="voice", download="skipped")
    waha.wait_idle()
    payloads = {
        event["payload"]["_data"]["message"].popitem()[0]: event["payload"] for event in receiver.events("message.any")
    }
    assert payloads["imageMessage"]["media"]["url"] is None
    assert payloads["imageMessage"]["media"]["error"]
    assert (payloads["audioMessage"]["hasMedia"], payloads["audioMessage"]["media"]) == (True, None)


def test_an_album_is_announced_and_its_pictures_point_at_it(waha: WahaSimulator, receiver: Receiver) -> None:
    parent, *pictures = waha.album("default", JOAO, ["um", "dois"])
    waha.wait_idle()
    told = {event["payload"]["id"]: event["payload"]["_data"]["message"] for event in receiver.events("message.any")}
    assert told[parent] == {"albumMessage": {"expectedImageCount": 2, "expectedVideoCount": 0}}
    keys = {told[each]["messageContextInfo"]["messageAssociation"]["parentMessageKey"]["id"] for each in pictures}
    assert keys == {parent.rpartition("_")[2]}
