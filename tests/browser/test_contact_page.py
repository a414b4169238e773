"""A contact's own page: all that the panel beside a conversation does is done here, and seen by others at once."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from crm.actions import open_company, save_contact
from crm.models import Contact, Pipeline, StageKind
from tests.conftest import Running

from .axe import violations, with_each_open

Visit = Callable[..., Page]


@pytest.fixture
def zuleica(running: Running) -> Contact:
    """Somebody who never wrote, and a company that sells."""
    pipeline = Pipeline.objects.get(tenant=open_company("Modelo", "modelo"))
    pipeline.stages.update(tenant=running.company.tenant)
    Pipeline.objects.filter(pk=pipeline.pk).update(tenant=running.company.tenant)
    return save_contact(Contact(tenant=running.company.tenant, name="Zuleica Quaresma", phone="5511981000000"))


def test_what_one_writes_sells_and_plans_another_sees_without_losing_half_a_note(
    running: Running, zuleica: Contact, visit: Visit
) -> None:
    address = f"/contatos/{zuleica.pk}/"
    ana, bruno = visit(running.company.ana, address), visit(running.company.bruno, address)
    bruno.locator("#note-new").fill("Prefere ser chamada de")
    name = ana.locator("#contact-name")
    name.fill("Zuleica Quaresma Prado")
    name.press("Enter")
    for page in (ana, bruno):
        expect(page.get_by_role("heading", level=1)).to_have_text("Zuleica Quaresma Prado")
    ana.keyboard.press("Alt+o")
    ana.locator("#deal-title").fill("Sofá Ipanema")
    ana.locator("#deal-amount").fill("4.890,00")
    ana.locator("#dialog").get_by_role("button", name="Criar oportunidade").click()
    expect(ana.locator("#dialog")).to_be_hidden()
    ana.locator("#plan-title").fill("Ligar para medir")
    ana.locator("#panel-activities").get_by_role("button", name="Amanhã 9h").click()
    for page in (ana, bruno):
        expect(page.locator("#panel-opportunities")).to_contain_text("R$ 4.890,00")
        expect(page.locator("#panel-activities")).to_contain_text("Ligar para medir")
        expect(page.locator("#history")).to_contain_text("Oportunidade criada: Sofá Ipanema")
    expect(bruno.locator("#note-new")).to_have_value("Prefere ser chamada de")
    ana.get_by_role("button", name="Ganha: Sofá Ipanema").click()
    ana.locator("#dialog .reason").first.click()
    expect(bruno.locator("#panel-opportunities")).to_contain_text("Ganha em")
    assert zuleica.opportunities.get().stage.kind == StageKind.WON


def test_what_the_person_writes_meanwhile_stands_among_their_conversations(
    running: Running, zuleica: Contact, visit: Visit
) -> None:
    running.customer_says("Bom dia", phone=zuleica.phone)
    page = visit(running.company.ana, f"/contatos/{zuleica.pk}/")
    running.customer_says("O sofá já chegou?", phone=zuleica.phone)
    expect(page.locator("#talks")).to_contain_text("O sofá já chegou?")


def test_two_contacts_become_one_here_and_two_again(running: Running, zuleica: Contact, visit: Visit) -> None:
    save_contact(Contact(tenant=running.company.tenant, name="Zuleica Quaresma", phone="5521981000001"))
    page = visit(running.company.ana, f"/contatos/{zuleica.pk}/")
    page.locator("#panel-contact .hint").get_by_role("button", name="Ver").click()
    page.locator("#dialog .pick").first.click()
    expect(page.locator("#dialog")).to_contain_text("+55 21 98100-0001")
    page.locator("#dialog").get_by_role("button", name="Juntar", exact=True).click()
    expect(page.locator("#panel-contact")).to_contain_text("Juntado com Zuleica Quaresma")
    page.locator("#panel-contact .hint").get_by_role("button", name="Desfazer").click()
    expect(page.locator("#panel-contact .hint")).to_have_count(0)
    assert Contact.objects.filter(merged_into=None, name="Zuleica Quaresma").count() == 2


@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_on_the_page_of_a_contact_and_what_opens_over_it(
    running: Running, zuleica: Contact, visit: Visit, width: int
) -> None:
    page = visit(running.company.marta, f"/contatos/{zuleica.pk}/", width=width)
    expect(page.locator("#history li").first).to_be_attached()
    found = {"page": violations(page)}
    found |= dict(with_each_open(page, within="main"))
    assert not page.evaluate("document.scrollingElement.scrollWidth > innerWidth")
    assert {where: what for where, what in found.items() if what} == {}
