"""Contacts and leads under an agent's hands, on real processes."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from chats.actions import importing
from chats.models import Chat
from crm.actions import save_contact
from crm.models import Contact, ContactImport, ImportProblem, ImportState, Lead, Tag
from tests.conftest import Running
from tests.processes import until

from .axe import violations, with_each_open

Visit = Callable[..., Page]
ROWS, WRONG, TWICE = 10_000, 60, 40
IMPORT_MS = 170_000


def people(running: Running, *names: str) -> list[Contact]:
    tenant = running.company.tenant
    return [
        save_contact(Contact(tenant=tenant, name=name, phone=f"55119{81000000 + at}")) for at, name in enumerate(names)
    ]


def test_somebody_is_found_tagged_and_written_to(running: Running, visit: Visit) -> None:
    people(running, "Álvaro Reis", "Beatriz Sá", "Caio Melo")
    Tag.objects.create(tenant=running.company.tenant, name="VIP")
    page = visit(running.company.ana, "/contatos/")
    rows = page.locator("#rows .line")
    expect(rows).to_have_count(3)
    page.get_by_role("searchbox").fill("alva")
    expect(rows).to_have_count(1)
    expect(page).to_have_url(f"{running.web.url}/contatos/?q=alva&ordem=nome")
    page.get_by_role("checkbox", name="Selecionar Álvaro Reis").check()
    page.locator("[data-chosen]").get_by_role("button", name="Etiqueta").click()
    page.get_by_role("menuitem", name="VIP").click()
    expect(page.locator("#undo")).to_contain_text("1 contato recebeu")
    expect(rows.first).to_contain_text("VIP")
    expect(page.locator("[data-chosen]")).to_be_hidden()
    page.get_by_role("button", name="Iniciar conversa com Álvaro Reis").click()
    expect(page.locator("#thread")).to_contain_text("iniciou a conversa")
    assert Chat.objects.get().assigned_to == running.company.ana


def test_a_new_contact_whose_phone_is_somebodys_leads_there(running: Running, visit: Visit) -> None:
    (known,) = people(running, "Álvaro Reis")
    page = visit(running.company.ana, "/contatos/")
    page.keyboard.press("Alt+n")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Nome", exact=True).fill("Outro")
    dialog.get_by_label("Telefone").fill("(11) 98100-0000")
    dialog.get_by_role("button", name="Criar contato").click()
    expect(dialog).to_contain_text("Já existe um contato")
    dialog.get_by_role("link", name="Álvaro Reis").click()
    expect(page).to_have_url(f"{running.web.url}/contatos/{known.pk}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Álvaro Reis")


@pytest.mark.timeout(600)
def test_ten_thousand_rows_come_in_and_the_bad_ones_come_back(running: Running, visit: Visit, tmp_path: Path) -> None:
    lines = ["Nome;Celular;Etiquetas"]
    lines += [f"Cliente {at};(11) 9{at + 80_000_000};Feira" for at in range(ROWS - WRONG - TWICE)]
    lines += [f"Errado {at};{at};" for at in range(WRONG)]
    lines += [f"De novo {at};11 9{at + 80_000_000};" for at in range(TWICE)]
    file = tmp_path / "clientes.csv"
    file.write_text("\n".join(lines), encoding="latin-1")
    page = visit(running.company.marta, "/contatos/importar/")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Conferir as linhas").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.locator("[data-state=CHECKED]")).to_be_visible(timeout=IMPORT_MS)
    expect(page.locator("[data-count=new]")).to_have_text("9.900")
    assert not Contact.objects.exists()
    page.get_by_role("button", name="Importar").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.locator("[data-state=DONE]")).to_be_visible(timeout=IMPORT_MS)
    for name, count in {"new": "9.900", "invalid": "60", "duplicate": "40", "unchanged": "0"}.items():
        expect(page.locator(f"[data-count={name}]")).to_have_text(count)
    with page.expect_download() as told:
        page.get_by_role("link", name="Baixar estas linhas").click()
    bad = Path(told.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert len(bad) == 1 + WRONG + TWICE
    assert bad[1].startswith(f"{ROWS - WRONG - TWICE + 2};")
    assert (Contact.objects.count(), Tag.objects.get().contacts.count()) == (9_900, 9_900)


@pytest.mark.timeout(600)
def test_an_import_whose_worker_is_killed_goes_on_and_doubles_nothing(running: Running, visit: Visit) -> None:
    lines = "\n".join(f"Cliente {at};11 9{at + 80_000_000}" for at in range(4000))
    order = importing.take_file(running.company.marta, "clientes.csv", f"Nome;Celular\n{lines}\nErrado;1".encode())
    importing.check(order)
    until(lambda: ContactImport.objects.filter(state=ImportState.CHECKED).exists(), seconds=120)
    order.refresh_from_db()
    importing.run(order)
    until(lambda: ContactImport.objects.get().done_count > 0, seconds=60)
    running.worker.kill()
    half_way = ContactImport.objects.get()
    assert half_way.state == ImportState.RUNNING
    assert Contact.objects.count() == half_way.new_count
    # As long ago as the timer asks for.
    ContactImport.objects.update(changed_at="2026-01-01T00:00:00Z")
    running.worker.start()
    until(lambda: ContactImport.objects.get().state == ImportState.DONE, seconds=150)
    done = ContactImport.objects.get()
    assert (done.new_count, done.invalid_count, done.unchanged_count) == (4000, 1, 0)
    assert (Contact.objects.count(), ImportProblem.objects.count()) == (4000, 1)


def test_a_lead_that_one_agent_moves_moves_on_the_others_page(running: Running, visit: Visit) -> None:
    company = running.company
    contacts = people(running, "Álvaro Reis", "Beatriz Sá")
    for contact in contacts:
        Lead.objects.create(
            tenant=company.tenant, contact=contact, name=contact.name, phone=contact.phone, source="MANUAL"
        )
    ana, bruno = visit(company.ana, "/leads/"), visit(company.bruno, "/leads/")
    expect(bruno.locator(".statuses")).to_contain_text("Novos2")
    ana.get_by_role("button", name="Situação de Álvaro Reis").click()
    ana.get_by_role("menuitem", name="Qualificado").click()
    row = bruno.locator("#rows .line", has_text="Álvaro Reis")
    expect(row).to_contain_text("Qualificado")
    expect(row).to_contain_text("Ana")
    expect(bruno.locator(".statuses")).to_contain_text("Qualificados1")
    ana.locator("#undo").get_by_role("button").click()
    expect(row).to_contain_text("Novo")
    ana.get_by_role("checkbox", name="Selecionar todos os que aparecem").check()
    ana.locator("[data-chosen]").get_by_role("button", name="Situação").click()
    ana.get_by_role("menuitem", name="Perdido").click()
    ana.get_by_role("dialog").get_by_label("Por quê?").fill("Preço")
    ana.get_by_role("dialog").get_by_role("button", name="Marcar como perdido").click()
    expect(bruno.locator(".statuses")).to_contain_text("Perdidos2")
    expect(bruno.locator("#rows")).to_contain_text("Preço")


@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_to_mend(width: int, busy: Running, visit: Visit) -> None:
    contact = Contact.objects.exclude(name="").order_by("name")[0]
    found: dict[str, list[str]] = {}
    page = visit(busy.company.marta, "/contatos/", width=width)
    for address in ("/contatos/", "/leads/", f"/contatos/{contact.pk}/", "/contatos/importar/"):
        page.goto(f"{busy.web.url}{address}")
        found[address] = violations(page)
        if width == 1440:
            found |= {f"{address} {name}": what for name, what in with_each_open(page, within="main")}
    assert {where: what for where, what in found.items() if what} == {}
