"""A customer's data are handed over whole, made anonymous everywhere, or deleted when their time is over."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.core.files.base import ContentFile
from django.db import connection, models
from django.test import Client
from django.utils import timezone
from psycopg import sql

from chats import actions
from chats.actions.retention import prune_tenant
from chats.actions.scheduled import schedule
from chats.models import Chat, Draft, Message, Reaction
from chats.privacy import ERASED
from crm.actions import create_opportunity, open_company, save_contact, schedule_activity
from crm.actions.privacy import PRIVACY_TASK
from crm.models import (
    AuditLog,
    Contact,
    ContactIdentity,
    ContactNote,
    Lead,
    PrivacyRequest,
    PrivacyState,
    User,
    Webhook,
)
from crm.privacy import erasing
from crm.privacy.holdings import Person, spoken_of
from tests.cast import Company, Strangers
from tests.factories import NOON, ChatFactory, MessageFactory
from tests.waha.jobs import run
from tests.webhooks import says

Browse = Callable[[User], Client]
NAME, PHONE, MARK = "Zuleica Quaresma", "5511912340987", "segredo-do-cofre"
MARKS = ("Zuleica", "Quaresma", PHONE, "91234-0987", MARK, "zuleica@")
# Text that says nothing by itself: states, and what only Django or procrastinate write.
NOT_OURS = {"auth", "contenttypes", "sessions", "procrastinate", "axes", "otp_totp", "otp_static"}


def text_columns(model: type[models.Model]) -> set[str]:
    """Where somebody's words could stand: text without a fixed choice, JSON, lists, files, search."""
    kinds = models.CharField | models.TextField | models.JSONField | models.FileField | ArrayField | SearchVectorField
    return {each.name for each in model._meta.concrete_fields if isinstance(each, kinds) and not each.choices}


@pytest.mark.parametrize("model", apps.get_models(), ids=lambda model: model._meta.label)
def test_every_column_that_could_hold_a_customers_words_has_been_spoken_of(model: type[models.Model]) -> None:
    """Say in the room's `privacy.py` how it is made anonymous, or why it holds nothing of a customer."""
    if model._meta.app_label not in NOT_OURS:
        assert text_columns(model) - spoken_of(model) == set()


def test_a_column_that_nobody_spoke_of_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm.privacy.holdings._holdings", [])
    assert text_columns(ContactNote) - spoken_of(ContactNote) == {"body"}


@pytest.fixture
def told(company: Company, settings: Any, tmp_path: Path, browse: Browse) -> Contact:
    """A customer of whom every door has told something."""
    settings.MEDIA_ROOT = tmp_path
    Webhook.objects.create(tenant=company.tenant, name="ERP", url="https://erp.example/", events=["message.created"])
    says(f"É sobre o {MARK}", phone=PHONE, name=NAME).deliver(company.number)
    chat = Chat.objects.get()
    contact = chat.contact
    assert contact
    contact.email, contact.notes, contact.company = "zuleica@cliente.example", MARK, f"Casa {MARK}"
    contact.custom_fields = {"apelido": MARK}
    save_contact(contact, company.ana)
    contact.avatar.save("rosto.jpg", ContentFile(b"rosto " + MARK.encode()))
    actions.assign(chat, company.ana, by=company.marta)
    actions.send_message(chat, company.ana, f"Olá Zuleica, o {MARK}?")
    actions.add_note(chat, company.ana, f"nota: {MARK}")
    schedule(chat, company.ana, f"depois: {MARK}", timezone.now() + timedelta(days=1))
    Draft.objects.create(user=company.bruno, chat=chat, text=f"rascunho {MARK}")
    document = MessageFactory(
        chat=chat, type="DOCUMENT", file_name=f"{MARK}.pdf", media_state="READY", body=MARK, message_id="DOC1",
        session=company.number, metadata={"quoted": {"body": MARK}},
    )  # fmt: skip
    document.media_file.save(f"{MARK}.pdf", ContentFile(b"%PDF " + MARK.encode()))
    actions.record_edit(company.number.pk, "DOC1", edit_id="E1", body=f"outra {MARK}", at=timezone.now())
    actions.record_reaction(
        company.number.pk, "DOC1", author_key=PHONE, author_name=NAME, emoji="👍", at=timezone.now()
    )
    template = open_company("Filial", "filial")
    pipeline = template.pipelines.get()
    pipeline.tenant = company.tenant
    pipeline.save()
    create_opportunity(contact, f"Cofre: {MARK}", pipeline.stages.order_by("position")[0], owner=company.ana)
    schedule_activity(contact, f"Ligar: {MARK}", timezone.now() + timedelta(days=1), chat=chat, notes=MARK)
    ContactNote.objects.create(tenant=company.tenant, contact=contact, author=company.ana, body=MARK)
    Lead.objects.filter(contact=contact).update(lost_reason=MARK)
    return Contact.objects.get(pk=contact.pk)


def _other(company: Company) -> Chat:
    says("oi", phone="5511955554444", name="Outro Cliente").deliver(company.number)
    return Chat.objects.get(phone="5511955554444")


def found_in_the_database(*marks: str) -> list[str]:
    """Every row of every table of the whole database that says one of these, by table."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            query = sql.SQL("SELECT t::text FROM {} AS t").format(sql.Identifier(table))
            cursor.execute(query)
            for (row,) in cursor.fetchall():
                found += [f"{table}: {mark} in {row[:300]}" for mark in marks if mark in row]
    return found


def order(client: Client, contact: Contact, what: str) -> None:
    page = f"/configuracoes/privacidade/{contact.pk}/"
    answer = client.post(f"{page}{what}/", {"confirmation": "anonimizar"})
    assert (answer.status_code, answer.headers["Location"]) == (302, page)


def test_nothing_of_an_anonymised_customer_is_left_anywhere(
    company: Company, told: Contact, browse: Browse, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    assert len({line.split(":")[0] for line in found_in_the_database(*MARKS)}) >= 12, "the marks are really there"
    assert [path for path in tmp_path.rglob("*") if path.is_file()]
    actions.forward(Message.objects.get(message_id="DOC1"), _other(company), company.ana)
    order(browse(company.marta), told, "anonymisation")
    with django_capture_on_commit_callbacks(execute=True):
        assert run(PRIVACY_TASK) == 1
    assert found_in_the_database(*MARKS) == []
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    request = PrivacyRequest.objects.get()
    assert (request.state, request.percent) == (PrivacyState.DONE, 100)
    line = AuditLog.objects.get(action="contact.anonymised")
    assert (line.user, line.object_id) == (company.marta, told.pk)


def test_a_long_conversation_goes_in_batches_and_one_that_was_cut_off_goes_on(
    company: Company, told: Contact, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No batch waits for another; what was done before the cut is not done again, and nothing is left after it."""
    chat = Chat.objects.get(contact=told)
    MessageFactory.create_batch(40, chat=chat, body=f"Sobre o {MARK}")
    monkeypatch.setattr(erasing, "BATCH", 7)
    order(browse(company.marta), told, "anonymisation")
    take_away, sizes = erasing.take_away, []

    def cut_off_at_the_third(holding: Any, keys: list[Any]) -> int:
        if holding.done is not None:
            sizes.append(len(keys))
            if len(sizes) == 3:
                raise RuntimeError("the machine went down")
        return take_away(holding, keys)

    monkeypatch.setattr(erasing, "take_away", cut_off_at_the_third)
    with pytest.raises(RuntimeError):
        erasing.erase(Person.of(told))
    assert Message.objects.filter(chat=chat, body=ERASED).count() == 14
    erasing.erase(Person.of(told))
    assert max(sizes) == 7
    assert sum(sizes) - 7 == Message.objects.filter(body=ERASED).count(), "none of them twice"
    assert not Message.objects.filter(chat=chat, body__contains=MARK).exists()


def test_what_others_said_in_answer_keeps_its_reactions(company: Company, told: Contact) -> None:
    group = ChatFactory(tenant=company.tenant, session=company.number, is_group=True, phone="551190000-1@g.us")
    theirs = MessageFactory(chat=group, phone=PHONE, body=MARK, message_id="GROUP1")
    answer = MessageFactory(
        chat=group,
        phone="5511900000000",
        body="Concordo",
        quoted_msg_id=theirs.message_id,
        metadata={"quoted": {"body": MARK}},
    )
    Reaction.objects.create(message=answer, emoji="👍", author_key="5511900000001", reacted_at=NOON)
    erasing.erase(Person.of(told))
    answer.refresh_from_db()
    assert (answer.body, answer.metadata) == ("Concordo", {})
    assert answer.reactions.count() == 1


def test_the_pages_work_without_the_person_and_the_figures_stay(
    company: Company, told: Contact, browse: Browse
) -> None:
    before = Message.objects.exclude(type__in=["NOTE", "SYSTEM"]).count()
    order(browse(company.marta), told, "anonymisation")
    run(PRIVACY_TASK)
    chat = Chat.objects.get(contact=told)
    page = browse(company.marta).get(f"/atendimento/{chat.pk}/")
    assert page.status_code == 200
    assert "Contato anonimizado" in page.content.decode()
    assert Message.objects.count() == before
    assert told.opportunities.get().amount == 0
    assert browse(company.marta).get("/configuracoes/auditoria/").status_code == 200


def test_other_customers_are_not_touched_and_the_same_phone_is_somebody_new(
    company: Company, told: Contact, browse: Browse
) -> None:
    other = _other(company)
    order(browse(company.marta), told, "anonymisation")
    run(PRIVACY_TASK)
    other.refresh_from_db()
    assert (other.phone, other.last_message) == ("5511955554444", "oi")
    says("Voltei", phone=PHONE, name=NAME, at=120).deliver(company.number)
    again = Chat.objects.get(phone=PHONE)
    assert again.contact != told
    assert ContactIdentity.objects.filter(contact=told).count() == 0


def test_an_export_holds_all_that_was_said_and_every_file(company: Company, told: Contact, browse: Browse) -> None:
    client = browse(company.marta)
    order(client, told, "export")
    run(PRIVACY_TASK)
    request = PrivacyRequest.objects.get()
    assert request.state == PrivacyState.DONE
    answer = client.get(f"/configuracoes/privacidade/{told.pk}/files/{request.pk}/")
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        names = archive.namelist()
        text = archive.read("dados.json").decode()
        files = [archive.read(name) for name in names if name.startswith("arquivos/")]
    for mark in (NAME, PHONE, f"É sobre o {MARK}", f"Cofre: {MARK}", "zuleica@cliente.example"):
        assert mark in text
    assert json.loads(text)
    assert sorted(file.split()[0] for file in files) == [b"%PDF", b"rosto"]
    assert AuditLog.objects.filter(action="contact.exported", user=company.marta).exists()


def test_an_export_whose_file_is_gone_is_not_found(company: Company, told: Contact, browse: Browse) -> None:
    marta = browse(company.marta)
    order(marta, told, "export")
    run(PRIVACY_TASK)
    made = PrivacyRequest.objects.get()
    made.file.storage.delete(made.file.name)
    assert marta.get(f"/configuracoes/privacidade/{told.pk}/files/{made.pk}/").status_code == 404


def test_it_is_for_managers_and_must_be_confirmed(
    company: Company, told: Contact, strangers: Strangers, browse: Browse
) -> None:
    page = f"/configuracoes/privacidade/{told.pk}/"
    assert browse(company.ana).get(page).status_code == 403
    assert browse(strangers.olga).get(page).status_code == 404
    assert browse(strangers.olga).post(f"{page}export/").status_code == 404
    browse(company.marta).post(f"{page}anonymisation/", {"confirmation": "sim"})
    assert not PrivacyRequest.objects.exists()


def test_what_is_past_its_time_is_deleted_with_its_files_and_the_rest_is_kept(
    company: Company, told: Contact, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    chat = Chat.objects.get(contact=told)
    chat.waiting_since = None
    chat.save()
    company.tenant.retention_months = 6
    company.tenant.save()
    Message.objects.filter(message_id="DOC1").update(timestamp=timezone.now() - timedelta(days=200))
    kept = Message.objects.exclude(message_id="DOC1").count()
    name = Message.objects.get(message_id="DOC1").media_file.name
    assert (tmp_path / name).exists()
    with django_capture_on_commit_callbacks(execute=True):
        assert prune_tenant(company.tenant) == 1
    assert not Message.objects.filter(message_id="DOC1").exists()
    assert Message.objects.count() == kept
    assert not (tmp_path / name).exists()
    assert AuditLog.objects.get(action="data.pruned").after["messages"] == 1
    assert prune_tenant(company.tenant) == 0


def test_without_a_retention_nothing_is_ever_deleted(company: Company, told: Contact) -> None:
    Message.objects.update(timestamp=timezone.now() - timedelta(days=4000))
    assert prune_tenant(company.tenant) == 0
