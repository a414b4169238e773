"""The rule in both of its forms, for every kind of person, policy and chat: they agree, and with the product."""

import random
from itertools import product

import pytest
from pytest_django import DjangoAssertNumQueries

from chats.models import Chat
from crm.models import Role, User, VisibilityPolicy
from crm.visibility import Scope
from tests.cast import Company, Strangers
from tests.factories import ChatFactory, TeamFactory, UserFactory

OWNERS = ("me", "other", "nobody")
TEAMS = ("mine", "other", "none")


def make_chats(company: Company) -> dict[tuple[str, str], Chat]:
    """One chat for every owner and team, as Ana of Vendas sees them."""
    support = TeamFactory(tenant=company.tenant, name="Suporte")
    owners = {"me": company.ana, "other": company.bruno, "nobody": None}
    teams = {"mine": company.sales, "other": support, "none": None}
    return {
        (owner, team): ChatFactory(tenant=company.tenant, assigned_to=owners[owner], team=teams[team])
        for owner, team in product(OWNERS, TEAMS)
    }


def may_see(role: str, policy: str, owner: str, team: str) -> bool:
    """The product's rule, in its own words."""
    if role in {"ADMIN", "MANAGER"} or policy == "all" or owner == "me":
        return True
    in_my_queue = owner == "nobody" and team in {"mine", "none"}
    return in_my_queue or (policy == "team" and team == "mine")


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("policy", VisibilityPolicy.values)
def test_the_database_and_the_row_in_hand_say_the_same(
    company: Company, strangers: Strangers, role: str, policy: str
) -> None:
    company.tenant.visibility = policy
    company.tenant.save()
    User.objects.filter(pk=company.ana.pk).update(role=role)
    chats = make_chats(company)
    foreign = [
        ChatFactory(tenant=strangers.tenant),
        ChatFactory(tenant=strangers.tenant, assigned_to=strangers.otto),
        # Rows that no action makes; should one come to be, it still belongs to its company.
        ChatFactory(tenant=strangers.tenant, assigned_to=company.ana, team=company.sales),
    ]
    scope = Scope.of(User.objects.get(pk=company.ana.pk))
    by_database = set(Chat.objects.filter(scope.rows()))
    by_row = {chat for chat in [*chats.values(), *foreign] if scope.admits(chat)}
    expected = {chat for (owner, team), chat in chats.items() if may_see(role, policy, owner, team)}
    assert by_database == expected
    assert by_row == expected


@pytest.mark.parametrize("seed", range(6))
def test_with_watchers_and_any_mixture_of_teams_they_still_say_the_same(company: Company, seed: int) -> None:
    """The rule is said in one more way here, by hand; all three agree on random companies."""
    rng = random.Random(seed)
    people = [company.ana, company.bruno, company.marta, *(UserFactory(tenant=company.tenant) for _ in range(3))]
    teams = [company.sales, *(TeamFactory(tenant=company.tenant) for _ in range(2))]
    for team in teams:
        team.members.set(rng.sample(people, rng.randint(0, 4)))
    company.tenant.visibility = rng.choice([VisibilityPolicy.TEAM, VisibilityPolicy.OWN])
    company.tenant.save()
    chats = []
    for _ in range(25):
        owner, team = rng.choice([None, *people]), rng.choice([None, *teams])
        chat = ChatFactory(tenant=company.tenant, assigned_to=owner, team=team)
        chat.watchers.set(rng.sample(people, rng.randint(0, 2)))
        chats.append(chat)
    scopes = Scope.of_all(User.objects.filter(tenant=company.tenant))
    for person in people:
        scope = scopes[person.pk]
        assert scope == Scope.of(User.objects.get(pk=person.pk))
        mine = set(person.teams.all())
        expected = {
            chat
            for chat in chats
            if person.sees_everything
            or chat.assigned_to == person
            or person in chat.watchers.all()
            or (chat.assigned_to is None and (chat.team is None or chat.team in mine))
            or (company.tenant.visibility == VisibilityPolicy.TEAM and chat.team in mine)
        }
        assert set(Chat.objects.filter(scope.rows())) == expected
        assert {chat for chat in chats if scope.admits(chat)} == expected


def test_the_scopes_of_many_cost_as_much_as_one(
    company: Company, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    company.tenant.visibility = VisibilityPolicy.TEAM
    company.tenant.save()
    people = list(User.objects.filter(tenant=company.tenant))
    with django_assert_num_queries(2):
        Scope.of_all(people)
    with django_assert_num_queries(0):
        Scope.of(company.marta)


@pytest.mark.parametrize("role", Role.values)
def test_whoever_left_the_company_sees_nothing(company: Company, role: str) -> None:
    chat = ChatFactory(tenant=company.tenant, assigned_to=company.ana)
    User.objects.filter(pk=company.ana.pk).update(is_active=False, role=role)
    scope = Scope.of(User.objects.get(pk=company.ana.pk))
    assert not Chat.objects.filter(scope.rows()).exists()
    assert not scope.admits(chat)


def test_the_platforms_superuser_sees_no_companys_chats(company: Company) -> None:
    chat = ChatFactory(tenant=company.tenant)
    root = User.objects.create_superuser("root@plataforma.example", None)
    scope = Scope.of(root)
    assert not Chat.objects.filter(scope.rows()).exists()
    assert not scope.admits(chat)


def test_visible_to_narrows_what_it_is_called_on(company: Company) -> None:
    mine = ChatFactory(tenant=company.tenant, assigned_to=company.ana)
    ChatFactory(tenant=company.tenant)
    assert list(Chat.objects.mine(company.ana).visible_to(company.ana)) == [mine]
