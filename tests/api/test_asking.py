"""Who may ask: tokens with their scopes and their ends, sessions with their CSRF token, and one shape of refusal."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from chats.models import Message
from crm.actions import create_token, revoke_token
from crm.models import ApiScope, ApiToken, AuditLog, Tenant, User
from tests.cast import Company
from tests.factories import ChatFactory

from .conftest import Program, told

Programs = Callable[..., Program]


def test_a_secret_is_kept_nowhere(company: Company) -> None:
    token, secret = create_token(company.ana, "ERP", [ApiScope.CHATS_READ])
    stored = str(ApiToken.objects.values().get()) + str(AuditLog.objects.values().get())
    assert secret not in stored
    assert secret.startswith(token.beginning)


@pytest.mark.parametrize("header", ["Bearer atd_wrong", "Bearer", "Basic YTpi", ""])
def test_whoever_brings_no_good_token_is_nobody(company: Company, header: str) -> None:
    """Not even with the cookie of a session beside it."""
    client = Client()
    client.force_login(company.ana, backend="crm.backends.PersonBackend")
    response = client.get("/api/chats", headers={"Authorization": header})
    assert (response.status_code, told(response)["code"]) == (401, "unauthorized")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_token_ends_with_its_day_its_revocation_and_its_person(company: Company) -> None:
    def status(secret: str) -> int:
        program = Program(secret)
        program.get("/api/me")
        return program.status

    scopes = [ApiScope.COMPANY_READ]
    expiring, secret = create_token(company.ana, "a", scopes, timezone.now() + timedelta(minutes=1))
    assert status(secret) == 200
    ApiToken.objects.filter(pk=expiring.pk).update(expires_at=timezone.now())
    assert status(secret) == 401
    revoked, secret = create_token(company.ana, "b", scopes)
    assert revoke_token(revoked, company.ana)
    assert not revoke_token(revoked, company.ana)
    assert status(secret) == 401
    _leaving, secret = create_token(company.ana, "c", scopes)
    User.objects.filter(pk=company.ana.pk).update(is_active=False)
    assert status(secret) == 401


def test_its_use_is_noted_once_a_minute(company: Company, program: Programs) -> None:
    ana = program(company.ana)
    ana.get("/api/me")
    first = ApiToken.objects.get().last_used_at
    assert first
    ana.get("/api/me")
    assert ApiToken.objects.get().last_used_at == first


def test_a_scope_opens_what_it_names_and_no_more(company: Company, program: Programs) -> None:
    reader = program(company.ana, [ApiScope.CHATS_READ])
    chat = ChatFactory(tenant=company.tenant, session=company.number)
    assert reader.get("/api/chats")["items"]
    for answer in (
        reader.post(f"/api/chats/{chat.pk}/messages", {"type": "TEXT", "body": "oi"}),
        reader.get("/api/users"),
        reader.get("/api/notifications"),
    ):
        assert (reader.status, answer["code"]) == (403, "scope_missing")
    assert not Message.objects.exists()
    writer = program(company.ana, [ApiScope.CHATS_WRITE])
    assert writer.get("/api/chats")["items"]


def test_no_scope_gives_a_person_what_they_have_not(company: Company, program: Programs) -> None:
    ana = program(company.ana, [ApiScope.ADMIN])
    answer = ana.post("/api/teams", {"name": "Diretoria"})
    assert (ana.status, answer["code"]) == (403, "forbidden")


def test_a_session_reads_and_needs_a_csrf_token_to_change(company: Company) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(company.ana, backend="crm.backends.PersonBackend")
    assert client.get("/api/chats").status_code == 200
    refused = client.post("/api/notifications/reading", content_type="application/json")
    assert (refused.status_code, told(refused)["code"]) == (403, "csrf")
    client.get("/configuracoes/api/")
    allowed = {"X-CSRFToken": client.cookies["csrftoken"].value}
    assert (
        client.post("/api/notifications/reading", content_type="application/json", headers=allowed).status_code == 200
    )


def test_a_token_needs_no_csrf_token(company: Company, program: Programs) -> None:
    client = Client(enforce_csrf_checks=True)
    headers = {"Authorization": f"Bearer {program(company.ana).secret}"}
    assert (
        client.post("/api/notifications/reading", content_type="application/json", headers=headers).status_code == 200
    )


def test_the_platforms_administrator_has_no_company_to_ask_about(db: None) -> None:
    root = User.objects.create_superuser("root@plataforma.example", None)
    client = Client()
    client.force_login(root, backend="crm.backends.PersonBackend")
    response = client.get("/api/chats")
    assert (response.status_code, told(response)["code"]) == (403, "forbidden")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/nowhere", 404, "not_found"),
        ("GET", "/api/chats/", 404, "not_found"),
        ("POST", "/api/chats/", 404, "not_found"),
        ("GET", "/api/chats/0192f0c1-0000-7000-8000-000000000001", 404, "not_found"),
        ("GET", "/api/chats/not-an-id", 404, "not_found"),
        ("DELETE", "/api/chats", 405, "method_not_allowed"),
        ("GET", "/api/chats?limit=0", 422, "invalid"),
        ("GET", "/api/chats?q=%00", 422, "invalid"),
    ],
)
def test_every_refusal_has_one_shape(
    company: Company, program: Programs, method: str, path: str, status: int, code: str
) -> None:
    response = program(company.ana).ask(method, path)
    answer = told(response)
    assert (response.status_code, answer["code"]) == (status, code)
    assert set(answer) <= {"code", "message", "fields"}
    assert answer["message"]


def test_a_parameter_that_no_operation_takes_is_named_and_refused(company: Company, program: Programs) -> None:
    """A filter with a slip in its name would otherwise list everything."""
    ana = program(company.ana)
    answer = ana.get("/api/chats?staus=OPEN&limit=5&page=2")
    assert (ana.status, answer["code"], set(answer["fields"])) == (422, "invalid", {"staus", "page"})
    assert ana.get("/api/me?fields=name")["fields"]["fields"]
    ana.get("/api/chats?status=OPEN&status=PENDING&limit=5&sort=waiting")
    assert ana.status == 200


def test_a_session_without_the_second_step_that_the_company_asks_for_is_told_so(company: Company) -> None:
    Tenant.objects.update(second_factor="everybody")
    client = Client()
    client.force_login(company.ana, backend="crm.backends.PersonBackend")
    for response in (client.get("/api/chats"), client.post("/api/chats", {}, "application/json")):
        assert (response.status_code, told(response)["code"]) == (403, "second_factor_missing")
        assert response.headers["Content-Type"].startswith("application/json")
    assert client.get("/api/docs").status_code == 200
    assert client.get("/atendimento/").status_code == 302


def test_a_body_that_is_no_json_is_refused_in_the_same_shape(company: Company, program: Programs) -> None:
    headers = {"Authorization": f"Bearer {program(company.ana).secret}"}
    for body, kind, status, code in (
        ("{", "application/json", 400, "bad_request"),
        ("a=b", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
        ('{"phone": "\\u0000"}', "application/json", 422, "invalid"),
        ('{"phone": "' + "1" * 3_000_000 + '"}', "application/json", 413, "too_large"),
    ):
        response = Client().post("/api/chats", body, content_type=kind, headers=headers)
        assert (response.status_code, told(response)["code"]) == (status, code)


def test_our_own_mistakes_have_the_same_shape(
    company: Company, program: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = program(company.ana)
    for mistake, status, code in ((KeyError("x"), 500, "server_error"), (OperationalError("x"), 503, "unavailable")):

        def fail(*_args: object, mistake: Exception = mistake) -> None:
            raise mistake

        monkeypatch.setattr("chats.api.people._people", fail)
        answer = ana.get("/api/me")
        assert (ana.status, answer["code"]) == (status, code)


def test_one_request_too_many_says_when_to_come_back(company: Company, program: Programs, settings: Any) -> None:
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"api": "2 per minute"}
    ana, bruno = program(company.ana), program(company.bruno)
    assert [ana.ask("GET", "/api/me").status_code for _ in range(2)] == [200, 200]
    refused = ana.ask("GET", "/api/me")
    assert (refused.status_code, told(refused)["code"]) == (429, "too_many_requests")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert bruno.ask("GET", "/api/me").status_code == 200


def test_a_refusal_of_the_product_speaks_the_persons_language(company: Company, program: Programs) -> None:
    chat = ChatFactory(tenant=company.tenant, session=None)
    User.objects.filter(pk=company.ana.pk).update(language="en")
    answer = program(company.ana).post(f"/api/chats/{chat.pk}/messages", {"type": "TEXT", "body": "oi"})
    assert answer["message"] == "This chat has no WhatsApp number to send from."
