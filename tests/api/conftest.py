"""Asking the API, as other programs do."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from chats.demo.reset import delete_everything
from crm.actions import create_token
from crm.models import ApiScope, User

from .matrix import House, make_house

EVERYTHING = tuple(ApiScope)


@dataclass
class Program:
    """Another program with a token of somebody's. The last answer's status and headers are kept beside its JSON."""

    secret: str
    status: int = 0

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """The answer as it came; `headers` with underscores for dashes."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        response: HttpResponse = Client(raise_request_exception=False).generic(
            method,
            path,
            "" if body is None else json.dumps(body),
            content_type="application/json",
            headers={"Authorization": f"Bearer {self.secret}", **named},
        )
        self.status = response.status_code
        return response

    def get(self, path: str, **headers: str) -> Any:
        return told(self.ask("GET", path, **headers))

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return told(self.ask("POST", path, body, **headers))

    def put(self, path: str, body: Any = None) -> Any:
        return told(self.ask("PUT", path, body))

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        return told(self.ask("PATCH", path, body, **headers))

    def delete(self, path: str) -> Any:
        return told(self.ask("DELETE", path))

    def upload(self, path: str, data: dict[str, Any], **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        response = Client().post(path, data, headers={"Authorization": f"Bearer {self.secret}", **named})
        self.status = response.status_code
        return told(response)


def told(response: HttpResponse) -> Any:
    return json.loads(response.content) if response.content else None


@pytest.fixture
def program() -> Callable[..., Program]:
    """A program of this person's, which may do all that the person may, or what is named."""

    def program(user: User, scopes: Iterable[ApiScope] = EVERYTHING) -> Program:
        return Program(create_token(user, "teste", scopes)[1])

    return program


@pytest.fixture(scope="module")
def _house(django_db_setup: None, django_db_blocker: Any) -> Iterator[House]:
    """Made once, and stays for all tests of the module: each takes back what it did."""
    with django_db_blocker.unblock():
        delete_everything()
        yield make_house()
        delete_everything()


@pytest.fixture
def house(_house: House, db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> House:
    """The matrix asks thousands of times within a minute, and never asks an answer for its templates."""
    monkeypatch.setattr("django.test.client.store_rendered_templates", lambda *_args, **_named: None)
    settings.RATE_LIMITS = dict.fromkeys(settings.RATE_LIMITS, "1000000 per minute")
    return _house
