"""The page of one contact: everything about them that the reader may see, with a fixed number of questions."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from crm.actions import create_lead_once, create_opportunity, merge_contacts, open_company, schedule_activity
from crm.models import Activity, Contact, ContactField, ContactMerge, Opportunity, Tag, User
from tests.cast import Company, Strangers
from tests.factories import ChatFactory, ContactFactory, MessageFactory

Browse = Callable[[User], Client]
QUERIES = 18


@pytest.fixture
def zuleica(company: Company) -> Contact:
    ContactField.objects.create(tenant=company.tenant, name="Limite", kind="MONEY")
    fields = {"Limite": "1500.50", "Antigo": "sim"}
    contact = ContactFactory(tenant=company.tenant, name="Zuleica", company="Ateliê", custom_fields=fields)
    contact.tags.add(Tag.objects.create(tenant=company.tenant, name="VIP"))
    return contact


def test_it_shows_who_they_are_what_is_sold_and_what_comes_next(
    company: Company, zuleica: Contact, browse: Browse
) -> None:
    stage = open_company("Modelo", "modelo").pipelines.get().stages.order_by("position")[0]
    create_opportunity(zuleica, "Sofá Ipanema", stage, amount=Decimal("4890"), owner=company.bruno)
    schedule_activity(zuleica, "Ligar para medir", timezone.now() + timedelta(days=1), assignee=company.ana)
    create_lead_once(zuleica)
    html = browse(company.ana).get(f"/contatos/{zuleica.pk}/").content.decode()
    for words in (
        "Zuleica",
        "Ateliê",
        "VIP",
        "1.500,50",
        "Antigo",
        "Sofá Ipanema",
        "R$&nbsp;4.890,00",
        "Ligar para medir",
    ):
        assert words in html
    assert "label--new" in html


def test_each_conversation_tells_how_much_was_said_by_whom(company: Company, zuleica: Contact, browse: Browse) -> None:
    chat = ChatFactory(tenant=company.tenant, contact=zuleica)
    for _ in range(3):
        MessageFactory(chat=chat, from_me=False)
    MessageFactory(chat=chat, from_me=True)
    MessageFactory(chat=chat, from_me=True, type="NOTE")
    html = browse(company.ana).get(f"/contatos/{zuleica.pk}/").content.decode()
    assert "3 recebidas · 1 enviadas" in html
    assert f"/atendimento/{chat.pk}/" in html


def test_a_colleagues_conversation_stays_theirs_where_the_company_says_so(
    company: Company, zuleica: Contact, browse: Browse
) -> None:
    company.tenant.visibility = "own"
    company.tenant.save()
    mine = ChatFactory(tenant=company.tenant, contact=zuleica, assigned_to=company.ana, last_message="para mim")
    theirs = ChatFactory(
        tenant=company.tenant,
        contact=zuleica,
        phone="5511900000001",
        assigned_to=company.bruno,
        last_message="só Bruno",
    )
    html = browse(company.ana).get(f"/contatos/{zuleica.pk}/").content.decode()
    assert str(mine.pk) in html
    assert str(theirs.pk) not in html
    assert "só Bruno" not in html


def test_what_is_written_in_place_is_known_and_every_page_of_the_person_learns_of_it(
    company: Company,
    zuleica: Contact,
    browse: Browse,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    """Nobody has ever written to her: there is no conversation that could tell."""
    client, door = browse(company.ana), f"/contatos/{zuleica.pk}/contact/"
    limit = ContactField.objects.get(name="Limite")
    with django_capture_on_commit_callbacks() as told:
        answer = client.post(door, {"company": "Ateliê Quaresma"})
        client.post(f"{door}fields/{limit.pk}/", {"value": "2.345,6"})
        client.post(f"{door}tags/", {"name": "Arquiteta"})
        client.post(f"{door}notes/", {"body": "Prefere a tarde"})
    html = client.get(f"/contatos/{zuleica.pk}/").content.decode()
    for words in ("Ateliê Quaresma", "2.345,60", "Arquiteta", "Prefere a tarde"):
        assert words in html
    assert 'id="panel"' in answer.content.decode()
    assert f"contact:{zuleica.pk}" in {call.args[1].get("subject") for call in told if isinstance(call, partial)}


def test_what_makes_no_sense_is_said_under_its_field(company: Company, zuleica: Contact, browse: Browse) -> None:
    answer = browse(company.ana).post(f"/contatos/{zuleica.pk}/contact/", {"email": "isto não é"})
    assert answer.status_code == 422
    assert 'id="error-email"' in answer.content.decode()


def test_a_sale_goes_from_its_beginning_to_its_end(company: Company, zuleica: Contact, browse: Browse) -> None:
    stages = open_company("Modelo", "modelo").pipelines.get().stages
    stages.update(tenant=company.tenant)
    first = stages.order_by("position")[0]
    client, page = browse(company.ana), f"/contatos/{zuleica.pk}/"
    sold = {"title": "Sofá Ipanema", "amount": "4.890,00", "stage": str(first.pk)}
    assert client.post(f"{page}opportunities/new/", sold).status_code == 204
    deal = Opportunity.objects.get(contact=zuleica)
    assert (deal.amount, deal.owner) == (Decimal("4890.00"), company.ana)
    menu = client.get(f"{page}menus/stage/?opportunity={deal.pk}").content.decode()
    assert f"{page}opportunities/{deal.pk}/stage/" in menu
    client.post(f"/funil/opportunities/{deal.pk}/closing/", {"outcome": "WON", "reason": "Preço bom"})
    deal.refresh_from_db()
    assert (deal.stage.kind, deal.close_reason) == ("WON", "Preço bom")
    client.post(f"{page}opportunities/{deal.pk}/reopening/")
    deal.refresh_from_db()
    assert deal.is_open


def test_a_next_step_is_planned_put_off_and_done(company: Company, zuleica: Contact, browse: Browse) -> None:
    client, page = browse(company.ana), f"/contatos/{zuleica.pk}/"
    client.post(f"{page}activities/new/", {"title": "Ligar", "due": "tomorrow_9"})
    step = Activity.objects.get(contact=zuleica)
    due = step.due_at
    client.post(f"{page}activities/{step.pk}/postponement/", {"due": "next_week"})
    client.post(f"{page}activities/{step.pk}/completion/")
    step.refresh_from_db()
    assert step.due_at != due
    assert step.done_at


def test_a_merge_leads_to_the_page_of_whoever_remains(company: Company, zuleica: Contact, browse: Browse) -> None:
    """The older of the two remains, from whichever page it is asked for."""
    younger = ContactFactory(tenant=company.tenant, name="Zuleica Quaresma")
    client = browse(company.ana)
    answer = client.post(f"/contatos/{younger.pk}/joining/{zuleica.pk}/")
    assert answer["HX-Redirect"] == f"/contatos/{zuleica.pk}/"
    merge = ContactMerge.objects.get()
    client.post(f"/contatos/{zuleica.pk}/separation/{merge.pk}/")
    assert client.get(f"/contatos/{younger.pk}/").status_code == 200


def test_an_address_of_somebody_merged_leads_to_whom_they_became(
    company: Company, zuleica: Contact, browse: Browse
) -> None:
    merge_contacts(zuleica, absorbed := ContactFactory(tenant=company.tenant))
    answer = browse(company.ana).get(f"/contatos/{absorbed.pk}/")
    assert answer["Location"] == f"/contatos/{zuleica.pk}/"


def test_the_lead_of_somebody_without_a_conversation_can_be_moved_on(
    company: Company, zuleica: Contact, browse: Browse
) -> None:
    lead, _new = create_lead_once(zuleica)
    html = browse(company.ana).get(f"/contatos/{zuleica.pk}/").content.decode()
    assert f"/leads/selection/menu/?lead={lead.pk}" in html
    assert f"/leads/{lead.pk}/conversion/" in html


def test_a_stranger_finds_nobody(zuleica: Contact, strangers: Strangers, browse: Browse) -> None:
    assert browse(strangers.otto).get(f"/contatos/{zuleica.pk}/").status_code == 404


def test_more_of_everything_asks_no_more_questions(
    company: Company, zuleica: Contact, browse: Browse, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = browse(company.ana)
    for number in range(5):
        chat = ChatFactory(tenant=company.tenant, contact=zuleica, phone=f"55119000000{number:02}")
        MessageFactory(chat=chat)
        schedule_activity(zuleica, f"Ligar {number}", timezone.now(), assignee=company.ana)
        if number in {0, 4}:
            with django_assert_max_num_queries(QUERIES):
                client.get(f"/contatos/{zuleica.pk}/")


def test_all_that_happened_is_one_timeline_page_by_page(company: Company, zuleica: Contact, browse: Browse) -> None:
    for number in range(25):
        schedule_activity(zuleica, f"Ligar {number:02}", timezone.now(), assignee=company.ana)
    client = browse(company.ana)
    first = client.get(f"/contatos/{zuleica.pk}/history/").content.decode()
    assert "Ligar 24" in first
    assert "Ligar 00" not in first
    assert "antes=" in first
