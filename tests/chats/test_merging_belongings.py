"""What our people keep with a conversation goes along when two become one, and back when they part."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chats import actions
from chats.models import Chat, Draft, Mute, ScheduledMessage
from crm.identity import Address
from crm.models import ContactMerge, Tag
from tests.cast import Company
from tests.webhooks import JOAO, says

LID = "99887766554433@lid"


@pytest.fixture
def phone(company: Company) -> Chat:
    says("por telefone").deliver(company.number)
    return Chat.objects.get(phone=JOAO)


@pytest.fixture
def hidden(company: Company) -> Chat:
    says("por LID", phone=LID, at=1, name="").deliver(company.number)
    return Chat.objects.get(phone=LID)


def join(company: Company) -> None:
    actions.learn_pair(company.tenant.pk, Address.parse(LID), Address.parse(JOAO))


def part(company: Company) -> None:
    actions.undo_merge(ContactMerge.objects.get(), company.alice)


def schedule(chat: Chat, company: Company) -> ScheduledMessage:
    moment = timezone.now() + timedelta(hours=1)
    return ScheduledMessage.objects.create(chat=chat, author=company.ana, body="Bom dia!", send_at=moment)


def test_those_who_follow_one_follow_both_until_they_part(phone: Chat, hidden: Chat, company: Company) -> None:
    phone.watchers.add(company.ana)
    hidden.watchers.add(company.ana, company.bruno)
    join(company)
    assert set(phone.watchers.all()) == {company.ana, company.bruno}
    part(company)
    assert set(phone.watchers.all()) == {company.ana}
    assert set(hidden.watchers.all()) == {company.ana, company.bruno}


def test_tags_come_and_go(phone: Chat, hidden: Chat, company: Company) -> None:
    vip, late = (Tag.objects.create(tenant=company.tenant, name=name) for name in ("VIP", "Atrasado"))
    phone.tags.add(vip)
    hidden.tags.add(vip, late)
    join(company)
    assert set(phone.tags.all()) == {vip, late}
    part(company)
    assert set(phone.tags.all()) == {vip}
    assert set(hidden.tags.all()) == {vip, late}


def test_what_is_scheduled_is_sent_all_the_same(phone: Chat, hidden: Chat, company: Company) -> None:
    planned = schedule(hidden, company)
    join(company)
    planned.refresh_from_db()
    assert planned.chat == phone
    part(company)
    planned.refresh_from_db()
    assert planned.chat == hidden


def test_who_had_begun_to_write_goes_on_writing(phone: Chat, hidden: Chat, company: Company) -> None:
    Draft.objects.create(chat=hidden, user=company.ana, text="Bom dia, João")
    Draft.objects.create(chat=phone, user=company.bruno, text="Um")
    Draft.objects.create(chat=hidden, user=company.bruno, text="dois")
    join(company)
    texts = dict(Draft.objects.filter(chat=phone).values_list("user__name", "text"))
    assert texts == {"Ana Souza": "Bom dia, João", "Bruno Lima": "Um\ndois"}
    part(company)
    assert Draft.objects.get(chat=hidden).user == company.ana
    assert Draft.objects.get(chat=phone).text == "Um\ndois"


def test_who_had_muted_one_hears_nothing_of_both(phone: Chat, hidden: Chat, company: Company) -> None:
    Mute.objects.create(chat=hidden, user=company.ana)
    Mute.objects.create(chat=hidden, user=company.bruno)
    Mute.objects.create(chat=phone, user=company.bruno)
    join(company)
    assert set(Mute.objects.filter(chat=phone).values_list("user", flat=True)) == {company.ana.pk, company.bruno.pk}
    part(company)
    assert Mute.objects.get(chat=phone).user == company.bruno
    assert Mute.objects.filter(chat=hidden).count() == 2


def test_one_that_was_put_off_comes_back_when_the_other_was_under_way(
    phone: Chat, hidden: Chat, company: Company
) -> None:
    actions.snooze(phone, company.ana, timezone.now() + timedelta(days=2))
    join(company)
    phone.refresh_from_db()
    assert not phone.is_snoozed


def test_it_keeps_since_when_its_owner_has_it(phone: Chat, hidden: Chat, company: Company) -> None:
    actions.assign(hidden, company.ana, by=company.ana)
    join(company)
    phone.refresh_from_db()
    hidden.refresh_from_db()
    assert (phone.assigned_to, phone.assigned_at) == (company.ana, hidden.assigned_at)
