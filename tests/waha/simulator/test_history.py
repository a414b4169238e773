"""What the simulator remembers, and how it tells."""

from pathlib import Path

from chats.waha.simulator import WahaSimulator

from .asking import CHAT, JOAO, Api
from .recordings import recorded, same_shape, shape


def test_history_is_filtered_sorted_and_paged(api: Api) -> None:
    for second in range(100, 110):
        api.waha.customer_says("default", JOAO, str(second), at=second, announced=False, from_me=second % 2 == 0)
    api.waha.customer_says("default", "5521999990000", "outra", at=105, announced=False)

    def bodies(chat: str, query: str) -> list[str]:
        return [m["body"] for m in api("GET", f"/api/default/chats/{chat}/messages?{query}").json()]

    assert bodies(CHAT, "limit=3") == ["109", "108", "107"]
    assert bodies(CHAT, "limit=3&offset=3&sortOrder=asc") == ["103", "104", "105"]
    assert bodies("all", "filter.timestamp.gte=105&filter.timestamp.lte=105") == ["outra", "105"]
    assert bodies("all", "filter.timestamp.gte=107&filter.fromMe=true") == ["108"]
    assert len(bodies("all", "")) == 10
    assert bodies(CHAT.replace("@", "%40"), "limit=1") == ["109"]


def test_history_looks_as_recorded(api: Api) -> None:
    asked = api.waha.customer_says("default", JOAO, "Bom dia! Tudo bem?", name="João da Silva")
    api.send("resposta")
    api.waha.wait_idle()
    _, known = recorded("all-messages-since")
    shown = api("GET", "/api/default/chats/all/messages?sortOrder=asc&downloadMedia=false").json()
    by_me = {message["fromMe"]: message for message in shown}
    known_by_me = {message["fromMe"]: message for message in reversed(known)}
    assert shape(by_me[True]) == shape(known_by_me[True])
    assert list(by_me[False]) == list(known_by_me[False])
    same_shape(api("GET", f"/api/default/chats/{CHAT}/messages/{asked}"), "message-by-id")


def test_without_a_store_there_is_no_history(waha: WahaSimulator) -> None:
    waha.add_session("default", store=False)
    assert Api(waha)("GET", "/api/default/chats/all/messages").status_code == 400


def test_hidden_and_phone_chats_are_one_history_when_known(api: Api) -> None:
    api.waha.customer_says("default", JOAO, "por telefone", announced=False)
    api.waha.customer_says("default", JOAO, "por LID", lid="998877", announced=False)
    api.waha.learn_lid("default", "998877", JOAO)
    path = f"/api/default/chats/{CHAT}/messages"
    assert len(api("GET", path).json()) == 2
    assert len(api("GET", path + "?merge=false").json()) == 1


def test_a_state_file_survives_a_restart(tmp_path: Path) -> None:
    state = tmp_path / "waha.jsonl"
    with WahaSimulator(state=state) as waha:
        waha.add_session()
        kept = waha.customer_says("default", JOAO, "foto", kind="image")
        gone = waha.customer_says("default", JOAO, "apagada")
        waha.revoke("default", gone)
    with WahaSimulator(state=state) as again:
        session = again.add_session()
        assert [(m.id, m.body) for m in again.history(session)] == [(kept, "foto")]
