"""The list of leads: who is in it, what can be done to one or many, and ten seconds to take it back."""

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from chats import actions
from chats.models import Chat, Message, UndoStep
from crm.actions import create_lead_once, open_company
from crm.models import Contact, Lead, LeadSource, LeadStatus, Opportunity, Stage, User
from tests.cast import Company, Strangers
from tests.factories import ChatFactory, ContactFactory
from tests.webhooks import says

Browse = Callable[[User], Client]
ROW = re.compile(r'<tr id="lead-([0-9a-f-]{36})"')
COUNT = re.compile(r'>([^<]+)<span class="statuses__count">([\d.]+)</span>')
QUERIES = 8


def lead(company: Company, name: str, **fields: object) -> Lead:
    phone = str(fields.pop("phone", ""))
    contact = ContactFactory(tenant=company.tenant, name=name, **({"phone": phone} if phone else {}))
    return Lead.objects.create(
        tenant=company.tenant, contact=contact, name=name, phone=contact.phone, source="MANUAL", **fields
    )


def shown(client: Client, **query: str) -> list[str]:
    page = client.get("/leads/", query)
    assert page.status_code == 200
    return [Lead.objects.get(pk=pk).name for pk in ROW.findall(page.content.decode())]


def act(client: Client, *leads: Lead, act: str = "status", value: str, **more: str) -> str:
    told = {"lead": [each.pk for each in leads], "act": act, "value": value, **more}
    return client.post("/leads/selection/", told).content.decode()


def undo(client: Client) -> str:
    return client.post(f"/atendimento/undo/{UndoStep.objects.latest('done_at').pk}/").content.decode()


@pytest.fixture
def stage(company: Company) -> Stage:
    pipeline = open_company("Modelo", "modelo").pipelines.get()
    pipeline.stages.update(tenant=company.tenant)
    pipeline.tenant = company.tenant
    pipeline.save()
    return pipeline.stages.order_by("position")[0]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["Ivo", "Ana Paula", "Zé"]),
        ({"situacao": "novos"}, ["Zé"]),
        ({"situacao": "perdidos"}, ["Ivo"]),
        ({"dono": "eu"}, ["Ana Paula"]),
        ({"dono": "ninguem"}, ["Ivo", "Zé"]),
        ({"origem": "IMPORT"}, ["Ivo"]),
        ({"q": "ze"}, ["Zé"]),
        ({"q": "98888"}, ["Ana Paula"]),
        ({"q": "padaria"}, ["Zé"]),
        ({"de": "2026-01-01", "ate": "2026-01-31"}, ["Zé"]),
        ({"situacao": "nonsense", "dono": "x", "de": "ontem"}, ["Ivo", "Ana Paula", "Zé"]),
    ],
)
def test_a_filter_leaves_those_who_fit_the_newest_first(
    company: Company, browse: Browse, query: dict[str, str], expected: list[str]
) -> None:
    ze = lead(company, "Zé")
    Contact.objects.filter(pk=ze.contact_id).update(company="Padaria")
    Lead.objects.filter(pk=ze.pk).update(created_at="2026-01-10T12:00:00Z")
    lead(company, "Ana Paula", status=LeadStatus.CONTACTED, owner=company.ana, phone="5511988887777")
    ivo = lead(company, "Ivo", status=LeadStatus.LOST, lost_reason="Preço")
    Lead.objects.filter(pk=ivo.pk).update(source=LeadSource.IMPORT)
    assert shown(browse(company.ana), **query) == expected


def test_each_status_tells_how_many_it_has_under_the_other_choices(company: Company, browse: Browse) -> None:
    for number in range(3):
        lead(company, f"Novo {number}")
    lead(company, "Perdido", status=LeadStatus.LOST, owner=company.ana)
    client = browse(company.ana)
    counts = dict(COUNT.findall(client.get("/leads/").content.decode()))
    assert counts == {
        "Todos": "4",
        "Novos": "3",
        "Contatados": "0",
        "Qualificados": "0",
        "Convertidos": "0",
        "Perdidos": "1",
    }
    assert dict(COUNT.findall(client.get("/leads/", {"dono": "eu"}).content.decode()))["Todos"] == "1"


def test_more_leads_ask_no_more_questions(company: Company, browse: Browse) -> None:
    client, asked = browse(company.ana), []
    client.get("/leads/")  # what is read once a login is read
    for number in range(20):
        one = lead(company, f"Cliente {number}", owner=company.ana)
        ChatFactory(tenant=company.tenant, contact=one.contact)
        if number in {1, 19}:
            with CaptureQueriesContext(connection) as queries:
                assert len(ROW.findall(client.get("/leads/").content.decode())) == number + 1
            asked.append(len(queries))
    assert asked == [QUERIES, QUERIES]


def test_another_companys_leads_are_not_there(company: Company, strangers: Strangers, browse: Browse) -> None:
    one = lead(company, "Zé")
    client = browse(strangers.otto)
    assert shown(client) == []
    act(client, one, value="QUALIFIED")
    assert client.get(f"/leads/{one.pk}/conversion/").status_code == 404
    one.refresh_from_db()
    assert one.status == LeadStatus.NEW


@pytest.mark.parametrize("policy", ["team", "own"])
def test_a_colleagues_lead_stays_theirs_where_the_company_says_so(
    company: Company, browse: Browse, policy: str
) -> None:
    company.tenant.visibility = policy
    company.tenant.save()
    lead(company, "De Bruno", owner=company.bruno)
    lead(company, "De ninguém")
    lead(company, "De Ana", owner=company.ana)
    assert shown(browse(company.ana)) == ["De Ana", "De ninguém"]
    assert len(shown(browse(company.marta))) == 3


def test_a_status_that_is_changed_here_is_told_in_the_conversation_and_can_be_taken_back(
    company: Company, browse: Browse
) -> None:
    says("oi").deliver(company.number)
    chat = Chat.objects.get()
    one = Lead.objects.get()
    client = browse(company.ana)
    assert "1 lead alterado" in act(client, one, value="QUALIFIED")
    one.refresh_from_db()
    assert (one.status, one.owner) == (LeadStatus.QUALIFIED, company.ana)
    assert Message.objects.filter(chat=chat, body="lead_moved").exists()
    undo(client)
    one.refresh_from_db()
    assert (one.status, one.owner, one.accepted_at) == (LeadStatus.NEW, None, None)
    assert Message.objects.filter(chat=chat, body="undone").exists()


def test_many_leads_get_an_owner_at_once_and_what_somebody_changed_since_stays(
    company: Company, browse: Browse
) -> None:
    one, other = lead(company, "Um"), lead(company, "Dois", owner=company.marta)
    client = browse(company.ana)
    assert "2 leads alterados" in act(client, one, other, act="owner", value=str(company.bruno.pk))
    assert set(Lead.objects.values_list("owner", flat=True)) == {company.bruno.pk}
    act(browse(company.marta), one, value="CONTACTED")
    step = UndoStep.objects.filter(user=company.ana).latest("done_at")
    client.post(f"/atendimento/undo/{step.pk}/")
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.owner, other.owner) == (company.bruno, company.marta)


def test_nobodys_undo_is_anybody_elses(company: Company, browse: Browse) -> None:
    one = lead(company, "Um")
    act(browse(company.ana), one, value="QUALIFIED")
    step = UndoStep.objects.get()
    assert browse(company.bruno).post(f"/atendimento/undo/{step.pk}/").status_code == 404


def test_who_is_lost_is_lost_for_a_reason(company: Company, browse: Browse) -> None:
    one, other = lead(company, "Um"), lead(company, "Dois")
    client = browse(company.ana)
    assert client.get("/leads/selection/loss/", {"lead": [one.pk, other.pk]}).content.decode().count('name="lead"') == 2
    refused = client.post("/leads/selection/", {"lead": [one.pk], "act": "status", "value": "LOST", "reason": " "})
    assert refused.status_code == 422
    act(client, one, other, value="LOST", reason="Preço")
    assert set(Lead.objects.values_list("status", "lost_reason")) == {("LOST", "Preço")}
    assert 'value="Preço"' in client.get("/leads/selection/loss/").content.decode()


def test_who_has_another_open_lead_by_now_stays_closed(company: Company, browse: Browse) -> None:
    old = lead(company, "Zé", status=LeadStatus.LOST)
    Lead.objects.create(tenant=company.tenant, contact=old.contact, name="Zé", source="MANUAL")
    act(browse(company.ana), old, value="NEW")
    old.refresh_from_db()
    assert old.status == LeadStatus.LOST


@pytest.mark.parametrize("has_chat", [True, False])
def test_a_lead_becomes_an_opportunity(company: Company, browse: Browse, stage: Stage, has_chat: bool) -> None:
    one = lead(company, "Zé", owner=company.bruno)
    if has_chat:
        ChatFactory(tenant=company.tenant, contact=one.contact, lead=one)
    told = {"title": "Sofá", "amount": "4.890,00", "stage": stage.pk}
    assert browse(company.ana).post(f"/leads/{one.pk}/conversion/", told).status_code == 200
    deal = Opportunity.objects.get()
    one.refresh_from_db()
    assert (deal.lead, deal.contact, deal.amount) == (one, one.contact, Decimal("4890.00"))
    assert one.status == LeadStatus.CONVERTED
    if has_chat:
        assert Chat.objects.get().opportunity == deal


def test_a_lead_by_hand_is_of_the_contact_who_has_the_phone(company: Company, browse: Browse) -> None:
    says("oi", phone="5511988887777", name="João").deliver(company.number)
    chat = Chat.objects.get()
    actions.assign(chat, company.ana, by=company.ana)
    Lead.objects.all().delete()
    client = browse(company.ana)
    told = {"name": "João Novo", "phone": "(11) 8888-7777", "owner": str(company.bruno.pk)}
    assert client.post("/leads/novo/", told).status_code == 200
    made = Lead.objects.get()
    assert (made.contact, made.source, made.owner) == (chat.contact, LeadSource.MANUAL, company.bruno)
    chat.refresh_from_db()
    assert chat.lead == made
    again = client.post("/leads/novo/", told)
    assert again.status_code == 422
    assert "já é um lead" in again.content.decode()
    assert Lead.objects.count() == 1


def test_somebody_unknown_becomes_contact_and_lead(company: Company, browse: Browse) -> None:
    browse(company.ana).post("/leads/novo/", {"name": "Nova", "phone": "11 97777-6666", "email": "n@x.example"})
    made = Lead.objects.select_related("contact").get()
    assert made.contact
    assert (made.contact.name, made.contact.phone, made.contact.email) == ("Nova", "5511977776666", "n@x.example")
    assert create_lead_once(made.contact) == (made, False)
