"""A page left open shows exactly what a reload would show."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from chats import actions
from chats.models import Message
from tests.conftest import Running
from tests.factories import NOON
from tests.processes import until
from tests.waha.engines import CHAT, GROUP, NOWEB, WEBJS, message, says, votes
from tests.webhooks import MARIA

from .acts import joao as _joao
from .open_page import assert_like_a_fresh_one
from .snapshots import snapshot


def message_of_this_chat(running: Running) -> None:
    running.customer_says("Chegou outra mensagem")


def message_of_another_chat(running: Running) -> None:
    running.customer_says("Eu também tenho uma pergunta", phone=MARIA, name="Maria Alves")


def first_message_of_somebody_new(running: Running) -> None:
    running.customer_says("Boa noite", phone="5531955554444", name="Pedro Nunes")


def answer_and_its_ticks(running: Running) -> None:
    sent = actions.send_message(_joao(), running.company.ana, "Já vou ver, João.")
    until(lambda: Message.objects.get(pk=sent.pk).ack == 3)


def typed_on_the_phone(running: Running) -> None:
    running.waha.customer_says("default", "5511988887777", "Respondi do celular", from_me=True)
    running.waha.wait_idle()


def failed_send(running: Running) -> None:
    running.waha.faults.next("sendText", "400")
    sent = actions.send_message(_joao(), running.company.ana, "Não vai")
    until(lambda: Message.objects.get(pk=sent.pk).send_state == "FAILED")


def assignment(running: Running) -> None:
    actions.assign(_joao(), running.company.bruno, by=running.company.marta)


def back_to_the_queue(running: Running) -> None:
    actions.assign(_joao(), running.company.ana, by=running.company.ana)
    actions.assign(_joao(), None, by=running.company.ana)


def resolution(running: Running) -> None:
    actions.resolve(_joao(), running.company.bruno)


def note(running: Running) -> None:
    actions.add_note(_joao(), running.company.bruno, "Cliente antigo, cuidado")


def number_down(running: Running) -> None:
    running.waha.set_status("default", "FAILED")
    running.waha.wait_idle()


def edit_and_reaction(running: Running) -> None:
    running.waha.edit("default", _said(), "Bom dia, tudo bem?")
    running.waha.react("default", _said(), "👍")
    running.waha.wait_idle()


def deletion(running: Running) -> None:
    running.waha.revoke("default", _said())
    running.waha.wait_idle()


def call(running: Running) -> None:
    running.waha.call("default", "5511988887777", answered=False)
    running.waha.wait_idle()


def poll_and_its_votes(running: Running) -> None:
    body = {"name": "Que dia?", "options": ["Sexta", "Sábado"]}
    poll = message(NOWEB, {"pollCreationMessage": {"name": body["name"], "options": [
        {"optionName": option} for option in body["options"]]}}, message_id="POLL", at=_now())  # fmt: skip
    for event in (poll, votes(NOWEB, ["Sexta"], f"false_{CHAT}_POLL", at=_now())):
        event.deliver(running.company.number)


def message_from_an_ad(running: Running) -> None:
    shown = {"title": "Sofá", "sourceType": "ad", "sourceId": "42", "sourceUrl": "https://fb.me/x"}
    raw = {"extendedTextMessage": {"text": "Vi o anúncio", "contextInfo": {"externalAdReply": shown}}}
    message(NOWEB, raw, body="Vi o anúncio", at=_now()).deliver(running.company.number)


def what_cannot_be_deciphered_yet(running: Running) -> None:
    waiting = message(WEBJS, {}, {"type": "ciphertext"}, name="message.waiting", message_id="3EB0W", at=_now())
    waiting.deliver(running.company.number)
    says(WEBJS, "Agora sim", message_id="3EB0W", at=_now()).deliver(running.company.number)


def typing(running: Running) -> None:
    running.waha.presence("default", "5511988887777", "typing")
    running.waha.wait_idle()


def group_renamed(running: Running) -> None:
    running.waha.customer_says("default", "5511988887777", "Oi, turma", group=GROUP)
    running.waha.wait_idle()
    running.waha.group_update("default", GROUP, subject="Turma do sofá")
    running.waha.wait_idle()


EVENTS = [
    message_of_this_chat,
    message_of_another_chat,
    first_message_of_somebody_new,
    answer_and_its_ticks,
    typed_on_the_phone,
    failed_send,
    assignment,
    back_to_the_queue,
    resolution,
    note,
    number_down,
    edit_and_reaction,
    deletion,
    call,
    poll_and_its_votes,
    message_from_an_ad,
    what_cannot_be_deciphered_yet,
    typing,
    group_renamed,
]


def _now() -> int:
    """For `at`: a moment from now, so that it is the latest."""
    return int((timezone.now() - NOON).total_seconds()) + 1


def _said() -> str:
    """The full id of what João said first."""
    return f"false_5511988887777@c.us_{Message.objects.get(body='Bom dia!').message_id}"


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
def test_live_equals_reload_after(
    event: Callable[[Running], None], running: Running, open_page: Page, visit: Callable[..., Page]
) -> None:
    before = snapshot(open_page)
    event(running)
    assert_like_a_fresh_one(open_page, running, visit)
    assert snapshot(open_page) != before


def test_live_equals_reload_after_a_dropped_socket(
    running: Running, open_page: Page, visit: Callable[..., Page]
) -> None:
    open_page.context.set_offline(True)
    open_page.evaluate("document.body.dataset.live = 'off'")
    for event in (message_of_this_chat, first_message_of_somebody_new, resolution):
        event(running)
    open_page.context.set_offline(False)
    assert_like_a_fresh_one(open_page, running, visit)


def test_live_equals_reload_after_the_web_process_was_killed(
    running: Running, open_page: Page, visit: Callable[..., Page]
) -> None:
    running.web.kill()
    running.waha.customer_says("default", "5511988887777", "Enquanto vocês caíram", name="João da Silva")
    running.web.start()
    running.waha.wait_idle(20)
    open_page.wait_for_selector("text=Enquanto vocês caíram", timeout=20_000)
    assert_like_a_fresh_one(open_page, running, visit)
    shown = open_page.locator("text=Enquanto vocês caíram").filter(visible=True)
    assert shown.count() == 2  # once in the thread, once on its row


def test_a_page_that_missed_more_than_can_be_told_reads_itself_anew(
    running: Running, open_page: Page, visit: Callable[..., Page]
) -> None:
    open_page.context.set_offline(True)
    for number in range(110):
        running.waha.customer_says("default", f"55119{70000000 + number}", f"Olá {number}", name=f"Cliente {number:03}")
    running.waha.wait_idle(60)
    open_page.context.set_offline(False)
    assert_like_a_fresh_one(open_page, running, visit)
