"""Leads that come by themselves: whose they are, who hears of them, and what becomes of them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client

from chats import actions
from chats.models import Chat, Message, MessageType, UndoStep
from crm.actions import LeadExists, create_lead_once, merge_contacts, move_lead, open_company
from crm.models import (
    Contact,
    Distribution,
    Lead,
    LeadAct,
    LeadChange,
    LeadOwnership,
    LeadSource,
    LeadStatus,
    Opportunity,
    Stage,
    User,
)
from notifications.models import CRMNotification, NotificationType
from tests.cast import Company, Strangers
from tests.factories import UserFactory
from tests.presence import come
from tests.webhooks import JOAO, says

Browse = Callable[[User], Client]
RITA = "5511977776666"
GROUP = "120363041234567890@g.us"
AD = {"conversion_source": "FB_Ads", "title": "Sofá Ipanema", "sourceUrl": "https://fb.me/sofa"}


def chat_of(phone: str = JOAO) -> Chat:
    return Chat.objects.select_related("contact", "lead__owner").get(phone=phone)


def lead_of(phone: str = JOAO) -> Lead:
    lead = chat_of(phone).lead
    assert lead
    return lead


def told_of_lead(user: User) -> bool:
    return CRMNotification.objects.of(user).unread().filter(type=NotificationType.LEAD_CREATED).exists()


def door(phone: str, noun: str) -> str:
    return f"/atendimento/{chat_of(phone).pk}/{noun}/"


def lines() -> list[str | None]:
    said = Message.objects.filter(type=MessageType.SYSTEM).order_by("seq", "timestamp")
    return list(said.values_list("body", flat=True))


def own_by(company: Company, rule: LeadOwnership) -> None:
    company.tenant.lead_ownership = rule
    company.tenant.save()


# --- When one is born ---


def test_the_second_message_makes_no_second_lead(company: Company) -> None:
    says("oi").deliver(company.number)
    says("alguém aí?", at=9).deliver(company.number)
    assert Lead.objects.get() == lead_of()


@pytest.mark.django_db(transaction=True)
def test_ten_first_messages_at_once_make_one_lead(company: Company) -> None:
    def deliver(number: int) -> None:
        says(f"oi {number}", at=number).deliver(company.number)
        connections.close_all()

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(deliver, range(10)))
    assert (Message.objects.filter(from_me=False).count(), Lead.objects.count()) == (10, 1)
    assert lead_of() == Lead.objects.get()
    assert CRMNotification.objects.of(company.marta).filter(type=NotificationType.LEAD_CREATED).count() == 1


@pytest.mark.parametrize(
    "message",
    [
        says("oi grupo", phone=GROUP),
        says("somos nós, no celular", from_me=True),
        says("somos nós, por um programa", from_me=True, source="api"),
        says("minha foto nova", phone="status@broadcast"),
    ],
    ids=["group", "own phone", "another program", "status broadcast"],
)
def test_what_no_customer_said_to_us_makes_no_lead(company: Company, message: object) -> None:
    message.deliver(company.number)  # type: ignore[attr-defined]
    assert not Lead.objects.exists()


def test_a_known_person_with_an_open_lead_keeps_it(company: Company) -> None:
    contact = Contact.objects.create(tenant=company.tenant, name="João", phone=JOAO)
    contact.identities.create(tenant=company.tenant, kind="PHONE", value=JOAO)
    lead, _ = create_lead_once(contact, LeadSource.MANUAL)
    says("oi").deliver(company.number)
    assert (Lead.objects.get(), lead_of()) == (lead, lead)
    assert not lead.is_incoming
    assert not told_of_lead(company.ana)


@pytest.mark.parametrize("status", [LeadStatus.CONVERTED, LeadStatus.LOST])
def test_a_known_person_with_a_closed_lead_gets_no_second_one(company: Company, status: LeadStatus) -> None:
    says("oi").deliver(company.number)
    move_lead(lead_of(), status, company.ana)
    Chat.objects.all().delete()
    says("voltei", at=60).deliver(company.number)
    assert Lead.objects.get().status == status
    assert not told_of_lead(company.ana) or CRMNotification.objects.of(company.ana).count() == 1


def test_a_merged_persons_message_makes_no_lead_beside_that_of_the_one_they_became(company: Company) -> None:
    says("oi").deliver(company.number)
    says("oi, é a Rita", phone=RITA, name="Rita").deliver(company.number)
    one, other = chat_of().contact, chat_of(RITA).contact
    assert one and other
    merge_contacts(one, other)
    Chat.objects.filter(phone=RITA).delete()
    says("sou eu de novo", phone=RITA, at=60).deliver(company.number)
    assert Lead.objects.get() == lead_of(RITA)
    assert chat_of(RITA).contact == one


def test_whoever_comes_by_an_ad_is_a_lead_of_that_ad(company: Company) -> None:
    context = {
        "externalAdReply": {"title": "Sofá", "body": "Compre", "sourceUrl": "https://fb.me/1", "sourceType": "ad"}
    }
    message = {"extendedTextMessage": {"text": "vi o anúncio", "contextInfo": context}}
    says("vi o anúncio", _data={"message": message, "pushName": "João"}).deliver(company.number)
    assert (lead_of().source, lead_of().is_incoming) == (LeadSource.AD, True)


# --- Whose it is ---


def test_a_lead_of_the_queue_belongs_to_whoever_takes_the_conversation(company: Company) -> None:
    says("oi").deliver(company.number)
    assert lead_of().owner is None
    actions.assign(chat_of(), company.bruno, by=company.marta)
    assert lead_of().owner == company.bruno
    actions.assign(chat_of(), company.ana, by=company.marta)
    assert lead_of().owner == company.bruno


def test_a_lead_belongs_to_whom_the_rotation_gave_the_conversation(company: Company) -> None:
    company.tenant.distribution = Distribution.ROTATION
    company.tenant.save()
    come(company.bruno)
    says("oi").deliver(company.number)
    assert lead_of().owner == company.bruno


def test_leads_go_round_the_team(company: Company) -> None:
    own_by(company, LeadOwnership.ROTATION)
    clara = UserFactory(tenant=company.tenant, name="Clara Reis")
    company.sales.members.add(clara)
    company.number.default_team = company.sales
    company.number.save()
    for number in range(4):
        says("oi", phone=f"551197777000{number}").deliver(company.number)
    owners = list(Lead.objects.order_by("created_at").values_list("owner__name", flat=True))
    assert owners == ["Ana Souza", "Clara Reis", "Ana Souza", "Clara Reis"]
    assert told_of_lead(clara)
    assert not told_of_lead(company.bruno)


def test_without_a_team_leads_go_round_the_agents_who_work_here(company: Company) -> None:
    own_by(company, LeadOwnership.ROTATION)
    User.objects.filter(pk=company.ana.pk).update(is_active=False)
    for number in range(2):
        says("oi", phone=f"551197777000{number}").deliver(company.number)
    assert set(Lead.objects.values_list("owner__name", flat=True)) == {"Bruno Lima"}


def test_a_lead_of_nobody_stays_nobodys_until_somebody_accepts_it(company: Company, browse: Browse) -> None:
    own_by(company, LeadOwnership.NOBODY)
    says("oi").deliver(company.number)
    actions.assign(chat_of(), company.bruno, by=company.marta)
    assert lead_of().owner is None
    browse(company.ana).post(door(JOAO, "lead/acceptance"))
    assert lead_of().owner == company.ana
    assert chat_of().assigned_to == company.bruno


# --- Accepted, discarded, taken back ---


@pytest.fixture
def new(company: Company) -> Chat:
    """João has written, and nobody has said anything yet."""
    says("oi").deliver(company.number)
    return chat_of()


def listed(client: Client, **query: str) -> bool:
    page = client.get("/atendimento/list/", {"aba": "todas", "situacao": "chegando", **query}).content.decode()
    return f'id="chat-{chat_of().pk}"' in page


def test_whoever_wrote_waits_in_the_lane_until_somebody_accepts_them(
    new: Chat, company: Company, browse: Browse
) -> None:
    client = browse(company.ana)
    assert listed(client)
    page = client.get(f"/atendimento/{new.pk}/").content.decode()
    assert 'id="panel-incoming"' in page
    assert "aba=todas&amp;situacao=chegando" in page  # one click from one's own list
    assert client.post(door(JOAO, "lead/acceptance")).status_code == 200
    assert not listed(client)
    assert 'id="panel-incoming"' not in client.get(f"/atendimento/{new.pk}/").content.decode()
    lead = lead_of()
    assert (lead.accepted_by, lead.owner, chat_of().assigned_to) == (company.ana, company.ana, company.ana)
    assert LeadChange.objects.get().act == LeadAct.ACCEPTED
    assert "lead_accepted" in lines()


def test_accepting_takes_the_new_lead_off_every_bell(new: Chat, company: Company, browse: Browse) -> None:
    assert told_of_lead(company.marta)
    browse(company.ana).post(door(JOAO, "lead/acceptance"))
    assert not any(told_of_lead(user) for user in (company.ana, company.bruno, company.marta))


def test_two_who_accept_at_once_are_one(new: Chat, company: Company, browse: Browse) -> None:
    for user in (company.ana, company.bruno):
        assert browse(user).post(door(JOAO, "lead/acceptance")).status_code == 200
    assert (lead_of().accepted_by, lines().count("lead_accepted")) == (company.ana, 1)


def test_a_discarded_lead_is_out_of_the_lane_and_off_the_bells(new: Chat, company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    client.post(door(JOAO, "lead/discarding"))
    assert (lead_of().status, lead_of().discarded_at is not None) == (LeadStatus.LOST, True)
    assert not listed(client)
    assert not told_of_lead(company.marta)
    assert "Descartado" in client.get(f"/atendimento/{new.pk}/").content.decode()
    says("oi de novo", at=30).deliver(company.number)
    assert Lead.objects.count() == 1


@pytest.mark.parametrize("noun", ["acceptance", "discarding"])
def test_what_was_done_to_a_new_lead_can_be_taken_back(new: Chat, company: Company, browse: Browse, noun: str) -> None:
    client = browse(company.ana)
    assert "Desfazer" in client.post(door(JOAO, f"lead/{noun}")).content.decode()
    client.post(f"/atendimento/undo/{UndoStep.objects.get().pk}/")
    lead = lead_of()
    assert (lead.is_incoming, lead.owner, lead.discarded_at, chat_of().assigned_to) == (True, None, None, None)
    assert listed(client)
    assert LeadChange.objects.latest("changed_at").act == LeadAct.RESTORED


def test_a_lead_discarded_by_one_cannot_be_accepted_by_another(new: Chat, company: Company, browse: Browse) -> None:
    browse(company.ana).post(door(JOAO, "lead/discarding"))
    browse(company.bruno).post(door(JOAO, "lead/acceptance"))
    assert (lead_of().status, lead_of().accepted_by) == (LeadStatus.LOST, None)


def test_the_lane_is_counted(new: Chat, company: Company, browse: Browse) -> None:
    says("oi", phone=RITA).deliver(company.number)
    page = browse(company.ana).get("/atendimento/list/").content.decode()
    assert 'id="counter-incoming" class="counter" data-count="2"' in page


# --- Moved on, lost, converted ---


def test_a_lead_that_moves_on_is_accepted_by_that(new: Chat, company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    client.post(door(JOAO, "lead/status"), {"status": "QUALIFIED"})
    assert (lead_of().status, lead_of().accepted_by) == (LeadStatus.QUALIFIED, company.ana)
    assert "mudou o lead para Qualificado" in client.get(f"/atendimento/{new.pk}/").content.decode()
    assert client.post(door(JOAO, "lead/status"), {"status": "LOST"}).status_code == 422


def test_a_lost_lead_says_why(new: Chat, company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    refused = client.post(door(JOAO, "lead/loss"), {"reason": " "})
    assert (refused.status_code, lead_of().status) == (422, LeadStatus.NEW)
    client.post(door(JOAO, "lead/loss"), {"reason": "Comprou no concorrente"})
    assert (lead_of().status, lead_of().lost_reason) == (LeadStatus.LOST, "Comprou no concorrente")


def test_a_closed_lead_stays_closed_where_another_one_is_open(new: Chat, company: Company, browse: Browse) -> None:
    move_lead(lead_of(), LeadStatus.LOST, company.ana)
    Lead.objects.create(tenant=company.tenant, contact=new.contact, name="outro", source=LeadSource.MANUAL)
    response = browse(company.ana).post(door(JOAO, "lead/status"), {"status": "CONTACTED"})
    assert (response.status_code, lead_of().status) == (422, LeadStatus.LOST)
    with pytest.raises(LeadExists):
        move_lead(lead_of(), LeadStatus.NEW, company.ana)


def test_a_converted_lead_becomes_the_sale_the_chat_is_about(new: Chat, company: Company, browse: Browse) -> None:
    pipeline = open_company("Modelo", "modelo").pipelines.get()
    pipeline.stages.update(tenant=company.tenant)
    pipeline.tenant = company.tenant
    pipeline.save()
    client, stage = browse(company.ana), Stage.objects.get(name="Proposta")
    assert "João da Silva" in client.get(door(JOAO, "lead/conversion")).content.decode()
    wanted = {"title": "Sofá", "amount": "4.890,00", "stage": stage.pk}
    assert client.post(door(JOAO, "lead/conversion"), {**wanted, "amount": "mil"}).status_code == 422
    assert client.post(door(JOAO, "lead/conversion"), wanted).status_code == 204
    deal = Opportunity.objects.get()
    assert (lead_of().status, deal.lead, chat_of().opportunity) == (LeadStatus.CONVERTED, lead_of(), deal)
    assert client.post(door(JOAO, "lead/conversion"), wanted).status_code == 422
    assert Opportunity.objects.count() == 1


@pytest.mark.parametrize("noun", ["acceptance", "discarding", "status", "loss", "conversion"])
def test_a_stranger_changes_no_lead(new: Chat, strangers: Strangers, browse: Browse, noun: str) -> None:
    for user in (strangers.otto, strangers.olga):
        body = {"status": "LOST", "reason": "x", "title": "x", "amount": "1"}
        assert browse(user).post(door(JOAO, f"lead/{noun}"), body).status_code == 404
    assert lead_of().is_incoming
