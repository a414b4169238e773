"""Django's admin: every page answers, nobody sees another company's rows, and no list asks more for more rows."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from chats.demo.opening import ADMINISTRATORS
from chats.demo.reset import delete_everything
from chats.demo.world import make_world
from chats.models import (
    Amendment,
    Chat,
    ChatStatus,
    Draft,
    DraftFile,
    EarlyChange,
    LinkPreview,
    Message,
    Mute,
    QuickReply,
    QuickReplyFile,
    SavedView,
    ScheduledMessage,
    SendState,
    UndoStep,
)
from chats.waha.models import (
    EventState,
    HistoryImport,
    ImportState,
    LidCheck,
    NumberCheck,
    WahaEvent,
    WhatsAppSession,
)
from crm.actions import create_token
from crm.admin import CompanyAdmin
from crm.encryption import EncryptedTextField
from crm.models import (
    AuditLog,
    Contact,
    ContactImport,
    ContactMerge,
    ImportProblem,
    Invitation,
    Opportunity,
    PrivacyRequest,
    RecoveryCode,
    RepeatableRequest,
    SecondFactor,
    Stage,
    StageChange,
    Team,
    Tenant,
    User,
    UserSession,
    Webhook,
    WebhookDelivery,
)

OURS = ["crm", "chats", "waha", "notifications"]
MODELS = [model for app in OURS for model in apps.get_app_config(app).get_models()]
PAGES = [pytest.param(model, id=model._meta.label_lower) for model in MODELS]


@pytest.fixture(scope="module")
def _demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Both demo companies, and a row in every table that a demo leaves empty."""
    with django_db_blocker.unblock():
        make_world(timezone.now(), 7, 30, lambda plots, _: plots)
        for session in WhatsAppSession.objects.all():
            for number in range(13):
                _leave_traces(session, number)
        for tenant_session in {session.tenant_id: session for session in WhatsAppSession.objects.all()}.values():
            for number in range(13):
                _leave_on_desks(tenant_session, number)
    yield
    with django_db_blocker.unblock():
        delete_everything()
        Group.objects.filter(name=ADMINISTRATORS).delete()


def _leave_traces(session: WhatsAppSession, number: int) -> None:
    event = {"event": "unheard.of", "id": f"evt_{number}", "session": session.waha_name}
    WahaEvent.objects.create(
        session=session, event="unheard.of", event_id=f"evt_{number}", body=event, state=EventState.FAILED
    )
    EarlyChange.objects.create(
        session=session, message_id=f"early-{number}", kind="ACK", at=timezone.now(), data={"ack": 2, "error": ""}
    )
    who = User.objects.filter(tenant=session.tenant).first()
    NumberCheck.objects.create(session=session, phone=f"55119888800{number:02}", checked_at=timezone.now())
    LidCheck.objects.create(session=session, lid=f"998877665544{number:02}@lid", ask_at=timezone.now())
    day = timezone.now() - timedelta(days=number)
    HistoryImport.objects.create(session=session, requested_by=who, since=day, until=day, state=ImportState.DONE)
    one, other = Contact.objects.filter(tenant=session.tenant)[:2]
    ContactMerge.objects.create(tenant=session.tenant, survivor=one, absorbed=other, by=who)
    Invitation.objects.create(tenant=session.tenant, email=f"convite{number}@{session.waha_name}.example")
    Client().force_login(who, backend="crm.backends.PersonBackend")
    message = Message.objects.filter(chat__tenant=session.tenant, from_me=False)[number]
    Amendment.objects.create(message=message, kind="REACTION", value="👍", by=who, state=SendState.FAILED)
    hook = {"tenant": session.tenant, "url": "https://erp.example/", "events": ["lead.created"]}
    webhook = Webhook.objects.create(name=f"ERP {number}", **hook)
    WebhookDelivery.objects.create(webhook=webhook, event="lead.created", data={"name": "Serena"})
    PrivacyRequest.objects.create(tenant=session.tenant, contact=one, kind="EXPORT", state="DONE", by=who)
    AuditLog.objects.create(tenant=session.tenant, user=who, action="test", object_type="session", object_id=session.pk)


def _leave_on_desks(session: WhatsAppSession, number: int) -> None:
    """Somebody of the company has begun, muted and saved something; each time somebody or somewhere else."""
    people, chats = User.objects.filter(tenant=session.tenant), Chat.objects.filter(tenant=session.tenant)
    who, chat = [(person, chat) for chat in chats.order_by("pk") for person in people.order_by("pk")][number]
    file = {"file": "uploads/x.pdf", "name": "x.pdf", "type": "DOCUMENT", "mime_type": "text/plain", "size_bytes": 1}
    factor, _new = SecondFactor.objects.get_or_create(user=who, defaults={"secret": f"SEGREDO{number:09}"})
    RecoveryCode.objects.create(second_factor=factor, digest=f"{number:064x}")
    draft, _made = Draft.objects.get_or_create(user=who, chat=chat, defaults={"text": "Olá"})
    DraftFile.objects.create(draft=draft, **file)
    reply = QuickReply.objects.create(tenant=session.tenant, owner=who, shortcut=f"traço-{number}", body="Olá")
    QuickReplyFile.objects.create(quick_reply=reply, **file)
    ScheduledMessage.objects.create(chat=chat, author=who, body="Olá", send_at=timezone.now() + timedelta(days=9))
    SavedView.objects.create(tenant=session.tenant, user=who, name=f"Minha {number}", query="aba=todas")
    Mute.objects.get_or_create(user=who, chat=chat)
    UndoStep.objects.create(user=who, what="resolved", before={}, after={})
    create_token(who, f"ERP {number}", ["chats:read"])
    RepeatableRequest.objects.create(tenant=session.tenant, user=who, key=f"pedido-{number}", fingerprint="x")
    order = ContactImport.objects.create(tenant=session.tenant, requested_by=who, name="clientes.csv", encoding="utf-8")
    ImportProblem.objects.create(contact_import=order, line=number + 2, reason="Sem telefone")
    LinkPreview.objects.create(tenant=session.tenant, url=f"https://loja.example/{number}", title="Serena")


@pytest.fixture
def superuser(_demo: None, db: None, client: Client) -> Client:
    client.force_login(User.objects.get(is_superuser=True), "crm.backends.PersonBackend")
    return client


@pytest.fixture
def stranger(_demo: None, db: None, client: Client) -> Client:
    """The administrator of Pet Feliz, to whom Casa Aurora does not exist."""
    client.force_login(User.objects.get(email="marta@petfeliz.example"), "crm.backends.PersonBackend")
    return client


def _page(model: Any, name: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


def _admin_of(model: Any) -> CompanyAdmin[Any]:
    page = admin.site.get_model_admin(model)
    assert isinstance(page, CompanyAdmin), f"{model.__name__} is not bounded by company"
    return page


def _rows_of(model: Any, slug: str) -> Any:
    tenant = Tenant.objects.get(slug=slug)
    return model._default_manager.filter(**{_admin_of(model).company_lookup: tenant.pk})


@pytest.mark.parametrize("model", PAGES)
def test_every_page_of_every_model_answers_the_superuser(superuser: Client, model: Any) -> None:
    assert superuser.get(_page(model, "changelist")).status_code == 200
    assert superuser.get(_page(model, "changelist"), {"q": "ana"}).status_code in {200, 302}
    row = model._default_manager.first()
    assert row is not None, "the demo leaves this table empty"
    assert superuser.get(_page(model, "change", row.pk)).status_code == 200
    may_add = superuser.get(_page(model, "add")).status_code
    read_only = _admin_of(model).is_read_only or model in {Chat, NumberCheck, UserSession, WahaEvent}
    assert may_add == (403 if read_only else 200)


@pytest.mark.parametrize("model", PAGES)
def test_a_company_administrator_lists_only_the_own_company(stranger: Client, model: Any) -> None:
    with translation.override("en"):
        page = stranger.get(_page(model, "changelist"))
    assert page.status_code == 200
    strangers = set(_rows_of(model, "casa-aurora").values_list("pk", flat=True))
    assert strangers, "the test proves nothing without rows of the other company"
    assert not strangers & set(page.context["cl"].queryset.values_list("pk", flat=True))
    html = page.content.decode()
    assert "Casa Aurora" not in html
    assert "Gabriela Moura" not in html


@pytest.mark.parametrize("model", PAGES)
def test_a_company_administrator_opens_no_page_of_another_company(stranger: Client, model: Any) -> None:
    other = _rows_of(model, "casa-aurora").first()
    for name in ("change", "delete", "history"):
        assert stranger.get(_page(model, name, other.pk)).status_code in {302, 403, 404}
    own = _rows_of(model, "pet-feliz").first()
    if own is not None:
        page = stranger.get(_page(model, "change", own.pk))
        assert page.status_code == 200
        assert "Casa Aurora" not in page.content.decode()


@pytest.mark.parametrize("model", PAGES)
def test_autocomplete_offers_only_the_own_company(stranger: Client, model: Any) -> None:
    for field_name in _admin_of(model).autocomplete_fields:
        related = model._meta.get_field(field_name).related_model
        if related is Group:
            continue
        where = {
            "app_label": model._meta.app_label,
            "model_name": model._meta.model_name,
            "field_name": field_name,
        }
        answer = stranger.get(reverse("admin:autocomplete"), where)
        assert answer.status_code in {200, 403}
        if answer.status_code == 200:
            offered = {row["id"] for row in json.loads(answer.content)["results"]}
            theirs = {str(pk) for pk in _rows_of(related, "casa-aurora").values_list("pk", flat=True)}
            assert not offered & theirs


@pytest.mark.parametrize("model", PAGES)
def test_a_longer_list_asks_no_more_questions(superuser: Client, model: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    page = _admin_of(model)
    rows = model._default_manager.count()
    asked = []
    for size in (min(5, max(1, rows - 1)), 25):
        monkeypatch.setattr(page, "list_per_page", size)
        superuser.get(_page(model, "changelist"))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            superuser.get(_page(model, "changelist"))
        asked.append(len(queries))
    assert asked[0] == asked[1]
    assert asked[1] <= 30


def test_another_companys_people_are_refused_in_a_form(stranger: Client) -> None:
    team = Team.objects.filter(tenant__slug="pet-feliz").first()
    foreign = User.objects.get(email="ana@casaaurora.example")
    assert team
    form = {"name": team.name, "colour": team.colour, "members": [str(foreign.pk)]}
    page = stranger.post(_page(Team, "change", team.pk), form)
    assert page.status_code == 200
    assert page.context["adminform"].errors["members"]
    assert not team.members.filter(pk=foreign.pk).exists()


def test_what_company_staff_add_belongs_to_their_company(stranger: Client) -> None:
    aurora = Tenant.objects.get(slug="casa-aurora")
    stranger.post(_page(Team, "add"), {"name": "Nova", "colour": "#000000", "tenant": str(aurora.pk)})
    assert Team.objects.get(name="Nova").tenant.slug == "pet-feliz"


def test_company_staff_cannot_make_themselves_superusers(stranger: Client) -> None:
    marta = User.objects.get(email="marta@petfeliz.example")
    form = {
        "email": marta.email,
        "name": "Marta",
        "role": marta.role,
        "is_active": "on",
        "presence": marta.presence,
        "language": marta.language,
        "muted_kinds": "[]",
        "is_superuser": "on",
    }
    assert stranger.post(_page(User, "change", marta.pk), form).status_code == 302
    marta.refresh_from_db()
    assert marta.name == "Marta"
    assert not marta.is_superuser


def test_people_are_made_by_e_mail_and_log_in_in_lower_case(superuser: Client) -> None:
    feliz = Tenant.objects.get(slug="pet-feliz")
    form = {
        "email": "Nova@PetFeliz.example",
        "name": "Nova Pessoa",
        "tenant": str(feliz.pk),
        "role": "AGENT",
        "usable_password": "true",
        "password1": "uma-senha-bem-longa",
        "password2": "uma-senha-bem-longa",
    }
    assert superuser.post(_page(User, "add"), form).status_code == 302
    assert User.objects.get(email="nova@petfeliz.example").check_password("uma-senha-bem-longa")
    assert superuser.get(reverse("admin:auth_user_password_change", args=[feliz.users.all()[0].pk])).status_code == 200


def test_secrets_are_never_shown_and_survive_an_empty_form(superuser: Client) -> None:
    session = WhatsAppSession.objects.get(waha_name="vendas")
    page = superuser.get(_page(WhatsAppSession, "change", session.pk)).content.decode()
    listed = superuser.get(_page(WhatsAppSession, "changelist")).content.decode()
    assert session.api_key not in page + listed
    assert session.webhook_secret not in page + listed
    form = {
        "tenant": str(session.tenant_id),
        "name": "Vendas 2",
        "waha_name": session.waha_name,
        "base_url": session.base_url,
        "api_key": "",
        "webhook_secret": "",
    }
    assert superuser.post(_page(WhatsAppSession, "change", session.pk), form).status_code == 302
    kept = WhatsAppSession.objects.get(pk=session.pk)
    assert (kept.name, kept.api_key, kept.webhook_secret) == ("Vendas 2", session.api_key, session.webhook_secret)


SECRET_NAMES = re.compile(r"secret|api_key|password|token|digest|session_key|session_data|nonce|_hash$|^hash")


def _is_secret(field: Any) -> bool:
    return isinstance(field, EncryptedTextField) or SECRET_NAMES.search(field.name) is not None


def _secrets_of(row: Any) -> list[str]:
    """What of this row nobody may read: what is encrypted, and what is called a secret."""
    fields = row._meta.concrete_fields
    names = [
        field.attname for field in fields if isinstance(field, EncryptedTextField) or SECRET_NAMES.search(field.name)
    ]
    values = [str(getattr(row, name) or "") for name in names]
    # Of a password's hash each part counts: the salt, and what came of it.
    parts = [part for value in values for part in (value, *value.split("$")[3:])]
    return [part for part in parts if len(part) > 7]


@pytest.mark.parametrize("model", PAGES)
def test_no_page_shows_anything_secret_even_to_the_platform(superuser: Client, model: Any) -> None:
    row = model._default_manager.order_by("pk").last()
    secrets = _secrets_of(row)
    pages = [_page(model, "changelist"), *(_page(model, name, row.pk) for name in ("change", "history", "delete"))]
    shown = [superuser.get(page).content.decode() for page in pages]
    assert [secret for secret in secrets if any(secret in page for page in shown)] == []
    if model is User:
        assert "argon2" not in shown[1] and "salt" not in shown[1]


def test_what_is_kept_secret_is_found_by_that_test() -> None:
    """Its other half: the expression still finds what there is to hide."""
    found = {f"{model.__name__}.{field.name}" for model in MODELS for field in model._meta.concrete_fields
             if isinstance(field, EncryptedTextField) or SECRET_NAMES.search(field.name)}  # fmt: skip
    assert {
        "User.password",
        "WhatsAppSession.api_key",
        "WhatsAppSession.webhook_secret",
        "SecondFactor.secret",
    } <= found
    assert {"RecoveryCode.digest", "UserSession.session_key", "UserSession.session_data", "Invitation.nonce"} <= found


@pytest.mark.parametrize("model", PAGES)
def test_no_choice_no_filter_and_no_line_of_history_is_another_companys(stranger: Client, model: Any) -> None:
    """Every option of every form and sidebar, by its key: rows of the other company are offered nowhere."""
    theirs = {str(pk) for other in MODELS for pk in _rows_of(other, "casa-aurora").values_list("pk", flat=True)[:500]}
    pages = [stranger.get(_page(model, "changelist")), stranger.get(_page(model, "add"))]
    if row := _rows_of(model, "pet-feliz").first():
        pages += [stranger.get(_page(model, name, row.pk)) for name in ("change", "history")]
    for page in pages:
        found = set(re.findall(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", page.content.decode()))
        assert not found & theirs


def test_a_filter_that_names_another_companys_row_finds_nothing(stranger: Client) -> None:
    """By hand in the address: nothing answers; where a filter has one choice only, Django shows and applies none."""
    asked, applied, theirs = 0, 0, Tenant.objects.get(slug="casa-aurora")
    for model in MODELS:
        for filtered in _admin_of(model).list_filter:
            name = filtered[0] if isinstance(filtered, tuple) else filtered
            field = model._meta.get_field(name) if isinstance(name, str) else None
            if field is None or not field.is_relation:
                continue
            other = _rows_of(field.related_model, "casa-aurora").first()
            page = stranger.get(_page(model, "changelist"), {f"{name}__id__exact": str(other.pk)})
            asked += 1
            assert page.status_code in {302, 200}
            if page.status_code == 200:
                shown = page.context["cl"]
                is_applied = any(getattr(each, "field_path", "") == name for each in shown.filter_specs)
                applied += is_applied
                found = shown.queryset
                if not is_applied:
                    found = found.filter(**{_admin_of(model).company_lookup: theirs.pk})
                assert not found.exists(), f"{model.__name__}.{name}"
    assert asked
    assert applied


def test_no_act_of_any_list_touches_another_companys_rows(stranger: Client) -> None:
    """Every act that a list offers, on rows of the other company."""
    asked = 0
    for model in MODELS:
        page = stranger.get(_page(model, "changelist"))
        acts = (
            [name for name, _label in page.context["action_form"].fields["action"].choices if name]
            if (page.context.get("action_form"))
            else []
        )
        rows = _rows_of(model, "casa-aurora")
        before = list(rows.order_by("pk").values())
        for act in acts:
            chosen = [str(pk) for pk in rows.values_list("pk", flat=True)[:3]]
            stranger.post(_page(model, "changelist"), {"action": act, "_selected_action": chosen, "post": "yes"})
            asked += 1
        assert list(rows.order_by("pk").values()) == before, model.__name__
    assert asked


def test_the_recent_acts_of_the_platform_are_on_no_companys_page(superuser: Client) -> None:
    """The admin's front page lists what one has done oneself, and nothing of anybody else's."""
    team = Team.objects.filter(tenant__slug="casa-aurora")[0]
    form = {"tenant": str(team.tenant_id), "name": "Equipe da plataforma", "colour": "#000000", "members": []}
    assert superuser.post(_page(Team, "change", team.pk), form).status_code == 302
    marta = Client()
    marta.force_login(User.objects.get(email="marta@petfeliz.example"), "crm.backends.PersonBackend")
    assert "Equipe da plataforma" not in marta.get(reverse("admin:index")).content.decode()


def test_acts_on_chats_go_through_the_actions(stranger: Client) -> None:
    chat = Chat.objects.filter(tenant__slug="pet-feliz", status=ChatStatus.OPEN).first()
    assert chat
    seq = chat.seq
    for act in ("assign_to_me", "resolve", "reopen", "return_to_queue"):
        stranger.post(_page(Chat, "changelist"), {"action": act, "_selected_action": [str(chat.pk)]})
    chat.refresh_from_db()
    assert chat.seq > seq
    told = Message.objects.filter(chat=chat, type="SYSTEM", seq__gt=seq).order_by("seq")
    assert list(told.values_list("body", flat=True)) == ["taken", "resolved", "reopened", "queued"]


def test_acts_on_another_companys_chats_do_nothing(stranger: Client) -> None:
    chat = Chat.objects.filter(tenant__slug="casa-aurora", status=ChatStatus.OPEN).first()
    assert chat
    stranger.post(_page(Chat, "changelist"), {"action": "resolve", "_selected_action": [str(chat.pk)]})
    assert Chat.objects.get(pk=chat.pk).status == ChatStatus.OPEN


def test_a_webhook_is_processed_again(superuser: Client) -> None:
    event = WahaEvent.objects.filter(state=EventState.FAILED).first()
    assert event
    superuser.post(_page(WahaEvent, "changelist"), {"action": "process_again", "_selected_action": [str(event.pk)]})
    assert WahaEvent.objects.get(pk=event.pk).state == EventState.IGNORED


def test_a_new_opportunity_has_a_first_line_of_history(superuser: Client) -> None:
    stage = Stage.objects.filter(tenant__slug="casa-aurora", position=0)[0]
    contact = stage.tenant.contacts.all()[0]
    form = {
        "tenant": str(stage.tenant_id),
        "title": "Sala nova",
        "contact": str(contact.pk),
        "amount": "1000",
        "stage": str(stage.pk),
        "stage_changes-TOTAL_FORMS": "0",
        "stage_changes-INITIAL_FORMS": "0",
    }
    assert superuser.post(_page(Opportunity, "add"), form).status_code == 302
    made = Opportunity.objects.get(title="Sala nova")
    assert StageChange.objects.filter(opportunity=made).count() == 1
