"""Every operation of the document, asked for by every role with whatever its shapes allow: no answer is off its shape.

`API_FUZZ_EXAMPLES` says how many requests each operation and role gets; `make test-api` asks for many.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from chats.demo.reset import delete_everything
from crm.actions import create_token
from crm.models import ApiScope, User

from .rows import Rows, make_rows

EXAMPLES = int(os.environ.get("API_FUZZ_EXAMPLES", "1"))
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]

schema = schemathesis.openapi.from_wsgi("/api/openapi.json", get_wsgi_application())
# Every border of every shape, thousands of requests: for the long run alone.
schema.config.phases.coverage.enabled = EXAMPLES > 1
# Its client leaves files half read.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")


@dataclass(frozen=True)
class Askers:
    """A token for each role, and rows of which a request may speak."""

    secrets: dict[str, str]
    rows: Rows


@pytest.fixture(scope="module")
def askers(django_db_setup: None, django_db_blocker: Any) -> Iterator[Askers]:
    with django_db_blocker.unblock():
        delete_everything()
        rows = make_rows()
        secrets = {
            "agent": _token(rows.company.ana, ApiScope.values),
            "manager": _token(rows.company.marta, ApiScope.values),
            "admin": _token(rows.company.alice, ApiScope.values),
            "reader": _token(rows.company.bruno, [ApiScope.CHATS_READ, ApiScope.CRM_READ]),
        }
        yield Askers(secrets, rows)
        delete_everything()


def _token(user: User, scopes: Any) -> str:
    return create_token(user, "teste", scopes)[1]


@pytest.fixture(autouse=True)
def _same_connection() -> Iterator[None]:
    """The test's transaction lives on it; a real request's end might close it. Django's own client does the same."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


_turn = count()


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=EXAMPLES < 10,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_no_answer_is_off_its_shape(case: schemathesis.Case, askers: Askers, db: None) -> None:
    """Each request is made by every role; two of three speak of rows that exist."""
    if next(_turn) % 3:
        _speak_of(case, askers.rows)
    for secret in askers.secrets.values():
        case.call_and_validate(headers={"Authorization": f"Bearer {secret}"}, checks=CHECKS)


def _speak_of(case: schemathesis.Case, rows: Rows) -> None:
    """Put ids of our own rows where the request names any."""
    known = rows.ids("own")
    case.path_parameters = {name: known.get(name, value) for name, value in (case.path_parameters or {}).items()}
    if isinstance(case.body, dict):
        for name in case.body.keys() & known.keys():
            case.body[name] = known[name]
