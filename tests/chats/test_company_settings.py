"""Managers set how the company works; agents do not, and nonsense is refused in plain words."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from chats.models import QuickReply
from crm.models import Team, Tenant, User
from tests.cast import Company, Strangers
from tests.factories import ChatFactory

Browse = Callable[[User], Client]
SERVICE = "/configuracoes/atendimento/"
RULES = {
    "distribution": "rotation",
    "chat_capacity": "7",
    "silence_minutes": "45",
    "returns_when_away": "on",
    "lead_ownership": "rotation",
    "second_factor": "nobody",
    "retention_months": "24",
    "who_may_reply": "owner",
    "visibility": "team",
    "read_receipts": "never",
    "waiting_amber_minutes": "10",
    "waiting_red_minutes": "30",
    "reopen_window_hours": "24",
    "courtesies": "obrigado,  valeu mesmo ,\nobrigado",
    "opens_0": "08:00",
    "closes_0": "18:00",
    "opens_5": "09:00",
    "closes_5": "13:00",
}


def save(client: Client, **changes: str) -> HttpResponse:
    return client.post(SERVICE, {**RULES, **changes})  # type: ignore[return-value]


def test_a_manager_sets_the_rules_of_service(company: Company, browse: Browse) -> None:
    client = browse(company.marta)
    assert save(client).status_code == 302
    tenant = Tenant.objects.get(pk=company.tenant.pk)
    assert (tenant.distribution, tenant.chat_capacity, tenant.silence_minutes) == ("rotation", 7, 45)
    assert (tenant.returns_when_away, tenant.auto_create_leads) == (True, False)
    assert tenant.lead_ownership == "rotation"
    assert (tenant.second_factor, tenant.retention_months) == ("nobody", 24)
    assert (tenant.who_may_reply, tenant.visibility, tenant.read_receipts) == ("owner", "team", "never")
    assert tenant.business_hours == {"0": "08:00-18:00", "5": "09:00-13:00"}
    assert tenant.courtesies == ["obrigado", "valeu mesmo"]
    page = client.get(SERVICE).content.decode()
    assert 'value="08:00"' in page
    assert "obrigado, valeu mesmo" in page


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("chat_capacity", "0"),
        ("chat_capacity", "99999999999999"),
        ("silence_minutes", "-1"),
        ("distribution", "sorteio"),
        ("visibility", ""),
        ("waiting_red_minutes", "5"),
        ("closes_0", ""),
        ("closes_0", "08:00"),
        ("opens_5", "25:99"),
        ("reopen_window_hours", "muito"),
        ("courtesies", "x" * 41),
    ],
)
def test_nonsense_is_refused_and_changes_nothing(company: Company, browse: Browse, field: str, value: str) -> None:
    response = save(browse(company.marta), **{field: value})
    assert response.status_code == 422
    assert 'class="field__error' in response.content.decode()
    assert Tenant.objects.get(pk=company.tenant.pk).visibility == "all"


def test_nobody_waits_for_ever_when_no_minutes_are_given(company: Company, browse: Browse) -> None:
    assert save(browse(company.marta), silence_minutes="").status_code == 302
    assert Tenant.objects.get(pk=company.tenant.pk).silence_minutes is None


@pytest.mark.parametrize("path", [SERVICE, "/configuracoes/setores/", "/configuracoes/setores/novo/"])
def test_agents_are_told_that_it_is_not_theirs(company: Company, browse: Browse, path: str) -> None:
    assert browse(company.ana).get(path).status_code == 403
    assert browse(company.ana).post(path, RULES).status_code in {403, 405}


def test_a_manager_founds_a_team_and_changes_it(company: Company, browse: Browse) -> None:
    client = browse(company.marta)
    wanted: dict[str, Any] = {"name": " Pós-venda ", "colour": "#0D9488", "members": [company.ana.pk, company.bruno.pk]}
    assert client.post("/configuracoes/setores/novo/", wanted).status_code == 200
    team = Team.objects.get(name="Pós-venda")
    assert (team.tenant, team.colour, team.members.count()) == (company.tenant, "#0d9488", 2)
    page = f"/configuracoes/setores/{team.pk}/"
    assert client.post(page, {"name": "Garantia", "colour": "#123456", "members": []}).status_code == 200
    team.refresh_from_db()
    assert (team.name, team.members.count()) == ("Garantia", 0)
    assert "Garantia" in client.get("/configuracoes/setores/").content.decode()


def test_a_manager_gives_a_team_up_and_says_whose_its_chats_are(company: Company, browse: Browse) -> None:
    client = browse(company.marta)
    heir = Team.objects.create(tenant=company.tenant, name="Suporte")
    chat = ChatFactory(tenant=company.tenant, team=company.sales)
    reply = QuickReply.objects.create(
        tenant=company.tenant, scope="TEAM", team=company.sales, shortcut="oi", body="Olá"
    )
    page = f"/configuracoes/setores/{company.sales.pk}/remocao/"
    assert "1 conversa está com ele." in client.get(page).content.decode()
    refused = client.post(page, {"heir": heir.pk})
    assert refused.status_code == 422
    assert "respostas rápidas" in refused.content.decode()
    reply.delete()
    assert client.post(page, {"heir": heir.pk}).status_code == 200
    chat.refresh_from_db()
    assert chat.team == heir
    assert list(Team.objects.filter(tenant=company.tenant)) == [heir]


@pytest.mark.parametrize(("name", "colour"), [("", "#123456"), ("VENDAS", "#123456"), ("Novo", "azul"), ("Novo", "")])
def test_a_team_needs_a_name_of_its_own_and_a_colour(company: Company, browse: Browse, name: str, colour: str) -> None:
    response = browse(company.marta).post("/configuracoes/setores/novo/", {"name": name, "colour": colour})
    assert response.status_code == 422
    assert Team.objects.filter(tenant=company.tenant).count() == 1


def test_strangers_teams_and_people_are_out_of_reach(company: Company, strangers: Strangers, browse: Browse) -> None:
    page = f"/configuracoes/setores/{company.sales.pk}/"
    olga = browse(strangers.olga)
    assert olga.get(page).status_code == olga.post(page, {"name": "x", "colour": "#123456"}).status_code == 404
    wanted = {"name": "Vendas", "colour": "#123456", "members": [strangers.otto.pk]}
    assert browse(company.marta).post(page, wanted).status_code == 422
    assert strangers.otto not in company.sales.members.all()
