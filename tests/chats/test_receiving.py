"""What a customer's message sets going: a lead, a bell, a clock that runs, a chat that opens again."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from chats import actions
from chats.models import Chat, ChatStatus, Message
from crm.actions import save_contact
from crm.models import Contact, Lead, LeadSource, LeadStatus, User, VisibilityPolicy
from notifications.models import CRMNotification, NotificationType
from tests.cast import Company
from tests.factories import NOON
from tests.presence import come
from tests.webhooks import JOAO, says

GROUP = "120363041234567890@g.us"


def seconds_after_noon(moment: datetime) -> int:
    """For `says(at=…)`, where a message has to come after something our own clock stamped."""
    return int((moment - NOON).total_seconds())


def the_chat() -> Chat:
    return Chat.objects.select_related("contact", "lead").get()


def bell(user: User) -> list[tuple[str, int]]:
    """Unread lines: kind and count."""
    return list(CRMNotification.objects.of(user).unread().values_list("type", "count"))


# --- Leads ---


def test_the_first_message_of_an_unknown_number_makes_a_lead(company: Company) -> None:
    says("oi").deliver(company.number)
    chat = the_chat()
    assert chat.lead and chat.lead.contact == chat.contact
    assert (chat.lead.name, chat.lead.phone) == ("João da Silva", JOAO)
    assert (chat.lead.source, chat.lead.status, chat.lead.owner) == (LeadSource.WHATSAPP, LeadStatus.NEW, None)


def test_further_messages_make_no_further_lead(company: Company) -> None:
    for text in ("oi", "tudo bem?", "alô"):
        says(text).deliver(company.number)
    assert Lead.objects.count() == 1


def test_a_company_that_wants_no_leads_gets_none(company: Company) -> None:
    company.tenant.auto_create_leads = False
    company.tenant.save()
    says("oi").deliver(company.number)
    assert not Lead.objects.exists()
    assert the_chat().contact


def test_a_contact_somebody_entered_is_no_new_lead(company: Company) -> None:
    save_contact(Contact(tenant=company.tenant, name="João", phone=JOAO))
    says("oi").deliver(company.number)
    assert not Lead.objects.exists()
    assert the_chat().display_name == "João"


def test_after_a_conversation_begun_on_the_phone_the_answer_makes_the_lead(company: Company) -> None:
    says("olá, temos uma oferta", from_me=True).deliver(company.number)
    says("quero!", at=5).deliver(company.number)
    assert the_chat().lead


def test_a_lead_that_cannot_be_stored_loses_no_message(company: Company) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;"
            "CREATE TRIGGER refuse BEFORE INSERT ON crm_lead FOR EACH ROW EXECUTE FUNCTION refuse()"
        )
    answer = says("oi").deliver(company.number)
    assert answer.json() == {"state": "HANDLED"}
    assert Message.objects.get().body == "oi"
    assert (the_chat().lead, the_chat().unread_count) == (None, 1)


def test_a_new_lead_rings_for_all_who_look_after_the_queue(company: Company) -> None:
    says("oi").deliver(company.number)
    for user in (company.ana, company.bruno, company.marta, company.alice):
        assert bell(user) == [(NotificationType.LEAD_CREATED, 1)]


def test_a_new_lead_of_a_teams_number_rings_only_for_those_who_may_see_it(company: Company) -> None:
    company.tenant.visibility = VisibilityPolicy.TEAM
    company.tenant.save()
    company.number.default_team = company.sales
    company.number.save()
    says("oi").deliver(company.number)
    assert the_chat().team == company.sales
    assert bell(company.ana) == [(NotificationType.LEAD_CREATED, 1)]
    assert bell(company.bruno) == []
    assert bell(company.marta) == [(NotificationType.LEAD_CREATED, 1)]


# --- The bell ---


def test_ten_messages_are_one_line_with_a_ten(company: Company) -> None:
    says("oi").deliver(company.number)
    actions.assign(the_chat(), company.ana, by=company.ana)
    for number in range(10):
        says(f"mensagem {number}", at=number + 1).deliver(company.number)
    assert bell(company.ana) == [(NotificationType.NEW_MESSAGE, 10)]
    line = CRMNotification.objects.of(company.ana).get()
    assert (line.title, line.message) == ("João da Silva", "mensagem 9")
    assert line.link == f"/atendimento/{the_chat().pk}/"
    assert bell(company.bruno) == []


@pytest.fixture
def waiting(company: Company) -> Chat:
    """Ana's chat with two messages she has not seen."""
    says("oi").deliver(company.number)
    chat = actions.assign(the_chat(), company.ana, by=company.ana)
    says("alguém?", at=1).deliver(company.number)
    says("alô?", at=2).deliver(company.number)
    assert bell(company.ana) == [(NotificationType.NEW_MESSAGE, 2)]
    return chat


def test_the_line_is_gone_when_the_owner_reads(waiting: Chat, company: Company) -> None:
    waiting.refresh_from_db()
    actions.read(waiting, company.ana)
    assert bell(company.ana) == []


def test_the_line_stays_when_a_colleague_looks(waiting: Chat, company: Company) -> None:
    waiting.refresh_from_db()
    actions.read(waiting, company.bruno)
    assert bell(company.ana) == [(NotificationType.NEW_MESSAGE, 2)]


def test_the_line_is_gone_when_somebody_answers(waiting: Chat, company: Company) -> None:
    actions.send_message(waiting, company.bruno, "Posso ajudar?")
    assert bell(company.ana) == []


def test_the_line_is_gone_when_the_answer_came_from_the_phone(waiting: Chat, company: Company) -> None:
    says("já respondi por aqui", from_me=True, at=3).deliver(company.number)
    assert the_chat().unread_count == 0
    assert bell(company.ana) == []


def test_an_answer_of_another_program_leaves_the_line(waiting: Chat, company: Company) -> None:
    says("resposta automática", from_me=True, source="api", at=3).deliver(company.number)
    assert bell(company.ana) == [(NotificationType.NEW_MESSAGE, 2)]


def test_the_line_is_gone_when_the_chat_is_resolved(waiting: Chat, company: Company) -> None:
    actions.resolve(waiting, company.marta)
    assert bell(company.ana) == []


def test_the_line_goes_over_to_whom_the_chat_is_given(waiting: Chat, company: Company) -> None:
    actions.assign(waiting, company.bruno, by=company.marta)
    assert bell(company.ana) == []
    assert bell(company.bruno) == [(NotificationType.CHAT_ASSIGNED, 1)]


def test_the_line_is_gone_when_the_chat_goes_back_to_the_queue(waiting: Chat, company: Company) -> None:
    actions.assign(waiting, None, by=company.marta)
    assert bell(company.ana) == []


def test_taking_a_chat_takes_its_new_lead_off_every_bell(company: Company) -> None:
    says("oi").deliver(company.number)
    actions.assign(the_chat(), company.ana, by=company.ana)
    assert [bell(user) for user in (company.ana, company.bruno, company.marta)] == [[], [], []]


def test_a_late_message_that_is_answered_already_rings_nobody(waiting: Chat, company: Company) -> None:
    says("já respondi por aqui", from_me=True, at=10).deliver(company.number)
    says("chegou tarde", at=5).deliver(company.number)
    assert the_chat().unread_count == 0
    assert bell(company.ana) == []


# --- Unread and waiting ---


def test_unread_counts_and_the_clock_runs_from_the_oldest(company: Company) -> None:
    for at in (5, 2, 9):
        says("oi", at=at).deliver(company.number)
    chat = the_chat()
    assert (chat.unread_count, chat.waiting_since) == (3, NOON + timedelta(seconds=2))


def test_the_list_shows_the_latest_by_the_providers_time(company: Company) -> None:
    says("a última", at=9).deliver(company.number)
    says("atrasada", at=2).deliver(company.number)
    chat = the_chat()
    assert (chat.last_message, chat.last_message_at) == ("a última", NOON + timedelta(seconds=9))
    assert chat.latest_message and chat.latest_message.body == "a última"


def test_what_was_written_before_the_answer_does_not_wait(company: Company) -> None:
    says("oi").deliver(company.number)
    says("respondi no celular", from_me=True, at=10).deliver(company.number)
    says("escrita antes da resposta", at=4).deliver(company.number)
    assert (the_chat().unread_count, the_chat().waiting_since) == (0, None)


def test_what_was_written_after_a_late_answer_still_waits(company: Company) -> None:
    says("oi").deliver(company.number)
    says("e agora?", at=10).deliver(company.number)
    says("respondi antes", from_me=True, at=5).deliver(company.number)
    assert (the_chat().unread_count, the_chat().waiting_since) == (1, NOON + timedelta(seconds=10))


def test_an_answer_written_here_answers_all_that_is_here(company: Company) -> None:
    """The provider's clock may run ahead of ours: what the agent saw is answered all the same."""
    ahead = seconds_after_noon(timezone.now()) + 120
    says("do futuro", at=ahead).deliver(company.number)
    actions.send_message(the_chat(), company.ana, "Olá!")
    assert (the_chat().unread_count, the_chat().waiting_since) == (0, None)
    says("e mais uma", at=ahead + 1).deliver(company.number)
    assert (the_chat().unread_count, the_chat().waiting_since) == (1, NOON + timedelta(seconds=ahead + 1))


def test_groups_count_unread_and_ring_nobody(company: Company) -> None:
    says("oi grupo", phone=GROUP, _data={"message": {"conversation": "oi grupo"}}).deliver(company.number)
    assert the_chat().unread_count == 1
    assert not CRMNotification.objects.exists()


def test_the_first_answer_is_kept_by_its_time(company: Company) -> None:
    says("oi").deliver(company.number)
    says("segunda resposta", from_me=True, at=20).deliver(company.number)
    says("primeira resposta", from_me=True, at=10).deliver(company.number)
    assert the_chat().first_response_at == NOON + timedelta(seconds=10)


# --- Opening again ---


@pytest.fixture
def resolved(company: Company) -> Chat:
    """A chat that Ana, who is there, has just brought to its end."""
    come(company.ana)
    says("quero comprar").deliver(company.number)
    actions.assign(the_chat(), company.ana, by=company.ana)
    chat = actions.resolve(the_chat(), company.ana)
    assert chat.resolved_at
    return chat


def after(chat: Chat, **later: float) -> int:
    assert chat.resolved_at
    return seconds_after_noon(chat.resolved_at + timedelta(**later))


def test_a_new_question_opens_the_chat_to_the_same_owner(resolved: Chat, company: Company) -> None:
    says("e a garantia?", at=after(resolved, minutes=5)).deliver(company.number)
    chat = the_chat()
    assert (chat.status, chat.assigned_to, chat.resolved_at) == (ChatStatus.OPEN, company.ana, None)
    assert chat.unread_count == 1
    assert bell(company.ana) == [(NotificationType.NEW_MESSAGE, 1)]


def test_a_question_to_an_owner_who_left_opens_in_the_queue(resolved: Chat, company: Company) -> None:
    User.objects.filter(pk=company.ana.pk).update(is_active=False)
    says("e a garantia?", at=after(resolved, minutes=5)).deliver(company.number)
    assert (the_chat().status, the_chat().assigned_to) == (ChatStatus.OPEN, None)


@pytest.mark.parametrize("text", ["obrigado", "Obrigada!", "VALEU", "ok.", " Perfeito "])
def test_a_courtesy_leaves_the_chat_closed_and_rings_nobody(resolved: Chat, company: Company, text: str) -> None:
    says(text, at=after(resolved, minutes=5)).deliver(company.number)
    chat = the_chat()
    assert (chat.status, chat.unread_count, chat.waiting_since) == (ChatStatus.RESOLVED, 0, None)
    assert chat.last_message == " ".join(text.split())
    assert bell(company.ana) == []


def test_a_courtesy_after_the_window_opens_the_chat(resolved: Chat, company: Company) -> None:
    says("obrigado", at=after(resolved, hours=12, minutes=1)).deliver(company.number)
    assert the_chat().status == ChatStatus.OPEN


def test_a_courtesy_with_a_question_opens_the_chat(resolved: Chat, company: Company) -> None:
    says("obrigado, mas e o frete?", at=after(resolved, minutes=1)).deliver(company.number)
    assert the_chat().status == ChatStatus.OPEN


def test_a_courtesy_is_an_ordinary_message_while_the_chat_is_open(company: Company) -> None:
    says("ok").deliver(company.number)
    assert (the_chat().status, the_chat().unread_count) == (ChatStatus.OPEN, 1)


def test_what_we_write_on_the_phone_leaves_a_closed_chat_closed(resolved: Chat, company: Company) -> None:
    says("até logo", from_me=True, at=after(resolved, minutes=1)).deliver(company.number)
    assert the_chat().status == ChatStatus.RESOLVED


def test_an_archived_chat_comes_back_with_a_message(company: Company) -> None:
    says("oi").deliver(company.number)
    Chat.objects.update(status=ChatStatus.ARCHIVED)
    says("voltei", at=60).deliver(company.number)
    assert the_chat().status == ChatStatus.OPEN


def test_a_reopened_chat_is_on_the_owners_page(
    resolved: Chat, company: Company, browse: Callable[[User], Client]
) -> None:
    client = browse(company.ana)
    assert str(resolved.pk) not in client.get("/atendimento/list/").content.decode()
    says("e a garantia?", at=after(resolved, minutes=5)).deliver(company.number)
    assert str(resolved.pk) in client.get("/atendimento/list/").content.decode()
