"""Pictures keep their room before they come, and recordings play where the page shows them."""

import io
from collections.abc import Callable

from playwright.sync_api import Page, Route

from chats.actions.media import keep_file
from chats.media import describe
from chats.models import Message
from tests import filemaking
from tests.conftest import Running
from tests.processes import until
from tests.webhooks import says

Visit = Callable[..., Page]
PLAYS = """async medium => {
    await medium.play();
    await new Promise((done) => setTimeout(done, 500));
    return medium.currentTime;
}"""


def send(running: Running, content: bytes, kind: str) -> Message:
    """João's file, as it lies in our storage."""
    media = {"url": None, "mimetype": "application/x", "filename": None}
    says(None, hasMedia=True, media=media, _data={"message": {kind: {"ptt": True}}}).deliver(running.company.number)
    message = Message.objects.latest("created_at")
    keep_file(message.pk, io.BytesIO(content), describe(io.BytesIO(content)))
    return message


def test_nothing_moves_when_a_picture_comes(running: Running, visit: Visit) -> None:
    running.worker.stop()
    photo = send(running, filemaking.jpeg((1200, 900)), "imageMessage")
    page = visit(running.company.ana, width=390)
    held: list[Route] = []
    page.route("**/thumbnail/", lambda route: held.append(route))
    page.goto(f"{running.web.url}/atendimento/{photo.chat_id}/", wait_until="commit")
    bubble = page.locator(f"#message-{photo.pk}")
    bubble.wait_for()
    before = bubble.bounding_box()
    page.wait_for_selector(".picture__image", state="attached")
    for route in held:
        route.continue_()
    until(lambda: page.evaluate("document.querySelector('.picture__image').naturalWidth > 0"))
    after = bubble.bounding_box()
    assert before and after
    assert (before["width"], before["height"]) == (after["width"], after["height"])
