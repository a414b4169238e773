"""A company always has somebody who administers it, whichever door its people are changed through."""

from typing import Any

import pytest
from django.test import Client

from crm.models import Role, User
from tests.cast import Company, Strangers
from tests.factories import UserFactory

LAST = "A empresa precisa de pelo menos um administrador."


@pytest.fixture
def platform(client: Client) -> Client:
    """The platform's superuser in the Django admin, the only one who may change roles there."""
    root = User.objects.create_superuser("root@plataforma.example", None)
    client.force_login(root, backend="crm.backends.PersonBackend")
    return client


def change(platform: Client, person: User, **changes: Any) -> Any:
    """Save the person's page of the Django admin with these fields otherwise; a box without its tick is not sent."""
    path = f"/admin/crm/user/{person.pk}/change/"
    shown = platform.get(path).context["adminform"].form.initial | changes
    return platform.post(path, {name: value for name, value in shown.items() if value not in (None, False)})


@pytest.mark.parametrize("what", ["is_active", "role", "tenant"])
def test_the_platform_cannot_take_away_the_last_one(
    company: Company, strangers: Strangers, platform: Client, what: str
) -> None:
    taken = {"is_active": False, "role": Role.AGENT, "tenant": strangers.tenant.pk}
    refused = change(platform, company.alice, **{what: taken[what]})
    assert refused.status_code == 200
    assert LAST in refused.content.decode()
    alice = User.objects.get(pk=company.alice.pk)
    assert (alice.is_active, alice.role, alice.tenant) == (True, Role.ADMIN, company.tenant)


def test_one_of_two_may_go_and_what_else_is_changed_asks_for_nothing(company: Company, platform: Client) -> None:
    assert change(platform, company.alice, name="Alice R.").status_code == 302
    second = UserFactory(tenant=company.tenant, role=Role.ADMIN)
    assert change(platform, company.alice, is_active=False).status_code == 302
    assert not User.objects.get(pk=company.alice.pk).is_active
    assert LAST in change(platform, second, role=Role.MANAGER).content.decode()
