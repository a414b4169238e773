"""The orders of the list, narrowings, pins, drafts, and what a row knows of them."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from chats.lists import listing
from chats.lists.ordering import ORDERS
from chats.models import Chat, Draft
from crm.actions import create_opportunity
from crm.models import Activity, Pipeline, Stage, Tag, User, VisibilityPolicy
from tests.cast import Company, Strangers
from tests.factories import NOON, ChatFactory, WhatsAppSessionFactory

from .test_listing import ids, rows, scroll

Browse = Callable[[User], Client]


def make_rows(company: Company, count: int) -> list[Chat]:
    """Some wait, some have a next step, some are pinned; many moments are shared, and many absent."""
    made = []
    for number in range(count):
        waiting = NOON - timedelta(minutes=number // 4) if number % 3 else None
        step = NOON + timedelta(hours=number // 5) if number % 2 else None
        made.append(
            ChatFactory(
                tenant=company.tenant,
                last_message_at=NOON - timedelta(minutes=number // 3),
                waiting_since=waiting,
                next_step_at=step,
                pinned=number % 29 == 0,
            )
        )
    return made


# --- Order ---


@pytest.mark.parametrize("order", ORDERS)
def test_scrolling_in_any_order_neither_skips_nor_repeats(company: Company, browse: Browse, order: str) -> None:
    made = make_rows(company, 2 * listing.PAGE_SIZE + 7)
    expected = sorted(made, key=ORDERS[order].key_of)
    assert scroll(browse(company.ana), aba="todas", ordem=order) == ids(*expected)


def test_who_waits_longest_comes_first_and_who_does_not_wait_last(company: Company, browse: Browse) -> None:
    idle = ChatFactory(tenant=company.tenant)
    lately = ChatFactory(tenant=company.tenant, waiting_since=NOON)
    long_ago = ChatFactory(tenant=company.tenant, waiting_since=NOON - timedelta(hours=1))
    assert rows(browse(company.ana), aba="todas", ordem="espera") == ids(long_ago, lately, idle)


def test_the_next_step_that_is_due_first_comes_first(company: Company, browse: Browse) -> None:
    none = ChatFactory(tenant=company.tenant)
    later = ChatFactory(tenant=company.tenant, next_step_at=NOON + timedelta(days=2))
    sooner = ChatFactory(tenant=company.tenant, next_step_at=NOON + timedelta(days=1))
    assert rows(browse(company.ana), aba="todas", ordem="passo") == ids(sooner, later, none)


def test_the_order_is_remembered_for_the_person(company: Company, browse: Browse) -> None:
    idle = ChatFactory(tenant=company.tenant)
    waiting = ChatFactory(tenant=company.tenant, waiting_since=NOON, last_message_at=NOON - timedelta(days=1))
    ana = browse(company.ana)
    answer = ana.post("/atendimento/order/?aba=todas", {"ordem": "espera"})
    assert 'data-order="byEspera"' in answer.content.decode()
    assert rows(ana, aba="todas") == ids(waiting, idle)
    assert rows(browse(company.bruno), aba="todas") == ids(idle, waiting)


def test_an_order_that_does_not_exist_is_refused(company: Company, browse: Browse) -> None:
    assert browse(company.ana).post("/atendimento/order/", {"ordem": "nonsense"}).status_code == 422


@pytest.mark.parametrize("order", ORDERS)
def test_what_is_pinned_comes_first_in_every_order(company: Company, browse: Browse, order: str) -> None:
    for _number in range(3):
        ChatFactory(tenant=company.tenant, waiting_since=NOON, next_step_at=NOON, last_message_at=NOON)
    pinned = ChatFactory(tenant=company.tenant, last_message_at=NOON - timedelta(days=9))
    client = browse(company.ana)
    assert client.post(f"/atendimento/{pinned.pk}/pin/", {"pinned": "yes"}).status_code == 204
    assert rows(client, aba="todas", ordem=order)[0] == str(pinned.pk)
    assert client.post(f"/atendimento/{pinned.pk}/pin/", {"pinned": "no"}).status_code == 204
    assert not Chat.objects.get(pk=pinned.pk).pinned


def test_a_row_carries_its_place_in_every_order(company: Company, browse: Browse) -> None:
    """The browser sorts by these texts alone, so they must sort as the pages do."""
    make_rows(company, listing.PAGE_SIZE)
    client = browse(company.ana)
    for order in ORDERS:
        text = client.get("/atendimento/list/", {"aba": "todas", "ordem": order}).content.decode()
        keys = re.findall(rf'data-by-{order}="([^"]+)"', text)
        assert len(keys) == listing.PAGE_SIZE
        assert keys == sorted(keys)


# --- Narrowing ---


@pytest.fixture
def narrow(company: Company) -> dict[str, tuple[Chat, str]]:
    """For each narrowing, the one chat that it shows and the value that shows it."""
    pipeline = Pipeline.objects.create(tenant=company.tenant, name="Vendas", is_default=True)
    stage = Stage.objects.create(tenant=company.tenant, pipeline=pipeline, name="Proposta", position=1)
    tag = Tag.objects.create(tenant=company.tenant, name="VIP")
    number = WhatsAppSessionFactory(tenant=company.tenant)
    ChatFactory(tenant=company.tenant)
    of_team = ChatFactory(tenant=company.tenant, team=company.sales)
    tagged = ChatFactory(tenant=company.tenant)
    tagged.tags.add(tag, Tag.objects.create(tenant=company.tenant, name="Outra"))
    of_number = ChatFactory(tenant=company.tenant, session=number)
    sold = ChatFactory(tenant=company.tenant)
    Chat.objects.filter(pk=sold.pk).update(opportunity=create_opportunity(sold.contact, "Sofá", stage))
    of_agent = ChatFactory(tenant=company.tenant, assigned_to=company.bruno)
    return {
        "setor": (of_team, str(company.sales.pk)),
        "etiqueta": (tagged, str(tag.pk)),
        "numero": (of_number, str(number.pk)),
        "etapa": (sold, str(stage.pk)),
        "atendente": (of_agent, str(company.bruno.pk)),
    }


@pytest.mark.parametrize("name", ["setor", "etiqueta", "numero", "etapa", "atendente"])
def test_the_list_is_narrowed(narrow: dict[str, tuple[Chat, str]], company: Company, browse: Browse, name: str) -> None:
    chat, value = narrow[name]
    client = browse(company.ana)
    assert rows(client, aba="todas", **{name: value}) == ids(chat)
    page = client.get("/atendimento/list/", {"aba": "todas", name: value}).content.decode()
    assert f'data-{name}="{value}"' in page
    assert "chip--removable" in page
    dialog = client.get("/atendimento/list/filter/", {"aba": "todas", name: value}).content.decode()
    assert f'<option value="{value}" selected>' in dialog


def test_narrowings_add_up(narrow: dict[str, tuple[Chat, str]], company: Company, browse: Browse) -> None:
    both = {name: value for name, (_chat, value) in narrow.items() if name in {"setor", "etiqueta"}}
    assert rows(browse(company.ana), aba="todas", **both) == []


def test_a_narrowing_of_another_company_reads_as_none(
    narrow: dict[str, tuple[Chat, str]], company: Company, strangers: Strangers, browse: Browse
) -> None:
    own = ChatFactory(tenant=strangers.tenant)
    for name, (_chat, value) in narrow.items():
        assert rows(browse(strangers.otto), aba="todas", **{name: value}) == ids(own)
        assert rows(browse(strangers.otto), aba="todas", **{name: "nonsense"}) == ids(own)


def test_a_narrowing_shows_no_chat_that_one_may_not_see(company: Company, browse: Browse) -> None:
    company.tenant.visibility = VisibilityPolicy.OWN
    company.tenant.save()
    ChatFactory(tenant=company.tenant, assigned_to=company.bruno)
    assert rows(browse(company.ana), aba="todas", atendente=str(company.bruno.pk)) == []


# --- What a row says ---


def test_a_row_says_when_its_waiting_turns_amber_and_red(company: Company, browse: Browse) -> None:
    company.tenant.business_hours = {"0": "09:00-12:10", "1": "09:00-18:00"}
    company.tenant.save()
    ChatFactory(tenant=company.tenant, waiting_since=NOON)  # noon on a Monday
    text = browse(company.ana).get("/atendimento/list/", {"aba": "todas"}).content.decode()
    assert 'data-amber-at="2026-11-24T12:05:00.000000Z"' in text
    assert 'data-red-at="2026-11-24T12:50:00.000000Z"' in text


def test_a_row_shows_the_next_step(company: Company, browse: Browse) -> None:
    chat = ChatFactory(tenant=company.tenant)
    step = Activity.objects.create(
        tenant=company.tenant, title="Ligar para fechar", kind="CALL", due_at=timezone.now(), chat=chat
    )
    Chat.objects.update(next_step=step, next_step_at=step.due_at)
    text = browse(company.ana).get("/atendimento/list/", {"aba": "todas"}).content.decode()
    assert "Ligar para fechar" in text
    assert "row__step" in text


def test_a_snoozed_row_says_when_it_comes_back(company: Company, browse: Browse) -> None:
    ChatFactory(tenant=company.tenant, snoozed_until=NOON + timedelta(days=400))
    text = browse(company.ana).get("/atendimento/list/", {"aba": "todas", "situacao": "adiadas"}).content.decode()
    assert '<time datetime="2027-12-28T15:00:00.000000Z" data-format="brief">' in text


def test_a_draft_is_told_to_nobody_but_its_writer(company: Company, browse: Browse) -> None:
    chat = ChatFactory(tenant=company.tenant)
    Draft.objects.create(user=company.ana, chat=chat, text="Bom dia, <b>segue</b> o orçamento")
    island = f'<li data-chat="{chat.pk}">Bom dia, &lt;b&gt;segue&lt;/b&gt; o orçamento</li>'
    assert island in browse(company.ana).get("/atendimento/list/").content.decode()
    assert "orçamento" not in browse(company.bruno).get("/atendimento/list/").content.decode()
