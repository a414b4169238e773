"""Nothing on the page is left in the other language."""

import io

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation

from config.translations import KEYWORDS, check, extract_template

# On the page that greets nobody yet, and beside a list in which nothing is open.
ENGLISH = ["Sign in", "Password", "in one place", "Choose a conversation", "appear side by side", "take over"]
PORTUGUESE = ["Entrar", "Senha", "em um só lugar", "Escolha uma conversa", "lado a lado", "assumir"]


def test_every_text_of_the_code_is_in_the_catalogue_and_translated() -> None:
    assert check() == []


@pytest.mark.parametrize(
    ("language", "spoken", "foreign"), [("pt-br", PORTUGUESE, ENGLISH), ("en", ENGLISH, PORTUGUESE)]
)
def test_the_page_speaks_one_language(language: str, spoken: list[str], foreign: list[str]) -> None:
    with translation.override(language):
        page = render_to_string("crm/login.html") + render_to_string("chats/_no_chat.html")
    assert [words for words in spoken if words not in page] == []
    assert [words for words in foreign if words in page] == []


def test_a_stranger_is_greeted_in_portuguese(db: None, client: Client) -> None:
    page = client.get("/entrar/").content.decode()
    assert '<html lang="pt-br">' in page
    assert [words for words in ENGLISH if words in page] == []


@pytest.mark.parametrize(
    ("count", "words"), [(1, "1 mensagem não lida"), (2, "2 mensagens não lidas"), (40, "40 mensagens não lidas")]
)
def test_one_is_singular_and_more_are_plural(count: int, words: str) -> None:
    with translation.override("pt-br"):
        text = translation.ngettext("%(count)s unread message", "%(count)s unread messages", count)
    assert text % {"count": count} == words


def test_a_template_gives_what_django_will_look_up() -> None:
    source = """
        {% translate "%s new" %} {% translate "Open" context "list" as label %} {{ name|default:_("Nobody") }}
        {% blocktranslate trimmed with name=x|default:_("Group") %}
            With {{ name }},
            100 % of it
        {% endblocktranslate %}
        {% blocktranslate count n=n %}{{ n }} chat{% plural %}{{ n }} chats{% endblocktranslate %}
    """
    found = extract_template(io.BytesIO(source.encode()), KEYWORDS, (), {})
    assert [text for _line, _function, text, _comments in found] == [
        "%%s new",
        ("list", "Open"),
        "Nobody",
        "Group",
        "With %(name)s, 100 %% of it",
        ("%(n)s chat", "%(n)s chats", None),
    ]
