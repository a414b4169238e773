"""What every answer tells the browser, whoever asks; and that production is as Django wants it."""

import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.conf import settings
from django.test import Client

from crm.models import User
from tests.cast import Company
from tests.site_map import addresses

WANTED = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
PATHS = ["/entrar/", "/atendimento/", "/configuracoes/preferencias/", "/nowhere/", "/healthz", "/static/css/base.css"]
PRODUCTION = {
    "SECRET_KEY": "x7Jq" * 20 + "!#%",
    "FIELD_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
    "PUBLIC_URL": "https://atendimento.example.com",
    "ALLOWED_HOSTS": "atendimento.example.com",
    "CSRF_TRUSTED_ORIGINS": "https://atendimento.example.com",
    "HTTPS": "true",
    "STATIC_COLLECTED": "true",
    "LOG_FORMAT": "json",
    "METRICS_TOKEN": "abcdef",
    "DEBUG": "false",
}


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_says_what_a_browser_may_do_with_it(
    company: Company, browse: Callable[[User], Client], path: str
) -> None:
    answer = browse(company.ana).get(path)
    assert not answer.streaming or list(answer.streaming_content)  # a file is closed once it is read
    wanted = {name: value for name, value in WANTED.items() if name != "X-Frame-Options" or "/static/" not in path}
    assert {name: answer.headers.get(name) for name in wanted} == wanted


@pytest.mark.parametrize("path", [path for path in PATHS if path not in {"/healthz", "/static/css/base.css"}])
def test_every_page_says_which_powers_it_has(company: Company, browse: Callable[[User], Client], path: str) -> None:
    policy = browse(company.ana).get(path).headers["Permissions-Policy"]
    assert "microphone=(self)" in policy and "camera=()" in policy and "payment=()" in policy


def test_the_content_policy_lets_no_word_on_a_page_run(company: Company, browse: Callable[[User], Client]) -> None:
    policy = dict(
        part.strip().partition(" ")[::2]
        for part in browse(company.ana).get("/atendimento/").headers["Content-Security-Policy"].split(";")
    )
    assert policy["script-src"] == policy["style-src"] == policy["default-src"] == "'self'"
    assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["form-action"] == policy["connect-src"] == "'self'"


def test_no_page_of_any_address_asks_for_inline_script_or_style(
    company: Company, browse: Callable[[User], Client]
) -> None:
    """The policy would stop it; here it is found before a browser has to. Files of messages have their own policy."""
    alice = company.alice
    alice.is_staff = alice.is_superuser = True
    alice.save()
    client, seen, wrong = browse(alice), 0, []
    for address in addresses():
        if address.parameters or address.name in {"logout", "admin:logout", "admin:jsi18n"}:
            continue
        answer = client.get(address.path, follow=True)
        html = "" if answer.streaming else answer.content.decode(errors="replace")
        if "<html" not in html:
            continue
        seen += 1
        assert "unsafe-inline" not in answer.headers["Content-Security-Policy"], address
        wrong += [f"{address}: {found}" for found in inline_code(html)]
    assert wrong == []
    assert seen > 60


def inline_code(html: str) -> list[str]:
    """Scripts without a source, styles, handlers in attributes, and addresses that are code."""
    from bs4 import BeautifulSoup

    found = []
    for tag in BeautifulSoup(html, "html.parser").find_all(True):
        kind = str(tag.get("type", ""))
        if tag.name == "script" and not tag.get("src") and kind not in {"application/json", "importmap"}:
            found.append(str(tag)[:120])
        if tag.name == "style" or tag.has_attr("style"):
            found.append(str(tag)[:120])
        for name, value in tag.attrs.items():
            if name.startswith("on") or str(value).strip().lower().startswith("javascript:"):
                found.append(f"{tag.name} {name}={value}"[:120])
    return found


def in_production(*command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **PRODUCTION, "DJANGO_SETTINGS_MODULE": "config.settings"}
    environment.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)  # the browser tests' own
    return subprocess.run(
        [sys.executable, *command], env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=120
    )


def test_djangos_own_list_for_deployment_has_nothing_to_say() -> None:
    answer = in_production("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "no issues" in answer.stdout


def test_behind_tls_cookies_are_secure_and_browsers_stay_there() -> None:
    script = (
        "import django; django.setup(); from django.conf import settings as s;"
        "print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY, s.SECURE_HSTS_SECONDS,"
        " s.SECURE_HSTS_INCLUDE_SUBDOMAINS, s.SECURE_SSL_REDIRECT)"
    )
    assert in_production("-c", script).stdout.split() == ["True", "True", "True", "31536000", "True", "True"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("TRUSTED_PROXIES", "10.0.0.0/99"), ("FIELD_ENCRYPTION_KEYS", "short"), ("LOGIN_RATE", "five per hour")],
)
def test_nonsense_is_refused_by_name(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PRODUCTION, name, value)
    answer = in_production("-c", "from django.conf import settings; settings.DEBUG")
    assert answer.returncode != 0
    assert name in answer.stderr or value in answer.stderr


@pytest.mark.parametrize(
    "target",
    [
        "https://mau.example/",
        "//mau.example/",
        "/\\mau.example/",
        "///mau.example",
        "http:///mau.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "https:mau.example",
        "\thttps://mau.example",
        "/%09/mau.example",
    ],
)
def test_coming_in_leads_nowhere_else(company: Company, target: str, db: Any) -> None:
    company.ana.set_password("uma senha de verdade")
    company.ana.save()
    given = {"username": company.ana.email, "password": "uma senha de verdade", "next": target}
    location = Client().post("/entrar/", given).headers["Location"]
    assert location.startswith("/") and not location.startswith(("//", "/\\"))
    assert "mau.example" not in location or target.startswith("/%")
