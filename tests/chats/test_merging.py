"""Two conversations turn out to be one person's, and part again when that was wrong."""

from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from chats import actions
from chats.models import Chat, ChatStatus, Message, MessageType
from crm.actions import TooLate, create_opportunity, schedule_activity
from crm.identity import Address
from crm.models import AuditLog, Contact, ContactMerge, Lead, Pipeline, Stage, Tag
from notifications.models import CRMNotification, NotificationType
from tests.cast import Company, Strangers
from tests.factories import ChatFactory
from tests.faults.beside import Beside, somebody_waits_for_a_lock
from tests.processes import until
from tests.webhooks import JOAO, rings, says

LID = "99887766554433@lid"
PAIR = (Address.parse(LID), Address.parse(JOAO))


def lines_of(chat: Chat) -> list[str]:
    """What was said in it, oldest first."""
    said = Message.objects.filter(chat=chat).exclude(type=MessageType.SYSTEM).order_by("timestamp")
    return [message.body or "" for message in said]


@pytest.fixture
def both(company: Company) -> tuple[Chat, Chat]:
    """João has written by phone and by hidden id, and nobody knows that both are João: (phone, hidden)."""
    says("por telefone", at=0).deliver(company.number)
    says("por LID", phone=LID, at=1, name="").deliver(company.number)
    says("de novo por telefone", at=2).deliver(company.number)
    says("de novo por LID", phone=LID, at=3, name="").deliver(company.number)
    return Chat.objects.get(phone=JOAO), Chat.objects.get(phone=LID)


def learn(company: Company) -> bool:
    return actions.learn_pair(company.tenant.pk, *PAIR)


def fresh(chat: Chat) -> Chat:
    return Chat.objects.get(pk=chat.pk)


def test_one_conversation_remains_with_all_that_was_said_in_the_order_it_was_said(
    company: Company, both: tuple[Chat, Chat]
) -> None:
    assert learn(company)
    phone, hidden = map(fresh, both)
    assert lines_of(phone) == ["por telefone", "por LID", "de novo por telefone", "de novo por LID"]
    assert (phone.unread_count, phone.last_message) == (4, "de novo por LID")
    assert phone.waiting_since == Message.objects.get(body="por telefone").timestamp
    assert (hidden.merged_into, hidden.unread_count, hidden.waiting_since) == (phone, 0, None)
    assert not hidden.messages.exists()


@pytest.mark.django_db(transaction=True)
def test_a_send_that_begins_while_its_conversation_is_merged_is_news_of_the_one_that_remains(
    company: Company, both: tuple[Chat, Chat]
) -> None:
    phone, hidden = both
    message = actions.send_message(hidden, company.ana, "Bom dia!")

    with ExitStack() as beside, transaction.atomic():
        assert learn(company)
        beside.enter_context(Beside(lambda: actions.begin_sending(message.pk)))
        until(somebody_waits_for_a_lock)
    message.refresh_from_db()
    assert message.chat == phone
    assert message.seq == fresh(phone).seq


def test_learnt_twice_is_learnt_once(company: Company, both: tuple[Chat, Chat]) -> None:
    assert learn(company)
    assert not learn(company)
    assert ContactMerge.objects.count() == 1


def test_one_contact_and_one_lead_remain(company: Company, both: tuple[Chat, Chat]) -> None:
    learn(company)
    contact = Contact.objects.get(merged_into=None)
    assert (contact.phone, contact.name) == (JOAO, "João da Silva")
    assert {identity.value for identity in contact.identities.all()} == {JOAO, f"{JOAO}@c.us", LID}
    assert Lead.objects.get().contact == contact


def test_everything_of_the_absorbed_person_goes_along(company: Company, both: tuple[Chat, Chat]) -> None:
    phone, hidden = both
    assert hidden.contact and hidden.lead
    tag = Tag.objects.create(tenant=company.tenant, name="VIP")
    hidden.contact.tags.add(tag)
    hidden.tags.add(tag)
    pipeline = Pipeline.objects.create(tenant=company.tenant, name="Vendas", is_default=True)
    stage = Stage.objects.create(tenant=company.tenant, pipeline=pipeline, name="Proposta", position=0)
    opportunity = create_opportunity(hidden.contact, "Sofá", stage, lead=hidden.lead)
    activity = schedule_activity(
        hidden.contact, "Ligar", timezone.now(), assignee=company.ana, lead=hidden.lead, chat=hidden
    )
    Chat.objects.filter(pk=hidden.pk).update(assigned_to=company.ana, opportunity=opportunity, pinned=True)
    learn(company)
    phone = fresh(phone)
    assert (phone.assigned_to, phone.opportunity, phone.pinned) == (company.ana, opportunity, True)
    assert list(phone.tags.all()) == [tag]
    for row in (opportunity, activity):
        row.refresh_from_db()
        assert (row.contact, row.lead) == (phone.contact, phone.lead)
    activity.refresh_from_db()
    assert activity.chat == phone
    assert phone.contact and list(phone.contact.tags.all()) == [tag]


def test_what_stands_on_the_remaining_contact_is_kept_and_gaps_are_filled(
    company: Company, both: tuple[Chat, Chat]
) -> None:
    phone, hidden = both
    Contact.objects.filter(pk=phone.contact_id).update(custom_fields={"cor": "azul"})
    Contact.objects.filter(pk=hidden.contact_id).update(
        name="Outro nome", email="joao@exemplo.example", custom_fields={"cor": "verde", "altura": 2}
    )
    learn(company)
    contact = Contact.objects.get(pk=phone.contact_id)
    assert (contact.name, contact.email) == ("João da Silva", "joao@exemplo.example")
    assert contact.custom_fields == {"cor": "azul", "altura": 2}


def test_a_message_by_hidden_id_alone_then_lands_in_the_one_conversation(
    company: Company, both: tuple[Chat, Chat]
) -> None:
    learn(company)
    says("mais uma por LID", phone=LID, at=9).deliver(company.number)
    assert lines_of(fresh(both[0]))[-1] == "mais uma por LID"
    assert Chat.objects.filter(merged_into=None).count() == 1


def test_an_answer_typed_on_the_phone_in_one_answers_what_the_other_asked_before_it(company: Company) -> None:
    says("por LID", phone=LID, at=1).deliver(company.number)
    says("respondido", at=5, from_me=True).deliver(company.number)
    says("e agora?", phone=LID, at=9).deliver(company.number)
    learn(company)
    chat = Chat.objects.get(merged_into=None)
    assert chat.unread_count == 1
    assert chat.waiting_since == Message.objects.get(body="e agora?").timestamp


def test_an_answer_given_here_to_one_leaves_the_others_question_open(company: Company, both: tuple[Chat, Chat]) -> None:
    phone, _hidden = both
    actions.send_message(phone, company.ana, "Oi João")
    learn(company)
    chat = fresh(phone)
    assert (chat.unread_count, chat.waiting_since) == (2, Message.objects.get(body="por LID").timestamp)


def test_the_owner_hears_of_all_that_is_unread_on_one_line(company: Company, both: tuple[Chat, Chat]) -> None:
    actions.assign(both[0], company.ana, by=company.ana)
    learn(company)
    line = CRMNotification.objects.get(user=company.ana)
    assert (line.type, line.count, line.subject) == (NotificationType.NEW_MESSAGE, 4, f"chat:{both[0].pk}")
    assert not CRMNotification.objects.filter(subject=f"chat:{both[1].pk}").exists()


def test_a_resolved_conversation_opens_again_when_the_other_was_open(company: Company, both: tuple[Chat, Chat]) -> None:
    actions.resolve(both[0], company.ana)
    learn(company)
    assert fresh(both[0]).status == ChatStatus.OPEN


def test_the_absorbed_conversation_is_nowhere_to_be_seen_and_its_address_leads_to_the_other(
    company: Company, both: tuple[Chat, Chat], browse: Any
) -> None:
    learn(company)
    client = browse(company.ana)
    assert b"de novo por LID" in client.get("/atendimento/?aba=todas").content
    assert str(both[1].pk) not in client.get("/atendimento/?aba=todas&situacao=arquivadas").content.decode()
    assert client.get(f"/atendimento/{both[1].pk}/").headers["Location"] == f"/atendimento/{both[0].pk}/"


def test_the_merge_leaves_a_line_in_the_audit_log_and_in_the_conversation(
    company: Company, both: tuple[Chat, Chat]
) -> None:
    learn(company)
    entry = AuditLog.objects.get(action="contact.merged")
    assert entry.object_id == both[0].contact_id
    assert entry.before["absorbed"] == str(both[1].contact_id)
    assert Message.objects.filter(chat=both[0], type=MessageType.SYSTEM, body="merged").exists()


def test_undone_each_has_again_what_it_had(company: Company, both: tuple[Chat, Chat]) -> None:
    leads = set(Lead.objects.values_list("pk", "contact_id", "created_at"))
    learn(company)
    actions.undo_merge(ContactMerge.objects.get(), company.alice)
    phone, hidden = map(fresh, both)
    assert lines_of(phone) == ["por telefone", "de novo por telefone"]
    assert lines_of(hidden) == ["por LID", "de novo por LID"]
    assert (phone.unread_count, hidden.unread_count) == (2, 2)
    assert (hidden.merged_into, hidden.status) == (None, ChatStatus.OPEN)
    assert (phone.contact_id, hidden.contact_id) == (both[0].contact_id, both[1].contact_id)
    assert set(Lead.objects.values_list("pk", "contact_id", "created_at")) == leads
    assert Contact.objects.filter(merged_into=None).count() == 2
    assert AuditLog.objects.filter(action="contact.unmerged", user=company.alice).exists()


def test_what_came_after_the_merge_stays_where_it_is_when_it_is_undone(
    company: Company, both: tuple[Chat, Chat]
) -> None:
    learn(company)
    says("depois", at=20).deliver(company.number)
    actions.undo_merge(ContactMerge.objects.get(), company.alice)
    assert lines_of(fresh(both[0]))[-1] == "depois"


def test_what_a_person_took_apart_is_not_put_together_again(company: Company, both: tuple[Chat, Chat]) -> None:
    learn(company)
    actions.undo_merge(ContactMerge.objects.get(), company.alice)
    assert not learn(company)
    says("por LID com telefone", phone=LID, at=30, _data={"key": {"remoteJidAlt": f"{JOAO}@c.us"}}).deliver(
        company.number
    )
    assert Chat.objects.filter(merged_into=None).count() == 2


def test_after_seven_days_there_is_no_way_back(company: Company, both: tuple[Chat, Chat]) -> None:
    learn(company)
    ContactMerge.objects.update(merged_at=timezone.now() - timedelta(days=7, minutes=1))
    with pytest.raises(TooLate):
        actions.undo_merge(ContactMerge.objects.get(), company.alice)
    assert fresh(both[1]).merged_into_id == both[0].pk


def test_a_merge_is_undone_once(company: Company, both: tuple[Chat, Chat]) -> None:
    learn(company)
    actions.undo_merge(ContactMerge.objects.get(), company.alice)
    with pytest.raises(TooLate):
        actions.undo_merge(ContactMerge.objects.get(), company.alice)


def test_two_hidden_ids_of_one_phone_are_one_person(company: Company, both: tuple[Chat, Chat]) -> None:
    other = "11112222333344@lid"
    says("segundo LID", phone=other, at=7).deliver(company.number)
    learn(company)
    assert actions.learn_pair(company.tenant.pk, Address.parse(other), Address.parse(JOAO))
    chat = Chat.objects.get(merged_into=None)
    assert lines_of(chat)[-1] == "segundo LID"
    assert Contact.objects.filter(merged_into=None).count() == 1
    assert Lead.objects.count() == 1


def test_a_pair_learnt_before_anybody_wrote_changes_nothing(company: Company) -> None:
    assert not learn(company)
    assert not Chat.objects.exists()
    assert not Contact.objects.exists()


def test_a_call_that_was_taken_answers_what_was_asked_before(company: Company) -> None:
    says("me liga?", at=0).deliver(company.number)
    rings("CALL1", at=5).deliver(company.number)
    chat = Chat.objects.get()
    assert chat.unread_count == 2
    rings("CALL1", "accepted", at=5).deliver(company.number)
    chat.refresh_from_db()
    assert (chat.unread_count, chat.waiting_since) == (0, None)


def test_whoever_sees_the_conversation_takes_it_apart_from_its_line(
    company: Company, both: tuple[Chat, Chat], browse: Any
) -> None:
    learn(company)
    client, chat = browse(company.bruno), fresh(both[0])
    address = f"/atendimento/{chat.pk}/separation/{ContactMerge.objects.get().pk}/"
    assert address in client.get(f"/atendimento/{chat.pk}/").content.decode()
    assert client.post(address).status_code == 204
    assert fresh(both[1]).merged_into is None
    assert address not in client.get(f"/atendimento/{chat.pk}/").content.decode()
    answer = client.post(address)
    assert (answer.status_code, "sete dias" in answer.content.decode()) == (422, True)


def test_strangers_take_nothing_apart(
    company: Company, strangers: Strangers, both: tuple[Chat, Chat], browse: Any
) -> None:
    learn(company)
    address = f"/atendimento/{both[0].pk}/separation/{ContactMerge.objects.get().pk}/"
    assert browse(strangers.olga).post(address).status_code == 404
    assert fresh(both[1]).merged_into == both[0]


def test_what_is_planned_with_one_is_the_next_step_of_the_others_further_conversations(
    company: Company, both: tuple[Chat, Chat]
) -> None:
    by_phone, by_hidden = both
    further = ChatFactory(
        tenant=company.tenant, contact=by_hidden.contact, phone="5521966665555", session=company.number
    )
    step = actions.plan(by_phone, company.ana, "Ligar", timezone.now())
    assert actions.learn_pair(company.tenant.pk, *PAIR)
    further.refresh_from_db()
    assert (further.contact, further.next_step) == (by_phone.contact, step)
