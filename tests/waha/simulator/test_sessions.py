"""How sessions live in the simulator."""

import time
from io import BytesIO

import pytest
from PIL import Image

from chats.waha.simulator import WahaSimulator

from .asking import KEY, Api, wait_until
from .receiving import Receiver
from .recordings import RECORDED, recorded, same_answer, same_shape, shape


def test_a_session_is_made_scanned_and_removed(receiver: Receiver) -> None:
    with WahaSimulator(time_scale=0.01) as waha:
        api = Api(waha)
        config = RECORDED["create-start-201"]["response"]["body"]["config"]
        config["webhooks"][0]["url"] = receiver.url
        made = api("POST", "/api/sessions", {"name": "default", "start": True, "config": config})
        same_shape(made, "create-start-201")
        same_answer(api("POST", "/api/sessions", {"name": "default"}), "create-exists-422")
        waha.wait_idle()
        same_shape(api("GET", "/api/default/auth/qr?format=raw"), "qr-raw")
        same_shape(api("GET", "/api/default/auth/qr", Accept="application/json"), "qr-json")
        picture = api("GET", "/api/default/auth/qr")
        assert Image.open(BytesIO(picture.content)).format == "PNG"
        same_answer(api("POST", "/api/default/auth/request-code", {"phoneNumber": "55"}), "request-code")
        assert api("GET", "/api/sessions/default/me").content == b""
        waha.scan("default", "5511900000001", "Loja Exemplo")
        waha.wait_idle()
        same_shape(api("GET", "/api/sessions/default/me"), "me")
        same_shape(api("GET", "/api/default/auth/qr"), "qr-when-working-422")
        seen = sorted(receiver.events("session.status"), key=lambda event: event["id"])
        assert {event["payload"]["status"] for event in seen} == {"STARTING", "SCAN_QR_CODE", "WORKING"}
        stopped = api("POST", "/api/sessions/default/stop")
        same_shape(stopped, "stop")
        (listed,) = api("GET", "/api/sessions?all=true").json()
        assert list(listed) == list(recorded("sessions-list-all")[1][0])
        assert api("GET", "/api/sessions").json() == []
        assert api("DELETE", "/api/sessions/default").content == b""
        assert api("DELETE", "/api/sessions/default").status_code == 200


def test_a_working_session_says_so(api: Api) -> None:
    info = api("GET", "/api/sessions/default").json()
    _, known = recorded("session-working")
    assert list(info) == list(known)
    assert (info["status"], shape(info["me"]), info["engine"]) == (
        "WORKING",
        shape(known["me"]),
        known["engine"],
    )
    assert info["config"]["webhooks"][0]["hmac"] == {"key": KEY}  # in clear, as the real one


def test_a_qr_code_nobody_scans_ends_in_failed(receiver: Receiver) -> None:
    with WahaSimulator(time_scale=0.0005) as waha:
        Api(waha)("POST", "/api/sessions", {"name": "default", "start": True, "config": {}})
        wait_until(lambda: waha.session("default").status == "FAILED")


def test_put_replaces_the_configuration_and_restarts(api: Api) -> None:
    api("PUT", "/api/sessions/default", {"config": {"metadata": {"a": "b"}}})
    api.waha.wait_idle()
    info = api("GET", "/api/sessions/default").json()
    assert (info["config"], info["status"]) == ({"metadata": {"a": "b"}}, "WORKING")


@pytest.mark.parametrize(
    ("status", "name", "seconds"),
    [("SCAN_QR_CODE", "sendText-scan-qr-422", 10), ("STOPPED", "sendText-stopped-422", 5)],
)
def test_a_send_on_a_session_that_does_not_work_blocks_and_is_refused(
    api: Api, status: str, name: str, seconds: int
) -> None:
    api.waha.set_status("default", status)
    started = time.monotonic()
    same_answer(api.send(), name)
    assert time.monotonic() - started >= seconds * 0.01
    assert api.waha.sent == []


def test_a_send_on_an_unknown_session_is_refused_in_its_own_shape(waha: WahaSimulator) -> None:
    waha.world.sessions.remove("default")
    same_answer(Api(waha).send(), "sendText-no-session-422")
