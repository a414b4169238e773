"""A chat is handed over to a person or a team, with a note, and the act can be taken back."""

from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client

from chats import actions
from chats.models import Chat, Message, MessageType, UndoStep
from crm.models import Distribution, User, VisibilityPolicy
from notifications.models import CRMNotification, NotificationType
from tests.cast import Company, Strangers
from tests.factories import TeamFactory
from tests.presence import come
from tests.webhooks import says

Browse = Callable[[User], Client]


@pytest.fixture
def chat(company: Company) -> Chat:
    """João's, in Ana's hands."""
    says("oi").deliver(company.number)
    return actions.assign(Chat.objects.get(), company.ana, by=company.ana)


def hand_over(client: Client, chat: Chat, to: str, note: str = "") -> HttpResponse:
    return client.post(f"/atendimento/{chat.pk}/transfer/", {"to": to, "note": note})  # type: ignore[return-value]


def system_lines(chat: Chat) -> list[str | None]:
    lines = Message.objects.filter(chat=chat, type=MessageType.SYSTEM).order_by("seq", "id")
    return list(lines.values_list("body", flat=True))


def bell_of(user: User) -> list[tuple[str, str]]:
    return list(CRMNotification.objects.of(user).unread().values_list("type", "message"))


def test_a_person_gets_the_chat_the_note_and_a_line_in_the_bell(chat: Chat, company: Company, browse: Browse) -> None:
    response = hand_over(browse(company.ana), chat, f"user:{company.bruno.pk}", "Quer trocar a cor do sofá")
    assert response.status_code == 200
    assert "dialog:close" in response.headers["HX-Trigger"]
    chat.refresh_from_db()
    assert chat.assigned_to == company.bruno
    note = Message.objects.get(chat=chat, type=MessageType.NOTE)
    assert (note.body, note.author) == ("Quer trocar a cor do sofá", company.ana)
    assert system_lines(chat) == ["taken", "transferred"]
    assert bell_of(company.bruno) == [(NotificationType.CHAT_TRANSFERRED, "Quer trocar a cor do sofá")]
    assert bell_of(company.ana) == []


def test_a_team_gets_it_into_its_queue_and_its_present_members_are_told(
    chat: Chat, company: Company, browse: Browse
) -> None:
    support = TeamFactory(tenant=company.tenant, name="Suporte")
    support.members.add(company.bruno, company.marta)
    come(company.bruno)
    hand_over(browse(company.ana), chat, f"team:{support.pk}", "Defeito na gaveta")
    chat.refresh_from_db()
    assert (chat.assigned_to, chat.team) == (None, support)
    assert bell_of(company.bruno) == [(NotificationType.CHAT_TRANSFERRED, "Defeito na gaveta")]
    assert bell_of(company.marta) == []


def test_with_the_rotation_on_somebody_of_the_team_has_it_at_once(chat: Chat, company: Company, browse: Browse) -> None:
    company.tenant.distribution = Distribution.ROTATION
    company.tenant.save()
    support = TeamFactory(tenant=company.tenant, name="Suporte")
    support.members.add(company.bruno)
    come(company.ana, company.bruno)
    hand_over(browse(company.ana), chat, f"team:{support.pk}")
    chat.refresh_from_db()
    assert (chat.assigned_to, chat.team) == (company.bruno, support)
    assert [kind for kind, _text in bell_of(company.bruno)] == [NotificationType.CHAT_ASSIGNED]


def test_taken_back_within_ten_seconds_the_chat_is_where_it_was(chat: Chat, company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    hand_over(client, chat, f"user:{company.bruno.pk}")
    assert client.post(f"/atendimento/undo/{UndoStep.objects.get().pk}/").status_code == 200
    chat.refresh_from_db()
    assert chat.assigned_to == company.ana
    assert bell_of(company.bruno) == []


def test_it_goes_away_from_a_page_that_may_not_see_it_any_more_and_can_still_be_taken_back(
    chat: Chat, company: Company, browse: Browse
) -> None:
    company.tenant.visibility = VisibilityPolicy.OWN
    company.tenant.save()
    client = browse(company.ana)
    hand_over(client, chat, f"user:{company.bruno.pk}")
    assert client.get(f"/atendimento/{chat.pk}/").status_code == 404
    client.post(f"/atendimento/undo/{UndoStep.objects.get().pk}/")
    assert client.get(f"/atendimento/{chat.pk}/").status_code == 200


@pytest.mark.parametrize("to", ["", "nonsense", "user:", "team:x", "user:01928f00-0000-7000-8000-000000000000"])
def test_whom_nobody_knows_gets_nothing_and_the_form_says_so(
    chat: Chat, company: Company, browse: Browse, to: str
) -> None:
    response = hand_over(browse(company.ana), chat, to, "nota")
    assert response.status_code == 422
    assert 'id="transfer-error"' in response.content.decode()
    assert not Message.objects.filter(type=MessageType.NOTE).exists()


def test_neither_strangers_nor_those_who_left_can_be_chosen(
    chat: Chat, company: Company, strangers: Strangers, browse: Browse
) -> None:
    User.objects.filter(pk=company.bruno.pk).update(is_active=False)
    client, foreign = browse(company.ana), TeamFactory(tenant=strangers.tenant)
    for to in (f"user:{strangers.otto.pk}", f"team:{foreign.pk}", f"user:{company.bruno.pk}"):
        assert hand_over(client, chat, to).status_code == 422
    with pytest.raises(ValueError, match="company"):
        actions.transfer(chat, strangers.otto, company.ana)


def test_the_dialog_offers_teams_and_people_those_who_are_there_first(
    chat: Chat, company: Company, strangers: Strangers, browse: Browse
) -> None:
    come(company.marta)
    text = browse(company.ana).get(f"/atendimento/{chat.pk}/transfer/").content.decode()
    assert text.index("Vendas") < text.index("Marta Dias") < text.index("Alice Rocha") < text.index("Bruno Lima")
    assert "Ana Souza" not in text  # it is hers
    assert "Otto" not in text


def test_a_chat_that_was_put_off_comes_to_its_new_owner_awake(chat: Chat, company: Company) -> None:
    Chat.objects.update(snoozed_until="2030-01-01T12:00Z")
    assert actions.transfer(chat, company.bruno, company.ana).snoozed_until is None
