"""Managers change how the company works while an agent's page is open."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from chats import actions
from crm.actions.company import save_team
from crm.actions.people import change_person
from crm.models import Tenant, VisibilityPolicy
from tests.conftest import Running

from .acts import joao
from .open_page import assert_like_a_fresh_one

Visit = Callable[..., Page]


def test_a_team_of_another_name_has_it_on_a_page_that_was_open(open_page: Page, running: Running, visit: Visit) -> None:
    company = running.company
    actions.transfer(joao(), company.sales, company.marta)
    head = open_page.locator(".chat-header__team")
    expect(head).to_contain_text("Vendas")
    company.sales.name = "Pré-venda"
    save_team(company.sales, company.marta)
    expect(head).to_contain_text("Pré-venda")
    assert_like_a_fresh_one(open_page, running, visit)


def test_who_may_not_see_a_conversation_any_more_has_it_on_no_open_page(open_page: Page, running: Running) -> None:
    company = running.company
    actions.assign(joao(), company.marta, by=company.marta)
    expect(open_page.locator("#messages")).to_contain_text("Bom dia!")
    Tenant.objects.filter(pk=company.tenant.pk).update(visibility=VisibilityPolicy.OWN)
    change_person(company.ana, company.marta, teams=[])
    expect(open_page.locator("#messages")).to_have_count(0)
    expect(open_page.locator(f"#chat-{joao().pk}")).to_have_count(0)
