"""Conversations through the API: listed, narrowed, opened, changed, by the same acts and the same rule as the page."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from chats import actions
from chats.models import Chat, Message
from crm.models import Contact, Tag, VisibilityPolicy
from notifications.models import CRMNotification
from tests.cast import Company, Strangers
from tests.factories import NOON, ChatFactory, ContactFactory

from .conftest import Program

Programs = Callable[..., Program]


def make_chats(company: Company, count: int) -> list[Chat]:
    """The newest first."""
    return [
        ChatFactory(tenant=company.tenant, session=company.number, last_message_at=NOON - timedelta(minutes=number))
        for number in range(count)
    ]


def test_pages_follow_each_other_without_a_gap_or_a_double(company: Company, program: Programs) -> None:
    chats, ana = make_chats(company, 7), program(company.ana)
    first = ana.get("/api/chats?limit=3")
    second = ana.get(f"/api/chats?limit=3&cursor={first['next']}")
    third = ana.get(f"/api/chats?limit=3&cursor={second['next']}")
    ids = [item["id"] for page in (first, second, third) for item in page["items"]]
    assert ids == [str(chat.pk) for chat in chats]
    assert third["next"] is None


@pytest.mark.parametrize("sort", ["waiting", "next_step"])
def test_every_order_is_paged(company: Company, program: Programs, sort: str) -> None:
    chats, ana = make_chats(company, 5), program(company.ana)
    for number, chat in enumerate(chats[:3]):
        moment = NOON - timedelta(hours=number)
        Chat.objects.filter(pk=chat.pk).update(waiting_since=moment, next_step_at=moment)
    ids, cursor = [], ""
    while cursor is not None:
        page = ana.get(f"/api/chats?limit=2&sort={sort}&cursor={cursor}")
        ids += [item["id"] for item in page["items"]]
        cursor = page["next"]
    assert ids[:3] == [str(chat.pk) for chat in reversed(chats[:3])]
    assert sorted(ids) == sorted(str(chat.pk) for chat in chats)


def test_a_cursor_of_another_list_is_refused_by_name(company: Company, program: Programs) -> None:
    make_chats(company, 3)
    ana = program(company.ana)
    cursor = ana.get("/api/chats?limit=1")["next"]
    for path in (f"/api/chats?sort=waiting&cursor={cursor}", "/api/chats?cursor=abc", f"/api/users?cursor={cursor}"):
        answer = ana.get(path)
        assert (ana.status, answer["code"], list(answer["fields"])) == (422, "invalid", ["cursor"])


def test_the_list_is_narrowed_by_each_filter(company: Company, program: Programs) -> None:
    ana = program(company.ana)
    mine, queued, closed = make_chats(company, 3)
    tag = Tag.objects.create(tenant=company.tenant, name="VIP")
    actions.assign(mine, company.ana, company.ana)
    actions.put_tag(queued, tag)
    actions.resolve(closed, company.ana)
    Chat.objects.filter(pk=mine.pk).update(unread_count=2, team=company.sales, waiting_since=NOON)

    def found(query: str) -> set[str]:
        return {item["id"] for item in ana.get(f"/api/chats?{query}")["items"]}

    assert found("assigned_to=me") == found(f"assigned_to={company.ana.pk}") == {str(mine.pk)}
    assert found("assigned_to=nobody&status=OPEN") == found(f"tag_id={tag.pk}") == {str(queued.pk)}
    assert found("status=RESOLVED") == {str(closed.pk)}
    assert found("status=OPEN&status=RESOLVED") == {str(chat.pk) for chat in (mine, queued, closed)}
    assert found("unread=true") == found("waiting=true") == found(f"team_id={company.sales.pk}") == {str(mine.pk)}
    assert found("unread=false&waiting=false") == {str(queued.pk), str(closed.pk)}
    assert found(f"number_id={company.number.pk}") == {str(chat.pk) for chat in (mine, queued, closed)}
    assert found("is_group=true") == found("snoozed=true") == set()


def test_a_list_says_what_a_row_of_the_page_says(company: Company, program: Programs) -> None:
    contact = ContactFactory(tenant=company.tenant, name="Zuleica", phone="5511988887777")
    chat = ChatFactory(tenant=company.tenant, session=company.number, contact=contact, assigned_to=company.ana)
    actions.send_message(chat, company.ana, "Bom dia")
    (item,) = program(company.ana).get("/api/chats")["items"]
    assert (item["name"], item["phone"], item["number_id"]) == ("Zuleica", "5511988887777", str(company.number.pk))
    assert item["assigned_to"] == {"id": str(company.ana.pk), "name": "Ana Souza"}
    assert (item["last_message"]["text"], item["last_message"]["from_me"]) == ("Bom dia", True)
    assert item["last_message"]["at"].endswith("Z")


def test_a_longer_list_asks_no_more_questions(
    company: Company, program: Programs, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """The token, which rows, and what they show."""
    ana = program(company.ana)
    ana.get("/api/chats")
    make_chats(company, 40)
    with django_assert_max_num_queries(3):
        assert len(ana.get("/api/chats?limit=40")["items"]) == 40


def test_what_has_not_changed_is_not_sent_again(company: Company, program: Programs) -> None:
    ana, (chat,) = program(company.ana), make_chats(company, 1)
    path = f"/api/chats/{chat.pk}"
    tag = ana.ask("GET", path).headers["ETag"]
    again = ana.ask("GET", path, If_None_Match=tag)
    assert (again.status_code, again.content) == (304, b"")
    actions.pin(chat, True)
    assert ana.ask("GET", path, If_None_Match=tag).status_code == 200


def test_whoever_changes_what_changed_meanwhile_is_told(company: Company, program: Programs) -> None:
    ana, (chat,) = program(company.ana), make_chats(company, 1)
    path = f"/api/chats/{chat.pk}"
    tag = ana.ask("GET", path).headers["ETag"]
    assert ana.patch(path, {"pinned": True}, If_Match=tag)["pinned"] is True
    refused = ana.patch(path, {"pinned": False}, If_Match=tag)
    assert (ana.status, refused["code"]) == (412, "changed_meanwhile")
    chat.refresh_from_db()
    assert chat.pinned


def test_a_conversation_is_opened_once_by_whatever_spelling(company: Company, program: Programs) -> None:
    ana = program(company.ana)
    made = ana.post("/api/chats", {"phone": "+55 11 98888-7777", "name": "João da Silva"})
    assert (ana.status, made["phone"], made["name"]) == (201, "5511988887777", "João da Silva")
    again = ana.post("/api/chats", {"phone": "1188887777"})
    assert (ana.status, again["id"]) == (200, made["id"])
    assert Chat.objects.count() == Contact.objects.count() == 1
    assert [item["id"] for item in ana.get("/api/chats?q=jo")["items"]] == [made["id"]]
    sent = ana.post(f"/api/chats/{made['id']}/messages", {"type": "TEXT", "body": "Olá"})
    assert sent["send_state"] == "QUEUED"


def test_no_phone_opens_no_conversation(company: Company, program: Programs) -> None:
    ana = program(company.ana)
    answer = ana.post("/api/chats", {"phone": "abc"})
    assert (ana.status, list(answer["fields"])) == (422, ["phone"])
    assert not Chat.objects.exists()


def test_a_conversation_of_a_colleague_is_not_opened_under_the_own_policy(company: Company, program: Programs) -> None:
    (chat,) = make_chats(company, 1)
    Chat.objects.filter(pk=chat.pk).update(assigned_to=company.ana)
    company.tenant.visibility = VisibilityPolicy.OWN
    company.tenant.save()
    bruno = program(company.bruno)
    answer = bruno.post("/api/chats", {"phone": f"+{chat.phone}"})
    assert (bruno.status, answer["code"]) == (409, "with_others")
    assert bruno.get(f"/api/chats/{chat.pk}")["code"] == "not_found"


def test_the_life_of_a_conversation(company: Company, program: Programs) -> None:
    ana, (chat,) = program(company.ana), make_chats(company, 1)
    path, later = f"/api/chats/{chat.pk}", (timezone.now() + timedelta(days=1)).isoformat()
    assert ana.post(f"{path}/assignment", {"to": "me"})["assigned_to"]["name"] == "Ana Souza"
    assert ana.post(f"{path}/snooze", {"until": later})["snoozed_until"]
    assert ana.post(f"{path}/snooze", {"until": None})["snoozed_until"] is None
    assert ana.post(f"{path}/status", {"status": "PENDING"})["status"] == "PENDING"
    resolved = ana.post(f"{path}/status", {"status": "RESOLVED", "outcome": "WON", "reason": "Fechou"})
    assert (resolved["status"], resolved["outcome"]) == ("RESOLVED", "WON")
    assert ana.patch(path, {"status": "OPEN", "assigned_to_id": str(company.bruno.pk)})["status"] == "OPEN"
    lines = Message.objects.filter(chat=chat, type="SYSTEM").values_list("body", flat=True).order_by("timestamp")
    assert list(lines) == ["taken", "snoozed", "brought_back", "pended", "resolved_won", "reopened", "assigned"]
    assert CRMNotification.objects.get(user=company.bruno).type == "CHAT_ASSIGNED"


def test_a_transfer_tells_whoever_takes_it_on(company: Company, program: Programs) -> None:
    ana, (chat,) = program(company.ana), make_chats(company, 1)
    path = f"/api/chats/{chat.pk}/transfer"
    given = ana.post(path, {"user_id": str(company.bruno.pk), "note": "Quer boleto"})
    assert given["assigned_to"]["id"] == str(company.bruno.pk)
    assert CRMNotification.objects.get(user=company.bruno).message == "Quer boleto"
    assert ana.post(path, {"team_id": str(company.sales.pk)})["team"]["name"] == "Vendas"
    assert ana.post(path, {})["fields"]


def test_only_colleagues_are_given_conversations(company: Company, strangers: Strangers, program: Programs) -> None:
    ana, (chat,) = program(company.ana), make_chats(company, 1)
    for path, body in (
        (f"/api/chats/{chat.pk}/assignment", {"to": str(strangers.otto.pk)}),
        (f"/api/chats/{chat.pk}/transfer", {"user_id": str(strangers.otto.pk)}),
    ):
        ana.post(path, body)
        assert ana.status == 422
    ana.patch(f"/api/chats/{chat.pk}", {"assigned_to_id": str(strangers.otto.pk), "pinned": True})
    chat.refresh_from_db()
    assert (ana.status, chat.assigned_to, chat.pinned) == (422, None, False)


def test_tags_come_and_go(company: Company, strangers: Strangers, program: Programs) -> None:
    ana, (chat,) = program(company.ana), make_chats(company, 1)
    one, other = (Tag.objects.create(tenant=company.tenant, name=name) for name in ("VIP", "Garantia"))
    foreign = Tag.objects.create(tenant=strangers.tenant, name="Pet")
    path = f"/api/chats/{chat.pk}"
    assert ana.put(f"{path}/tags/{one.pk}")["tag_ids"] == [str(one.pk)]
    assert ana.patch(path, {"tag_ids": [str(other.pk)]})["tag_ids"] == [str(other.pk)]
    ana.delete(f"{path}/tags/{other.pk}")
    assert ana.status == 204
    assert ana.put(f"{path}/tags/{foreign.pk}")["code"] == "not_found"
    assert ana.patch(path, {"tag_ids": [str(foreign.pk)]})["code"] == "invalid"
    assert not chat.tags.exists()


def test_reading_and_unread_are_the_owners(company: Company, program: Programs) -> None:
    ana, bruno = program(company.ana), program(company.bruno)
    (chat,) = make_chats(company, 1)
    actions.assign(chat, company.ana, company.ana)
    path = f"/api/chats/{chat.pk}"
    assert ana.post(f"{path}/unread")["unread_count"] == 1
    assert bruno.post(f"{path}/reading", {})["unread_count"] == 1
    assert bruno.post(f"{path}/unread")["code"] == "not_yours"
    assert ana.post(f"{path}/reading", {})["unread_count"] == 0


def test_the_counters_are_those_of_the_page(company: Company, program: Programs) -> None:
    chat, *_rest = make_chats(company, 3)
    actions.assign(chat, company.ana, company.ana)
    counted = program(company.ana).get("/api/chats/counters")
    assert (counted["mine"], counted["unassigned"], counted["all"]) == (1, 2, 3)


def test_a_search_finds_people_and_words(company: Company, strangers: Strangers, program: Programs) -> None:
    ana = program(company.ana)
    made = ana.post("/api/chats", {"phone": "+55 11 98888-7777", "name": "Zuleica Quaresma"})
    ana.post(f"/api/chats/{made['id']}/messages", {"type": "TEXT", "body": "O cofre chegou"})
    assert [chat["name"] for chat in ana.get("/api/search?q=zul")["chats"]] == ["Zuleica Quaresma"]
    assert [message["body"] for message in ana.get("/api/search?q=cofre")["messages"]] == ["O cofre chegou"]
    assert program(strangers.otto).get("/api/search?q=cofre") == {"chats": [], "messages": []}
