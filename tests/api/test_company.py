"""People, teams, tags, numbers, quick replies and notifications through the API."""

from collections.abc import Callable

import pytest

from chats.models import Chat, QuickReply
from chats.waha.models import Act, WhatsAppSession
from crm.models import Role, Tag, Team, User
from notifications.actions import Line, notify
from notifications.models import CRMNotification, NotificationType
from tests.cast import Company, Strangers
from tests.factories import ChatFactory
from tests.webhooks import says

from .conftest import Program

Programs = Callable[..., Program]


def test_a_program_learns_whose_it_is(company: Company, program: Programs) -> None:
    me = program(company.ana).get("/api/me")
    assert (me["id"], me["role"], me["team_ids"]) == (str(company.ana.pk), "AGENT", [str(company.sales.pk)])


def test_the_people_of_the_company_and_no_others_are_listed(
    company: Company, strangers: Strangers, program: Programs
) -> None:
    ana = program(company.ana)
    first = ana.get("/api/users?limit=3")
    rest = ana.get(f"/api/users?limit=3&cursor={first['next']}")
    names = [user["name"] for user in first["items"] + rest["items"]]
    assert names == ["Alice Rocha", "Marta Dias", "Bruno Lima", "Ana Souza"]
    assert [user["name"] for user in ana.get("/api/users?role=MANAGER")["items"]] == ["Marta Dias"]
    assert [user["name"] for user in ana.get(f"/api/users?team_id={company.sales.pk}")["items"]] == ["Ana Souza"]
    assert ana.get(f"/api/users/{strangers.otto.pk}")["code"] == "not_found"


def test_only_administrators_change_people(company: Company, strangers: Strangers, program: Programs) -> None:
    path = f"/api/users/{company.bruno.pk}"
    marta, alice = program(company.marta), program(company.alice)
    assert marta.patch(path, {"role": "ADMIN"})["code"] == "forbidden"
    changed = alice.patch(path, {"role": "MANAGER", "name": "Bruno L."})
    assert (changed["role"], changed["name"]) == ("MANAGER", "Bruno L.")
    assert alice.patch(f"/api/users/{strangers.otto.pk}", {"is_active": False})["code"] == "not_found"
    assert alice.patch(f"/api/users/{company.alice.pk}", {"role": "AGENT"})["code"] == "oneself"
    assert alice.patch(f"/api/users/{company.alice.pk}", {"is_active": False})["code"] == "oneself"
    alice_now = User.objects.get(pk=company.alice.pk)
    assert (alice_now.role, alice_now.is_active) == (Role.ADMIN, True)


def test_whoever_is_switched_off_leaves_their_chats_to_the_queue_and_their_tokens_die(
    company: Company, program: Programs
) -> None:
    chat = ChatFactory(tenant=company.tenant, session=company.number, assigned_to=company.bruno)
    bruno, alice = program(company.bruno), program(company.alice)
    path = f"/api/users/{company.bruno.pk}"
    assert alice.patch(path, {"is_active": False})["is_active"] is False
    chat.refresh_from_db()
    assert chat.assigned_to_id != company.bruno.pk
    bruno.get("/api/me")
    assert bruno.status == 401
    assert alice.patch(path, {"is_active": True, "team_ids": [str(company.sales.pk)]})["team_ids"] == [
        str(company.sales.pk)
    ]
    bruno.get("/api/me")
    assert bruno.status == 200


def test_administrators_invite_people_and_take_invitations_back(
    company: Company, strangers: Strangers, program: Programs
) -> None:
    alice, marta, olga = program(company.alice), program(company.marta), program(strangers.olga)
    wanted = {"email": "Clara@Aurora.example", "role": "MANAGER", "team_ids": [str(company.sales.pk)]}
    assert marta.post("/api/users", wanted)["code"] == "forbidden"
    made = alice.post("/api/users", wanted, Idempotency_Key="clara")
    assert (alice.status, made["email"], made["role"]) == (201, "clara@aurora.example", "MANAGER")
    assert alice.post("/api/users", wanted, Idempotency_Key="clara") == made
    assert marta.get("/api/invitations")["items"] == [made]
    path = f"/api/invitations/{made['id']}"
    assert alice.post(f"{path}/sending")["expires_at"] > made["expires_at"]
    assert olga.delete(path)["code"] == "not_found"
    alice.delete(path)
    assert marta.get("/api/invitations") == {"items": []}
    assert alice.post("/api/users", {"email": "ana@aurora.example"})["code"] == "works_here"
    assert alice.post("/api/users", {"email": "ninguém"})["fields"]["email"]


def test_managers_shape_how_the_company_sells(company: Company, strangers: Strangers, program: Programs) -> None:
    marta, ana, otto = program(company.marta), program(company.ana), program(strangers.otto)
    made = marta.post("/api/pipelines", {"name": "Revenda"})
    path = f"/api/pipelines/{made['id']}"
    assert (marta.status, made["is_default"], ana.get(path)) == (201, True, made)
    stage = marta.post(f"{path}/stages", {"name": "Visita", "probability": 40})
    names = [each["name"] for each in ana.get(path)["stages"]]
    assert names.index("Visita") == stage["position"] == 4
    ordered = marta.put(f"{path}/stages", {"stage_ids": [stage["id"]]})
    assert ordered["stages"][0]["name"] == "Visita"
    assert marta.patch(f"/api/stages/{stage['id']}", {"name": "Vistoria"})["probability"] == 40
    won = next(each for each in made["stages"] if each["kind"] == "WON")
    assert marta.patch(f"/api/stages/{won['id']}", {"kind": "OPEN"})["code"] == "still_needed"
    assert marta.delete(f"/api/stages/{stage['id']}?takes_over_id={won['id']}")["code"] == "still_needed"
    marta.delete(f"/api/stages/{stage['id']}?takes_over_id={made['stages'][0]['id']}")
    assert marta.status == 204
    assert marta.delete(path)["code"] == "still_needed"
    assert ana.patch(path, {"name": "x"})["code"] == "forbidden"
    assert otto.get(path)["code"] == otto.get(f"/api/stages/{won['id']}")["code"] == "not_found"


def test_managers_form_teams_of_their_own_people(company: Company, strangers: Strangers, program: Programs) -> None:
    marta = program(company.marta)
    made = marta.post("/api/teams", {"name": "Suporte", "member_ids": [str(company.bruno.pk)]})
    assert (marta.status, made["member_ids"]) == (201, [str(company.bruno.pk)])
    path = f"/api/teams/{made['id']}"
    assert marta.patch(path, {"name": "Suporte 2"})["member_ids"] == [str(company.bruno.pk)]
    assert marta.patch(path, {"member_ids": [str(strangers.otto.pk)]})["fields"]
    assert marta.patch(path, {"name": "Vendas"})["code"] == "invalid"
    assert [team["name"] for team in marta.get("/api/teams")["items"]] == ["Suporte 2", "Vendas"]
    assert program(company.ana).patch(path, {"name": "x"})["code"] == "forbidden"


def test_a_team_is_given_up_and_another_has_its_chats_and_numbers(
    company: Company, strangers: Strangers, program: Programs
) -> None:
    marta = program(company.marta)
    vendas = Team.objects.get(tenant=company.tenant)
    other = Team.objects.create(tenant=company.tenant, name="Suporte")
    says("Oi").deliver(company.number)
    Chat.objects.update(team=vendas)
    WhatsAppSession.objects.filter(pk=company.number.pk).update(default_team=vendas)
    foreign = Team.objects.create(tenant=strangers.tenant, name="Pet")
    path = f"/api/teams/{vendas.pk}"
    assert program(company.ana).delete(path)["code"] == "forbidden"
    assert marta.delete(f"/api/teams/{foreign.pk}")["code"] == "not_found"
    assert marta.delete(f"{path}?takes_over_id={foreign.pk}")["fields"]
    reply = QuickReply.objects.create(tenant=company.tenant, scope="TEAM", team=vendas, shortcut="oi", body="Olá")
    assert marta.delete(f"{path}?takes_over_id={other.pk}")["code"] == "still_needed"
    assert Chat.objects.get().team == vendas
    reply.delete()
    marta.delete(f"{path}?takes_over_id={other.pk}")
    assert marta.status == 204
    assert Chat.objects.get().team == other
    assert WhatsAppSession.objects.get(pk=company.number.pk).default_team == other
    marta.delete(f"/api/teams/{other.pk}")
    assert (Chat.objects.get().team, WhatsAppSession.objects.get(pk=company.number.pk).default_team) == (None, None)


def test_managers_keep_the_vocabulary_of_tags(company: Company, strangers: Strangers, program: Programs) -> None:
    marta, ana = program(company.marta), program(company.ana)
    made = marta.post("/api/tags", {"name": "VIP", "colour": "#FF0000"})
    assert (made["name"], made["colour"]) == ("VIP", "#ff0000")
    assert marta.post("/api/tags", {"name": "VIP"})["code"] == "invalid"
    assert marta.patch(f"/api/tags/{made['id']}", {"name": "Ouro"})["name"] == "Ouro"
    assert ana.get("/api/tags") == {"items": [{"id": made["id"], "name": "Ouro", "colour": "#ff0000"}]}
    assert ana.get(f"/api/tags/{made['id']}")["name"] == "Ouro"
    assert ana.delete(f"/api/tags/{made['id']}")["code"] == "forbidden"
    foreign = Tag.objects.create(tenant=strangers.tenant, name="Pet")
    assert marta.delete(f"/api/tags/{foreign.pk}")["code"] == "not_found"
    marta.delete(f"/api/tags/{made['id']}")
    assert list(Tag.objects.values_list("name", flat=True)) == ["Pet"]


def test_numbers_are_shown_without_their_secrets(company: Company, strangers: Strangers, program: Programs) -> None:
    ana = program(company.ana)
    response = ana.ask("GET", "/api/numbers")
    assert company.number.api_key.encode() not in response.content
    assert company.number.base_url.encode() not in response.content
    assert [number["name"] for number in ana.get("/api/numbers")["items"]] == ["Vendas"]
    assert ana.get(f"/api/numbers/{strangers.number.pk}")["code"] == "not_found"


def test_managers_restart_a_number_one_order_at_a_time(company: Company, program: Programs) -> None:
    path = f"/api/numbers/{company.number.pk}/orders"
    assert program(company.ana).post(path, {"act": "stop"})["code"] == "forbidden"
    marta = program(company.marta)
    assert marta.post(path, {"act": "restart"})["act"] == Act.RESTART
    assert marta.post(path, {"act": "stop"})["code"] == "busy"
    assert marta.post(path, {"act": "delete"})["code"] == "invalid"


def test_quick_replies_are_kept_as_on_their_page(company: Company, program: Programs) -> None:
    ana, marta, bruno = (program(person) for person in (company.ana, company.marta, company.bruno))
    made = ana.post("/api/quick-replies", {"shortcut": "Oi", "body": "Olá {{nome}}", "scope": "TENANT"})
    assert (made["shortcut"], made["scope"]) == ("oi", "PERSONAL")
    shared = marta.post("/api/quick-replies", {"shortcut": "pix", "body": "Chave", "scope": "TENANT"})
    assert shared["scope"] == "TENANT"
    assert {reply["shortcut"] for reply in ana.get("/api/quick-replies")["items"]} == {"oi", "pix"}
    assert [reply["shortcut"] for reply in bruno.get("/api/quick-replies")["items"]] == ["pix"]
    assert ana.patch(f"/api/quick-replies/{shared['id']}", {"body": "x"})["code"] == "not_found"
    assert ana.patch(f"/api/quick-replies/{made['id']}", {"body": "{{nada}}"})["fields"]["body"]
    assert bruno.delete(f"/api/quick-replies/{made['id']}")["code"] == "not_found"
    ana.delete(f"/api/quick-replies/{made['id']}")
    assert list(QuickReply.objects.values_list("shortcut", flat=True)) == ["pix"]


@pytest.mark.parametrize("everything", [True, False])
def test_a_person_reads_the_own_bell(company: Company, program: Programs, everything: bool) -> None:
    line = Line(NotificationType.SYSTEM, "x:1", "Título", "Texto")
    notify([company.ana, company.bruno], line)
    ana = program(company.ana)
    (item,) = ana.get("/api/notifications?read=false")["items"]
    assert (item["title"], item["count"], item["read"]) == ("Título", 1, False)
    if everything:
        assert ana.post("/api/notifications/reading") == {"unread": 0}
    else:
        assert ana.post(f"/api/notifications/{item['id']}/reading")["read_at"]
    assert ana.get("/api/notifications?read=false")["items"] == []
    other = CRMNotification.objects.get(user=company.bruno)
    assert not other.read
    assert ana.post(f"/api/notifications/{other.pk}/reading")["code"] == "not_found"
