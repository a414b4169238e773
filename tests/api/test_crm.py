"""Contacts, leads, opportunities and activities through the API; conversations tell what is done to them."""

from collections.abc import Callable

import pytest

from chats.models import Chat, Message
from crm.actions import save_field
from crm.models import Activity, Contact, ContactField, FieldKind, Lead, Opportunity, Stage, Tag
from notifications.models import CRMNotification
from tests.cast import Company, Strangers
from tests.factories import ChatFactory, ContactFactory

from .conftest import Program
from .rows import lend_pipeline

Programs = Callable[..., Program]


@pytest.fixture
def contact(company: Company) -> Contact:
    lend_pipeline(company.tenant)
    return ContactFactory(tenant=company.tenant, name="Zuleica", phone="5511988887777")


@pytest.fixture
def chat(company: Company, contact: Contact) -> Chat:
    return ChatFactory(tenant=company.tenant, session=company.number, contact=contact)


def lines(chat: Chat) -> list[str]:
    told = Message.objects.filter(chat=chat, type="SYSTEM").order_by("timestamp", "id")
    return [str(body) for body in told.values_list("body", flat=True)]


def test_contacts_are_added_found_and_changed(company: Company, program: Programs) -> None:
    ana, tag = program(company.ana), Tag.objects.create(tenant=company.tenant, name="VIP")
    made = ana.post("/api/contacts", {"name": "Zuleica", "phone": "(11) 98888-7777", "tag_ids": [str(tag.pk)]})
    assert (ana.status, made["phone"], made["tag_ids"]) == (201, "5511988887777", [str(tag.pk)])
    for query in ("q=zul", "phone=%2B55 11 8888-7777", f"tag_id={tag.pk}"):
        assert [item["id"] for item in ana.get(f"/api/contacts?{query}")["items"]] == [made["id"]], query
    changed = ana.patch(f"/api/contacts/{made['id']}", {"company": "Aurora", "tag_ids": []})
    assert (changed["company"], changed["name"], changed["tag_ids"]) == ("Aurora", "Zuleica", [])
    again = ana.post("/api/contacts", {"name": "Outra", "phone": "11 98888 7777"})
    assert (ana.status, again["code"]) == (409, "phone_taken")
    assert made["id"] in again["message"]


def test_what_is_written_of_a_contact_is_checked(company: Company, contact: Contact, program: Programs) -> None:
    ana = program(company.ana)
    for body, field in (
        ({"phone": "abc"}, "phone"),
        ({"email": "nada"}, "email"),
        ({"custom_fields": {"Inexistente": "x"}}, "custom_fields"),
    ):
        answer = ana.patch(f"/api/contacts/{contact.pk}", body)
        assert (ana.status, list(answer["fields"])) == (422, [field])


@pytest.mark.parametrize(
    ("kind", "good", "kept", "bad"),
    [
        (FieldKind.TEXT, "azul", "azul", 3),
        (FieldKind.NUMBER, 3, 3, "três"),
        (FieldKind.MONEY, "12.5", "12.50", "doze"),
        (FieldKind.DATE, "2027-01-31", "2027-01-31", "31/01/2027"),
        (FieldKind.BOOLEAN, True, True, "sim"),
        (FieldKind.CHOICE, "Ouro", "Ouro", "Lata"),
    ],
)
def test_fields_of_the_company_have_kinds(
    company: Company, contact: Contact, program: Programs, kind: str, good: object, kept: object, bad: object
) -> None:
    save_field(ContactField(tenant=company.tenant, name="Campo", kind=kind, options=["Ouro"]))
    ana, path = program(company.ana), f"/api/contacts/{contact.pk}"
    assert ana.get("/api/contact-fields")["items"][0]["kind"] == kind
    assert ana.patch(path, {"custom_fields": {"Campo": good}})["custom_fields"] == {"Campo": kept}
    assert list(ana.patch(path, {"custom_fields": {"Campo": bad}})["fields"]) == ["custom_fields.Campo"]
    assert ana.patch(path, {"custom_fields": {"Campo": None}})["custom_fields"] == {}


def test_a_new_name_is_found_at_once(company: Company, chat: Chat, contact: Contact, program: Programs) -> None:
    ana = program(company.ana)
    ana.patch(f"/api/contacts/{contact.pk}", {"name": "Berenice"})
    assert [item["name"] for item in ana.get("/api/chats?q=bere")["items"]] == ["Berenice"]


def test_a_sale_is_opened_moved_and_lost(company: Company, chat: Chat, contact: Contact, program: Programs) -> None:
    ana = program(company.ana)
    made = ana.post("/api/opportunities", {"contact_id": str(contact.pk), "title": "Sofá", "amount": "4890.5"})
    assert (ana.status, made["amount"], made["stage"]["kind"]) == (201, "4890.50", "OPEN")
    path = f"/api/opportunities/{made['id']}"
    (pipeline,) = ana.get("/api/pipelines")["items"]
    second = pipeline["stages"][1]
    assert ana.post(f"{path}/stage", {"stage_id": second["id"]})["stage"]["name"] == second["name"]
    assert ana.patch(path, {"amount": "100", "expected_close_on": "2027-01-31"})["expected_close_on"] == "2027-01-31"
    assert list(ana.post(f"{path}/closing", {"outcome": "LOST"})["fields"]) == ["reason"]
    lost = ana.post(f"{path}/closing", {"outcome": "LOST", "reason": "Preço"})
    assert (lost["stage"]["kind"], lost["close_reason"]) == ("LOST", "Preço")
    assert lines(chat) == ["deal_opened", "stage_moved", "deal_described", "deal_lost"]
    chat.refresh_from_db()
    assert str(chat.opportunity_id) == made["id"]
    assert [deal["id"] for deal in ana.get("/api/opportunities?kind=LOST&owner_id=me")["items"]] == [made["id"]]


def test_a_sale_needs_no_conversation(company: Company, contact: Contact, program: Programs) -> None:
    ana = program(company.ana)
    made = ana.post("/api/opportunities", {"contact_id": str(contact.pk), "title": "Sofá"})
    won = ana.post(f"/api/opportunities/{made['id']}/closing", {"outcome": "WON"})
    assert won["stage"]["kind"] == "WON"
    assert Opportunity.objects.get().closed_at


def test_a_stage_of_another_company_is_none(
    company: Company, strangers: Strangers, contact: Contact, program: Programs
) -> None:
    lend_pipeline(strangers.tenant)
    ana, foreign = program(company.ana), Stage.objects.filter(tenant=strangers.tenant)[0]
    made = ana.post("/api/opportunities", {"contact_id": str(contact.pk), "title": "Sofá"})
    ana.post(f"/api/opportunities/{made['id']}/stage", {"stage_id": str(foreign.pk)})
    assert ana.status == 422


def test_next_steps_are_planned_and_done(company: Company, chat: Chat, contact: Contact, program: Programs) -> None:
    ana = program(company.ana)
    body = {"contact_id": str(contact.pk), "title": "Ligar", "due_at": "2027-03-01T10:00:00-03:00", "kind": "CALL"}
    made = ana.post("/api/activities", body)
    assert (ana.status, made["due_at"], made["chat_id"]) == (201, "2027-03-01T13:00:00Z", str(chat.pk))
    chat.refresh_from_db()
    assert str(chat.next_step_id) == made["id"]
    path = f"/api/activities/{made['id']}"
    assert ana.patch(path, {"assignee_id": str(company.bruno.pk)})["assignee"]["name"] == "Bruno Lima"
    assert ana.patch(path, {"is_done": True})["done_at"]
    assert ana.get("/api/activities?is_done=false")["items"] == []
    assert ana.patch(path, {"is_done": False})["done_at"] is None
    ana.delete(path)
    assert (ana.status, Activity.objects.count()) == (204, 0)
    assert lines(chat) == ["planned", "replanned", "done", "not_done", "called_off"]


def test_leads_are_entered_once_and_move_on(company: Company, chat: Chat, contact: Contact, program: Programs) -> None:
    ana, body = program(company.ana), {"contact_id": str(contact.pk)}
    made = ana.post("/api/leads", body)
    assert (ana.status, made["source"], made["owner"]["name"]) == (201, "API", "Ana Souza")
    assert ana.post("/api/leads", body)["id"] == made["id"]
    assert (ana.status, Lead.objects.count()) == (200, 1)
    path = f"/api/leads/{made['id']}"
    assert ana.patch(path, {"status": "QUALIFIED"})["status"] == "QUALIFIED"
    assert list(ana.patch(path, {"status": "LOST"})["fields"]) == ["lost_reason"]
    lost = ana.patch(path, {"status": "LOST", "lost_reason": "Sumiu", "owner_id": str(company.bruno.pk)})
    assert (lost["lost_reason"], lost["owner"]["name"]) == ("Sumiu", "Bruno Lima")
    assert [lead["id"] for lead in ana.get("/api/leads?status=LOST")["items"]] == [made["id"]]
    assert lines(chat) == ["lead_moved", "lead_lost"]


def test_the_owner_of_a_sale_hears_of_what_others_do(
    company: Company, chat: Chat, contact: Contact, program: Programs
) -> None:
    ana, marta = program(company.ana), program(company.marta)
    made = ana.post("/api/opportunities", {"contact_id": str(contact.pk), "title": "Sofá"})
    marta.post(f"/api/opportunities/{made['id']}/closing", {"outcome": "WON"})
    assert CRMNotification.objects.get(user=company.ana, type="OPPORTUNITY_UPDATE").title == "Sofá"
