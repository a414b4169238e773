"""Who works here, as what: managers read, administrators change, and nobody makes themselves more than they are."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from chats import actions
from chats.models import Chat
from crm.actions import NotAllowed
from crm.models import AuditAct, AuditLog, Role, SecondFactor, User, UserSession
from tests.cast import Company, Strangers
from tests.factories import ChatFactory, UserFactory

PEOPLE = "/configuracoes/pessoas/"
Browse = Callable[[User], Client]


def change(client: Client, person: User, **told: Any) -> Any:
    given = {"name": person.name, "role": person.role, "teams": [], **told}
    return client.post(f"{PEOPLE}{person.pk}/", given)


def test_a_manager_reads_who_works_here_and_changes_nothing(company: Company, browse: Browse) -> None:
    marta = browse(company.marta)
    page = marta.get(PEOPLE).content.decode()
    assert all(name in page for name in ("Ana Souza", "bruno@aurora.example", "Vendas", "Administrador"))
    assert "Convidar" not in page
    assert change(marta, company.marta, role=Role.ADMIN).status_code == 403
    assert marta.get(f"{PEOPLE}convites/").status_code == 403
    assert marta.post(f"{PEOPLE}{company.ana.pk}/saida/").status_code == 403


def test_an_agent_does_not_even_read(company: Company, browse: Browse) -> None:
    assert browse(company.ana).get(PEOPLE).status_code == 403


def test_an_administrator_changes_name_role_and_teams_and_it_is_kept_who_did(company: Company, browse: Browse) -> None:
    answer = change(browse(company.alice), company.bruno, name="Bruno L.", role=Role.MANAGER, teams=[company.sales.pk])
    assert answer.headers["HX-Refresh"] == "true"
    bruno = User.objects.get(pk=company.bruno.pk)
    assert (bruno.name, bruno.role, list(bruno.teams.all())) == ("Bruno L.", Role.MANAGER, [company.sales])
    line = AuditLog.objects.get(action=AuditAct.PERSON_CHANGED)
    assert (line.user, line.before["role"], line.after["role"]) == (company.alice, "AGENT", "MANAGER")


def test_nobody_changes_their_own_role(company: Company, browse: Browse) -> None:
    UserFactory(tenant=company.tenant, role=Role.ADMIN)
    change(browse(company.alice), company.alice, role=Role.AGENT)
    assert User.objects.get(pk=company.alice.pk).role == Role.ADMIN


def test_the_last_administrator_stays(company: Company, browse: Browse) -> None:
    second = UserFactory(tenant=company.tenant, role=Role.ADMIN, name="Dora")
    dora = browse(second)
    assert change(dora, company.alice, role=Role.AGENT).headers.get("HX-Refresh") == "true"
    with pytest.raises(NotAllowed):
        actions.let_go(second, company.marta)
    assert dora.post(f"{PEOPLE}{second.pk}/saida/").status_code == 422
    second.refresh_from_db()
    assert second.is_active and second.role == Role.ADMIN


def test_an_administrator_who_cannot_come_in_is_none(company: Company, browse: Browse) -> None:
    UserFactory(tenant=company.tenant, role=Role.ADMIN, is_active=False)
    with pytest.raises(NotAllowed):
        actions.let_go(company.alice, company.marta)


def test_who_leaves_is_out_at_once_and_the_open_chats_go_back_to_the_queue(company: Company, browse: Browse) -> None:
    ana = browse(company.ana)
    mine = ChatFactory(tenant=company.tenant, session=company.number, assigned_to=company.ana)
    done = ChatFactory(tenant=company.tenant, session=company.number, assigned_to=company.ana, status="RESOLVED")
    assert ana.get("/atendimento/").status_code == 200
    alice = browse(company.alice)
    assert "1 conversa aberta" in alice.get(f"{PEOPLE}{company.ana.pk}/saida/").content.decode()
    assert alice.post(f"{PEOPLE}{company.ana.pk}/saida/").headers["HX-Refresh"] == "true"
    assert Chat.objects.get(pk=mine.pk).assigned_to is None
    assert Chat.objects.get(pk=done.pk).assigned_to == company.ana
    assert ana.get("/atendimento/").status_code == 302
    assert not UserSession.objects.filter(user=company.ana).exists()


def test_the_chats_of_who_leaves_can_go_to_a_colleague(company: Company, browse: Browse) -> None:
    mine = ChatFactory(tenant=company.tenant, session=company.number, assigned_to=company.ana)
    browse(company.alice).post(f"{PEOPLE}{company.ana.pk}/saida/", {"heir": str(company.bruno.pk)})
    assert Chat.objects.get(pk=mine.pk).assigned_to == company.bruno


def test_no_stranger_inherits(company: Company, strangers: Strangers, browse: Browse) -> None:
    answer = browse(company.alice).post(f"{PEOPLE}{company.ana.pk}/saida/", {"heir": str(strangers.otto.pk)})
    assert answer.status_code == 422
    assert User.objects.get(pk=company.ana.pk).is_active


def test_who_left_may_come_back(company: Company, browse: Browse) -> None:
    alice = browse(company.alice)
    alice.post(f"{PEOPLE}{company.ana.pk}/saida/")
    assert "Acesso desativado" in alice.get(PEOPLE).content.decode()
    alice.post(f"{PEOPLE}{company.ana.pk}/volta/")
    assert User.objects.get(pk=company.ana.pk).is_active


def test_an_administrator_helps_who_lost_the_phone_but_not_themselves(company: Company, browse: Browse) -> None:
    for person in (company.ana, company.alice):
        SecondFactor.objects.create(user=person, secret="ABC")
        User.objects.filter(pk=person.pk).update(has_second_factor=True)
    alice = browse(company.alice)
    assert alice.post(f"{PEOPLE}{company.ana.pk}/duas-etapas/").status_code == 200
    assert alice.post(f"{PEOPLE}{company.alice.pk}/duas-etapas/").status_code == 404
    assert [User.objects.get(pk=each.pk).has_second_factor for each in (company.ana, company.alice)] == [False, True]


@pytest.mark.parametrize("piece", ["", "saida/", "volta/", "duas-etapas/"])
def test_another_companys_people_are_out_of_reach(
    company: Company, strangers: Strangers, browse: Browse, piece: str
) -> None:
    answer = browse(strangers.olga).post(f"{PEOPLE}{company.ana.pk}/{piece}", {"name": "X", "role": "AGENT"})
    assert answer.status_code == 404
    assert User.objects.get(pk=company.ana.pk).is_active
