"""The person in the panel: written in place, tagged, merged and parted, and nothing half-written is ever lost."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from chats import actions
from chats.actions import people
from chats.models import Chat
from crm.actions import save_contact
from crm.models import Contact, ContactField, ContactMerge
from tests.conftest import Running
from tests.processes import until

Visit = Callable[..., Page]


@pytest.fixture
def chat(running: Running) -> Chat:
    """João's, in Ana's hands."""
    running.customer_says("Quanto custa o sofá?")
    actions.assign(Chat.objects.get(), running.company.ana, by=running.company.ana)
    return Chat.objects.get()


def contact() -> Contact:
    found = Chat.objects.select_related("contact").get().contact
    assert found
    return found


def test_a_column_is_written_in_place_refused_and_followed_by_others(
    chat: Chat, running: Running, visit: Visit
) -> None:
    ana, bruno = (visit(user, f"/atendimento/{chat.pk}/") for user in (running.company.ana, running.company.bruno))
    email = ana.locator("#contact-email")
    email.fill("joao@")
    email.press("Enter")
    expect(ana.locator("#error-email")).to_contain_text("e-mail como")
    expect(email).to_have_attribute("aria-invalid", "true")
    # What colleagues do meanwhile takes away neither the words nor the complaint.
    actions.pend(chat, running.company.bruno)
    expect(ana.locator("#chat-header")).to_have_attribute("data-status", "PENDING")
    expect(email).to_have_value("joao@")
    expect(ana.locator("#error-email")).to_contain_text("e-mail como")
    email.fill("Joao@Empresa.example")
    email.press("Enter")
    expect(ana.locator("#error-email")).to_be_empty()
    for page in (ana, bruno):
        expect(page.locator("#contact-email")).to_have_value("joao@empresa.example")
    # Esc brings back what was there, and leaves the conversation open.
    email.fill("outra coisa")
    email.press("Escape")
    expect(email).to_have_value("joao@empresa.example")
    expect(ana.locator("#thread")).to_have_attribute("data-chat", str(chat.pk))


def test_a_phone_takes_on_its_one_form(chat: Chat, running: Running, visit: Visit) -> None:
    page = visit(running.company.ana, f"/atendimento/{chat.pk}/")
    page.locator("#contact-phone").fill("21 97777 6666")
    page.locator("#contact-phone").press("Enter")
    expect(page.locator("#contact-phone")).to_have_value("+55 21 97777-6666")


def test_a_note_that_is_being_written_survives_what_happens_meanwhile(
    chat: Chat, running: Running, visit: Visit
) -> None:
    page = visit(running.company.ana, f"/atendimento/{chat.pk}/")
    page.locator("#note-new").fill("Prefere à ")
    people.note_person(contact(), running.company.bruno, "Tem dois cachorros")
    expect(page.locator(".note")).to_contain_text("Tem dois cachorros")
    expect(page.locator("#note-new")).to_be_focused()
    page.keyboard.type("tarde")
    page.get_by_role("button", name="Salvar nota").click()
    expect(page.locator(".note").first).to_contain_text("Prefere à tarde")
    expect(page.locator("#note-new")).to_have_value("")


def test_a_tag_is_coined_and_a_choice_made(chat: Chat, running: Running, visit: Visit) -> None:
    ContactField.objects.create(
        tenant=running.company.tenant, name="Origem", kind="CHOICE", options=["Google", "Indicação"]
    )
    page = visit(running.company.ana, f"/atendimento/{chat.pk}/")
    page.locator("#tag-new").click()
    page.locator("#tag-name").fill("Arquiteta")
    page.get_by_role("button", name="Criar a etiqueta “Arquiteta”").click()
    expect(page.locator("#dialog")).to_be_hidden()
    expect(page.locator("#panel .tags")).to_contain_text("Arquiteta")
    page.locator(".inplace--choice").click()
    page.get_by_role("menuitemradio", name="Indicação").click()
    expect(page.locator(".inplace--choice")).to_contain_text("Indicação")
    page.get_by_role("button", name="Tirar a etiqueta Arquiteta").click()
    expect(page.locator("#panel .tags")).not_to_contain_text("Arquiteta")


def test_two_contacts_are_looked_at_merged_and_parted(chat: Chat, running: Running, visit: Visit) -> None:
    save_contact(Contact(tenant=running.company.tenant, name="João Pereira", phone="5521977776666"))
    page = visit(running.company.ana, f"/atendimento/{chat.pk}/")
    page.get_by_role("button", name="Já é um contato…").click()
    page.locator("#joining-q").fill("pereira")
    page.locator("#joining-found .pick").click()
    dialog = page.locator("#dialog")
    expect(dialog).to_contain_text("+55 21 97777-6666")
    dialog.get_by_label("João da Silva").check()
    dialog.get_by_role("button", name="Juntar", exact=True).click()
    expect(dialog).to_be_hidden()
    expect(page.locator("#contact-name")).to_have_value("João da Silva")
    expect(page.locator("#panel-incoming")).to_have_count(0)
    assert contact().phone == "5521977776666"
    page.locator("#panel-contact .hint").get_by_role("button", name="Desfazer").click()
    until(lambda: ContactMerge.objects.get().undone_at is not None)
    expect(page.locator("#contact-phone")).to_have_value("+55 11 98888-7777")
    assert Contact.objects.get(phone="5521977776666").name == "João Pereira"


def test_whom_nobody_has_accepted_is_accepted_here_and_gone_from_the_lane_there(
    chat: Chat, running: Running, visit: Visit
) -> None:
    running.customer_says("Bom dia", phone="5511977776666", name="Rita")
    rita = Chat.objects.exclude(pk=chat.pk).get()
    bruno = visit(running.company.bruno)
    bruno.get_by_role("link", name="Chegando").click()
    expect(bruno.locator(f"#chat-{rita.pk}")).to_be_visible()
    ana = visit(running.company.ana, f"/atendimento/{rita.pk}/?aba=todas")
    ana.locator("#panel-incoming").get_by_role("button", name="Descartar").click()
    expect(bruno.locator(f"#chat-{rita.pk}")).to_have_count(0)
    ana.locator("#undo").get_by_role("button", name="Desfazer").click()
    expect(bruno.locator(f"#chat-{rita.pk}")).to_be_visible()
    ana.locator("#panel-incoming").get_by_role("button", name="Aceitar").click()
    expect(bruno.locator(f"#chat-{rita.pk}")).to_have_count(0)
    expect(ana.locator("#panel-incoming")).to_have_count(0)


def test_sections_stay_as_one_folds_them_and_fetch_what_they_show(chat: Chat, running: Running, visit: Visit) -> None:
    page = visit(running.company.ana, f"/atendimento/{chat.pk}/")
    page.locator("#panel-notes > summary").click()
    page.locator("#panel-history > summary").click()
    expect(page.locator("#history")).to_contain_text("Conversa iniciada")
    people.note_person(contact(), running.company.bruno, "Cliente antigo")
    expect(page.locator("#history")).to_contain_text("Cliente antigo")
    page.reload()
    expect(page.locator("#panel-notes")).not_to_have_attribute("open", "")
    page.locator("#panel-history").scroll_into_view_if_needed()
    expect(page.locator("#history")).to_contain_text("Cliente antigo")


@pytest.mark.parametrize("width", [390, 1000])
def test_where_there_is_no_third_column_the_panel_is_a_drawer(
    chat: Chat, running: Running, visit: Visit, width: int
) -> None:
    page = visit(running.company.ana, f"/atendimento/{chat.pk}/", width=width)
    page.locator("[data-drawer-open]:visible").first.click()
    page.locator("#contact-company").fill("Studio Linha")
    page.locator("#contact-company").press("Enter")
    until(lambda: contact().company == "Studio Linha")
    box = page.locator("#panel").bounding_box()
    assert box and round(box["width"]) == (width if width < 768 else 360)
    opened = page.locator("[data-drawer-open]").first
    expect(opened).to_have_attribute("aria-expanded", "true")
    page.locator("#panel").press("Escape")
    expect(opened).to_have_attribute("aria-expanded", "false")
    expect(page.locator("#thread")).to_have_attribute("data-chat", str(chat.pk))
    page.keyboard.press("Escape")
    expect(page.locator("#thread")).to_have_attribute("data-chat", "")
