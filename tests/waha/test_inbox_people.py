"""Whose message it is, however WhatsApp names the person."""

import json

import pytest

from chats.models import Chat, Message, MessageType
from chats.waha import inbox
from chats.waha.models import EventState, WahaEvent
from crm.models import Contact, ContactIdentity, IdentityKind, Lead
from tests.cast import Company, Strangers
from tests.webhooks import JOAO, says

from .test_inbox import captured, raw, the_only

LID = "99887766554433@lid"
GROUP = "120363041234567890@g.us"


def test_the_same_person_by_phone_without_ninth_digit_and_by_hidden_id_is_one_chat(company: Company) -> None:
    says("por telefone").deliver(company.number)
    says("sem o nono dígito", phone="551188887777").deliver(company.number)
    says("por LID", phone=LID, _data=raw({"conversation": "x"}, remoteJidAlt=f"{JOAO}@s.whatsapp.net")).deliver(
        company.number
    )
    says("com aparelho", phone=f"{JOAO}:3@s.whatsapp.net").deliver(company.number)
    chat = Chat.objects.get()
    assert (chat.phone, chat.messages.count(), chat.unread_count) == (JOAO, 4, 4)
    assert (Contact.objects.count(), Lead.objects.count()) == (1, 1)


def test_the_real_message_by_hidden_id_lands_in_the_chat_of_its_phone(company: Company) -> None:
    says("antes").deliver(company.number)
    captured("message.any--03").deliver(company.number)
    assert Chat.objects.get().messages.count() == 2


def test_gows_tells_the_phone_in_another_place(company: Company) -> None:
    says("por LID", phone=LID, _data={"Info": {"SenderAlt": f"{JOAO}:12@s.whatsapp.net", "PushName": "João"}}).deliver(
        company.number
    )
    chat = Chat.objects.get()
    assert (chat.phone, chat.display_name) == (JOAO, "João")


def test_a_hidden_id_learnt_once_is_recognised_when_it_comes_alone(company: Company) -> None:
    """Some engines tell the phone on one message and not on the next."""
    says("por telefone").deliver(company.number)
    says("por LID", phone=LID, _data=raw({"conversation": "x"}, remoteJidAlt=f"{JOAO}@s.whatsapp.net")).deliver(
        company.number
    )
    says("só LID", phone=LID).deliver(company.number)
    assert Chat.objects.get().messages.count() == 3
    assert ContactIdentity.objects.filter(kind=IdentityKind.LID, value=LID).exists()


def test_a_hidden_id_alone_is_a_chat_of_its_own(company: Company) -> None:
    says("oi", phone=LID, name="Misteriosa").deliver(company.number)
    chat = Chat.objects.select_related("contact").get()
    assert (chat.phone, chat.display_name) == (LID, "Misteriosa")
    assert chat.contact and chat.contact.phone == ""


def test_when_the_phone_becomes_known_the_chat_of_the_hidden_id_is_the_same_chat(company: Company) -> None:
    says("só LID", phone=LID).deliver(company.number)
    says("por LID", phone=LID, at=1, _data=raw({"conversation": "x"}, remoteJidAlt=f"{JOAO}@s.whatsapp.net")).deliver(
        company.number
    )
    says("por telefone", at=2).deliver(company.number)
    chat = Chat.objects.get()
    assert (chat.phone, chat.messages.count()) == (JOAO, 3)
    assert Contact.objects.get().phone == JOAO


def test_two_chats_of_one_person_become_one_when_that_is_found_out(company: Company) -> None:
    says("só LID", phone=LID).deliver(company.number)
    says("por telefone", at=1).deliver(company.number)
    says("por LID", phone=LID, at=2, _data=raw({"conversation": "x"}, remoteJidAlt=f"{JOAO}@s.whatsapp.net")).deliver(
        company.number
    )
    assert Chat.objects.get(merged_into=None).messages.exclude(type=MessageType.SYSTEM).count() == 3
    assert Contact.objects.filter(merged_into=None).count() == 1


def test_a_name_that_comes_later_is_taken_and_found_in_the_search(company: Company) -> None:
    says("oi", name="").deliver(company.number)
    assert Chat.objects.get().display_name == "+55 11 98888-7777"
    says("sou eu", at=1, name="João Ávila").deliver(company.number)
    assert Chat.objects.get().display_name == "João Ávila"
    assert Chat.objects.matching("avila").exists()


def test_our_own_name_is_never_the_customers(company: Company) -> None:
    captured("message.any--16").deliver(company.number)
    contact = Contact.objects.get()
    assert contact.name == ""


def test_a_group_has_no_contact_and_no_lead_and_each_line_its_writer(company: Company) -> None:
    message = the_only(captured("message.any--06"), company)
    chat = message.chat
    assert (chat.phone, chat.is_group, chat.contact, chat.lead) == (GROUP, True, None, None)
    assert (message.phone, message.sender_name) == (JOAO, "João da Silva")
    assert not Contact.objects.exists()
    assert not Lead.objects.exists()


@pytest.mark.parametrize("chat", ["status@broadcast", "120363000000000000@newsletter", "5511@broadcast"])
def test_status_posts_and_channels_are_no_conversations(company: Company, chat: str) -> None:
    answer = says("promoção", phone=chat).deliver(company.number)
    assert answer.json() == {"state": EventState.IGNORED}
    assert not Chat.objects.exists()


def test_a_number_of_two_companies_keeps_its_chats_apart(company: Company, strangers: Strangers) -> None:
    says("para a Aurora").deliver(company.number)
    says("para a Pet Feliz").deliver(strangers.number)
    assert Chat.objects.filter(tenant=company.tenant).count() == 1
    assert Chat.objects.filter(tenant=strangers.tenant).count() == 1
    assert Contact.objects.count() == 2


def test_an_event_of_another_session_of_the_same_waha_is_ignored(company: Company) -> None:
    body = json.loads(says("oi").body(company.number))
    event = WahaEvent.objects.create(
        session=company.number, event="message.any", event_id="evt_x", body=body | {"session": "outra"}
    )
    assert inbox.process(event.pk) == EventState.IGNORED
    assert not Message.objects.exists()
