"""What plays and what is looked at in a conversation, while its bubbles are told anew."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from chats.actions.locking import changing
from chats.demo.files import FILM
from chats.models import Message, Reaction
from tests import filemaking
from tests.conftest import Running
from tests.factories import NOON

from .test_media import PLAYS, send

Visit = Callable[..., Page]


def told_anew(message: Message) -> None:
    """A reaction: every page gets the bubble once more."""
    with changing(message.chat_id) as chat:
        Reaction.objects.create(message=message, emoji="🙏", author_key="me", from_me=True, reacted_at=NOON)
        Message.objects.filter(pk=message.pk).update(seq=chat.seq)


def test_a_recording_plays_on_while_its_bubble_is_told_anew(running: Running, visit: Visit) -> None:
    running.worker.stop()
    voice = send(running, filemaking.wav(seconds=8), "audioMessage")
    page = visit(running.company.ana, f"/atendimento/{voice.chat_id}/")
    sound = page.locator(f"#sound-{voice.pk}")
    sound.get_by_role("button", name="Ouvir a mensagem de voz").click()
    expect(sound.locator(".sound__time")).to_have_text("0:01")
    told_anew(voice)
    expect(page.locator(f"#message-{voice.pk} .reactions")).to_be_visible()
    expect(sound.get_by_role("button", name="Pausar")).to_be_visible()
    expect(sound.locator(".sound__time")).to_have_text("0:03")
    sound.get_by_title("Velocidade").click()
    expect(sound.get_by_title("Velocidade")).to_have_text("1,5×")
    sound.get_by_role("slider", name="Posição").focus()
    before = float(sound.get_by_role("slider").input_value())
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    assert float(sound.get_by_role("slider").input_value()) > before + 5


def test_voices_of_one_person_are_heard_one_after_the_other(running: Running, visit: Visit) -> None:
    running.worker.stop()
    first, second = (send(running, filemaking.wav(seconds=1 + number), "audioMessage") for number in range(2))
    page = visit(running.company.ana, f"/atendimento/{first.chat_id}/")
    page.locator(f"#sound-{first.pk} .sound__play").click()
    expect(page.locator(f"#sound-{second.pk}.is-playing")).to_be_visible()
    expect(page.locator(".sound.is-current")).to_have_count(1)


def test_pictures_are_looked_at_one_after_the_other(running: Running, visit: Visit) -> None:
    running.worker.stop()
    pictures = [send(running, filemaking.jpeg((1200, 900 + number)), "imageMessage") for number in range(2)]
    send(running, FILM.read_bytes(), "videoMessage")
    page = visit(running.company.ana, f"/atendimento/{pictures[0].chat_id}/")
    page.locator(f"#message-{pictures[1].pk} .picture").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("2/3")).to_be_in_viewport()
    page.keyboard.press("ArrowRight")
    expect(dialog.get_by_text("3/3")).to_be_in_viewport()
    assert dialog.locator("video").evaluate(PLAYS) > 0
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.locator(f"#message-{pictures[1].pk} .picture")).to_be_focused()


def test_an_opened_history_and_a_text_in_full_stay_open(running: Running, visit: Visit) -> None:
    running.worker.stop()
    running.customer_says("linha\n" * 60)
    message = Message.objects.get()
    message.edits.create(edit_id="E", old_body="o texto de antes", edited_at=NOON)
    Message.objects.update(edited_at=NOON)
    page = visit(running.company.ana, f"/atendimento/{message.chat_id}/")
    page.get_by_text("Ler mais").click()
    height = page.locator(".bubble").bounding_box()
    page.get_by_role("button", name="editada").click()
    expect(page.get_by_text("o texto de antes")).to_be_visible()
    told_anew(message)
    expect(page.locator(".reactions")).to_be_visible()
    expect(page.get_by_text("o texto de antes")).to_be_visible()
    after = page.locator(".bubble").bounding_box()
    assert height and after
    assert abs(height["height"] - after["height"]) < 40
