"""WhatsApp's markup against whoever writes HTML: what comes out is parsed, and only six harmless tags are in it."""

from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chats.templatetags.markup import whatsapp_markup
from tests.hostile import PAYLOADS

ALLOWED = {
    "strong": set[str](),
    "em": set[str](),
    "s": set[str](),
    "code": set[str](),
    "span": {"class"},
    "a": {"href", "target", "rel"},
}
MARKS = ["*", "_", "~", "`", "```", "\n", " ", "@", "https://", "www.", "javascript:", "\ue000", "\ue001", "&#x", ";"]


class Reader(HTMLParser):
    """Reads what a browser would, and complains of what must not be there."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.troubles: list[str] = []
        self.opened: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.opened.append(tag)
        if tag not in ALLOWED:
            self.troubles.append(f"<{tag}>")
        for name, value in attrs:
            if name not in ALLOWED.get(tag, set()):
                self.troubles.append(f"{tag} {name}={value}")
            if name == "href" and not (value or "").lower().startswith(("http://", "https://")):
                self.troubles.append(f"href={value}")
            if name == "rel" and value != "noopener noreferrer nofollow":
                self.troubles.append(f"rel={value}")

    def handle_endtag(self, tag: str) -> None:
        if not self.opened or self.opened.pop() != tag:
            self.troubles.append(f"</{tag}> crosses")

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.troubles.append(f"<!--{data}")

    def handle_decl(self, decl: str) -> None:
        self.troubles.append(f"<!{decl}")

    def handle_pi(self, data: str) -> None:
        self.troubles.append(f"<?{data}")


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


pieces = st.lists(st.sampled_from([*PAYLOADS, *MARKS]) | st.text(max_size=12), max_size=10).map("".join)
names = st.dictionaries(st.sampled_from(["5511", "x", "<b>"]), st.sampled_from(PAYLOADS), max_size=2)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(pieces, names)
def test_only_harmless_tags_come_out_whatever_goes_in(written: str, people: dict[str, str]) -> None:
    reader = read(whatsapp_markup(written, people))
    assert reader.troubles == [] and reader.opened == []


@pytest.mark.parametrize(
    "frame", ["{}", "*{}*", "_{}_", "`{}`", "```{}```", "https://x.example/{}", "*_~{}~_*", "@5511{}"]
)
@pytest.mark.parametrize("payload", PAYLOADS)
def test_each_payload_in_each_frame_is_text(payload: str, frame: str) -> None:
    reader = read(whatsapp_markup(frame.format(payload), {"5511": payload}))
    assert reader.troubles == []
    assert "alert" in reader.text or "alert" not in payload
