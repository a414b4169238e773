"""Fixtures everybody uses."""

from collections.abc import Callable

import pytest
from django.test import Client

from crm.models import User

from .cast import Company, Strangers, make_company, make_strangers


@pytest.fixture
def company(db: None) -> Company:
    """Casa Aurora and its people."""
    return make_company()


@pytest.fixture
def strangers(db: None) -> Strangers:
    """Pet Feliz, who must see nothing of Casa Aurora."""
    return make_strangers()


@pytest.fixture
def browse() -> Callable[[User], Client]:
    """A client logged in as a person."""

    def browse(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return browse
