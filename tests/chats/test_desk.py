"""What is done from the list: the row's menu, many at once, and the views that people keep."""

import json
import re
from collections.abc import Callable
from html import unescape
from uuid import uuid4

import pytest
from django.test import Client

from chats import actions
from chats.models import Chat, ChatStatus, SavedView, UndoStep
from crm.models import Tag, User, VisibilityPolicy
from tests.cast import Company, Strangers
from tests.factories import ChatFactory
from tests.webhooks import says

Browse = Callable[[User], Client]
UNDO = re.compile(r'hx-post="(/atendimento/undo/[^"]+)"')


def words(response: object) -> str:
    return unescape(response.content.decode())  # type: ignore[attr-defined]


# --- The row's menu ---


def test_the_menu_of_a_row_offers_what_can_be_done_now(company: Company, browse: Browse) -> None:
    chat = ChatFactory(tenant=company.tenant, assigned_to=company.ana, pinned=True)
    mine = words(browse(company.ana).get(f"/atendimento/{chat.pk}/menu/"))
    assert f"/atendimento/{chat.pk}/unread/" in mine
    assert f"/atendimento/{chat.pk}/assignment/" not in mine  # it is hers
    assert '{"pinned": "no"}' in mine
    assert '"reopened"' not in mine
    his = words(browse(company.bruno).get(f"/atendimento/{chat.pk}/menu/"))
    assert f"/atendimento/{chat.pk}/unread/" not in his
    assert f"/atendimento/{chat.pk}/assignment/" in his


def test_the_owner_marks_a_chat_as_unread_and_reading_it_clears_that(company: Company, browse: Browse) -> None:
    says("oi").deliver(company.number)
    chat = actions.assign(Chat.objects.get(), company.ana, by=company.ana)
    actions.read(chat, company.ana)
    assert Chat.objects.get().unread_count == 0
    assert browse(company.ana).post(f"/atendimento/{chat.pk}/unread/").status_code == 204
    assert Chat.objects.get().unread_count == 1
    browse(company.ana).post(f"/atendimento/{chat.pk}/reading/", {"seq": 99})
    assert Chat.objects.get().unread_count == 0


def test_nobody_else_marks_it_as_unread(company: Company, browse: Browse) -> None:
    chat = ChatFactory(tenant=company.tenant, assigned_to=company.ana)
    assert browse(company.bruno).post(f"/atendimento/{chat.pk}/unread/").status_code == 422
    assert Chat.objects.get().unread_count == 0


def test_a_pin_that_says_nothing_is_refused(company: Company, browse: Browse) -> None:
    chat = ChatFactory(tenant=company.tenant)
    assert browse(company.ana).post(f"/atendimento/{chat.pk}/pin/").status_code == 422


# --- Many at once ---


def do(client: Client, chats: list[Chat], act: str, value: object) -> object:
    return client.post("/atendimento/selection/", {"chat": [chat.pk for chat in chats], "act": act, "value": value})


def test_many_are_assigned_at_once_and_given_back_by_undo(company: Company, browse: Browse) -> None:
    chats = [ChatFactory(tenant=company.tenant) for _ in range(3)]
    client = browse(company.marta)
    answer = words(do(client, chats, "assign", company.bruno.pk))
    assert "3 conversas" in answer
    assert "Bruno Lima" in answer
    assert set(Chat.objects.values_list("assigned_to", flat=True)) == {company.bruno.pk}
    found = UNDO.search(answer)
    assert found
    client.post(found.group(1))
    assert set(Chat.objects.values_list("assigned_to", flat=True)) == {None}


def test_many_go_back_to_the_queue(company: Company, browse: Browse) -> None:
    chats = [ChatFactory(tenant=company.tenant, assigned_to=company.ana) for _ in range(2)]
    do(browse(company.marta), chats, "assign", "nobody")
    assert set(Chat.objects.values_list("assigned_to", flat=True)) == {None}


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ("resolved", ChatStatus.RESOLVED),
        ("archived", ChatStatus.ARCHIVED),
        ("pended", ChatStatus.PENDING),
    ],
)
def test_the_status_of_many_changes_and_comes_back(
    company: Company, browse: Browse, value: str, status: ChatStatus
) -> None:
    chats = [ChatFactory(tenant=company.tenant) for _ in range(2)]
    client = browse(company.ana)
    answer = words(do(client, chats, "status", value))
    assert set(Chat.objects.values_list("status", flat=True)) == {status}
    found = UNDO.search(answer)
    assert found
    client.post(found.group(1))
    assert set(Chat.objects.values_list("status", flat=True)) == {ChatStatus.OPEN}


def test_a_tag_goes_on_those_without_it_and_off_when_all_have_it(company: Company, browse: Browse) -> None:
    tag = Tag.objects.create(tenant=company.tenant, name="VIP")
    chats = [ChatFactory(tenant=company.tenant) for _ in range(2)]
    chats[0].tags.add(tag)
    client = browse(company.ana)
    answer = words(do(client, chats, "tag", tag.pk))
    assert Chat.objects.filter(tags=tag).count() == 2
    assert "1 conversa" in answer  # one had it
    do(client, chats, "tag", tag.pk)
    assert not Chat.objects.filter(tags=tag).exists()


def test_what_did_not_change_is_said(company: Company, browse: Browse) -> None:
    done = ChatFactory(tenant=company.tenant, status=ChatStatus.RESOLVED)
    answer = words(do(browse(company.ana), [done, ChatFactory(tenant=company.tenant)], "status", "resolved"))
    assert "1 conversa resolvida" in answer
    assert "1 não mudou" in answer


def test_only_chats_that_one_sees_are_changed(company: Company, strangers: Strangers, browse: Browse) -> None:
    company.tenant.visibility = VisibilityPolicy.OWN
    company.tenant.save()
    own = ChatFactory(tenant=company.tenant, assigned_to=company.ana)
    hidden = ChatFactory(tenant=company.tenant, assigned_to=company.bruno)
    foreign = ChatFactory(tenant=strangers.tenant)
    answer = words(do(browse(company.ana), [own, hidden, foreign], "status", "resolved"))
    assert "2 não mudaram" in answer
    resolved = Chat.objects.filter(status=ChatStatus.RESOLVED)
    assert list(resolved) == [own]


def test_nothing_is_undone_where_nothing_was_done(company: Company, browse: Browse) -> None:
    chat = ChatFactory(tenant=company.tenant)
    answer = words(do(browse(company.ana), [chat], "status", "reopened"))
    assert not UNDO.search(answer)
    assert not UndoStep.objects.exists()


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"act": "assign", "value": "nobody"},
        {"chat": "nonsense", "act": "assign", "value": "nobody"},
        {"chat": str(uuid4()), "act": "nonsense", "value": "nobody"},
        {"chat": str(uuid4()), "act": "assign", "value": "nonsense"},
        {"chat": str(uuid4()), "act": "status", "value": "nonsense"},
        {"chat": str(uuid4()), "act": "tag", "value": str(uuid4())},
        {"chat": [str(uuid4()) for _ in range(301)], "act": "assign", "value": "nobody"},
    ],
)
def test_what_makes_no_sense_is_refused_in_plain_words(company: Company, browse: Browse, said: dict[str, str]) -> None:
    answer = browse(company.ana).post("/atendimento/selection/", said)
    assert answer.status_code == 422
    assert "undo__text" in words(answer)


def test_a_colleague_or_tag_of_another_company_is_refused(
    company: Company, strangers: Strangers, browse: Browse
) -> None:
    chat = ChatFactory(tenant=company.tenant)
    tag = Tag.objects.create(tenant=strangers.tenant, name="Banho")
    assert do(browse(company.ana), [chat], "assign", strangers.otto.pk).status_code == 422  # type: ignore[attr-defined]
    assert do(browse(company.ana), [chat], "tag", tag.pk).status_code == 422  # type: ignore[attr-defined]
    assert Chat.objects.get().assigned_to is None


def test_the_menus_of_a_selection_show_only_what_is_the_companys(
    company: Company, strangers: Strangers, browse: Browse
) -> None:
    worn = Tag.objects.create(tenant=company.tenant, name="VIP")
    Tag.objects.create(tenant=strangers.tenant, name="Banho")
    chat = ChatFactory(tenant=company.tenant)
    chat.tags.add(worn)
    client = browse(company.ana)
    people = words(client.get("/atendimento/selection/menu/", {"act": "assign"}))
    assert "Bruno Lima" in people
    assert "Otto" not in people
    tags = words(client.get("/atendimento/selection/menu/", {"act": "tag", "chat": str(chat.pk)}))
    assert "VIP" in tags
    assert "Banho" not in tags
    assert 'aria-checked="true"' in tags
    vals = re.search(r"hx-vals='([^']+)'", tags)
    assert vals
    assert json.loads(vals.group(1))["chat"] == str(chat.pk)


# --- Saved views ---


def test_a_view_is_kept_under_a_name_and_opened_again(company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    answer = client.post("/atendimento/views/?aba=todas&situacao=aguardando&nonsense=1", {"name": "Quem espera"})
    assert "dialog:close" in answer.headers["HX-Trigger"]
    assert SavedView.objects.get().query == "aba=todas&situacao=aguardando"
    menu = words(client.get("/atendimento/list/menu/"))
    assert "Quem espera" in menu
    assert "/atendimento/?aba=todas&situacao=aguardando" in menu


def test_a_view_of_ones_own_is_nobody_elses(company: Company, strangers: Strangers, browse: Browse) -> None:
    browse(company.ana).post("/atendimento/views/", {"name": "Só minha", "is_shared": "on"})
    view = SavedView.objects.get()
    assert not view.is_shared  # an agent shares none
    for person in (company.bruno, strangers.olga):
        client = browse(person)
        assert "Só minha" not in words(client.get("/atendimento/list/menu/"))
        assert client.post(f"/atendimento/views/{view.pk}/", {"name": "Roubada"}).status_code == 404
        assert client.post(f"/atendimento/views/{view.pk}/removal/").status_code == 404


def test_a_manager_keeps_a_view_for_everybody(company: Company, strangers: Strangers, browse: Browse) -> None:
    browse(company.marta).post("/atendimento/views/", {"name": "Da casa", "is_shared": "on"})
    assert "Da casa" in words(browse(company.bruno).get("/atendimento/list/menu/"))
    assert "Da casa" not in words(browse(strangers.otto).get("/atendimento/list/menu/"))


def test_a_view_gets_a_new_name_and_goes_away(company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    client.post("/atendimento/views/", {"name": "Antiga"})
    view = SavedView.objects.get()
    client.post(f"/atendimento/views/{view.pk}/", {"name": "Nova"})
    assert SavedView.objects.get().name == "Nova"
    client.post(f"/atendimento/views/{view.pk}/removal/")
    assert not SavedView.objects.exists()


def test_two_views_of_one_name_are_refused(company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    client.post("/atendimento/views/", {"name": "Minha"})
    answer = client.post("/atendimento/views/", {"name": "minha"})
    assert answer.status_code == 422
    assert "Você já tem uma visão com este nome." in words(answer)
    assert client.post("/atendimento/views/", {"name": ""}).status_code == 422
