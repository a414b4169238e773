"""Django's admin: every page answers, no list asks more for more rows, and its acts are the product's own."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chats.models import Chat, ChatStatus, Message
from chats.waha.models import EventState, NumberCheck, WahaEvent
from crm.models import Opportunity, Stage, StageChange, Tenant, User, UserSession

from .pages import PAGES, address_of, admin_of


@pytest.mark.parametrize("model", PAGES)
def test_every_page_of_every_model_answers_the_superuser(superuser: Client, model: Any) -> None:
    assert superuser.get(address_of(model, "changelist")).status_code == 200
    assert superuser.get(address_of(model, "changelist"), {"q": "ana"}).status_code in {200, 302}
    row = model._default_manager.first()
    assert row is not None, "the demo leaves this table empty"
    assert superuser.get(address_of(model, "change", row.pk)).status_code == 200
    may_add = superuser.get(address_of(model, "add")).status_code
    read_only = admin_of(model).is_read_only or model in {Chat, NumberCheck, UserSession, WahaEvent}
    assert may_add == (403 if read_only else 200)


@pytest.mark.parametrize("model", PAGES)
def test_a_longer_list_asks_no_more_questions(superuser: Client, model: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    page = admin_of(model)
    rows = model._default_manager.count()
    asked = []
    for size in (min(5, max(1, rows - 1)), 25):
        monkeypatch.setattr(page, "list_per_page", size)
        superuser.get(address_of(model, "changelist"))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            superuser.get(address_of(model, "changelist"))
        asked.append(len(queries))
    assert asked[0] == asked[1]
    assert asked[1] <= 30


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
    assert superuser.post(address_of(User, "add"), form).status_code == 302
    assert User.objects.get(email="nova@petfeliz.example").check_password("uma-senha-bem-longa")
    assert superuser.get(reverse("admin:auth_user_password_change", args=[feliz.users.all()[0].pk])).status_code == 200


def test_acts_on_chats_go_through_the_actions(stranger: Client) -> None:
    chat = Chat.objects.filter(tenant__slug="pet-feliz", status=ChatStatus.OPEN).first()
    assert chat
    seq = chat.seq
    for act in ("assign_to_me", "resolve", "reopen", "return_to_queue"):
        stranger.post(address_of(Chat, "changelist"), {"action": act, "_selected_action": [str(chat.pk)]})
    chat.refresh_from_db()
    assert chat.seq > seq
    told = Message.objects.filter(chat=chat, type="SYSTEM", seq__gt=seq).order_by("seq")
    assert list(told.values_list("body", flat=True)) == ["taken", "resolved", "reopened", "queued"]


def test_a_webhook_is_processed_again(superuser: Client) -> None:
    event = WahaEvent.objects.filter(state=EventState.FAILED).first()
    assert event
    superuser.post(
        address_of(WahaEvent, "changelist"), {"action": "process_again", "_selected_action": [str(event.pk)]}
    )
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
    assert superuser.post(address_of(Opportunity, "add"), form).status_code == 302
    made = Opportunity.objects.get(title="Sala nova")
    assert StageChange.objects.filter(opportunity=made).count() == 1
