"""What a customer writes, as HTML: pretty, and never dangerous."""

import re
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chats.templatetags.markup import is_only_emoji, whatsapp_markup, without_markup

ANCHOR = r'<a href="https?://[^"<>\s]*" target="_blank" rel="noopener noreferrer nofollow">'
ALLOWED = re.compile(rf"</?(?:strong|em|s|code)>|</a>|{ANCHOR}")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("*bold*", "<strong>bold</strong>"),
        ("_it_ and ~gone~", "<em>it</em> and <s>gone</s>"),
        ("*a _b_ c*", "<strong>a <em>b</em> c</strong>"),
        ("```a *b* <c>```", "<code>a *b* &lt;c&gt;</code>"),
        ("`x`", "<code>x</code>"),
        ("2*3*4", "2*3*4"),
        ("snake_case_name", "snake_case_name"),
        ("* not a list *", "* not a list *"),
        ("**", "**"),
        ("*one\ntwo*", "*one\ntwo*"),
        ("(*bold*),", "(<strong>bold</strong>),"),
        (None, ""),
    ],
)
def test_markup_reads_as_on_the_phone(written: str | None, shown: str) -> None:
    assert whatsapp_markup(written) == shown


def test_overlapping_pairs_never_cross() -> None:
    assert whatsapp_markup("*a _b* c_") == "<strong>a _b</strong> c_"


def test_a_link_leaves_the_sentence_its_full_stop() -> None:
    shown = whatsapp_markup("Veja https://casa.example/a_b_c?x=1&y=2.")
    assert ">https://casa.example/a_b_c?x=1&amp;y=2</a>." in shown
    assert 'href="https://casa.example/a_b_c?x=1&amp;y=2"' in shown


def test_an_address_without_a_scheme_gets_the_safe_one() -> None:
    assert 'href="https://www.casa.example"' in whatsapp_markup("(www.casa.example)")


@pytest.mark.parametrize(
    "written",
    [
        "<script>alert(1)</script>",
        'https://x.example/"onmouseover="alert(1)',
        "javascript:alert(1)",
        "*<img src=x onerror=alert(1)>*",
        "https://x.example/<script>",
        "\ue0000\ue001",
        "```\ue0000\ue001``` https://x.example",
        "&lt;b&gt;",
    ],
)
def test_hostile_text_stays_text(written: str) -> None:
    rest = ALLOWED.sub("", whatsapp_markup(written))
    assert "<" not in rest
    assert '"' not in rest
    assert "\ue000" not in rest


@given(st.text(st.sampled_from("*_~`<>&\"' \nabc:/.hpwtx\ue000\ue0010"), max_size=120) | st.text(max_size=120))
def test_only_allowed_tags_ever_come_out_and_they_nest(written: str) -> None:
    shown = whatsapp_markup(written)
    rest = ALLOWED.sub("", shown)
    assert "<" not in rest and ">" not in rest
    opened: list[str] = []
    for closing, name in re.findall(r"<(/?)(\w+)", shown):
        if closing:
            assert opened.pop() == name
        else:
            opened.append(name)
    assert not opened


@pytest.mark.parametrize("written", ["*a " * 21_000, "```" * 21_000, "`" * 65_000, "_*~" * 21_000])
def test_a_long_hostile_text_is_rendered_at_once(written: str) -> None:
    started = process_time()
    whatsapp_markup(written)
    assert process_time() - started < 1


@pytest.mark.parametrize(
    ("written", "answer"),
    [("👍", True), ("❤️ 🙏🏽", True), ("👍 ok", False), ("12", False), ("", False), (None, False)],
)
def test_a_few_emoji_alone_are_recognised(written: str | None, answer: bool) -> None:
    assert is_only_emoji(written) is answer


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("A de *2,30 m*, por _favor_", "A de 2,30 m, por favor"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("<b>*oi*</b> & ~tchau~", "<b>oi</b> & tchau"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_preview_shows_the_words_without_their_markup(typed: str | None, words: str) -> None:
    assert without_markup(typed) == words
