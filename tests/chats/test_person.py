"""The person of a conversation, written in place in the panel."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from chats.models import Chat
from crm.actions import save_contact
from crm.models import Contact, ContactField, ContactIdentity, ContactNote, Lead, Tag, User, VisibilityPolicy
from tests.cast import Company, Strangers
from tests.factories import ChatFactory
from tests.webhooks import JOAO, says

Browse = Callable[[User], Client]


@pytest.fixture
def chat(company: Company) -> Chat:
    says("oi").deliver(company.number)
    return Chat.objects.select_related("contact").get()


def person() -> Contact:
    contact = Chat.objects.select_related("contact").get(phone=JOAO).contact
    assert contact
    return contact


def door(chat: Chat, noun: str) -> str:
    return f"/atendimento/{chat.pk}/{noun}/"


def write(client: Client, chat: Chat, noun: str = "contact", **values: Any) -> HttpResponse:
    response: HttpResponse = client.post(door(chat, noun), values)
    return response


# --- Columns ---


def test_a_name_written_here_shows_in_the_list_and_is_found_by_it(chat: Chat, company: Company, browse: Browse) -> None:
    client, before = browse(company.ana), chat.seq
    assert write(client, chat, name="  João  Pereira ").status_code == 200
    chat.refresh_from_db()
    assert (person().name, Lead.objects.get().name, chat.seq > before) == ("João Pereira",) * 2 + (True,)
    found = client.get("/atendimento/list/", {"aba": "todas", "q": "pereira"}).content.decode()
    assert "João Pereira" in found


def test_the_answer_is_the_panel_as_it_is_now(chat: Chat, company: Company, browse: Browse) -> None:
    page = write(browse(company.ana), chat, phone="(21) 97777-6666").content.decode()
    assert 'value="+55 21 97777-6666"' in page
    assert 'hx-swap-oob="morph"' in page


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"phone": "123"}, "DDD"),
        ({"email": "joao@"}, "e-mail como"),
        ({"name": "x" * 161}, "160"),
    ],
)
def test_what_is_wrong_is_said_under_the_field_and_changes_nothing(
    chat: Chat, company: Company, browse: Browse, values: dict[str, str], said: str
) -> None:
    before = person()
    response = write(browse(company.ana), chat, **values)
    assert (response.status_code, said in response.content.decode()) == (422, True)
    assert f'id="error-{next(iter(values))}"' in response.content.decode()
    assert (person().name, person().phone, person().email) == (before.name, before.phone, before.email)


def test_a_phone_without_its_ninth_digit_is_the_same_persons(chat: Chat, company: Company, browse: Browse) -> None:
    assert write(browse(company.ana), chat, phone="11 8888-7777").status_code == 200
    assert person().phone == JOAO


def test_another_contacts_phone_is_refused_and_the_two_can_be_merged(
    chat: Chat, company: Company, browse: Browse
) -> None:
    rita = save_contact(Contact(tenant=company.tenant, name="Rita", phone="5521977776666"))
    response = write(browse(company.ana), chat, phone="(21) 97777-6666")
    page = response.content.decode()
    assert (response.status_code, f"joining/{rita.pk}/" in page, "Rita" in page) == (422, True, True)
    assert person().phone == JOAO
    assert ContactIdentity.objects.get(kind="PHONE", value="5521977776666").contact == rita


def test_another_contacts_phone_tells_nothing_of_whom_one_may_not_see(
    chat: Chat, company: Company, browse: Browse
) -> None:
    company.tenant.visibility = VisibilityPolicy.OWN
    company.tenant.save()
    Chat.objects.update(assigned_to=company.ana)
    rita = save_contact(Contact(tenant=company.tenant, name="Rita", phone="5521977776666"))
    ChatFactory(tenant=company.tenant, contact=rita, phone=rita.phone, assigned_to=company.bruno)
    response = write(browse(company.ana), chat, phone="(21) 97777-6666")
    assert (response.status_code, "Rita" in response.content.decode()) == (422, False)


def test_all_conversations_of_the_person_hear_of_it(chat: Chat, company: Company, browse: Browse) -> None:
    other = ChatFactory(tenant=company.tenant, contact=chat.contact, phone="5511900001111")
    write(browse(company.ana), chat, company="Studio Linha")
    assert Chat.objects.get(pk=other.pk).seq > other.seq


# --- The company's own fields ---


def test_a_field_is_filled_shown_and_emptied(chat: Chat, company: Company, browse: Browse) -> None:
    limit = ContactField.objects.create(tenant=company.tenant, name="Limite", kind="MONEY")
    client, noun = browse(company.ana), f"contact/fields/{limit.pk}"
    assert 'value="1.234,50"' in write(client, chat, noun, value="1234,5").content.decode()
    assert person().custom_fields == {"Limite": "1234.50"}
    refused = write(client, chat, noun, value="mil")
    assert (refused.status_code, "1.234,56" in refused.content.decode()) == (422, True)
    assert person().custom_fields == {"Limite": "1234.50"}
    write(client, chat, noun, value="")
    assert person().custom_fields == {}


@pytest.mark.parametrize(
    ("kind", "options", "value", "kept", "shown"),
    [("CHOICE", ["Google", "Indicação"], "Google", "Google", "Google"), ("BOOLEAN", [], "true", True, "Sim")],
)
def test_a_choice_is_made_from_a_menu(
    chat: Chat, company: Company, browse: Browse, kind: str, options: list[str], value: str, kept: Any, shown: str
) -> None:
    asked = ContactField.objects.create(tenant=company.tenant, name="Origem", kind=kind, options=options)
    client = browse(company.ana)
    write(client, chat, f"contact/fields/{asked.pk}", value=value)
    assert person().custom_fields == {"Origem": kept}
    menu = client.get(door(chat, f"contact/fields/{asked.pk}/menu")).content.decode()
    assert menu.count('aria-checked="true"') == 1
    assert f">{shown}<" in menu


def test_what_no_field_asks_for_any_more_is_still_shown(chat: Chat, company: Company, browse: Browse) -> None:
    Contact.objects.update(custom_fields={"Cor preferida": "areia"})
    page = browse(company.ana).get(f"/atendimento/{chat.pk}/").content.decode()
    assert "Cor preferida" in page
    assert "areia" in page


# --- Tags ---


def test_a_tag_is_put_coined_and_taken(chat: Chat, company: Company, browse: Browse) -> None:
    vip = Tag.objects.create(tenant=company.tenant, name="VIP")
    client = browse(company.ana)
    write(client, chat, "contact/tags", name="vip")
    write(client, chat, "contact/tags", name="Arquiteta")
    assert set(person().tags.values_list("name", flat=True)) == {"VIP", "Arquiteta"}
    assert Tag.objects.count() == 2
    write(client, chat, f"contact/tags/{vip.pk}/removal")
    assert [tag.name for tag in person().tags.all()] == ["Arquiteta"]
    assert write(client, chat, "contact/tags", name=" ").status_code == 422


def test_tags_are_offered_by_what_is_typed(chat: Chat, company: Company, strangers: Strangers, browse: Browse) -> None:
    Tag.objects.create(tenant=company.tenant, name="Sala de estar")
    Tag.objects.create(tenant=strangers.tenant, name="Sala de banho")
    page = browse(company.ana).get(door(chat, "contact/tags"), {"name": "sala"}).content.decode()
    assert ("Sala de estar" in page, "Sala de banho" in page, "Criar a etiqueta “sala”" in page) == (True, False, True)


# --- Notes ---


def test_notes_are_dated_and_only_their_author_changes_them(chat: Chat, company: Company, browse: Browse) -> None:
    ana, bruno = browse(company.ana), browse(company.bruno)
    write(ana, chat, "contact/notes", body="Prefere à tarde")
    write(bruno, chat, "contact/notes", body="Tem dois cachorros")
    assert write(ana, chat, "contact/notes", body="  ").status_code == 422
    note = ContactNote.objects.get(author=company.ana)
    page = bruno.get(f"/atendimento/{chat.pk}/").content.decode()
    assert "Prefere à tarde" in page
    noun = f"contact/notes/{note.pk}"
    assert write(bruno, chat, noun, body="Prefere de manhã").status_code == 404
    assert write(bruno, chat, f"{noun}/removal").status_code == 403
    assert "Prefere à tarde" in ana.get(door(chat, noun)).content.decode()
    write(ana, chat, noun, body="Prefere de manhã")
    note.refresh_from_db()
    assert (note.body, note.edited_at is not None) == ("Prefere de manhã", True)
    write(ana, chat, f"{noun}/removal")
    assert [each.author for each in ContactNote.objects.all()] == [company.bruno]


# --- Who may not ---


def test_a_stranger_writes_nothing(chat: Chat, company: Company, strangers: Strangers, browse: Browse) -> None:
    field = ContactField.objects.create(tenant=company.tenant, name="Limite", kind="TEXT")
    tag = Tag.objects.create(tenant=company.tenant, name="VIP")
    client = browse(strangers.olga)
    nouns = ["contact", "contact/tags", f"contact/tags/{tag.pk}/removal", "contact/notes", f"contact/fields/{field.pk}"]
    for noun in nouns:
        assert write(client, chat, noun, name="Outro", body="x", value="x").status_code == 404
    assert (person().name, person().custom_fields, ContactNote.objects.count()) == ("João da Silva", {}, 0)


def test_a_field_or_tag_of_another_company_is_none(
    chat: Chat, company: Company, strangers: Strangers, browse: Browse
) -> None:
    field = ContactField.objects.create(tenant=strangers.tenant, name="Limite", kind="TEXT")
    tag = Tag.objects.create(tenant=strangers.tenant, name="VIP")
    client = browse(company.ana)
    assert write(client, chat, f"contact/fields/{field.pk}", value="x").status_code == 404
    assert write(client, chat, f"contact/tags/{tag.pk}/removal").status_code == 404


def test_a_group_has_no_person_to_write_about(company: Company, browse: Browse) -> None:
    group = ChatFactory(tenant=company.tenant, contact=None, phone="120363041234567890@g.us", is_group=True)
    assert write(browse(company.ana), group, name="Grupo").status_code == 404
