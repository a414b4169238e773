"""Who × whose × policy × operation, from the API's document: each cell is tried, and none leaks.

What a person may see is said in `matrix.py` once more, in the product's words, and compared with what every operation
answers. A new operation is in the matrix before its author thinks of it. The pages' half is `test_matrix_of_pages.py`.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import include, path

from chats.models import Chat
from config.api import AtendimentoAPI
from crm.models import ApiScope
from crm.rest import ApiRequest, Rest

from .matrix import (
    ASKERS,
    LOOKING,
    POLICIES,
    READS,
    House,
    Operation,
    may_see,
    set_policy,
    shown_amiss,
)
from .rows import RELATIONS, WORDS

FOR_MANAGERS = {ApiScope.ADMIN}
REFUSED = {401, 403}


def operations(document: dict[str, Any]) -> Iterator[Operation]:
    for where, methods in document["paths"].items():
        for method, told in methods.items():
            content = told.get("requestBody", {}).get("content", {})
            parameters = tuple(each["name"] for each in told["parameters"] if each["in"] == "path")
            queries = tuple(
                each["name"]
                for each in told["parameters"]
                if each["in"] == "query" and each["required"] and each["name"] != "q"
            )
            is_paged = any(each["name"] == "limit" for each in told["parameters"])
            body = content.get("application/json", {}).get("example")
            is_form = "multipart/form-data" in content
            yield Operation(
                method.upper(), where, ApiScope(told["x-scope"]), parameters, body, is_form, is_paged, queries
            )


def wrong_rows(house: House, document: dict[str, Any], policy: str) -> tuple[list[str], int]:
    """Operations that speak of one row: what is wrong with their answers, and how many cells were tried."""
    wrong, tried = [], 0
    set_policy(policy)
    for operation in operations(document):
        if not operation.parameters:
            continue
        assert set(operation.parameters) <= house.rows.ids("own").keys(), f"no row for {operation.named}"
        for where, relations in house.places(operation.parameters, lambda ids: operation.path.format(**ids)).items():  # noqa: B023 asked at once
            for asker in ASKERS if "own" in relations else LOOKING:
                response = house.ask(asker, operation, where)
                tried += len(relations)
                for relation in relations:
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
    leaks = shown_amiss(text, asker, policy)
    if leaks:
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
        query = "?q=mandou" if operation.path.endswith("/search") else "?limit=100" if operation.is_paged else ""
        where = operation.path + query
        for asker in ASKERS:
            response = house.ask(asker, operation, where)
            text = response.content.decode()
            for relation, word in WORDS.items():
                tried += 1
                if asker == "nobody" or (asker == "reader" and operation.scope != READS):
                    if response.status_code not in REFUSED:
                        wrong.append(f"{operation.named}, {policy}: {asker} gets {response.status_code}")
                elif operation.scope in FOR_MANAGERS and asker in {"agent", "stranger"}:
                    if response.status_code != 403:
                        wrong.append(f"{operation.named}, {policy}: {asker} gets {response.status_code}")
                elif response.status_code != 200:
                    wrong.append(f"{operation.named}, {policy}: {asker} gets {response.status_code}")
                elif word in text and not may_see(asker, relation, policy):
                    wrong.append(f"{operation.named}, {policy}: {asker} is shown {relation} rows")
    return wrong, tried


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    from config.api import api

    return dict(api.get_openapi_schema())


@pytest.mark.parametrize("policy", POLICIES)
def test_no_cell_of_the_api_leaks(house: House, document: dict[str, Any], policy: str) -> None:
    wrong, tried = wrong_rows(house, document, policy)
    more, listed = wrong_lists(house, document, policy)
    print(f"\nmatrix of the API, policy {policy}: {tried + listed} combinations")
    assert not wrong + more, "\n".join(wrong + more)
    assert tried > 40 * len(RELATIONS) * len(LOOKING)
    assert listed > 10 * len(RELATIONS) * len(LOOKING)


def test_the_rows_are_there_to_be_seen(house: House, document: dict[str, Any]) -> None:
    """The other half of the proof: each word is shown to those who may see it."""
    set_policy("all")
    for where in ("/api/chats?limit=100", "/api/search?q=mandou"):
        operation = Operation("GET", where, ApiScope.CHATS_READ, (), None)
        text = house.ask("agent", operation, where).content.decode()
        assert [relation for relation, word in WORDS.items() if word in text] == ["own", "team", "colleague"]


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


careless_api = AtendimentoAPI(title="Careless", urls_namespace="careless")
careless_api.add_router("", careless)
urlpatterns = [
    path("api/c/", careless_api.urls),
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
