"""What sounds and pops up, in which of a person's tabs."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from chats.actions.muting import Quiet, mute_chat
from chats.models import Chat
from tests.conftest import Running
from tests.processes import until

# Every tune resumes the audio once; every pop-up is made once.
COUNTS = """
window.tunes = 0;
window.popUps = [];
AudioContext.prototype.resume = async () => void tunes++;
class PopUp {
  static permission = "granted";
  constructor(title, options) { popUps.push({ title, ...options, itself: this }); }
  close() {}
}
Object.defineProperty(window, "Notification", { value: PopUp });
"""
HIDE = """Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
document.dispatchEvent(new Event("visibilitychange"));"""
# Two bursts are at least this far apart; the server tells within a second.
QUIET_MS = 3500


def ready(page: Page) -> Page:
    """Counts what sounds from now on, and was touched, without which a browser plays nothing."""
    page.add_init_script(COUNTS)
    page.reload()
    page.wait_for_selector("body[data-live=on]", state="attached")
    page.mouse.click(5, 5)
    return page


def tunes(*pages: Page) -> int:
    return sum(page.evaluate("tunes") for page in pages)


def test_a_message_sounds_once_in_one_of_two_tabs_and_not_when_read_muted_or_of_ones_own(
    running: Running, visit: Callable[..., Page]
) -> None:
    ana = running.company.ana
    first = ready(visit(ana, "/atendimento/?aba=fila"))
    second = first.context.new_page()
    second.goto(first.url)
    ready(second)
    first.bring_to_front()

    running.customer_says("Bom dia")
    running.customer_says("Tudo bem?")
    for page in (first, second):
        expect(page.locator("#rings > li")).to_have_count(1)
    first.wait_for_timeout(QUIET_MS)
    assert tunes(first, second) == 1, "a burst sounds once, in one tab"

    second.close()
    first.reload()
    first.wait_for_selector("body[data-live=on]", state="attached")
    first.mouse.click(5, 5)
    first.wait_for_timeout(1000)
    assert tunes(first) == 0, "what was there before is no news"

    chat = Chat.objects.get()
    mute_chat(chat, ana, Quiet.ALWAYS)
    expect(first.locator("#rows .if-muted")).to_be_visible()
    running.customer_says("Alô?")
    expect(first.locator("#rows > .row")).to_contain_text("Alô?")
    first.wait_for_timeout(1500)
    assert tunes(first) == 0, "a muted chat is silent, though unread"


def test_a_hidden_page_pops_up_one_notice_per_chat_and_its_click_opens_the_chat(
    running: Running, visit: Callable[..., Page]
) -> None:
    page = ready(visit(running.company.ana, "/atendimento/?aba=fila"))
    page.evaluate(HIDE)
    running.customer_says("Bom dia")
    until(lambda: page.evaluate("popUps.length") == 1)
    running.customer_says("Vocês abrem sábado?")
    until(lambda: page.evaluate("popUps.length") == 2)
    shown = page.evaluate("popUps.map(({ title, body, tag }) => [title, body, tag])")
    tag = f"chat:{Chat.objects.get().pk}"
    assert shown == [["João da Silva", "Bom dia", tag], ["João da Silva", "Vocês abrem sábado?", tag]]
    page.evaluate("popUps[1].itself.onclick()")
    expect(page.locator("#chat-header")).to_contain_text("João da Silva")
    expect(page).to_have_title("João da Silva · Atendimento")
