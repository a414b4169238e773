"""Who may ask the simulator, and what it answers to nonsense."""

import pytest
import requests

from chats.waha.simulator import WahaSimulator

from .asking import CHAT, Api
from .receiving import Receiver
from .recordings import same_answer, same_shape


@pytest.mark.parametrize("key", [None, "nope"])
def test_without_the_key_nothing_is_told(waha: WahaSimulator, key: str | None) -> None:
    same_answer(Api(waha, key)("GET", "/api/sessions"), "401-no-key")
    same_answer(Api(waha, key)("GET", "/ping"), "ping")


def test_the_key_may_stand_in_the_query_since_2026_4_3(waha: WahaSimulator) -> None:
    assert Api(waha, None)("GET", "/api/sessions?x-api-key=test-key").status_code == 200
    with WahaSimulator(version="2026.2.1") as old:
        assert Api(old, None)("GET", "/api/sessions?x-api-key=test-key").status_code == 401


def test_unknown_things_answer_as_waha_does(api: Api) -> None:
    same_answer(api("GET", "/api/nope"), "404-unknown-route")
    assert api("GET", "/api/sendText").json()["message"] == "Cannot GET /api/sendText"
    same_shape(api("GET", "/api/default/chats/all/messages/NOPE"), "message-404")
    same_shape(api("GET", "/api/sessions/other"), "get-deleted-404")
    same_shape(api("PUT", "/api/sessions/other", {"config": {}}), "put-deleted-404")
    same_shape(api("POST", "/api/sessions/other/start"), "start-deleted-404")
    same_shape(api("GET", "/api/files/default/gone.jpeg"), "media-gone-404")


def test_the_server_tells_about_itself(api: Api) -> None:
    same_shape(api("GET", "/api/version"), "version")
    same_shape(api("GET", "/api/server/version"), "version")
    same_shape(api("GET", "/api/server/status"), "server-status")


def test_requests_that_make_no_sense_are_refused(api: Api) -> None:
    same_answer(api("POST", "/api/sendText", {"chatId": CHAT, "text": "oi"}), "sendText-missing-session-400")
    same_shape(api("POST", "/api/sendText", {"session": "default", "text": "x"}), "sendText-missing-chat-500")
    same_answer(api("POST", "/api/sessions", {"name": "a b"}), "create-bad-name-400")
    bad = {"name": "x", "config": {"webhooks": [{"url": "notaurl", "events": ["nope"]}]}}
    same_shape(api("POST", "/api/sessions", bad), "create-bad-webhook-400")
    broken = requests.post(f"{api.waha.url}/api/sendText", "{bad", headers={"X-Api-Key": "test-key"}, timeout=60)
    same_answer(broken, "bad-json-400")


def test_before_2026_6_there_is_one_session_and_no_message_id(receiver: Receiver) -> None:
    with WahaSimulator(version="2026.2.1", time_scale=0.01, ack_delays=()) as old:
        old.add_session("default", receiver.url)
        api = Api(old)
        same_answer(api("GET", "/api/sessions/other"), "session-other-core")
        assert api("GET", "/api/default/new-message-id").status_code == 404
        assert api.send(id="3EB0MINE").json()["key"]["id"] != "3EB0MINE"
        old.wait_idle()


def test_a_body_that_lacks_something_breaks_the_server(api: Api) -> None:
    where = {"session": "default", "chatId": CHAT}
    for operation in ("sendImage", "sendLocation", "sendContactVcard", "sendPoll"):
        assert api("POST", f"/api/{operation}", where).json()["exception"]["name"] == "TypeError"
    assert api.waha.sent == []
