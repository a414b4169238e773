"""Blue ticks by the company's policy, and "typing…" without a flood of calls."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from chats import actions
from chats.models import Chat, Message
from chats.waha.models import WhatsAppSession
from chats.waha.simulator import WahaSimulator
from chats.waha.tasks import sending
from crm.models import ReadReceipts, User
from tests.webhooks import JOAO, says

from .desk import Desk
from .jobs import ordered, run

SEEN, TYPING = "waha.seen", "waha.typing"
show_typing = sending.typing.func.__wrapped__


def policy(desk: Desk, policy: ReadReceipts) -> None:
    desk.company.tenant.read_receipts = policy
    desk.company.tenant.save()


def hears(desk: Desk, text: str = "oi") -> Chat:
    """João writes, WAHA knows it, and the chat is Ana's."""
    full = desk.waha.customer_says("default", JOAO, text, name="João")
    says(text, message_id=full.split("_")[2]).deliver(desk.company.number)
    return actions.assign(Chat.objects.get(), desk.company.ana, by=desk.company.ana)


def open_(browse: Callable[[User], Client], person: User, chat: Chat) -> None:
    chat.refresh_from_db()
    browse(person).post(f"/atendimento/{chat.pk}/reading/", {"seq": chat.seq})


def told(waha: WahaSimulator) -> list[list[str]]:
    """The ids of each `sendSeen`."""
    return [call.body.get("messageIds", []) for call in waha.calls if call.operation == "sendSeen"]


def test_when_the_owner_opens_the_chat_the_customer_sees_blue_ticks(
    desk: Desk, browse: Callable[[User], Client]
) -> None:
    chat = hears(desk)
    open_(browse, desk.company.ana, chat)
    run(SEEN)
    message = Message.objects.get(from_me=False)
    assert told(desk.waha) == [[f"false_{JOAO}@c.us_{message.message_id}"]]


def test_a_peek_of_somebody_else_tells_nobody(desk: Desk, browse: Callable[[User], Client]) -> None:
    open_(browse, desk.company.bruno, hears(desk))
    assert run(SEEN) == 0


def test_each_message_is_marked_once(desk: Desk, browse: Callable[[User], Client]) -> None:
    open_(browse, desk.company.ana, hears(desk))
    run(SEEN)
    open_(browse, desk.company.ana, hears(desk, "está aí?"))
    run(SEEN)
    assert [len(ids) for ids in told(desk.waha)] == [1, 1]


def test_what_nobody_had_on_the_screen_is_not_marked(desk: Desk, browse: Callable[[User], Client]) -> None:
    open_(browse, desk.company.ana, hears(desk))
    hears(desk, "chegou depois")
    run(SEEN)
    (ids,) = told(desk.waha)
    assert len(ids) == 1
    assert Message.objects.get(body="oi").message_id in ids[0]


def test_on_reply_opening_says_nothing_and_answering_does(desk: Desk, browse: Callable[[User], Client]) -> None:
    policy(desk, ReadReceipts.ON_REPLY)
    chat = hears(desk)
    open_(browse, desk.company.ana, chat)
    assert run(SEEN) == 0
    desk.write(chat)
    run(SEEN)
    assert len(told(desk.waha)) == 1


def test_never_means_never(desk: Desk, browse: Callable[[User], Client]) -> None:
    policy(desk, ReadReceipts.NEVER)
    chat = hears(desk)
    open_(browse, desk.company.ana, chat)
    desk.write(chat)
    assert run(SEEN) == 0


@pytest.mark.parametrize("engine", ["WEBJS"])
def test_an_engine_that_takes_no_ids_marks_the_chat(desk: Desk, browse: Callable[[User], Client]) -> None:
    open_(browse, desk.company.ana, hears(desk))
    run(SEEN)
    assert told(desk.waha) == [[]]


def test_what_waha_did_not_take_is_told_with_the_next(desk: Desk, browse: Callable[[User], Client]) -> None:
    open_(browse, desk.company.ana, hears(desk))
    desk.waha.faults.next("sendSeen", "500")
    with pytest.raises(Exception, match="500"):
        run(SEEN)
    open_(browse, desk.company.ana, hears(desk, "e agora?"))
    run(SEEN)
    assert [len(ids) for ids in told(desk.waha)][-1] == 2


# --- Typing ---


def types(browse: Callable[[User], Client], desk: Desk, chat: Chat, state: str = "composing") -> int:
    return browse(desk.company.ana).post(f"/atendimento/{chat.pk}/typing/", {"state": state}).status_code


def test_the_customer_sees_that_somebody_types_and_stops(desk: Desk, browse: Callable[[User], Client]) -> None:
    chat = hears(desk)
    for state in ("composing", "paused"):
        assert types(browse, desk, chat, state) == 204
        run(TYPING)
    assert [(shown.chat_id, shown.state) for shown in desk.waha.shown] == [
        (f"{JOAO}@c.us", "typing"),
        (f"{JOAO}@c.us", "paused"),
    ]


def test_a_word_about_typing_every_four_seconds_is_enough(desk: Desk, browse: Callable[[User], Client]) -> None:
    chat = hears(desk)
    for _key in range(10):
        types(browse, desk, chat)
        run(TYPING)
    assert len(desk.waha.shown) == 1


def test_typing_of_a_while_ago_is_not_shown(desk: Desk) -> None:
    chat = hears(desk)
    show_typing(str(chat.pk), is_typing=True, since=timezone.now().timestamp() - 60)
    assert desk.waha.shown == []


def test_trouble_with_typing_is_nobodys_trouble(desk: Desk, browse: Callable[[User], Client]) -> None:
    chat = hears(desk)
    desk.waha.faults.next("startTyping", "500")
    assert types(browse, desk, chat) == 204
    run(TYPING)


def test_a_disconnected_number_is_not_asked_to_type(desk: Desk, browse: Callable[[User], Client]) -> None:
    chat = hears(desk)
    WhatsAppSession.objects.update(status="STARTING")
    assert types(browse, desk, chat) == 204
    assert ordered(TYPING) == []
