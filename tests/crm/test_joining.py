"""Invitations and forgotten passwords: letters that open the door once, to the right person, for a while."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone

from crm.models import Invitation, Role, Team, User
from crm.tasks import send_invitation, send_reset
from tests.cast import Company, Strangers

INBOX, PEOPLE, NEW = "/atendimento/", "/configuracoes/pessoas/", "/configuracoes/pessoas/convites/"
PASSWORD = "cavalo bateria grampo"
JOINING = {"name": "Clara  Nunes", "password1": PASSWORD, "password2": PASSWORD}


@pytest.fixture(autouse=True)
def _quick_hashes(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def run_jobs() -> None:
    """What the worker would do with the letters that were ordered."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_events")
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name LIKE 'crm.%' RETURNING task_name, args")
        for name, args in cursor.fetchall():
            given = args if isinstance(args, dict) else json.loads(args)
            {"crm.send_invitation": send_invitation, "crm.send_reset": send_reset}[name].func(**given)


def invite(client: Client, email: str = "clara@cliente.example", **more: Any) -> str:
    """By the page of the people; the path of the link in the letter."""
    answer = client.post(NEW, {"email": email, "role": Role.AGENT, **more})
    assert answer.status_code == 200 and answer.headers.get("HX-Refresh") == "true", answer.content.decode()
    run_jobs()
    return link_in(mail.outbox[-1])


def link_in(letter: Any) -> str:
    found = re.search(r"http://[^/]+(/(?:convite|senha)/\S+)", str(letter.body))
    assert found
    return found[1]


def test_who_was_invited_joins_with_role_and_teams_and_is_in(
    company: Company, browse: Callable[[User], Client]
) -> None:
    link = invite(browse(company.alice), "Clara@Cliente.Example", role=Role.MANAGER, teams=[str(company.sales.pk)])
    client = Client()
    page = client.get(link).content.decode()
    assert "Casa Aurora" in page and "clara@cliente.example" in page
    assert client.post(link, JOINING).headers["Location"] == INBOX
    clara = User.objects.get(email="clara@cliente.example")
    assert (clara.name, clara.role, clara.tenant) == ("Clara Nunes", Role.MANAGER, company.tenant)
    assert list(clara.teams.all()) == [company.sales]
    assert client.get(INBOX).status_code == 200


def test_the_letter_is_in_portuguese_plain_and_html_and_says_the_same(
    company: Company, browse: Callable[[User], Client]
) -> None:
    company.tenant.name = "Casa & Cia <Aurora>"
    company.tenant.save()
    link = invite(browse(company.alice))
    (letter,) = mail.outbox
    assert letter.subject == "Casa & Cia <Aurora> convida você para o Atendimento"
    assert "Alice Rocha convida você a atender os clientes de Casa & Cia <Aurora>" in letter.body
    assert "vale por 7 dias" in letter.body
    (html, kind) = letter.alternatives[0]  # type: ignore[attr-defined] # an EmailMultiAlternatives
    assert kind == "text/html" and "Casa &amp; Cia &lt;Aurora&gt;" in html and link in html


def test_a_link_opens_once(company: Company, browse: Callable[[User], Client]) -> None:
    link = invite(browse(company.alice))
    assert Client().post(link, JOINING).status_code == 302
    answer = Client().get(link)
    assert answer.status_code == 410 and "já foi usado" in answer.content.decode()


def test_a_link_sent_again_makes_the_first_void(company: Company, browse: Callable[[User], Client]) -> None:
    alice = browse(company.alice)
    first = invite(alice)
    alice.post(f"{NEW}{Invitation.objects.get().pk}/envio/")
    run_jobs()
    assert Client().get(first).status_code == 410
    assert Client().get(link_in(mail.outbox[-1])).status_code == 200


def test_what_is_taken_back_or_too_old_opens_nothing(company: Company, browse: Callable[[User], Client]) -> None:
    alice = browse(company.alice)
    link = invite(alice)
    Invitation.objects.update(sent_at=timezone.now() - timedelta(days=7, minutes=1))
    assert Client().post(link, JOINING).status_code == 410
    Invitation.objects.update(sent_at=timezone.now())
    alice.post(f"{NEW}{Invitation.objects.get().pk}/retirada/")
    assert Client().post(link, JOINING).status_code == 410
    assert not User.objects.filter(email="clara@cliente.example").exists()


@pytest.mark.parametrize("token", ["x", "a:b:c", "W10:1abc:xyz"])
def test_a_made_up_link_opens_nothing(db: None, token: str) -> None:
    assert Client().get(f"/convite/{token}/").status_code == 410


def test_a_weak_password_is_refused(company: Company, browse: Callable[[User], Client]) -> None:
    link = invite(browse(company.alice))
    assert Client().post(link, {**JOINING, "password1": "12345678", "password2": "12345678"}).status_code == 422
    assert Client().post(link, {**JOINING, "password2": "outra coisa"}).status_code == 422


def test_whether_another_company_knows_the_address_is_told_to_its_owner_alone(
    company: Company, strangers: Strangers, browse: Callable[[User], Client]
) -> None:
    link = invite(browse(company.alice), strangers.otto.email)
    answer = Client().post(link, JOINING)
    assert answer.status_code == 410
    strangers.otto.refresh_from_db()
    assert strangers.otto.tenant == strangers.tenant


def test_who_works_here_already_is_not_invited(company: Company, browse: Callable[[User], Client]) -> None:
    answer = browse(company.alice).post(NEW, {"email": company.bruno.email, "role": Role.AGENT})
    assert answer.status_code == 422 and "já trabalha aqui" in answer.content.decode()


def test_another_companys_team_cannot_be_joined(
    company: Company, strangers: Strangers, browse: Callable[[User], Client]
) -> None:
    theirs = Team.objects.create(tenant=strangers.tenant, name="Banho")
    form = {"email": "clara@cliente.example", "role": Role.AGENT, "teams": [str(theirs.pk)]}
    assert browse(company.alice).post(NEW, form).status_code == 422


def test_a_forgotten_password_is_answered_alike_for_everybody(company: Company) -> None:
    known = Client().post("/senha/", {"email": company.ana.email})
    unknown = Client().post("/senha/", {"email": "eva@aurora.example"})
    words = [answer.content.decode().replace("ana@", "eva@").split("<main")[1] for answer in (known, unknown)]
    assert words[0] == words[1]
    assert len(mail.outbox) == 0, "nothing is looked up while somebody waits"
    run_jobs()
    assert [letter.to for letter in mail.outbox] == [[company.ana.email]]


def test_the_link_sets_a_password_once_and_ends_every_login(company: Company, browse: Callable[[User], Client]) -> None:
    elsewhere = browse(company.ana)
    Client().post("/senha/", {"email": " ANA@aurora.example "})
    run_jobs()
    (letter,) = mail.outbox
    assert letter.subject == "Uma nova senha para o Atendimento" and "3 horas" in letter.body
    link, client = link_in(letter), Client()
    form = client.get(link, follow=True).redirect_chain[-1][0]
    given = {"new_password1": PASSWORD, "new_password2": PASSWORD}
    assert client.post(form, given).headers["Location"] == "/entrar/"
    assert elsewhere.get(INBOX).status_code == 302
    assert Client().post("/entrar/", {"username": company.ana.email, "password": PASSWORD}).status_code == 302
    again = Client().get(link, follow=True).content.decode()
    assert "Este link não é mais válido" in again


def test_somebody_who_left_gets_no_link(company: Company) -> None:
    User.objects.filter(pk=company.ana.pk).update(is_active=False)
    Client().post("/senha/", {"email": company.ana.email})
    run_jobs()
    assert mail.outbox == []


def test_nobody_is_flooded_with_letters(company: Company) -> None:
    for _ in range(5):
        Client().post("/senha/", {"email": company.ana.email})
    run_jobs()
    assert len(mail.outbox) == 3
