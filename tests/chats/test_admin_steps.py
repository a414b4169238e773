"""A next step that is changed in Django's admin: the conversation shows what is planned now."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from chats.actions.next_step import plan
from chats.models import Chat
from crm.models import Activity, User
from tests.cast import Company
from tests.factories import ChatFactory


@pytest.fixture
def admin(company: Company) -> Client:
    person = User.objects.create_superuser("raiz@plataforma.example", "senha-comprida-123")
    client = Client()
    client.force_login(person, "crm.backends.PersonBackend")
    return client


@pytest.fixture
def chat(company: Company) -> Chat:
    chat = ChatFactory(tenant=company.tenant)
    plan(chat, company.ana, "Ligar", timezone.now() + timedelta(days=1))
    return chat


def form_of(step: Activity, **wanted: object) -> dict[str, object]:
    due = timezone.localtime(step.due_at)
    held = {"tenant": step.tenant_id, "contact": step.contact_id, "assignee": step.assignee_id, "chat": step.chat_id}
    told = {"kind": step.kind, "title": step.title, "due_at_0": due.date(), "due_at_1": due.strftime("%H:%M:%S")}
    return held | told | wanted


def test_another_day_is_the_next_step_of_the_conversation(admin: Client, chat: Chat) -> None:
    step = Activity.objects.get()
    later = timezone.localtime(step.due_at) + timedelta(days=3)
    page = reverse("admin:crm_activity_change", args=[step.pk])
    answer = admin.post(page, form_of(step, due_at_0=later.strftime("%d/%m/%Y"), title="Ligar de novo"))
    assert answer.status_code == 302, answer.content.decode()
    step.refresh_from_db()
    chat.refresh_from_db()
    assert chat.next_step_at == step.due_at
    assert step.title == "Ligar de novo"


def test_what_is_done_is_the_next_step_no_more(admin: Client, chat: Chat) -> None:
    step, now = Activity.objects.get(), timezone.localtime()
    done = {"done_at_0": now.strftime("%d/%m/%Y"), "done_at_1": now.strftime("%H:%M:%S")}
    admin.post(reverse("admin:crm_activity_change", args=[step.pk]), form_of(step, **done))
    chat.refresh_from_db()
    assert (chat.next_step, chat.next_step_at) == (None, None)


@pytest.mark.parametrize("door", ["one", "many"])
def test_what_is_deleted_leaves_the_next_one(admin: Client, chat: Chat, company: Company, door: str) -> None:
    first = Activity.objects.get()
    second = plan(chat, company.ana, "Visitar", timezone.now() + timedelta(days=9))
    if door == "one":
        admin.post(reverse("admin:crm_activity_delete", args=[first.pk]), {"post": "yes"})
    else:
        chosen = {"action": "delete_selected", "_selected_action": first.pk, "post": "yes"}
        admin.post(reverse("admin:crm_activity_changelist"), chosen)
    chat.refresh_from_db()
    assert chat.next_step == second
