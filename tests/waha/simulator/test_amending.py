"""What we change in messages that are out: reactions, edits, deletions, stars."""

import pytest

from .asking import CHAT, JOAO, Api
from .receiving import Receiver


def test_our_reaction_is_recorded_and_told(api: Api, receiver: Receiver) -> None:
    asked = api.waha.customer_says("default", JOAO, "Oi", announced=False)
    body = {"session": "default", "messageId": asked, "reaction": "👍"}
    answer = api("PUT", "/api/reaction", body)
    api.waha.wait_idle()
    (event,) = receiver.events("message.reaction")
    assert event["payload"]["id"].endswith(answer.json()["key"]["id"])
    assert (event["payload"]["fromMe"], event["payload"]["source"]) == (True, "api")
    assert event["payload"]["reaction"] == {"text": "👍", "messageId": asked}
    assert [(a.kind, a.message_id, a.value) for a in api.waha.amended] == [("reaction", asked.split("_")[2], "👍")]


def test_our_edit_is_told_under_an_id_of_its_own_and_the_history_knows(api: Api, receiver: Receiver) -> None:
    uid = api.send("Ola").json()["key"]["id"]
    path = f"/api/default/chats/{CHAT}/messages/true_{CHAT}_{uid}"
    act = api("PUT", path, {"text": "Olá"}).json()["key"]["id"]
    api.waha.wait_idle()
    (event,) = receiver.events("message.edited")
    assert act != uid
    assert (event["payload"]["id"], event["payload"]["editedMessageId"]) == (f"true_{CHAT}_{act}", uid)
    assert (event["payload"]["body"], api("GET", path).json()["body"]) == ("Olá", "Olá")


def test_our_deletion_is_told_and_the_history_forgets(api: Api, receiver: Receiver) -> None:
    uid = api.send("Ola").json()["key"]["id"]
    path = f"/api/default/chats/{CHAT}/messages/true_{CHAT}_{uid}"
    assert api("DELETE", path).json()["message"]["protocolMessage"]["type"] == "REVOKE"
    api.waha.wait_idle()
    (event,) = receiver.events("message.revoked")
    assert (event["payload"]["revokedMessageId"], event["payload"]["after"]["fromMe"]) == (uid, True)
    assert api("GET", path).status_code == 404


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_message_nobody_knows_is_acted_on_all_the_same(api: Api, method: str) -> None:
    path = f"/api/default/chats/{CHAT}/messages/true_{CHAT}_3EB0UNKNOWN"
    assert api(method, path, {"text": "Olá"}).status_code == 200
    assert api(method, path.replace(f"true_{CHAT}_", ""), {"text": "Olá"}).status_code == 500
    api.waha.wait_idle()
