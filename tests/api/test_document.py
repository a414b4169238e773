"""The document that describes the API, and the page that shows it."""

import re
from typing import Any

import pytest
from django.test import Client
from openapi_spec_validator import OpenAPIV31SpecValidator

from config.api import api
from crm.models import ApiScope


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return dict(api.get_openapi_schema())


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, method, each) for path, methods in document["paths"].items() for method, each in methods.items()]


def test_it_is_a_valid_document(client: Client) -> None:
    response = client.get("/api/openapi.json")
    OpenAPIV31SpecValidator(response.json()).validate()


def test_every_operation_says_what_it_does_who_may_and_what_goes_wrong(document: dict[str, Any]) -> None:
    ids = [operation["operationId"] for _path, _method, operation in operations(document)]
    assert len(set(ids)) == len(ids)
    for path, method, operation in operations(document):
        where = f"{method} {path}"
        assert operation["summary"], where
        assert "Scope: `" in operation["description"], where
        assert operation["x-scope"] in ApiScope.values, where
        assert {"Bearer", "Session"} == {name for each in operation["security"] for name in each}, where
        statuses = {str(status) for status in operation["responses"]}
        assert {"400", "401", "403", "404", "422", "429", "500"} <= statuses, where
        error = operation["responses"][401]["content"]["application/json"]["schema"]
        assert error == {"$ref": "#/components/schemas/Error"}, where


def test_every_body_has_an_example_that_its_shape_takes(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        content = operation.get("requestBody", {}).get("content", {})
        if "application/json" in content:
            assert "example" in content["application/json"], f"{method} {path}"


def test_what_creates_takes_an_idempotency_key(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        names = {parameter["name"] for parameter in operation["parameters"]}
        assert ("Idempotency-Key" in names) == (201 in operation["responses"]), f"{method} {path}"


def test_the_page_of_the_document_obeys_our_policy(client: Client) -> None:
    """Nothing of it is inline or from elsewhere."""
    html = client.get("/api/docs").content.decode()
    scripts = re.findall(r"<script([^>]*)>", html)
    assert scripts
    for attributes in scripts:
        assert 'type="application/json"' in attributes or 'src="/static/' in attributes
    assert "<style" not in html
    assert "https://" not in html
