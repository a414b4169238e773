"""Rows of a spreadsheet become contacts: which are new, which change, which are left out and why; once each."""

from collections.abc import Iterable

import pytest
from django.core.files.storage import default_storage

from chats.actions import importing
from chats.models import Chat
from crm.actions import create_lead_once, merge_contacts, save_contact
from crm.models import (
    AuditLog,
    Contact,
    ContactField,
    ContactIdentity,
    ContactImport,
    IfKnown,
    ImportState,
    Lead,
    LeadSource,
    LeadStatus,
    Tag,
)
from tests.cast import Company, Strangers
from tests.webhooks import says

HEADER = "Nome;Telefone;E-mail;Empresa;Etiquetas;Observações"


def take(company: Company, *lines: str, header: str = HEADER, **choices: object) -> ContactImport:
    """An import of these lines, not begun yet."""
    order = importing.take_file(company.marta, "clientes.csv", "\n".join([header, *lines]).encode())
    for name, value in choices.items():
        setattr(order, name, value)
    return order


def finish(order: ContactImport) -> ContactImport:
    while importing.run_turn(order.pk):
        pass
    order.refresh_from_db()
    return order


def try_out(company: Company, *lines: str, **choices: object) -> ContactImport:
    order = take(company, *lines, **choices)
    importing.check(order)
    return finish(order)


def bring_in(company: Company, *lines: str, **choices: object) -> ContactImport:
    order = try_out(company, *lines, **choices)
    importing.run(order)
    return finish(order)


def counts(order: ContactImport) -> dict[str, int]:
    """What is not zero."""
    all_of_them = {outcome.value: getattr(order, column) for outcome, column in importing.COUNTS.items()}
    assert sum(all_of_them.values()) == order.done_count
    return {name: count for name, count in all_of_them.items() if count}


def reasons(order: ContactImport) -> dict[int, str]:
    return dict(order.problems.values_list("line", "reason"))


@pytest.fixture
def zuleica(company: Company) -> Contact:
    return save_contact(
        Contact(tenant=company.tenant, name="Zuleica", phone="5511912340987", email="z@cliente.example")
    )


def test_a_row_becomes_a_contact_that_a_message_then_finds(company: Company) -> None:
    order = bring_in(company, "João Ávila;(11) 98888-7777;joao@cliente.example;Padaria;VIP | Obra;gosta de café")
    assert (order.state, counts(order)) == (ImportState.DONE, {"new": 1})
    contact = Contact.objects.get()
    assert (contact.name, contact.phone, contact.email) == ("João Ávila", "5511988887777", "joao@cliente.example")
    assert (contact.company, contact.notes, contact.provisional) == ("Padaria", "gosta de café", False)
    assert sorted(contact.tags.values_list("name", flat=True)) == ["Obra", "VIP"]
    says("oi", phone="5511988887777").deliver(company.number)
    assert Chat.objects.get().contact == contact


def test_a_trial_counts_everything_and_changes_nothing(company: Company, zuleica: Contact) -> None:
    before = Contact.objects.values().get()
    order = try_out(
        company,
        "Zuleica;11 91234-0987;;Nova Empresa;Nova;",
        "João;11 98888-7777;;;;",
        "João de novo;11 98888-7777;;;;",
        "Sem telefone;;;;;",
        creates_leads=True,
    )
    assert order.state == ImportState.CHECKED
    assert counts(order) == {"new": 1, "updated": 1, "duplicate": 1, "invalid": 1}
    assert order.lead_count == 2
    assert Contact.objects.values().get() == before
    assert not Tag.objects.exists()
    assert not Lead.objects.exists()


@pytest.mark.parametrize(
    ("choice", "expected", "email", "company_name"),
    [
        (IfKnown.SKIP, {"unchanged": 1}, "z@cliente.example", ""),
        (IfKnown.FILL, {"updated": 1}, "z@cliente.example", "Ateliê"),
        (IfKnown.OVERWRITE, {"updated": 1}, "nova@cliente.example", "Ateliê"),
    ],
)
def test_a_contact_that_is_there_is_skipped_filled_or_overwritten(
    company: Company, zuleica: Contact, choice: str, expected: dict[str, int], email: str, company_name: str
) -> None:
    order = bring_in(company, ";11 91234-0987;nova@cliente.example;Ateliê;;", if_known=choice)
    assert counts(order) == expected
    zuleica.refresh_from_db()
    # An empty cell erases nothing, whatever was chosen.
    assert (zuleica.name, zuleica.email, zuleica.company) == ("Zuleica", email, company_name)


def test_nothing_is_written_where_nothing_differs(company: Company, zuleica: Contact) -> None:
    order = bring_in(company, "Zuleica;11 91234-0987;z@cliente.example;;;", if_known=IfKnown.OVERWRITE)
    assert counts(order) == {"unchanged": 1}
    assert Contact.objects.get().updated_at == zuleica.updated_at


@pytest.mark.parametrize("phone", ["11 1234-0987", "5511912340987", "+55 (11) 91234-0987", "5511912340987,00"])
def test_a_person_is_known_by_any_spelling_of_the_phone(company: Company, zuleica: Contact, phone: str) -> None:
    # 1234 is a landline's beginning: only the mobile spellings are hers.
    expected = {"new": 1} if phone.startswith("11 1") else {"unchanged": 1}
    assert counts(bring_in(company, f"Zuleica;{phone};;;;")) == expected


def test_somebody_without_a_phone_is_known_by_the_email(company: Company, zuleica: Contact) -> None:
    assert counts(bring_in(company, "Z.;;Z@Cliente.example;Ateliê;;")) == {"updated": 1}
    assert Contact.objects.get().company == "Ateliê"


def test_a_merged_contact_is_the_one_that_remained(company: Company, zuleica: Contact) -> None:
    other = save_contact(Contact(tenant=company.tenant, name="Zu", phone="5511955554444"))
    merge_contacts(zuleica, other)
    bring_in(company, "Zu;11 95555-4444;;Ateliê;;")
    zuleica.refresh_from_db()
    assert zuleica.company == "Ateliê"
    assert Contact.objects.count() == 2


def test_a_strangers_contact_is_nobody_here(company: Company, strangers: Strangers) -> None:
    theirs = save_contact(Contact(tenant=strangers.tenant, name="Deles", phone="5511912340987", email="d@x.example"))
    other = save_contact(Contact(tenant=strangers.tenant, name="Também deles"))
    order = bring_in(
        company,
        f"Meu;11 91234-0987;d@x.example;;;;{theirs.pk}",
        f"Só código;;;;;;{other.pk}",
        header=f"{HEADER};Código",
        if_known=IfKnown.OVERWRITE,
    )
    assert counts(order) == {"new": 1, "invalid": 1}
    theirs.refresh_from_db()
    assert theirs.name == "Deles"


def test_each_row_that_is_left_out_says_why(company: Company, zuleica: Contact) -> None:
    save_contact(Contact(tenant=company.tenant, name="Um", email="familia@x.example"))
    save_contact(Contact(tenant=company.tenant, name="Dois", email="familia@x.example"))
    order = bring_in(
        company,
        "Sem nada;;;;;",
        "Curto;98888-7777;;;;",
        "Torto;abc;não é;;;",
        "Excel;5,51199E+12;;;;",
        "Bom;11 98888-7777;;;;",
        "Repetido;+55 11 98888-7777;;;;",
        f"{'N' * 161};11 97777-6666;;;;",
        "Etiqueta;11 96666-5555;;;" + "e" * 41 + ";",
        "Demais;11 95555-4444;;;;;sobra",
        "Família;;familia@x.example;;;",
    )
    assert counts(order) == {"new": 1, "duplicate": 1, "invalid": 8}
    told = reasons(order)
    assert list(told) == [2, 3, 4, 5, 7, 8, 9, 10, 11]
    assert "nem e-mail" in told[2]
    assert "98888-7777" in told[3]
    assert "DDD" in told[3]
    assert "abc" in told[4]
    assert "não é" in told[4]
    assert "abreviado" in told[5]
    assert "linha 6" in told[7]
    assert "160" in told[8]
    assert "40" in told[9]
    assert "aspas" in told[10]
    assert "telefones" in told[11]


def test_a_row_without_a_valid_phone_takes_the_place_of_nobody(company: Company) -> None:
    order = bring_in(company, "A;11 98888-7777;não é e-mail;;;", "B;11 98888-7777;b@x.example;;;")
    assert counts(order) == {"invalid": 1, "new": 1}
    assert Contact.objects.get().name == "B"


def test_the_code_of_a_contact_comes_before_its_phone_and_no_phone_is_taken_from_anybody(
    company: Company, zuleica: Contact
) -> None:
    other = save_contact(Contact(tenant=company.tenant, name="Outro", phone="5511955554444"))
    order = bring_in(
        company,
        f"Zuleica Quaresma;11 93333-2222;;;;;{zuleica.pk}",
        f"Outro;11 91234-0987;;;;;{other.pk}",
        header=f"{HEADER};Código",
        if_known=IfKnown.OVERWRITE,
    )
    assert counts(order) == {"updated": 1, "invalid": 1}
    assert "Zuleica" in reasons(order)[3]
    zuleica.refresh_from_db()
    assert (zuleica.name, zuleica.phone) == ("Zuleica Quaresma", "5511933332222")
    kept = ContactIdentity.objects.filter(contact=zuleica, kind="PHONE").values_list("value", flat=True)
    assert sorted(kept) == ["5511912340987", "5511933332222"]


def test_chosen_tags_go_to_new_and_known_contacts_alike(company: Company, zuleica: Contact) -> None:
    fair = Tag.objects.create(tenant=company.tenant, name="Feira, 2026")
    order = bring_in(company, "Zuleica;11 91234-0987;;;;", "João;11 98888-7777;;;feira, 2026;", tag_ids=[str(fair.pk)])
    assert counts(order) == {"updated": 1, "new": 1}
    assert list(fair.contacts.order_by("name").values_list("name", flat=True)) == ["João", "Zuleica"]
    assert Tag.objects.count() == 1


def test_the_companys_own_fields_come_along_checked_by_their_kind(company: Company, zuleica: Contact) -> None:
    kinds = {"Nascimento": "DATE", "Aceita promoções": "BOOLEAN", "Canal": "CHOICE"}
    for name, kind in kinds.items():
        ContactField.objects.create(tenant=company.tenant, name=name, kind=kind, options=["Loja física", "Site"])
    order = bring_in(
        company,
        "11 91234-0987;28/02/1990;SIM;loja fisica",
        "11 98888-7777;31/02/1990;;",
        "11 97777-6666;;talvez;",
        "11 96666-5555;;;Feira",
        header="Telefone;nascimento;ACEITA PROMOÇÕES;canal",
    )
    assert counts(order) == {"updated": 1, "invalid": 3}
    zuleica.refresh_from_db()
    assert zuleica.custom_fields == {"Nascimento": "1990-02-28", "Aceita promoções": True, "Canal": "Loja física"}
    assert [reason.partition(":")[0] for reason in reasons(order).values()] == list(kinds)


def test_an_import_is_kept_in_the_audit_log_once(company: Company) -> None:
    order = bring_in(company, "João;11 98888-7777;;;;", "Torta;1;;;;")
    line = AuditLog.objects.get(action="contact.imported")
    assert (line.user, line.object_id) == (company.marta, order.pk)
    assert (line.after["new_count"], line.after["invalid_count"]) == (1, 1)


def test_leads_are_made_for_those_who_never_were_one(company: Company, zuleica: Contact) -> None:
    lead, _is_new = create_lead_once(zuleica)
    Lead.objects.filter(pk=lead.pk).update(status=LeadStatus.LOST)
    order = bring_in(company, "Zuleica;11 91234-0987;;;;", "João;11 98888-7777;;;;", creates_leads=True)
    assert order.lead_count == 1
    made = Lead.objects.exclude(pk=lead.pk).get()
    assert (made.name, made.source, made.phone) == ("João", LeadSource.IMPORT, "5511988887777")


def test_a_conversation_is_found_by_the_name_that_came_with_the_file(company: Company) -> None:
    says("oi", phone="5511988887777", name="").deliver(company.number)
    before = Chat.objects.get().seq
    bring_in(company, "Dona Filomena;11 98888-7777;;;;")
    chat = Chat.objects.matching("filomena").get()
    assert chat.seq > before


# --- Once, whatever dies ---


def many(count: int) -> Iterable[str]:
    return (f"Cliente {at};11 9{at + 80000000};;;;" for at in range(count))


def test_a_job_that_died_between_two_batches_goes_on_and_nothing_is_doubled(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH_ROWS", 10)
    order = take(company, *many(35), "Repetido;11 980000003;;;;", "Errado;1;;;;", creates_leads=True)
    importing.check(order)
    importing.run(finish(order))
    monkeypatch.setattr(importing, "TURN_SECONDS", -1)
    assert importing.run_turn(order.pk) is True  # one batch, and the process is gone
    order.refresh_from_db()
    assert (order.done_count, Contact.objects.count()) == (10, 10)
    monkeypatch.setattr(importing, "TURN_SECONDS", 60)
    order = finish(order)
    assert counts(order) == {"new": 35, "duplicate": 1, "invalid": 1}
    assert (Contact.objects.count(), Lead.objects.count(), order.problems.count()) == (35, 35, 2)


def test_a_batch_that_fails_half_way_leaves_nothing_of_itself(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = try_out(company, *many(5))
    importing.run(order)

    def die(*_args: object) -> None:
        raise RuntimeError("the power went out")

    with monkeypatch.context() as patch:
        patch.setattr(importing, "_show", die)
        with pytest.raises(RuntimeError):
            importing.run_turn(order.pk)
    assert not Contact.objects.exists()
    assert counts(finish(order)) == {"new": 5}


def test_two_jobs_for_one_import_bring_every_row_in_once(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH_ROWS", 2)
    order = try_out(company, *many(6))
    importing.run(order)
    twin = ContactImport.objects.get(pk=order.pk)
    importing._deal_with(twin, [*importing._rows_left(twin)][:2])
    # The other one has the first batch in hand still; it sees that somebody is further.
    assert importing._deal_with(order, [*importing._rows_left(order)][:2]) is False
    assert counts(finish(order)) == {"new": 6}
    assert Contact.objects.count() == 6


def test_a_row_that_the_database_refuses_is_left_out_alone(company: Company) -> None:
    order = bring_in(company, "Bom;11 98888-7777;;;;", "Nulo\x01;11 97777-6666;;;;", "Também;11 96666-5555;;;;")
    assert order.new_count >= 2
    assert Contact.objects.filter(name__in=["Bom", "Também"]).count() == 2


def test_one_file_at_a_time_is_brought_in(company: Company) -> None:
    first, second = try_out(company, *many(2)), try_out(company, *many(3))
    importing.run(first)
    with pytest.raises(importing.AlreadyRunning):
        importing.run(second)
    finish(first)
    second.refresh_from_db()
    importing.run(second)
    assert counts(finish(second)) == {"unchanged": 2, "new": 1}


def test_what_is_stopped_keeps_what_came_in(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH_ROWS", 2)
    order = try_out(company, *many(6))
    importing.run(order)
    monkeypatch.setattr(importing, "TURN_SECONDS", -1)
    importing.run_turn(order.pk)
    importing.cancel(order)
    assert importing.run_turn(order.pk) is False
    order.refresh_from_db()
    assert (order.state, order.done_count, Contact.objects.count()) == (ImportState.CANCELLED, 2, 2)
    with pytest.raises(importing.NotNow):
        importing.run(order)


def test_an_import_that_was_forgotten_is_ordered_again(company: Company) -> None:
    order = try_out(company, *many(2))
    importing.run(order)
    ContactImport.objects.update(changed_at="2026-01-01T00:00:00Z")
    importing.order_forgotten()
    assert counts(finish(order)) == {"new": 2}


def test_old_files_leave_the_storage(company: Company) -> None:
    old, running = bring_in(company, *many(1)), take(company, *many(1))
    ContactImport.objects.filter(pk=old.pk).update(created_at="2026-01-01T00:00:00Z")
    importing.forget_old()
    assert list(ContactImport.objects.all()) == [running]
    assert not default_storage.exists(old.file.name)
    assert default_storage.exists(running.file.name)
