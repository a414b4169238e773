"""Who × whose × policy × page, from the URL map: no cell leaks. The API's half is `test_matrix.py`."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import include, path

from chats.models import Chat
from tests.site_map import Address, addresses

from .matrix import LOOKING, POLICIES, House, set_policy, shown_amiss
from .rows import RELATIONS, WORDS

# Lists that open on what is one's own: they are asked for everybody's.
WIDEST = dict.fromkeys(("/atendimento/", "/atendimento/list/", "/atendimento/rows/"), "?aba=todas")
WIDEST |= dict.fromkeys(("/atividades/", "/atividades/rows/"), "?quem=todas&quando=proximas")


def pages() -> list[Address]:
    """The addresses of pages that speak of a row of those."""
    return [each for each in addresses() if not each.is_admin and not each.is_api and not each.is_webhook]


def wrong_pages(house: House, policy: str, only: Callable[[Address], bool]) -> tuple[list[str], int]:
    """Pages, by GET: what is wrong with them, and how many cells were tried. Those that only take a POST say 405.

    An answer is searched for the words of all rows, so a page without parameters is a cell of each relation.
    """
    wrong, tried = [], 0
    set_policy(policy)
    for address in filter(only, pages()):
        for where, relations in house.places(address.parameters, lambda ids: address.path % ids).items():  # noqa: B023 asked at once
            for asker in (*LOOKING, "nobody") if "own" in relations else LOOKING:
                response = house.get(asker, where + WIDEST.get(where, ""))
                tried += len(relations)
                text = "" if response.streaming else response.content.decode(errors="replace")
                told = f"{address}, {'/'.join(relations)} row, {policy}: {asker}"
                shown = shown_amiss(text, asker, policy)
                if shown:
                    wrong.append(f"{told} is shown {shown}")
                if response.status_code >= 500:
                    wrong.append(f"{told} gets {response.status_code}")
    return wrong, tried


@pytest.mark.parametrize("policy", POLICIES)
def test_no_cell_of_the_pages_leaks(house: House, policy: str) -> None:
    wrong, tried = wrong_pages(house, policy, lambda address: bool(address.parameters))
    more, listed = wrong_pages(house, policy, lambda address: not address.parameters)
    print(f"\nmatrix of the pages, policy {policy}: {tried + listed} combinations")
    assert not wrong + more, "\n".join(wrong + more)
    assert tried > 40 * len(RELATIONS)
    assert listed > 20 * len(RELATIONS) * len(LOOKING)


def test_the_rows_are_there_to_be_seen(house: House) -> None:
    """The other half of the proof: each word is shown to those who may see it."""
    set_policy("all")
    text = house.get("agent", f"/atendimento/{house.rows.ids('team')['chat_id']}/").content.decode()
    assert WORDS["team"] in text
    for where in ("/contatos/", "/leads/", "/funil/", *WIDEST):
        text = house.get("manager", where + WIDEST.get(where, "")).content.decode()
        assert [relation for relation, word in WORDS.items() if word in text] == ["own", "team", "colleague"], where


# --- What the matrix is for: a page whose author forgot the rule -------------------------------
def careless_page(request: Any, chat_id: Any) -> HttpResponse:
    return HttpResponse(str(Chat.objects.get(pk=chat_id)))


urlpatterns = [
    path("atendimento/<uuid:chat_id>/careless/", careless_page, name="careless"),
    path("", include("config.urls")),
]
handler500 = "config.errors.server_error"


@pytest.mark.urls(__name__)
def test_a_page_that_forgets_the_rule_is_caught(house: House) -> None:
    wrong, _tried = wrong_pages(house, "own", lambda address: address.name == "careless")
    assert any("other row, own: agent is shown" in each for each in wrong)
    assert any("nobody is shown" in each for each in wrong)
