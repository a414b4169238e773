"""The list of contacts: who is in it for whom, found by what, in which order, and with how many questions."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from urllib.parse import parse_qsl

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from chats.directory import contact_rows
from chats.directory.contact_filter import ContactFilter
from chats.directory.contact_rows import read_contacts
from chats.models import Chat
from crm.actions import create_lead_once, create_opportunity, open_company, save_contact, schedule_activity
from crm.models import Contact, LeadSource, Stage, Tag, User
from tests.cast import Company, Strangers
from tests.factories import ChatFactory, ContactFactory

Browse = Callable[[User], Client]
ROW = re.compile(r'<tr id="contact-([0-9a-f-]{36})"')
MORE = re.compile(r'hx-get="/contatos/rows/\?([^"]+)"')
QUERIES = 11


def shown(client: Client, path: str = "/contatos/", **query: str) -> list[str]:
    """The names in the list, from top to bottom."""
    page = client.get(path, query)
    assert page.status_code == 200
    names = {str(pk): str(Contact.objects.get(pk=pk)) for pk in ROW.findall(page.content.decode())}
    return list(names.values())


def person(house: Company, name: str, **fields: object) -> Contact:
    return ContactFactory(tenant=house.tenant, name=name, **fields)


@pytest.fixture
def stages(company: Company) -> list[Stage]:
    pipeline = open_company("Modelo", "modelo").pipelines.get()
    pipeline.stages.update(tenant=company.tenant)
    return list(pipeline.stages.order_by("position"))


def test_names_are_in_order_whatever_their_accents_and_those_without_one_come_last(
    company: Company, browse: Browse
) -> None:
    for name in ["Zélia", "álvaro", "Beatriz", "Ângela", "", "ana"]:
        person(company, name, phone="5511912340000" if not name else f"55119{abs(hash(name)) % 10**8:08}")
    assert shown(browse(company.ana)) == ["álvaro", "ana", "Ângela", "Beatriz", "Zélia", "5511912340000"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("avila", True),
        ("ÁVILA joã", True),
        ("padaria", True),
        ("exemplo", True),
        ("joao.avila", True),
        ("98888", True),
        ("(11) 98888-7777", True),
        ("11 8888-7777", True),
        ("+55 11 8888", True),
        ("vila", False),
        ("7778", False),
    ],
)
def test_a_person_is_found_by_name_company_email_and_any_part_of_the_phone(
    company: Company, browse: Browse, typed: str, found: bool
) -> None:
    person(
        company, "João Ávila", phone="5511988887777", company="Padaria São Bento", email="joao.avila@exemplo.example"
    )
    assert shown(browse(company.ana), q=typed) == (["João Ávila"] if found else [])


def test_a_page_ends_and_the_next_one_goes_on_without_a_gap_or_a_twin(
    company: Company, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contact_rows, "PAGE_SIZE", 3)
    monkeypatch.setattr(contact_rows.read_contacts, "__kwdefaults__", {"after": "", "size": 3})
    monkeypatch.setattr("chats.views.contacts.PAGE_SIZE", 3)
    for number in range(8):
        person(company, f"Maria {number // 3}")
    client = browse(company.ana)
    for order in ("nome", "recentes", "antigos"):
        html, seen = client.get("/contatos/", {"ordem": order}).content.decode(), []
        while True:
            seen += ROW.findall(html)
            more = MORE.search(html)
            if more is None:
                break
            html = client.get("/contatos/rows/", dict(parse_qsl(more[1].replace("&amp;", "&")))).content.decode()
        assert len(seen) == len(set(seen)) == 8


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"venda": "aberta"}, ["Compradora"]),
        ({"venda": "nenhuma"}, ["Conversadora", "Calada", "Ganhou"]),
        ({"conversa": "com"}, ["Conversadora"]),
        ({"conversa": "sem"}, ["Calada", "Compradora", "Ganhou"]),
        ({"origem": "IMPORT"}, ["Calada"]),
        ({"de": "2026-01-01", "ate": "2026-01-31"}, ["Ganhou"]),
        ({"etiqueta": "VIP"}, ["Compradora"]),
        ({"etiqueta": "nonsense", "de": "ontem", "ordem": "x"}, ["Conversadora", "Calada", "Compradora", "Ganhou"]),
    ],
)
def test_a_filter_leaves_those_who_fit(
    company: Company, browse: Browse, stages: list[Stage], query: dict[str, str], expected: list[str]
) -> None:
    tag = Tag.objects.create(tenant=company.tenant, name="VIP")
    people = {name: person(company, name) for name in ("Conversadora", "Calada", "Compradora", "Ganhou")}
    ChatFactory(tenant=company.tenant, contact=people["Conversadora"])
    create_lead_once(people["Calada"], LeadSource.IMPORT)
    create_opportunity(people["Compradora"], "Sofá", stages[0])
    create_opportunity(people["Ganhou"], "Mesa", next(stage for stage in stages if stage.kind == "WON"))
    people["Compradora"].tags.add(tag)
    # Half past eleven in the evening of the 31st in São Paulo is February in UTC.
    Contact.objects.filter(pk=people["Ganhou"].pk).update(created_at="2026-02-01T02:30:00Z")
    query = {name: str(tag.pk) if value == "VIP" else value for name, value in query.items()}
    assert sorted(shown(browse(company.ana), **query)) == sorted(expected)


def test_a_row_shows_what_is_going_on_with_a_person(company: Company, browse: Browse, stages: list[Stage]) -> None:
    zuleica = person(company, "Zuleica", company="Ateliê")
    zuleica.tags.add(Tag.objects.create(tenant=company.tenant, name="VIP"))
    chat = ChatFactory(tenant=company.tenant, contact=zuleica, assigned_to=company.bruno)
    create_opportunity(zuleica, "Sofá", stages[0], amount=Decimal("4890.50"))
    create_opportunity(zuleica, "Mesa", stages[1], amount=Decimal("1000"))
    create_opportunity(zuleica, "Velha", stages[-1], amount=Decimal("99"))
    schedule_activity(zuleica, "Ligar depois", timezone.now() + timedelta(days=2))
    schedule_activity(zuleica, "Ligar antes", timezone.now() - timedelta(days=1))
    html = browse(company.ana).get("/contatos/").content.decode()
    for words in (
        "Ateliê",
        "VIP",
        "Bruno",
        "R$ 5.890,50",
        "2 oportunidades",
        "Ligar antes",
        f"/atendimento/{chat.pk}/",
    ):
        assert words in html
    assert "Ligar depois" not in html


def test_more_contacts_ask_no_more_questions(
    company: Company, browse: Browse, stages: list[Stage], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = browse(company.ana)
    for number in range(30):
        one = person(company, f"Cliente {number}")
        ChatFactory(tenant=company.tenant, contact=one)
        create_opportunity(one, "Sofá", stages[0])
        schedule_activity(one, "Ligar", timezone.now())
        if number in {1, 29}:
            with django_assert_num_queries(QUERIES):
                assert len(shown_ids(client)) == number + 1


def test_those_whom_a_filter_leaves_are_looked_for_once(company: Company, browse: Browse) -> None:
    ChatFactory(tenant=company.tenant, contact=person(company, "Falante"))
    person(company, "Calada")
    client = browse(company.ana)
    with CaptureQueriesContext(connection) as captured:
        assert shown(client, conversa="sem") == ["Calada"]
    looks = [query["sql"] for query in captured if "NOT EXISTS" in query["sql"]]
    among_those_found = [sql for sql in looks if '"crm_contact"."id" IN (' in sql]
    assert len(looks) - len(among_those_found) == 1


def shown_ids(client: Client) -> list[str]:
    return ROW.findall(client.get("/contatos/").content.decode())


def test_nobody_of_another_company_is_in_it(company: Company, strangers: Strangers, browse: Browse) -> None:
    person(company, "Zuleica")
    assert shown(browse(strangers.otto)) == []
    assert shown(browse(company.ana)) == ["Zuleica"]


def test_one_who_became_part_of_another_is_not_listed_twice(company: Company, browse: Browse) -> None:
    zuleica = person(company, "Zuleica")
    person(company, "Zu", merged_into=zuleica)
    assert shown(browse(company.ana)) == ["Zuleica"]


@pytest.mark.parametrize("order", ["nome", "recentes"])
@pytest.mark.parametrize("typed", ["", "maria"])
def test_a_page_and_a_search_read_an_index(company: Company, order: str, typed: str) -> None:
    Contact.objects.bulk_create(
        Contact(tenant=company.tenant, name=f"{'Maria' if at % 500 == 0 else 'Ana'} {at}", phone=f"55117{at:08}")
        for at in range(6000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE crm_contact")
    contacts = Contact.objects.visible_to(company.ana).matching(typed)
    plan = contacts.order_by("sort_name" if order == "nome" else "-created_at", "id")[:50].explain()
    assert "Seq Scan" not in plan
    assert ("contact_words" if typed else "contact_by_") in plan


# --- New contacts, by hand ---


def write(client: Client, **told: str) -> str:
    response = client.post("/contatos/novo/", told, headers={"HX-Request": "true"})
    return response.headers.get("HX-Redirect", "") or response.content.decode()


def test_a_new_contact_has_a_phone_as_whatsapp_knows_it(company: Company, browse: Browse) -> None:
    went_to = write(browse(company.ana), name=" João ", phone="11 8888-7777", as_lead="on")
    contact = Contact.objects.get()
    assert went_to == f"/contatos/{contact.pk}/"
    assert (contact.name, contact.phone, contact.provisional) == ("João", "5511988887777", False)
    assert contact.leads.get().source == LeadSource.MANUAL


def test_a_phone_that_is_somebodys_leads_to_them(company: Company, browse: Browse) -> None:
    known = save_contact(Contact(tenant=company.tenant, name="Zuleica", phone="5511988887777"))
    html = write(browse(company.ana), name="Outra", phone="(11) 8888-7777")
    assert f'href="/contatos/{known.pk}/"' in html
    assert "Zuleica" in html
    assert Contact.objects.count() == 1


def test_the_same_phone_is_no_clash_between_two_companies(
    company: Company, strangers: Strangers, browse: Browse
) -> None:
    save_contact(Contact(tenant=strangers.tenant, name="Deles", phone="5511988887777"))
    assert write(browse(company.ana), name="Meu", phone="11 98888-7777").startswith("/contatos/")


def test_whose_phone_it_is_stays_untold_to_whoever_may_not_see_them(company: Company, browse: Browse) -> None:
    company.tenant.visibility = "own"
    company.tenant.save()
    known = save_contact(Contact(tenant=company.tenant, name="Zuleica", phone="5511988887777"))
    ChatFactory(tenant=company.tenant, contact=known, assigned_to=company.bruno)
    html = write(browse(company.ana), phone="11 98888-7777")
    assert "Já existe um contato" in html
    assert "Zuleica" not in html


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"name": "X", "phone": "8888-7777"}, "DDD"),
        ({"name": "X", "email": "torto"}, "válido"),
        ({"company": "Só a empresa"}, "ao menos"),
    ],
)
def test_what_is_no_contact_is_refused_in_plain_words(
    company: Company, browse: Browse, told: dict[str, str], words: str
) -> None:
    assert words in write(browse(company.ana), **told)
    assert not Contact.objects.exists()


def test_whoever_wrote_last_comes_first_and_those_who_never_did_at_the_end(company: Company, browse: Browse) -> None:
    now = timezone.now()
    for name, hours in (("Ontem", [30]), ("Agora", [0, 50]), ("Mês passado", [700]), ("Calado", [])):
        contact = person(company, name)
        for ago in hours:
            at, phone = now - timedelta(hours=ago), f"551190000{ago:04}"
            ChatFactory(tenant=company.tenant, contact=contact, phone=phone, last_message_at=at)
    assert shown(browse(company.ana), ordem="conversa") == ["Agora", "Ontem", "Mês passado", "Calado"]


def test_a_page_in_the_order_of_conversations_goes_on_where_the_one_before_ended(company: Company) -> None:
    now = timezone.now()
    for number in range(5):
        contact = person(company, f"Pessoa {number}")
        if number < 3:
            ChatFactory(tenant=company.tenant, contact=contact, last_message_at=now - timedelta(hours=number))
    filters = ContactFilter.read(QueryDict("ordem=conversa"), company.tenant.pk)
    names, after = [], ""
    for _page in range(3):
        page = read_contacts(filters, company.ana, after=after, size=2)
        names += [row.contact.name for row in page.rows]
        after = dict(parse_qsl(page.next_page)).get("depois", "")
    assert names == ["Pessoa 0", "Pessoa 1", "Pessoa 2", "Pessoa 4", "Pessoa 3"]
    assert after == ""


def test_a_conversation_that_its_reader_may_not_see_moves_nobody_up(company: Company, browse: Browse) -> None:
    company.tenant.visibility = "own"
    company.tenant.save()
    now = timezone.now()
    mine, theirs = person(company, "Minha"), person(company, "Do Bruno")
    for contact, owner, ago in ((mine, company.ana, 5), (theirs, company.bruno, 0), (theirs, company.ana, 9)):
        ChatFactory(
            tenant=company.tenant,
            contact=contact,
            phone=f"551190000{ago:04}",
            assigned_to=owner,
            last_message_at=now - timedelta(hours=ago),
        )
    assert shown(browse(company.ana), ordem="conversa") == ["Minha", "Do Bruno"]


# --- What can be done to them ---


def test_a_conversation_with_somebody_who_never_wrote_begins(company: Company, browse: Browse) -> None:
    contact = person(company, "Zuleica", phone="5511988887777")
    client = browse(company.ana)
    went_to = client.post(f"/contatos/{contact.pk}/conversation/").headers["HX-Redirect"]
    chat = Chat.objects.get()
    assert went_to == f"/atendimento/{chat.pk}/"
    assert (chat.contact, chat.assigned_to, chat.session) == (contact, company.ana, company.number)
    assert (chat.phone, chat.address) == ("5511988887777", "5511988887777@c.us")
    assert "Ana Souza iniciou a conversa" in client.get(went_to).content.decode()
    assert client.post(f"/contatos/{contact.pk}/conversation/").headers["HX-Redirect"] == went_to
    assert Chat.objects.matching("zuleica").get() == chat


def test_nobody_gets_into_a_colleagues_conversation_by_starting_one(company: Company, browse: Browse) -> None:
    company.tenant.visibility = "own"
    company.tenant.save()
    contact = person(company, "Zuleica")
    create_lead_once(contact)[0].__class__.objects.update(owner=company.ana)
    ChatFactory(tenant=company.tenant, contact=contact, assigned_to=company.bruno)
    response = browse(company.ana).post(f"/contatos/{contact.pk}/conversation/")
    assert "HX-Redirect" not in response.headers
    assert "Um colega" in response.content.decode()


def test_a_tag_goes_on_all_who_are_chosen_and_off_again(company: Company, strangers: Strangers, browse: Browse) -> None:
    tag = Tag.objects.create(tenant=company.tenant, name="VIP")
    one, other = person(company, "Um"), person(company, "Dois")
    theirs = ContactFactory(tenant=strangers.tenant)
    client, wanted = browse(company.ana), {"contact": [one.pk, other.pk, theirs.pk], "tag": tag.pk}
    one.tags.add(tag)
    assert "1 contato recebeu" in client.post("/contatos/selection/", wanted).content.decode()
    assert set(tag.contacts.all()) == {one, other}
    assert "2 contatos" in client.post("/contatos/selection/", wanted).content.decode()
    assert not tag.contacts.exists()
