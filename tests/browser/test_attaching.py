"""Files and voice messages on their way from an agent's hands into the conversation."""

import base64
from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Page, Route, expect

from chats.media import has_ffmpeg
from chats.models import Chat, DraftFile, Message, MessageType
from tests.conftest import Running
from tests.filemaking import jpeg, pdf
from tests.processes import until

Visit = Callable[..., Page]
PHOTO: FilePayload = {"name": "sofá.jpg", "mimeType": "image/jpeg", "buffer": jpeg((900, 600))}
CONTRACT: FilePayload = {"name": "contrato.pdf", "mimeType": "application/pdf", "buffer": pdf()}
# Playwright has no hand that drags files in or pastes them: the page gets what it would get from one.
HAND_OVER = """([files, type, where]) => {
    const data = new DataTransfer();
    for (const [name, mime, content] of files) {
        data.items.add(new File([Uint8Array.from(atob(content), (byte) => byte.charCodeAt(0))], name, {type: mime}));
    }
    const about = {bubbles: true, cancelable: true, [type === "paste" ? "clipboardData" : "dataTransfer"]: data};
    const event = type === "paste" ? new ClipboardEvent(type, about) : new DragEvent(type, about);
    document.querySelector(where).dispatchEvent(event);
}"""

# What uploads is fetched a moment after the conversation, so that it is there when the network is not.
FETCHED = "performance.getEntriesByType('resource').some(({ name }) => name.endsWith('/upload.js'))"


@pytest.fixture
def page(running: Running, visit: Visit) -> Page:
    """Ana has João's conversation open."""
    running.customer_says("Tem foto do sofá?")
    return visit(running.company.ana, f"/atendimento/{Chat.objects.get().pk}/")


def hand_over(page: Page, kind: str, *files: FilePayload, where: str = "#messages") -> None:
    told = [[file["name"], file["mimeType"], base64.b64encode(file["buffer"]).decode()] for file in files]
    page.evaluate(HAND_OVER, [told, kind, where])


def choose(page: Page, item: str, *files: FilePayload) -> None:
    page.get_by_role("button", name="Anexar", exact=True).click()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("menuitem", name=item).click()
    chooser.value.set_files(list(files))


def ours() -> list[tuple[str, str | None]]:
    sent = Message.objects.filter(from_me=True).exclude(type=MessageType.SYSTEM).order_by("timestamp", "id")
    return list(sent.values_list("type", "body"))


def test_a_chosen_photo_shows_its_progress_takes_a_caption_and_is_sent(page: Page) -> None:
    held: list[Route] = []
    page.route("**/draft/files/", lambda route: held.append(route))
    choose(page, "Fotos e vídeos", PHOTO)
    expect(page.get_by_role("progressbar", name="Enviando o arquivo")).to_be_visible()
    until(lambda: held or page.wait_for_timeout(50))
    held[0].continue_()
    page.get_by_label("Legenda de sofá.jpg").fill("Este é o *Serena*")
    page.get_by_label("Legenda de sofá.jpg").press("Enter")
    bubble = page.locator("#messages .message--out[id^=message-]")
    expect(bubble.locator("img.picture__image")).to_be_visible()
    expect(bubble).to_contain_text("Este é o Serena")
    expect(page.locator("#tray > *")).to_have_count(0)
    until(lambda: Message.objects.filter(type="IMAGE", ack__gte=1).exists())
    assert ours() == [("IMAGE", "Este é o *Serena*")]


def test_a_pasted_picture_waits_in_the_tray_through_a_reload_and_can_be_removed(page: Page) -> None:
    hand_over(page, "paste", PHOTO, where="#composer-body")
    page.get_by_label("Legenda de sofá.jpg").fill("Para depois")
    page.get_by_label("Legenda de sofá.jpg").blur()
    until(lambda: DraftFile.objects.filter(caption="Para depois").exists())
    page.reload()
    expect(page.get_by_label("Legenda de sofá.jpg")).to_have_value("Para depois")
    page.get_by_role("button", name="Remover sofá.jpg").click()
    expect(page.locator("#tray > *")).to_have_count(0)
    until(lambda: not DraftFile.objects.exists())


def test_two_files_dropped_on_the_conversation_are_sent_after_the_words(page: Page) -> None:
    hand_over(page, "dragover", PHOTO)
    expect(page.get_by_text("Solte os arquivos aqui para anexar")).to_be_visible()
    hand_over(page, "drop", PHOTO, CONTRACT)
    expect(page.get_by_text("Solte os arquivos aqui para anexar")).to_be_hidden()
    page.locator("#composer-body").fill("Seguem a foto e o contrato")
    page.locator("#composer-body").press("Enter")
    expect(page.locator("#messages .message--out[id^=message-]")).to_have_count(3)
    assert ours() == [("TEXT", "Seguem a foto e o contrato"), ("IMAGE", None), ("DOCUMENT", None)]


def test_an_upload_that_failed_is_tried_again(page: Page) -> None:
    until(lambda: page.evaluate(FETCHED))
    page.context.set_offline(True)
    hand_over(page, "drop", CONTRACT)
    expect(page.get_by_text("Não chegou ao servidor.")).to_be_visible()
    page.context.set_offline(False)
    page.locator("#tray").get_by_role("button", name="Tentar de novo").click()
    expect(page.get_by_label("Legenda de contrato.pdf")).to_be_visible()
    assert DraftFile.objects.get().name == "contrato.pdf"


def test_a_voice_message_is_recorded_listened_to_and_sent(page: Page) -> None:
    page.get_by_role("button", name="Gravar mensagem de voz").click()
    expect(page.locator(".recorder__time")).to_have_text("0:01")
    assert page.locator(".recorder__bars i").count() > 3
    page.get_by_role("button", name="Parar e ouvir").click()
    page.get_by_role("button", name="Ouvir sua mensagem de voz").click()
    expect(page.locator("#tray .sound.is-playing")).to_be_visible()
    page.get_by_role("button", name="Enviar", exact=True).click()
    sent = page.locator("#messages .message--out[id^=message-]")
    expect(sent.get_by_role("button", name="Ouvir a mensagem de voz")).to_be_visible()
    message = Message.objects.get(type=MessageType.VOICE)
    # Without ffmpeg it goes as it was recorded, and WAHA makes Opus in Ogg of it.
    assert message.mime_type == ("audio/ogg; codecs=opus" if has_ffmpeg() else "audio/webm")
    assert message.duration_seconds and len(message.metadata.get("waveform", [])) == (64 if has_ffmpeg() else 0)
