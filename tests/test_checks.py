"""Contradictory configuration is named at start-up, with an id and a hint."""

from typing import Any

import pytest
from django.core.checks import run_checks

POSTGRESQL = {"default": {"ENGINE": "django.db.backends.postgresql"}}


def ours() -> list[str | None]:
    return [check.id for check in run_checks() if str(check.id).startswith("atendimento.")]


def test_what_the_project_ships_with_is_sound() -> None:
    assert ours() == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"PUBLIC_URL": "atendimento.example.com", "SECRET_KEY_IS_LOCAL": False}, ["atendimento.E002"]),
        ({"PUBLIC_URL": "http://atendimento.example.com", "SECRET_KEY_IS_LOCAL": False}, ["atendimento.E003"]),
        ({"HTTPS": True}, ["atendimento.W001"]),
        ({"PUBLIC_URL": "https://127.0.0.1"}, ["atendimento.W001"]),
        ({"PUBLIC_URL": "http://a.example", "ALLOWED_HOSTS": [".example"]}, ["atendimento.W002"]),
        (
            {
                "PUBLIC_URL": "https://a.example",
                "ALLOWED_HOSTS": [".example"],
                "HTTPS": True,
                "SECRET_KEY_IS_LOCAL": False,
            },
            [],
        ),
    ],
)
def test_contradictions_are_named(changes: dict[str, Any], expected: list[str], settings: Any) -> None:
    settings.SECRET_KEY_IS_LOCAL = True
    for name, value in changes.items():
        setattr(settings, name, value)
    assert ours() == expected
