"""Two contacts are one person: found, looked at, merged, and parted again within seven days."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from chats.models import Chat, Message
from crm.actions import create_lead_once, save_contact, write_note
from crm.models import Contact, ContactMerge, ContactNote, Lead, LeadSource, User, VisibilityPolicy
from crm.same_person import likely_same
from tests.cast import Company, Strangers
from tests.factories import ChatFactory, ContactFactory
from tests.webhooks import JOAO, says

Browse = Callable[[User], Client]


@pytest.fixture
def chat(company: Company) -> Chat:
    says("oi").deliver(company.number)
    return Chat.objects.get()


@pytest.fixture
def known(company: Company) -> Contact:
    """The same João, entered long ago with his other number."""
    contact = save_contact(
        Contact(tenant=company.tenant, name="João da Silva", phone="5521977776666", email="joao@empresa.example")
    )
    write_note(contact, company.bruno, "Cliente antigo")
    return contact


def door(chat: Chat, noun: str = "joining") -> str:
    return f"/atendimento/{chat.pk}/{noun}/"


def fresh(chat: Chat) -> Chat:
    return Chat.objects.select_related("contact", "lead").get(pk=chat.pk)


def test_who_looks_like_them_is_suggested(chat: Chat, known: Contact, company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    assert "Outro contato pode ser a mesma pessoa" in client.get(f"/atendimento/{chat.pk}/").content.decode()
    assert str(known.pk) in client.get(door(chat)).content.decode()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"name": "Rita Alves"}, {"name": "RITA ALVES"}, True),
        ({"name": "Jose Avila"}, {"name": "José Ávila"}, True),
        ({"name": "Rita"}, {"name": "Rita"}, False),  # a first name alone says nothing
        ({"phone": "5511988880000"}, {"phone": "551188880000"}, True),
        ({"email": "r@x.example"}, {"email": "r@x.example"}, True),
        ({"name": "Rita Alves", "email": "r@x.example"}, {"name": "Ana Alves", "email": "a@x.example"}, False),
        ({}, {}, False),
    ],
)
def test_same_name_phone_or_mail(company: Company, one: dict[str, str], other: dict[str, str], same: bool) -> None:
    first = Contact.objects.create(tenant=company.tenant, **one)
    Contact.objects.create(tenant=company.tenant, **other)
    assert likely_same(first).exists() == same


def test_among_thousands_they_are_found_by_indexes(company: Company) -> None:
    Contact.objects.bulk_create(
        Contact(tenant=company.tenant, name=f"Ana Lima {at}", phone=f"55117{at:08}", email=f"{at}@x.example")
        for at in range(6000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE crm_contact")
    plan = likely_same(Contact.objects.get(name="Ana Lima 77")).explain()
    assert "contact_by_name" in plan
    assert "Seq Scan on crm_contact " not in plan


def test_others_are_found_by_what_is_typed(chat: Chat, company: Company, strangers: Strangers, browse: Browse) -> None:
    rita = save_contact(Contact(tenant=company.tenant, name="Rita Alves", phone="5521977776666"))
    theirs = save_contact(Contact(tenant=strangers.tenant, name="Rita Alves", phone="5521977776666"))
    client = browse(company.ana)
    for typed in ("rita al", "7777-6666", "(21) 97777-6666"):
        page = client.get(door(chat), {"q": typed}).content.decode()
        assert (str(rita.pk) in page, str(theirs.pk) in page) == (True, False), typed
    assert client.get(door(chat, f"joining/{theirs.pk}")).status_code == 404


def test_whom_one_may_not_see_is_not_found(chat: Chat, company: Company, browse: Browse) -> None:
    company.tenant.visibility = VisibilityPolicy.OWN
    company.tenant.save()
    rita = save_contact(Contact(tenant=company.tenant, name="Rita Alves", phone="5521977776666"))
    ChatFactory(tenant=company.tenant, contact=rita, phone=rita.phone, assigned_to=company.bruno)
    client = browse(company.ana)
    assert str(rita.pk) not in client.get(door(chat), {"q": "rita"}).content.decode()
    assert client.get(door(chat, f"joining/{rita.pk}")).status_code == 404


def test_the_preview_tells_what_moves_and_changes_nothing(
    chat: Chat, known: Contact, company: Company, browse: Browse
) -> None:
    page = browse(company.ana).get(door(chat, f"joining/{known.pk}")).content.decode()
    assert ("+55 21 97777-6666" in page, "+55 11 98888-7777" in page) == (True, True)
    assert "1 conversa<" in page
    assert not ContactMerge.objects.exists()


def test_two_of_one_name_are_told_apart_before_they_are_merged(company: Company, browse: Browse) -> None:
    one = ContactFactory(tenant=company.tenant, name="José da Silva", phone="5511911110000")
    other = ContactFactory(tenant=company.tenant, name="José da Silva", phone="5521922220000")
    Contact.objects.filter(pk=other.pk).update(created_at=datetime(2026, 3, 2, 15, 30, tzinfo=UTC))
    page = browse(company.ana).get(f"/contatos/{one.pk}/joining/{other.pk}/").content.decode()
    goes, stays = page.index("+55 11 91111-0000"), page.index("+55 21 92222-0000")
    assert "desde 02/03/2026 12:30" in page
    assert page.index("Sai<") < goes < page.index("Fica<") < stays  # the older one stays


def test_the_one_a_person_entered_remains_with_all_of_both(
    chat: Chat, known: Contact, company: Company, browse: Browse
) -> None:
    browse(company.ana).post(door(chat, f"joining/{known.pk}"), {"phone": "absorbed"})
    known.refresh_from_db()
    assert fresh(chat).contact == known
    assert (known.phone, known.email) == (JOAO, "joao@empresa.example")
    assert set(known.identities.filter(kind="PHONE").values_list("value", flat=True)) == {JOAO, "5521977776666"}
    lead = fresh(chat).lead
    assert lead and (lead.contact, lead.is_incoming) == (known, False)
    page = browse(company.bruno).get(f"/atendimento/{chat.pk}/").content.decode()
    assert "juntou o contato João da Silva a este" in page
    assert "Juntado com João da Silva" in page


def test_two_open_leads_become_one(chat: Chat, known: Contact, company: Company, browse: Browse) -> None:
    theirs, _ = create_lead_once(known, LeadSource.MANUAL)
    browse(company.ana).post(door(chat, f"joining/{known.pk}"))
    assert (Lead.objects.get(), fresh(chat).lead) == (theirs, theirs)


def test_a_merge_is_undone_with_all_that_each_had(chat: Chat, known: Contact, company: Company, browse: Browse) -> None:
    client, before = browse(company.ana), fresh(chat)
    lead, _ = create_lead_once(known, LeadSource.MANUAL)
    client.post(door(chat, f"joining/{known.pk}"), {"phone": "absorbed"})
    merge = ContactMerge.objects.get()
    assert client.post(door(chat, f"separation/{merge.pk}")).status_code == 204
    known.refresh_from_db()
    after = fresh(chat)
    assert (after.contact, known.phone) == (before.contact, "5521977776666")
    assert (after.lead, lead.contact) == (before.lead, known)
    assert ContactNote.objects.get().contact == known
    assert not Message.objects.filter(metadata__has_key="merge").exists()
    page = client.get(f"/atendimento/{chat.pk}/").content.decode()
    assert "separou os dois contatos" in page
    assert after.contact and not likely_same(after.contact).exists()  # somebody has said that they are two


def test_after_seven_days_it_stays(chat: Chat, known: Contact, company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    client.post(door(chat, f"joining/{known.pk}"))
    ContactMerge.objects.update(merged_at=timezone.now() - timedelta(days=8))
    merge = ContactMerge.objects.get()
    assert client.post(door(chat, f"separation/{merge.pk}")).status_code == 422
    assert "Juntado com" not in client.get(f"/atendimento/{chat.pk}/").content.decode()


def test_a_stranger_merges_nothing(chat: Chat, known: Contact, strangers: Strangers, browse: Browse) -> None:
    client = browse(strangers.olga)
    assert client.get(door(chat), {"q": "joão"}).status_code == 404
    assert client.post(door(chat, f"joining/{known.pk}")).status_code == 404
    assert not ContactMerge.objects.exists()
