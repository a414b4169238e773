"""The demo: the same twice, complete, bounded by company, and alike whichever road made it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Model
from procrastinate.contrib.django.models import ProcrastinateJob

from chats.demo.bulk import Size, fill
from chats.demo.reset import delete_everything
from chats.demo.world import make_world
from chats.models import Ack, Chat, ChatStatus, Message, MessageEdit, MessageType, Reaction, SendState
from crm.identity import spellings
from crm.models import (
    Activity,
    ApiToken,
    AuditLog,
    Contact,
    Lead,
    LeadStatus,
    Opportunity,
    Stage,
    Tenant,
    User,
    WebhookDelivery,
)
from crm.search import document
from notifications.models import CRMNotification
from tests.jobs import empty_queue

NOW = datetime(2026, 3, 18, 18, 20, tzinfo=UTC)  # a Wednesday, 15:20 in São Paulo
# Columns that name rows, which every run makes anew, or salts.
UNSTEADY = {"id", "password", "last_login", "search"}


@pytest.fixture(scope="module")
def _told(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The default demo, told once for all tests that only look at it."""
    with django_db_blocker.unblock():
        empty_queue()  # tables of jobs are not Django's, and keep what other tests left
        make_world(NOW, 7, 120, lambda plots, _: plots)
    yield
    with django_db_blocker.unblock():
        delete_everything()


@pytest.fixture
def empty(db: None) -> None:
    """No company at all, whatever other tests of this file look at; it comes back when the test ends."""
    delete_everything()


def _dump(*models: type[Model]) -> list[Any]:
    """All rows but for their keys, in an order of their own; what a key points to stands for it."""
    rows = []
    for model in models:
        for row in model._default_manager.all():
            rows.append((model.__name__, sorted(_facts(row))))
    return sorted(rows, key=repr)


def _facts(row: Model) -> Iterable[tuple[str, str]]:
    for field in row._meta.concrete_fields:
        if field.name in UNSTEADY or (field.name in {"created_at", "updated_at"} and isinstance(row, User)):
            continue
        value = getattr(row, field.name)
        if isinstance(row, CRMNotification) and field.name in {"link", "subject"}:
            value = "a chat"
        yield field.name, str(value)


PEOPLE, SALES = (Tenant, User, Contact), (Lead, Stage, Opportunity, Activity)
STORY = (*PEOPLE, *SALES, Chat, Message, Reaction, MessageEdit, CRMNotification)


@pytest.mark.usefixtures("empty")
def test_the_same_seed_tells_the_same_story() -> None:
    dumps = []
    for seed in (3, 3, 4):
        make_world(NOW, seed, 16, lambda plots, _: plots)
        dumps.append(_dump(*STORY))
        connection.check_constraints()
        delete_everything()
    assert dumps[0] == dumps[1]
    assert dumps[0] != dumps[2]


@pytest.mark.django_db
@pytest.mark.usefixtures("_told")
def test_everything_a_page_can_show_is_there() -> None:
    assert set(Message.objects.values_list("type", flat=True)) == set(MessageType.values)
    assert set(Chat.objects.values_list("status", flat=True)) == set(ChatStatus.values)
    assert set(Lead.objects.values_list("status", flat=True)) == set(LeadStatus.values)
    aurora = Opportunity.objects.filter(tenant__slug="casa-aurora")
    assert set(aurora.values_list("stage__position", flat=True)) == {0, 1, 2, 3, 4, 5}
    states = set(Message.objects.filter(from_me=True).values_list("send_state", flat=True))
    assert states >= {SendState.SENT, SendState.FAILED, SendState.UNCONFIRMED}
    assert set(Message.objects.exclude(ack=None).values_list("ack", flat=True)) >= {
        Ack.ERROR,
        Ack.PENDING,
        Ack.SERVER,
        Ack.DEVICE,
        Ack.READ,
    }
    assert Chat.objects.filter(is_group=True).count() == 2
    assert Chat.objects.filter(snoozed_until__gt=NOW).exists()
    assert Chat.objects.filter(assigned_to=None, waiting_since__isnull=False).exists()
    assert {token.is_in_force for token in ApiToken.objects.all()} == {True, False}
    for company in Tenant.objects.all():
        assert company.quick_replies.count() > 1
        assert WebhookDelivery.objects.filter(webhook__tenant=company, state="DELIVERED").count() > 3
        assert company.webhooks.filter(off_since__isnull=False).exists()
        assert not company.webhooks.filter(is_active=True).exists(), "a demo posts to nobody"
        assert AuditLog.objects.filter(tenant=company).dates("created_at", "day").count() > 3
    for present in (Message.objects.filter(revoked_at__isnull=False), MessageEdit.objects, Reaction.objects):
        assert present.exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("_told")
def test_nothing_lies_in_the_future_or_waits_to_be_sent() -> None:
    assert not Message.objects.filter(timestamp__gt=NOW).exists()
    assert not Chat.objects.filter(last_message_at__gt=NOW).exists()
    assert not ProcrastinateJob.objects.filter(task_name="waha.send").exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("_told")
def test_the_companies_share_nothing() -> None:
    for chat in Chat.objects.select_related("contact", "lead", "assigned_to", "team", "session", "opportunity"):
        for related in (chat.contact, chat.lead, chat.assigned_to, chat.team, chat.session, chat.opportunity):
            assert related is None or related.tenant_id == chat.tenant_id
    for message in Message.objects.exclude(author=None).select_related("author", "chat"):
        assert message.author
        assert message.author.tenant_id == message.chat.tenant_id
    for line in CRMNotification.objects.select_related("user"):
        assert line.tenant_id == line.user.tenant_id
    assert Chat.objects.filter(tenant__slug="pet-feliz").count() == 10


@pytest.mark.django_db
@pytest.mark.usefixtures("_told")
def test_told_chats_say_what_their_messages_say() -> None:
    for chat in Chat.objects.all():
        _check_facts(chat)


@pytest.mark.django_db
@pytest.mark.usefixtures("_told")
def test_bulk_rows_have_the_shape_of_told_ones() -> None:
    told_messages, told_chats = _shapes(Message.objects.all(), _message_kind), _shapes(Chat.objects.all(), _chat_kind)
    before = set(Chat.objects.values_list("pk", flat=True))
    fill(Size(chats=400, messages=4000, tenants=3), 7, NOW, lambda batches, _: batches)
    connection.check_constraints()
    chats = Chat.objects.exclude(pk__in=before)
    assert chats.count() == 400
    assert chats.values("tenant").distinct().count() == 3
    for chat in chats:
        _check_facts(chat)
    _check_shapes(told_messages, _shapes(Message.objects.exclude(chat__in=before), _message_kind))
    _check_shapes(told_chats, _shapes(chats, _chat_kind))
    one = chats[0]
    found = Chat.objects.filter(pk=one.pk).annotate(expected=document(one.display_name, phones=spellings(one.phone)))
    assert [str(expected) for expected in found.values_list("expected", flat=True)] == [
        str(stored) for stored in Chat.objects.filter(pk=one.pk).values_list("search", flat=True)
    ]


def _check_facts(chat: Chat) -> None:
    """Unread, waiting, latest and first answer anew from the messages."""
    messages = list(Message.objects.filter(chat=chat, superseded_by=None).order_by("timestamp", "id"))
    spoken = [message for message in messages if not message.is_internal]
    until = chat.answered_until
    open_questions = [one for one in spoken if not one.from_me and (until is None or one.timestamp >= until)]
    if chat.answered_at:
        open_questions = [one for one in open_questions if one.created_at > chat.answered_at]
    unread = [one for one in open_questions if chat.read_at is None or one.created_at > chat.read_at]
    assert chat.unread_count == len(unread), chat
    assert chat.waiting_since == (open_questions[0].timestamp if open_questions else None), chat
    assert chat.latest_message_id == spoken[-1].pk, chat
    assert chat.last_message_at == spoken[-1].timestamp, chat
    assert chat.last_message == " ".join((spoken[-1].body or spoken[-1].file_name).split())[:200]
    answers = [one.timestamp for one in spoken if one.from_me]
    assert chat.first_response_at == (min(answers) if answers else None), chat
    assert max(message.seq for message in messages) <= chat.seq
    assert {message.tenant_id for message in messages} == {chat.tenant_id}
    assert chat.created_at <= messages[0].timestamp


def _message_kind(message: Message) -> tuple[Any, ...]:
    return message.type, message.from_me, message.send_state, message.author_id is not None


def _chat_kind(chat: Chat) -> tuple[Any, ...]:
    return chat.status, chat.assigned_to_id is not None, chat.waiting_since is not None


def _shapes(rows: Iterable[Any], kind: Any) -> dict[Any, list[set[str]]]:
    """For each kind of row, the columns each of its rows fills."""
    shapes = defaultdict(list)
    for row in rows:
        columns = {field.name: getattr(row, field.attname) for field in row._meta.concrete_fields}
        shapes[kind(row)].append({name for name, value in columns.items() if value not in (None, "", {}, 0, False)})
    return shapes


def _check_shapes(told: dict[Any, list[set[str]]], bulk: dict[Any, list[set[str]]]) -> None:
    """What every told row of a kind fills, every bulk row fills; none fills what no told row does."""
    for kind, rows in bulk.items():
        assert kind in told, kind
        always, ever = set.intersection(*told[kind]), set.union(*told[kind])
        for columns in rows:
            # Chance columns of small kinds: an opportunity or a quote is there or not, and what ends with a picture
            # has no last words.
            chance = {"opportunity", "quoted_msg_id", "metadata", "lead", "size_bytes", "last_message"}
            assert always - columns <= chance, kind
            assert columns - ever <= {"opportunity", "lead", "metadata"}, kind


@pytest.mark.usefixtures("empty")
def test_the_command_prints_logins_and_runs_once(settings: Any) -> None:
    settings.DEBUG = True
    out = StringIO()
    call_command("seed", chats=4, stdout=out)
    assert "ana@casaaurora.example" in out.getvalue()
    assert "/webhooks/waha/" in out.getvalue()
    connection.check_constraints()
    before = _dump(*STORY)
    call_command("seed", if_empty=True, stdout=out)
    assert _dump(*STORY) == before
    with pytest.raises(CommandError):
        call_command("seed", chats=4, stdout=out)


@pytest.mark.usefixtures("empty")
def test_a_database_with_real_companies_is_refused(settings: Any) -> None:
    settings.DEBUG = False
    Tenant.objects.create(name="Cliente de verdade", slug="cliente")
    with pytest.raises(CommandError, match="--force"):
        call_command("seed", reset=True)
    assert Tenant.objects.filter(slug="cliente").exists()


@pytest.mark.usefixtures("empty")
def test_people_of_the_demo_can_log_in() -> None:
    make_world(NOW, 7, 2, lambda plots, _: plots)
    assert User.objects.get(email="ana@casaaurora.example").check_password("atendimento")
    assert User.objects.get(email="helena@casaaurora.example").has_perm("chats.view_chat")
    assert User.objects.get(email="admin@atendimento.example").is_superuser
