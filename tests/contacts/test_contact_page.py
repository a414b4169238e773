"""The page of one contact: everything about them that the reader may see, with a fixed number of questions."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from crm.actions import create_lead_once, create_opportunity, open_company, schedule_activity
from crm.models import Contact, ContactField, Tag, User
from tests.cast import Company, Strangers
from tests.factories import ChatFactory, ContactFactory, MessageFactory

Browse = Callable[[User], Client]
QUERIES = 16


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
    for words in ("Zuleica", "Ateliê", "VIP", "1.500,50", "Antigo", "Sofá Ipanema", "R$ 4.890,00", "Ligar para medir"):
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
