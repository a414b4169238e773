"""Who asks for whose rows under which policy: what both halves of the matrix have in common."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from crm.actions import create_token
from crm.models import ApiScope, Tenant, User, VisibilityPolicy
from tests.filemaking import png

from .rows import RELATIONS, WORDS, Rows, make_rows

ASKERS = ("agent", "manager", "admin", "stranger", "foreign admin", "nobody", "reader")
# For the others a row is as good as any.
LOOKING = ("agent", "manager", "admin", "stranger", "foreign admin")
POLICIES = tuple(VisibilityPolicy.values)
# The reader's token is Ana's, for this alone.
READS = ApiScope.NOTIFICATIONS_READ
# What everybody of a company may know, and what is one person's alone.
OF_COMPANY = {"team_id", "user_id", "tag_id", "session_id", "stage_id", "pipeline_id", "invitation_id"}
OF_PERSON = {"notification_id", "reply_id"}
PICTURE = png((4, 4))
# It sends what it is told to and keeps nothing: a bearer token gets no cookie.
PROGRAM = Client(raise_request_exception=False)


@dataclass(frozen=True)
class Operation:
    """An operation of the document: how it is asked for, and what a token needs for it."""

    method: str
    path: str
    scope: ApiScope
    parameters: tuple[str, ...]
    body: Any
    is_form: bool = False
    is_paged: bool = False
    queries: tuple[str, ...] = ()  # those it cannot do without

    @property
    def named(self) -> str:
        return f"{self.method} {self.path}"


def may_see(asker: str, relation: str, policy: str, parameters: tuple[str, ...] = ()) -> bool:
    """The product's rule, in its own words."""
    if asker in {"stranger", "foreign admin"}:
        mine = asker == "stranger" and relation == "other"
        return mine if OF_PERSON & set(parameters) else relation == "other"
    if relation == "other" or asker == "nobody":
        return False
    if OF_PERSON & set(parameters):
        return relation == "own" and asker in {"agent", "reader"}
    if parameters and set(parameters) <= OF_COMPANY:
        return True
    if asker in {"manager", "admin"} or policy == "all" or relation == "own":
        return True
    return relation == "team" and policy == "team"


@dataclass(frozen=True)
class House:
    """The rows, and how each asker asks: with a token's secret, or in a browser where they are logged in."""

    rows: Rows
    secrets: dict[str, str]
    browsers: dict[str, Client]

    def ask(self, asker: str, operation: Operation, where: str) -> HttpResponse:
        """The API's answer; whatever it did is taken back."""
        secret = self.secrets.get(asker)
        headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        body = "" if operation.body is None else json.dumps(self._with_rows(asker, operation.body))
        own = self._own(asker)
        if operation.queries:
            where = f"{where}?{urlencode({name: own[name] for name in operation.queries})}"
        with taken_back():
            response: HttpResponse
            if operation.is_form:
                response = PROGRAM.post(where, {"file": SimpleUploadedFile("a.png", PICTURE)}, headers=headers)
            else:
                response = PROGRAM.generic(operation.method, where, body, "application/json", headers=headers)
            return _read(response)

    def places(self, parameters: tuple[str, ...], fill: Callable[[dict[str, str]], str]) -> dict[str, list[str]]:
        """Each address that the rows make of one with parameters, and whose row it is; one may be of several."""
        found: dict[str, list[str]] = {}
        for relation in RELATIONS:
            ids = self.rows.ids(relation)
            if set(parameters) <= ids.keys():
                found.setdefault(fill(ids), []).append(relation)
        return found

    def _with_rows(self, asker: str, body: Any) -> Any:
        """The document's example speaks of rows that nobody has: here, of some that the asker may see."""
        own = self._own(asker)
        return {name: own.get(name, value) for name, value in body.items()} if isinstance(body, dict) else body

    def _own(self, asker: str) -> dict[str, str]:
        return self.rows.ids("other" if asker in {"stranger", "foreign admin"} else "own")

    def get(self, asker: str, where: str) -> HttpResponse:
        """The page's answer; whatever it did is taken back, and the browser has its cookies as before."""
        browser = self.browsers[asker]
        cookies = copy(browser.cookies)
        with taken_back():
            response = _read(browser.get(where))
        browser.cookies = cookies
        return response


@contextmanager
def taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _read(response: Any) -> HttpResponse:
    """A file is read to its end while its row is there."""
    if response.streaming:
        list(response.streaming_content)
    return cast(HttpResponse, response)


def _browser(person: User | None) -> Client:
    client = Client(raise_request_exception=False)
    if person:
        client.force_login(person, backend="crm.backends.PersonBackend")
    return client


def make_house() -> House:
    """The rows, made where they stay, with everybody logged in and a token for each."""
    rows = make_rows()
    company, strangers = rows.company, rows.strangers
    people = {
        "agent": company.ana,
        "manager": company.marta,
        "admin": company.alice,
        "stranger": strangers.otto,
        "foreign admin": strangers.olga,
        "nobody": None,
        "reader": company.ana,
    }
    secrets = {
        asker: create_token(person, asker, [READS] if asker == "reader" else list(ApiScope))[1]
        for asker, person in people.items()
        if person
    }
    return House(rows, secrets, {asker: _browser(person) for asker, person in people.items()})


def set_policy(policy: str) -> None:
    Tenant.objects.update(visibility=policy)


def shown_amiss(text: str, asker: str, policy: str) -> list[str]:
    """The words of rows that this asker may not see, and is shown."""
    return [word for relation, word in WORDS.items() if word in text and not may_see(asker, relation, policy)]
