"""The customers of the demo."""

import time

import pytest

from chats.waha.simulator import WahaSimulator, dialogues
from chats.waha.simulator.customers import Customers

from .asking import CHAT, Api, wait_until
from .receiving import Receiver


def test_customers_write_read_and_answer(receiver: Receiver) -> None:
    with WahaSimulator(time_scale=0.01, ack_delays=(0.1, 0.2)) as waha:
        session = waha.add_session("default", receiver.url)
        Customers(waha, seconds_between=1, seed=1).start()
        wait_until(lambda: len(waha.history(session)) >= 20)
        api = Api(waha)
        for number in range(8):
            api.send(f"Posso ajudar? {number}")
            time.sleep(0.09)
        wait_until(lambda: any(m.ack == 3 for m in waha.history(session) if m.from_me))
        wait_until(lambda: any(not m.from_me for m in waha.history(session, CHAT)))


def test_customers_have_second_thoughts_react_and_vote(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    marked = [
        talk for talk in dialogues.DIALOGUES if any("[edit]" in line or "[call]" in line for line in sum(talk, ()))
    ]
    monkeypatch.setattr(dialogues, "DIALOGUES", tuple(marked))
    with WahaSimulator(time_scale=0.005, ack_delays=(0.1, 0.2)) as waha:
        waha.add_session("default", receiver.url)
        Customers(waha, seconds_between=1, seed=3).start()
        api = Api(waha)
        poll = {"name": "Quando?", "options": ["Manhã", "Tarde"], "multipleAnswers": False}
        api("POST", "/api/sendPoll", {"session": "default", "chatId": CHAT, "poll": poll})
        answered: set[str] = set()

        def all_of_it_happened() -> bool:
            for event in receiver.events("message.any"):
                said = event["payload"]
                if not said["fromMe"] and said["id"] not in answered:
                    answered.add(said["id"])
                    api.send("Posso ajudar?", chatId=said["from"])
            wanted = ("poll.vote", "message.edited", "message.revoked", "message.reaction", "call.received")
            return all(receiver.events(name) for name in wanted)

        wait_until(all_of_it_happened)
        (vote,) = receiver.events("poll.vote")
        assert vote["payload"]["vote"]["selectedOptions"][0] in poll["options"]


def test_customers_are_seen_typing_by_whoever_subscribed(receiver: Receiver) -> None:
    with WahaSimulator(time_scale=0.01, ack_delays=()) as waha:
        waha.add_session("default", receiver.url)
        Customers(waha, seconds_between=0, seed=1)
        api = Api(waha)
        for _ in range(5):
            api.send("Tudo bem?")
        wait_until(lambda: any(not m.from_me for m in waha.history("default", CHAT)))
        assert receiver.events("presence.update") == []
        api("POST", f"/api/default/presence/{CHAT}/subscribe")

        def seen_typing() -> bool:
            api.send("E então?")
            time.sleep(0.1)
            return bool(receiver.events("presence.update"))

        wait_until(seen_typing)
