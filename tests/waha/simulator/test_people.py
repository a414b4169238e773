"""Who is who: hidden ids, accounts, contacts, presence, groups."""

import requests

from chats.waha.simulator import WahaSimulator

from .asking import CHAT, GROUP, JOAO, Api
from .recordings import same_answer


def test_hidden_ids_resolve_when_known(api: Api) -> None:
    same_answer(api("GET", "/api/default/lids/99887766554433@lid"), "lid-unknown")
    assert api("GET", f"/api/default/lids/pn/{JOAO}").json() == {"lid": None, "pn": CHAT}
    api.waha.learn_lid("default", "99887766554433", JOAO)
    assert api("GET", "/api/default/lids/99887766554433").json()["pn"] == CHAT
    assert api("GET", f"/api/default/lids/pn/{JOAO}").json()["lid"] == "99887766554433@lid"


def test_hidden_ids_are_counted_and_paged(api: Api) -> None:
    for number in range(5):
        api.waha.learn_lid("default", f"10{number}", f"551190000000{number}")
    assert api("GET", "/api/default/lids/count").json() == {"count": 5}
    pages = [api("GET", f"/api/default/lids?limit=2&offset={offset}").json() for offset in (0, 2, 4)]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert len({row["lid"] for page in pages for row in page}) == 5


def test_an_account_may_be_registered_under_another_number(api: Api) -> None:
    short = JOAO[:4] + JOAO[5:]
    api.waha.register_as("default", JOAO, short)
    found = api("GET", f"/api/contacts/check-exists?session=default&phone={JOAO}").json()
    assert found == {"numberExists": True, "chatId": f"{short}@c.us"}
    wrong, right = api.send().json()["key"]["id"], api.send(chatId=found["chatId"]).json()["key"]["id"]
    api.waha.wait_idle()
    assert (api.waha.message("default", wrong).ack, api.waha.message("default", right).ack) == (1, 3)


def test_gows_tells_the_phone_behind_a_hidden_chat_id() -> None:
    with WahaSimulator() as waha:
        waha.add_session(engine="GOWS")
        waha.learn_lid("default", "998877", JOAO)
        waha.tell_lids("default")
        found = Api(waha)("GET", f"/api/contacts/check-exists?session=default&phone={JOAO}").json()
        assert found == {"numberExists": True, "chatId": "998877@lid", "pn": CHAT}


def test_a_face_is_shown_to_anybody_who_has_its_address(api: Api) -> None:
    path = f"/api/contacts/profile-picture?session=default&contactId={JOAO}"
    assert api("GET", path).json() == {"profilePictureURL": None}
    api.waha.show_face(JOAO)
    url = api("GET", path).json()["profilePictureURL"]
    assert requests.get(url, timeout=60).headers["Content-Type"] == "image/jpeg"


def test_what_we_show_of_ourselves_is_recorded(api: Api) -> None:
    where = {"session": "default", "chatId": CHAT}
    api("POST", "/api/startTyping", where)
    api("POST", "/api/stopTyping", where)
    api("POST", "/api/default/presence", {"presence": "online"})
    assert [(shown.chat_id, shown.state) for shown in api.waha.shown] == [
        (CHAT, "typing"),
        (CHAT, "paused"),
        ("", "online"),
    ]


def test_asking_for_a_presence_subscribes_to_it(api: Api) -> None:
    assert api("GET", f"/api/default/presence/{CHAT}").json() == {"id": CHAT, "presences": []}
    assert CHAT in api.waha.session().subscribed
    api.waha.presence("default", JOAO, "typing")
    (seen,) = api("GET", f"/api/default/presence/{CHAT}").json()["presences"]
    assert seen["lastKnownPresence"] == "typing"
    api.waha.wait_idle()


def test_whoever_writes_in_a_group_is_in_it(api: Api) -> None:
    api.waha.customer_says("default", JOAO, "Oi", group=GROUP, lid="998877")
    (group,) = api("GET", "/api/default/groups").json().values()
    assert group["participants"] == [{"id": "998877@lid", "role": "participant", "pn": CHAT}]
    assert api("GET", f"/api/default/groups/{GROUP}/participants/v2").json() == group["participants"]
    api.waha.wait_idle()
