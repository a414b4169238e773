"""One person, many identifiers: one contact."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from crm.actions import create_lead_once, recognise, save_contact
from crm.identity import Address
from crm.models import Contact, ContactIdentity, IdentityKind, Lead, LeadStatus
from tests.cast import Company, Strangers
from tests.factories import ContactFactory

PHONE = Address.parse("5511988887777@c.us")
OLD_PHONE = Address.parse("551188887777@c.us")
LID = Address.parse("99887766554433@lid")


def test_an_unknown_address_makes_a_provisional_contact(company: Company) -> None:
    contact = recognise(company.tenant.pk, PHONE, name="João")
    assert (contact.name, contact.phone, contact.provisional) == ("João", "5511988887777", True)
    assert set(contact.identities.values_list("kind", "value")) == {
        (IdentityKind.PHONE, "5511988887777"),
        (IdentityKind.JID, "5511988887777@c.us"),
    }


def test_without_the_ninth_digit_it_is_the_same_contact(company: Company) -> None:
    first = recognise(company.tenant.pk, PHONE)
    assert recognise(company.tenant.pk, OLD_PHONE) == first
    assert first.identities.filter(kind=IdentityKind.JID).count() == 2


def test_a_hidden_id_with_its_phone_is_the_same_contact(company: Company) -> None:
    first = recognise(company.tenant.pk, PHONE)
    assert recognise(company.tenant.pk, LID, PHONE) == first
    assert recognise(company.tenant.pk, LID) == first


def test_a_hidden_id_alone_makes_a_contact_without_phone(company: Company) -> None:
    contact = recognise(company.tenant.pk, LID, name="Misteriosa")
    assert contact.phone == ""
    assert contact.identities.get().value == LID.jid


def test_a_phone_that_becomes_known_is_written_on_the_contact(company: Company) -> None:
    contact = recognise(company.tenant.pk, LID)
    assert recognise(company.tenant.pk, LID, PHONE) == contact
    contact.refresh_from_db()
    assert contact.phone == "5511988887777"


def test_a_name_is_learnt_later_and_a_given_one_is_kept(company: Company) -> None:
    contact = recognise(company.tenant.pk, PHONE)
    assert recognise(company.tenant.pk, PHONE, name="João").name == "João"
    assert recognise(company.tenant.pk, PHONE, name="Outro").name == "João"
    contact.refresh_from_db()
    assert contact.name == "João"


def test_a_merged_contact_leads_to_the_one_it_became(company: Company) -> None:
    old = recognise(company.tenant.pk, PHONE)
    new = ContactFactory(tenant=company.tenant, phone="")
    Contact.objects.filter(pk=old.pk).update(merged_into=new)
    assert recognise(company.tenant.pk, PHONE) == new


def test_the_same_phone_in_two_companies_is_two_contacts(company: Company, strangers: Strangers) -> None:
    assert recognise(company.tenant.pk, PHONE) != recognise(strangers.tenant.pk, PHONE)


def test_a_contact_written_by_a_person_is_found_by_whatsapp(company: Company) -> None:
    contact = save_contact(Contact(tenant=company.tenant, name="João", phone="5511988887777"))
    assert recognise(company.tenant.pk, OLD_PHONE, name="Zap") == contact
    assert not contact.provisional


def test_a_lead_is_made_once_and_never_a_second_one(company: Company) -> None:
    contact = recognise(company.tenant.pk, PHONE, name="João")
    lead, is_new = create_lead_once(contact)
    assert (is_new, lead.name, lead.phone) == (True, "João", "5511988887777")
    assert create_lead_once(contact) == (lead, False)
    Lead.objects.update(status=LeadStatus.LOST)
    assert create_lead_once(contact) == (lead, False)


@pytest.mark.django_db(transaction=True)
def test_twenty_strangers_at_once_are_one_contact_with_one_lead(company: Company) -> None:
    def arrive(number: int) -> None:
        try:
            with transaction.atomic():
                address = OLD_PHONE if number % 2 else PHONE
                create_lead_once(recognise(company.tenant.pk, address, name="João"))
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as threads:
        list(threads.map(arrive, range(20)))
    assert (Contact.objects.count(), Lead.objects.count()) == (1, 1)
    assert ContactIdentity.objects.filter(kind=IdentityKind.PHONE).count() == 1
