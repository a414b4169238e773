"""Internal notes, and the colleagues they call."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client

from chats import actions
from chats.models import Chat, Message, MessageType
from crm.models import User, VisibilityPolicy
from notifications.models import CRMNotification
from tests.cast import Company, Strangers
from tests.webhooks import says

Browse = Callable[[User], Client]


@pytest.fixture
def chat(company: Company) -> Chat:
    says("quanto custa?").deliver(company.number)
    return Chat.objects.get()


def note(client: Client, chat: Chat, body: str, **data: Any) -> HttpResponse:
    wanted = {"client_id": str(uuid4()), "note": "1", "body": body, **data}
    response: HttpResponse = client.post(f"/atendimento/{chat.pk}/messages/", wanted)
    return response


def called() -> set[str]:
    return set(CRMNotification.objects.filter(type="MENTION").values_list("user__name", flat=True))


def test_a_note_is_a_line_for_colleagues_and_answers_nobody(chat: Chat, company: Company, browse: Browse) -> None:
    response = note(browse(company.ana), chat, "cliente difícil")
    line = Message.objects.get(type=MessageType.NOTE)
    assert response.status_code == 200
    assert str(line.pk) in response.content.decode()
    assert (line.send_state, line.session_id, line.author) == ("", None, company.ana)
    chat.refresh_from_db()
    assert chat.waiting_since is not None
    assert chat.assigned_to is None


def test_a_repeated_note_is_one_and_an_empty_one_none(chat: Chat, company: Company, browse: Browse) -> None:
    client, client_id = browse(company.ana), str(uuid4())
    for _request in range(2):
        assert note(client, chat, "uma vez", client_id=client_id).status_code == 200
    assert note(client, chat, "  ").status_code == 422
    assert Message.objects.filter(type=MessageType.NOTE).count() == 1


def test_whom_a_note_calls_is_told_where_it_stands(chat: Chat, company: Company, browse: Browse) -> None:
    note(browse(company.ana), chat, "@bruno lima e @Marta Dias, olhem. @Ana Souza sou eu; @Bruno não há")
    line = Message.objects.get(type=MessageType.NOTE)
    assert called() == {"Bruno Lima", "Marta Dias"}
    assert line.metadata["mentions"] == [str(company.bruno.pk), str(company.marta.pk)]
    told = CRMNotification.objects.get(user=company.bruno, type="MENTION")
    assert told.link == f"/atendimento/{chat.pk}/?m={line.pk}"
    assert told.title == "Ana mencionou você: João da Silva" or "Ana" in told.title


def test_a_team_is_called_as_one(chat: Chat, company: Company, browse: Browse) -> None:
    note(browse(company.bruno), chat, "isto é de @Vendas")
    assert called() == {"Ana Souza"}


def test_nobody_is_called_to_a_chat_they_may_not_see(chat: Chat, company: Company, browse: Browse) -> None:
    company.tenant.visibility = VisibilityPolicy.OWN
    company.tenant.save()
    actions.assign(chat, company.ana, by=company.ana)
    note(browse(company.ana), chat, "@Bruno Lima @Marta Dias")
    assert called() == {"Marta Dias"}


def test_a_mention_leaves_the_bell_when_the_person_has_looked(chat: Chat, company: Company, browse: Browse) -> None:
    note(browse(company.ana), chat, "@Bruno Lima")
    browse(company.bruno).post(f"/atendimento/{chat.pk}/reading/", {"seq": Chat.objects.get().seq})
    assert called() == set()


def test_the_popup_finds_people_and_teams_without_accents(chat: Chat, company: Company, browse: Browse) -> None:
    def found(typed: str) -> str:
        return browse(company.ana).get(f"/atendimento/{chat.pk}/mentions/", {"q": typed}).content.decode()

    assert "Bruno Lima" in found("LÍM")
    assert "Ana Souza" not in found("")
    assert "Vendas" not in found("ven")  # nobody but Ana herself is in it
    assert "Marta Dias" in found("")


def test_strangers_are_never_offered(chat: Chat, company: Company, strangers: Strangers, browse: Browse) -> None:
    assert browse(strangers.otto).get(f"/atendimento/{chat.pk}/mentions/").status_code == 404
    offered = browse(company.ana).get(f"/atendimento/{chat.pk}/mentions/").content.decode()
    assert "Braga" not in offered
