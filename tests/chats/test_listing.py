"""The list: tabs, chips, search, and pages that neither skip nor repeat."""

import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from chats.lists import listing
from chats.models import Chat, ChatStatus
from crm.models import Contact, Tenant, User, VisibilityPolicy
from tests.cast import Company, Strangers
from tests.factories import NOON, ChatFactory, MessageFactory
from tests.webhooks import says

Browse = Callable[[User], Client]
ROW = re.compile(r'id="chat-([0-9a-f-]{36})"')
MORE = re.compile(r'hx-get="(/atendimento/rows/\?[^"]+)"')


def rows(client: Client, **query: str) -> list[str]:
    """The ids of the rows the list shows, from top to bottom."""
    response = client.get("/atendimento/list/", query)
    assert response.status_code == 200
    return ROW.findall(response.content.decode())


def ids(*chats: Chat) -> list[str]:
    return [str(chat.pk) for chat in chats]


# --- Tabs and chips ---


@pytest.fixture
def chats(company: Company) -> dict[str, Chat]:
    """One chat of every owner and state, the first one the latest."""
    kinds: dict[str, dict[str, object]] = {
        "mine": {"assigned_to": company.ana},
        "mine unread": {"assigned_to": company.ana, "unread_count": 2, "waiting_since": NOON},
        "mine pending": {"assigned_to": company.ana, "status": ChatStatus.PENDING},
        "mine resolved": {"assigned_to": company.ana, "status": ChatStatus.RESOLVED},
        "mine archived": {"assigned_to": company.ana, "status": ChatStatus.ARCHIVED},
        "hers": {"assigned_to": company.bruno, "unread_count": 1},
        "queue": {},
        "queue waiting": {"waiting_since": NOON},
        "mine snoozed": {"assigned_to": company.ana, "snoozed_until": NOON + timedelta(days=1)},
        "pending snoozed": {"status": ChatStatus.PENDING, "snoozed_until": NOON + timedelta(days=2)},
        "group": {"is_group": True},
        "my group": {"is_group": True, "assigned_to": company.ana},
    }
    return {
        name: ChatFactory(tenant=company.tenant, last_message_at=NOON - timedelta(minutes=place), **fields)
        for place, (name, fields) in enumerate(kinds.items())
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["mine", "mine unread", "mine pending", "my group"]),
        ({"aba": "minhas", "situacao": "abertas"}, ["mine", "mine unread", "mine pending", "my group"]),
        ({"aba": "grupos"}, ["group", "my group"]),
        ({"situacao": "adiadas"}, ["mine snoozed"]),
        ({"aba": "todas", "situacao": "adiadas"}, ["mine snoozed", "pending snoozed"]),
        ({"aba": "todas", "situacao": "pendentes"}, ["mine pending"]),
        ({"aba": "fila"}, ["queue", "queue waiting"]),
        ({"aba": "todas"}, ["mine", "mine unread", "mine pending", "hers", "queue", "queue waiting"]),
        ({"situacao": "nao-lidas"}, ["mine unread"]),
        ({"aba": "todas", "situacao": "nao-lidas"}, ["mine unread", "hers"]),
        ({"aba": "todas", "situacao": "aguardando"}, ["mine unread", "queue waiting"]),
        ({"situacao": "pendentes"}, ["mine pending"]),
        ({"situacao": "resolvidas"}, ["mine resolved"]),
        ({"situacao": "arquivadas"}, ["mine archived"]),
        ({"aba": "nonsense", "situacao": "nonsense"}, ["mine", "mine unread", "mine pending", "my group"]),
    ],
)
def test_a_tab_and_a_chip_show_what_they_say(
    chats: dict[str, Chat], company: Company, browse: Browse, query: dict[str, str], expected: list[str]
) -> None:
    assert rows(browse(company.ana), **query) == ids(*(chats[name] for name in expected))


def test_another_companys_chats_are_in_no_tab(company: Company, strangers: Strangers, browse: Browse) -> None:
    ChatFactory(tenant=strangers.tenant)
    assert rows(browse(company.alice), aba="todas") == []


def test_the_filter_lives_in_the_address(company: Company, browse: Browse) -> None:
    page = browse(company.ana).get("/atendimento/", {"aba": "todas", "situacao": "resolvidas", "q": "joão"})
    text = page.content.decode()
    assert 'data-tab="todas" data-chip="resolvidas"' in text
    assert 'value="joão"' in text
    assert "aba=todas&amp;situacao=abertas" not in text  # what is usual is not said


# --- Search ---


@pytest.fixture
def found(company: Company) -> Chat:
    """A customer who wrote, among others who did too."""
    says("oi", name="João D'Ávila").deliver(company.number)
    says("oi", phone="5521977776666", name="Maria Clara").deliver(company.number)
    says("oi", phone="551133334444", name="Padaria Pão Quente").deliver(company.number)
    return Chat.objects.get(phone="5511988887777")


@pytest.mark.parametrize(
    "typed",
    [
        "joao",
        "JOÃO",
        "d'avila",
        "ávi",
        "avila joao",
        "5511988887777",
        "+55 (11) 98888-7777",
        "11 98888.7777",
        "88887777",
        "7777",
        "11 8888-7777",
        "551188887777",
        "joao 7777",
    ],
)
def test_a_customer_is_found_by_name_and_by_any_part_of_the_phone(
    found: Chat, company: Company, browse: Browse, typed: str
) -> None:
    assert str(found.pk) in rows(browse(company.ana), aba="todas", q=typed)


@pytest.mark.parametrize("typed", ["joao", "98888-7777", "11 8888-7777", "pao quen", "maria"])
def test_a_search_finds_nobody_else(found: Chat, company: Company, browse: Browse, typed: str) -> None:
    assert len(rows(browse(company.ana), aba="todas", q=typed)) == 1


@pytest.mark.parametrize("typed", ["pedro", "???", "joao maria", "()&|!:*", "\x00", "²²²²", "x" * 5000])
def test_what_is_not_there_is_not_found_and_breaks_nothing(
    found: Chat, company: Company, browse: Browse, typed: str
) -> None:
    assert rows(browse(company.ana), aba="todas", q=typed) == []


def test_blanks_are_no_search(found: Chat, company: Company, browse: Browse) -> None:
    assert len(rows(browse(company.ana), aba="todas", q="   ")) == 3


def test_a_search_stays_within_what_one_may_see(
    found: Chat, company: Company, strangers: Strangers, browse: Browse
) -> None:
    assert rows(browse(strangers.otto), aba="todas", q="joao") == []


# --- Pages ---


def make_rows(company: Company, count: int) -> list[Chat]:
    """Chats of which every three share a moment, so that the id has to decide."""
    made = [
        ChatFactory(tenant=company.tenant, last_message_at=NOON - timedelta(minutes=number // 3))
        for number in range(count)
    ]
    return sorted(made, key=lambda chat: (chat.last_message_at, chat.pk), reverse=True)


def scroll(client: Client, **query: str) -> list[str]:
    """All rows, by scrolling to the end."""
    text = client.get("/atendimento/list/", query).content.decode()
    seen = ROW.findall(text)
    while more := MORE.search(text):
        text = client.get(more.group(1).replace("&amp;", "&")).content.decode()
        seen += ROW.findall(text)
    return seen


@pytest.mark.parametrize("count", [0, 1, listing.PAGE_SIZE, listing.PAGE_SIZE + 1, 3 * listing.PAGE_SIZE])
def test_scrolling_neither_skips_nor_repeats(company: Company, browse: Browse, count: int) -> None:
    expected = ids(*make_rows(company, count))
    assert scroll(browse(company.ana), aba="todas") == expected


def test_a_row_that_moves_up_while_one_scrolls_hides_no_other(company: Company, browse: Browse) -> None:
    expected = make_rows(company, 2 * listing.PAGE_SIZE)
    client = browse(company.ana)
    text = client.get("/atendimento/list/", {"aba": "todas"}).content.decode()
    Chat.objects.filter(pk=expected[-1].pk).update(last_message_at=NOON + timedelta(hours=1))
    more = MORE.search(text)
    assert more
    rest = ROW.findall(client.get(more.group(1).replace("&amp;", "&")).content.decode())
    assert rest == ids(*expected[listing.PAGE_SIZE : -1])


def test_further_pages_keep_the_filter(company: Company, browse: Browse) -> None:
    make_rows(company, listing.PAGE_SIZE + 1)
    text = browse(company.ana).get("/atendimento/list/", {"aba": "fila", "situacao": "abertas"}).content.decode()
    more = MORE.search(text)
    assert more
    assert parse_qs(urlsplit(more.group(1).replace("&amp;", "&")).query)["aba"] == ["fila"]


@pytest.mark.parametrize(
    "cursor",
    [
        "nonsense",
        ",",
        "2026-11-23T15:00:00+00:00",
        "2026-11-23T15:00:00+00:00,nonsense",
        "2026-11-23T15:00:00,01928f00-0000-7000-8000-000000000000",
        "0001-01-01T00:00:00+14:00,01928f00-0000-7000-8000-000000000000",
        "9999-12-31T23:59:59-14:00,01928f00-0000-7000-8000-000000000000",
        "2026-11-23,01928f00-0000-7000-8000-000000000000",
        "'; DROP TABLE chats; --",
        "\x00",
    ],
)
def test_a_nonsense_cursor_is_harmless(company: Company, browse: Browse, cursor: str) -> None:
    chat = MessageFactory(chat__tenant=company.tenant).chat
    client = browse(company.ana)
    assert client.get("/atendimento/rows/", {"aba": "todas", "depois": cursor}).status_code == 200
    assert client.get(f"/atendimento/{chat.pk}/messages/", {"antes": cursor}).status_code == 200


@pytest.mark.parametrize(
    ("asked", "shown"), [("60", 60), ("1", 30), ("x", 30), ("²", 30), ("999", 65), ("9" * 5000, 30), ("-5", 30)]
)
def test_a_refresh_brings_back_as_many_rows_as_there_were(
    company: Company, browse: Browse, asked: str, shown: int
) -> None:
    make_rows(company, 65)
    assert len(rows(browse(company.ana), aba="todas", linhas=asked)) == shown


# --- What a row says ---


def test_a_row_shows_who_what_and_how_many(company: Company, browse: Browse) -> None:
    for number in range(3):
        says(f"mensagem {number}", at=number).deliver(company.number)
    text = browse(company.ana).get("/atendimento/list/", {"aba": "todas"}).content.decode()
    assert "João da Silva" in text
    assert "mensagem 2" in text
    assert 'datetime="2026-11-23T15:00:02.000000Z"' in text
    assert '<span aria-hidden="true">3</span>' in text


def test_what_a_customer_writes_is_text_and_never_markup(company: Company, browse: Browse) -> None:
    says("<script>alert(1)</script>", name='<img src=x onerror="alert(2)">').deliver(company.number)
    chat = Chat.objects.get()
    client = browse(company.ana)
    for path in ("/atendimento/list/?aba=todas", f"/atendimento/{chat.pk}/", "/notificacoes/"):
        text = client.get(path).content.decode()
        assert "<script>alert" not in text
        assert "<img src=x" not in text


def test_a_message_that_comes_while_a_page_is_read_makes_the_next_page_repeat_nothing(
    company: Company, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which rows, and what they show, are read one after the other: the last row moves up in between."""
    chats: list[Chat] = [
        ChatFactory(tenant=company.tenant, assigned_to=company.ana, last_message_at=NOON - timedelta(minutes=minute))
        for minute in range(2 * listing.PAGE_SIZE)
    ]
    last = chats[listing.PAGE_SIZE - 1]
    read = listing._rows

    def meanwhile(chat_ids: list[UUID]) -> list[Chat]:
        Chat.objects.filter(pk=last.pk).update(last_message="mais uma", last_message_at=NOON + timedelta(hours=1))
        return read(chat_ids)

    monkeypatch.setattr(listing, "_rows", meanwhile)
    client = browse(company.ana)
    page = client.get("/atendimento/list/").content.decode()
    monkeypatch.undo()
    further = client.get(MORE.findall(page)[0].replace("&amp;", "&")).content.decode()
    assert ROW.findall(page) == ids(*chats[: listing.PAGE_SIZE])
    assert "mais uma" in page
    assert ROW.findall(further) == ids(*chats[listing.PAGE_SIZE :])


def test_what_goes_to_others_while_a_page_is_read_is_not_shown(
    company: Company, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    Tenant.objects.update(visibility=VisibilityPolicy.OWN)
    mine, gone = (ChatFactory(tenant=company.tenant, assigned_to=company.ana) for _ in range(2))
    read = listing._rows

    def meanwhile(chat_ids: list[UUID]) -> list[Chat]:
        Chat.objects.filter(pk=gone.pk).update(assigned_to=company.bruno)
        return read(chat_ids)

    monkeypatch.setattr(listing, "_rows", meanwhile)
    assert rows(browse(company.ana)) == ids(mine)


# --- Queries ---


@pytest.mark.parametrize("count", [5, 40])
@pytest.mark.parametrize(
    ("path", "queries"), [("/atendimento/", 7), ("/atendimento/list/", 7), ("/atendimento/rows/", 4)]
)
def test_a_list_takes_a_fixed_number_of_queries(
    company: Company,
    browse: Browse,
    django_assert_num_queries: DjangoAssertNumQueries,
    path: str,
    queries: int,
    count: int,
) -> None:
    for number in range(count):
        phone = f"55119{80000000 + number}"
        says("oi", phone=phone, name=f"Cliente {number}", at=number).deliver(company.number)
    Chat.objects.update(assigned_to=company.ana)
    assert Contact.objects.count() == count
    client = browse(company.ana)
    with django_assert_num_queries(queries):
        assert client.get(path).status_code == 200
