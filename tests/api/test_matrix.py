"""Who × whose × policy × operation, from the API's document and the URL map: each cell is tried, and none leaks.

What a person may see is said here once more, in the product's words, and compared with what every operation answers.
A new operation or address is in the matrix before its author thinks of it.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path

from chats.demo.reset import delete_everything
from chats.models import Chat
from config.api import AtendimentoAPI
from crm.actions import create_token
from crm.models import ApiScope, Tenant, User, VisibilityPolicy
from crm.rest import ApiRequest, Rest
from tests.filemaking import png
from tests.test_access import Address, addresses

from .rows import RELATIONS, WORDS, Rows, make_rows

ASKERS = ("agent", "manager", "admin", "stranger", "foreign admin", "nobody", "reader")
# For the others a row is as good as any.
LOOKING = ("agent", "manager", "admin", "stranger", "foreign admin")
POLICIES = tuple(VisibilityPolicy.values)
# The reader's token is Ana's, for this alone.
READS = ApiScope.NOTIFICATIONS_READ
# What everybody of a company may know, and what is one person's alone.
OF_COMPANY = {"team_id", "user_id", "tag_id", "session_id"}
OF_PERSON = {"notification_id", "reply_id"}
FOR_MANAGERS = {ApiScope.ADMIN}
REFUSED = {401, 403}
PICTURE = png((4, 4))
# Thousands of requests, on a machine that may have others to serve.
PATIENCE = pytest.mark.timeout(900)


@dataclass(frozen=True)
class Operation:
    """An operation of the document: how it is asked for, and what a token needs for it."""

    method: str
    path: str
    scope: ApiScope
    parameters: tuple[str, ...]
    body: Any
    is_form: bool = False

    @property
    def named(self) -> str:
        return f"{self.method} {self.path}"


def operations(document: dict[str, Any]) -> Iterator[Operation]:
    for where, methods in document["paths"].items():
        for method, told in methods.items():
            content = told.get("requestBody", {}).get("content", {})
            parameters = tuple(each["name"] for each in told["parameters"] if each["in"] == "path")
            body = content.get("application/json", {}).get("example")
            is_form = "multipart/form-data" in content
            yield Operation(method.upper(), where, ApiScope(told["x-scope"]), parameters, body, is_form)


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
    """The rows, and how each asker is logged in."""

    rows: Rows
    people: dict[str, User | None]
    secrets: dict[str, str]

    def ask(self, asker: str, operation: Operation, where: str) -> HttpResponse:
        """The answer; whatever it did is taken back."""
        secret = self.secrets.get(asker)
        headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        body = "" if operation.body is None else json.dumps(self._with_rows(asker, operation.body))
        with transaction.atomic():
            client = Client(raise_request_exception=False)
            response: HttpResponse
            if operation.is_form:
                response = client.post(where, {"file": SimpleUploadedFile("a.png", PICTURE)}, headers=headers)
            else:
                response = client.generic(operation.method, where, body, "application/json", headers=headers)
            if response.streaming:
                list(response.streaming_content)
            transaction.set_rollback(True)
        return response

    def _with_rows(self, asker: str, body: Any) -> Any:
        """The document's example speaks of rows that nobody has: here, of some that the asker may see."""
        own = self.rows.ids("other" if asker in {"stranger", "foreign admin"} else "own")
        return {name: own.get(name, value) for name, value in body.items()} if isinstance(body, dict) else body

    def get(self, asker: str, where: str) -> HttpResponse:
        person, client = self.people[asker], Client(raise_request_exception=False)
        with transaction.atomic():
            if person:
                client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
            response: HttpResponse = client.get(where)
            if response.streaming:
                list(response.streaming_content)
            transaction.set_rollback(True)
        return response


@pytest.fixture(scope="module")
def _house(django_db_setup: None, django_db_blocker: Any) -> Iterator[House]:
    with django_db_blocker.unblock():
        delete_everything()
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
        yield House(rows, people, secrets)
        delete_everything()


@pytest.fixture
def house(_house: House, db: None, settings: Any) -> House:
    settings.RATE_LIMITS = dict.fromkeys(settings.RATE_LIMITS, "1000000 per minute")
    return _house


def set_policy(policy: str) -> None:
    Tenant.objects.update(visibility=policy)


def wrong_rows(house: House, document: dict[str, Any], policy: str) -> tuple[list[str], int]:
    """Operations that speak of one row: what is wrong with their answers, and how many were tried."""
    wrong, tried = [], 0
    set_policy(policy)
    for operation in operations(document):
        if not operation.parameters:
            continue
        for relation in RELATIONS:
            where = operation.path.format(**house.rows.ids(relation))
            for asker in ASKERS if relation == "own" else LOOKING:
                tried += 1
                response = house.ask(asker, operation, where)
                if problem := _problem(operation, asker, relation, policy, response):
                    wrong.append(f"{operation.named}, {relation} row, {policy}: {asker} gets {problem}")
    return wrong, tried


def _problem(operation: Operation, asker: str, relation: str, policy: str, response: HttpResponse) -> str:
    """What is wrong with an answer, "" when nothing is."""
    status = response.status_code
    if asker == "nobody":
        return "" if status == 401 else str(status)
    if asker == "reader" and operation.scope != READS:
        return "" if status == 403 else str(status)
    text = "" if response.streaming else response.content.decode()
    seen = may_see(asker, relation, policy, operation.parameters)
    leaks = [word for each, word in WORDS.items() if word in text and not may_see(asker, each, policy)]
    if leaks and not set(operation.parameters) <= OF_COMPANY:
        return f"{status} with {leaks}"
    if operation.scope in FOR_MANAGERS and asker in {"agent", "stranger"}:
        return "" if status in {403, 404} else str(status)
    if not seen:
        return "" if status in {403, 404} and (status == 404 or operation.scope in FOR_MANAGERS) else str(status)
    return str(status) if status in {401, 404} or status >= 500 else ""


def wrong_lists(house: House, document: dict[str, Any], policy: str) -> tuple[list[str], int]:
    """Operations that list: whose rows they show to whom."""
    wrong, tried = [], 0
    set_policy(policy)
    for operation in operations(document):
        if operation.parameters or operation.method != "GET":
            continue
        where = operation.path + ("?q=mandou" if operation.path.endswith("/search") else "?limit=100")
        for asker in ASKERS:
            response = house.ask(asker, operation, where)
            text = response.content.decode()
            for relation, word in WORDS.items():
                tried += 1
                if asker == "nobody" or (asker == "reader" and operation.scope != READS):
                    if response.status_code not in REFUSED:
                        wrong.append(f"{operation.named}, {policy}: {asker} gets {response.status_code}")
                elif response.status_code != 200:
                    wrong.append(f"{operation.named}, {policy}: {asker} gets {response.status_code}")
                elif word in text and not may_see(asker, relation, policy):
                    wrong.append(f"{operation.named}, {policy}: {asker} is shown {relation} rows")
    return wrong, tried


def pages() -> list[Address]:
    """The addresses of pages that speak of a row of those."""
    return [each for each in addresses() if not each.is_admin and not each.is_api and not each.is_webhook]


def wrong_pages(house: House, policy: str, only: Callable[[Address], bool]) -> tuple[list[str], int]:
    """Pages, by GET: what is wrong with them, and how many were tried. Those that only take a POST say 405."""
    wrong, tried = [], 0
    set_policy(policy)
    for address in filter(only, pages()):
        for relation in RELATIONS:
            ids = house.rows.ids(relation)
            if not set(address.parameters) <= ids.keys():
                continue
            where = address.path % ids
            for asker in (*LOOKING, "nobody") if relation == "own" else LOOKING:
                tried += 1
                response = house.get(asker, where)
                text = "" if response.streaming else response.content.decode(errors="replace")
                shown = [word for each, word in WORDS.items() if word in text and not may_see(asker, each, policy)]
                if shown and not set(address.parameters) <= OF_COMPANY:
                    wrong.append(f"{address}, {relation} row, {policy}: {asker} is shown {shown}")
                if response.status_code >= 500:
                    wrong.append(f"{address}, {relation} row, {policy}: {asker} gets {response.status_code}")
    return wrong, tried


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    from config.api import api

    return dict(api.get_openapi_schema())


@PATIENCE
@pytest.mark.parametrize("policy", POLICIES)
def test_no_cell_of_the_api_leaks(house: House, document: dict[str, Any], policy: str) -> None:
    wrong, tried = wrong_rows(house, document, policy)
    more, listed = wrong_lists(house, document, policy)
    print(f"\nmatrix of the API, policy {policy}: {tried + listed} combinations")
    assert not wrong + more, "\n".join(wrong + more)
    assert tried > 40 * len(RELATIONS) * len(LOOKING)
    assert listed > 10 * len(RELATIONS) * len(LOOKING)


@PATIENCE
@pytest.mark.parametrize("policy", POLICIES)
def test_no_cell_of_the_pages_leaks(house: House, policy: str) -> None:
    wrong, tried = wrong_pages(house, policy, lambda address: bool(address.parameters))
    more, listed = wrong_pages(house, policy, lambda address: not address.parameters and "logout" not in address.name)
    print(f"\nmatrix of the pages, policy {policy}: {tried + listed} combinations")
    assert not wrong + more, "\n".join(wrong + more)
    assert tried > 40 * len(RELATIONS)


def test_the_rows_are_there_to_be_seen(house: House, document: dict[str, Any]) -> None:
    """The other half of the proof: each word is shown to those who may see it."""
    set_policy("all")
    for where in ("/api/chats?limit=100", "/api/search?q=mandou"):
        operation = Operation("GET", where, ApiScope.CHATS_READ, (), None)
        text = house.ask("agent", operation, where).content.decode()
        assert [relation for relation, word in WORDS.items() if word in text] == ["own", "team", "colleague"]
    text = house.get("agent", f"/atendimento/{house.rows.ids('team')['chat_id']}/").content.decode()
    assert WORDS["team"] in text


# --- What the matrix is for: an operation whose author forgot the rule -------------------------
careless = Rest(tags=["Careless"])


@careless.read("/careless/{uuid:chat_id}", ApiScope.CHATS_READ, Any, summary="Careless")
def forgets_the_rule(request: ApiRequest, chat_id: Any) -> HttpResponse:
    """Shows whatever it is asked for."""
    chat = Chat.objects.filter(pk=chat_id).values("phone", "last_message").first()
    return HttpResponse(json.dumps(chat, default=str), content_type="application/json")


@careless.read("/careless", ApiScope.CHATS_READ, Any, summary="Careless")
def lists_the_whole_company(request: ApiRequest) -> HttpResponse:
    """Knows the company, and forgets its policy."""
    rows = Chat.objects.filter(tenant=request.user.tenant_id).values_list("last_message", flat=True)
    return HttpResponse(json.dumps(list(rows)), content_type="application/json")


def careless_page(request: Any, chat_id: Any) -> HttpResponse:
    return HttpResponse(str(Chat.objects.get(pk=chat_id)))


careless_api = AtendimentoAPI(title="Careless", urls_namespace="careless")
careless_api.add_router("", careless)
urlpatterns = [
    path("api/c/", careless_api.urls),
    path("atendimento/<uuid:chat_id>/careless/", careless_page, name="careless"),
    path("", include("config.urls")),
]
handler500 = "config.errors.server_error"


@pytest.mark.urls(__name__)
def test_an_operation_that_forgets_the_rule_is_caught(house: House) -> None:
    document = dict(careless_api.get_openapi_schema())
    wrong, _tried = wrong_rows(house, document, "own")
    assert any("other row, own: agent" in each for each in wrong)
    assert any("colleague row, own: agent" in each for each in wrong)
    assert not any("manager" in each and "colleague" in each for each in wrong)
    wrong, _tried = wrong_lists(house, document, "own")
    assert any("agent is shown colleague rows" in each for each in wrong)


@pytest.mark.urls(__name__)
def test_a_page_that_forgets_the_rule_is_caught(house: House) -> None:
    wrong, _tried = wrong_pages(house, "own", lambda address: address.name == "careless")
    assert any("other row, own: agent is shown" in each for each in wrong)
    assert any("nobody is shown" in each for each in wrong)
