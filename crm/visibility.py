"""Who sees which conversation: one rule, said once for the database and once for a row in hand.

The two forms stand side by side so that they are read, changed and tested together
(`tests/crm/test_visibility.py` compares them for every kind of person, policy and chat).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, QuerySet

from .models.people import Team, User
from .models.tenants import VisibilityPolicy


class Assignable(Protocol):
    """What the rule asks of a conversation."""

    pk: UUID
    tenant_id: UUID
    team_id: UUID | None
    assigned_to_id: UUID | None


@dataclass(frozen=True)
class Scope:
    """What one person may see, read once from their row, their teams and the conversations they watch."""

    tenant_id: UUID | None
    user_id: UUID
    policy: VisibilityPolicy
    team_ids: frozenset[UUID] = frozenset()
    watched_ids: frozenset[UUID] = frozenset()

    @classmethod
    def of(cls, user: User) -> "Scope":
        """The person's scope now; two queries more, and only where the policy asks for teams and watchers."""
        return cls.of_all([user])[user.pk]

    @classmethod
    def of_all(cls, users: Iterable[User]) -> "dict[UUID, Scope]":
        """The scopes of many people, with as many queries as for one."""
        people = {user.pk: user for user in users}
        policies = {pk: _policy_of(user) for pk, user in people.items()}
        bounded = [pk for pk, policy in policies.items() if policy is not VisibilityPolicy.ALL]
        teams, watched = _team_ids(bounded), _watched_ids(bounded)
        return {
            pk: cls(user.tenant_id if user.is_active else None, pk, policies[pk], teams[pk], watched[pk])
            for pk, user in people.items()
        }

    @property
    def sees_all(self) -> bool:
        """Everything of their company."""
        return self.policy is VisibilityPolicy.ALL

    def rows(self) -> Q:
        """The rule for a queryset."""
        if self.tenant_id is None:
            return Q(pk__in=[])
        company = Q(tenant_id=self.tenant_id)
        if self.sees_all:
            return company
        mine = Q(assigned_to_id=self.user_id)
        if self.watched_ids:
            mine |= Q(pk__in=self.watched_ids)
        queue = Q(assigned_to=None) & (Q(team=None) | Q(team_id__in=self.team_ids))
        if self.policy is VisibilityPolicy.OWN:
            return company & (mine | queue)
        return company & (mine | queue | Q(team_id__in=self.team_ids))

    def records(self, owner: str) -> Q:
        """The rule for what is kept about a customer and is somebody's, as its column `owner` says: sales, plans.

        A person sees their own; under `team`, their colleagues' too; and whatever is kept about a customer whose
        conversation they see, because its panel shows that. What is nobody's and of a customer without a conversation
        is for all to take, as the queue is.
        """
        if self.tenant_id is None:
            return Q(pk__in=[])
        company = Q(tenant_id=self.tenant_id)
        if self.sees_all:
            return company
        chats = _of_contact("chats", "Chat", key="contact").filter(merged_into=None)
        in_sight = Q(Exists(chats.filter(self.rows())))
        return company & (self.owned(owner) | in_sight | Q(**{owner: None}) & ~Q(Exists(chats)))

    def contacts(self) -> Q:
        """The rule for a queryset of contacts, by what they have: chats, opportunities, leads."""
        if self.tenant_id is None:
            return Q(pk__in=[])
        company = Q(tenant_id=self.tenant_id)
        if self.sees_all:
            return company
        chats, sales = _of_contact("chats", "Chat"), [_of_contact("crm", "Opportunity"), _of_contact("crm", "Lead")]
        seen = Q(Exists(chats.filter(self.rows(), merged_into=None)))
        looked_after = Q(Exists(chats.filter(Q(assigned_to__isnull=False) | Q(team__isnull=False), merged_into=None)))
        for rows in sales:
            seen |= Q(Exists(rows.filter(self.owned())))
            looked_after |= Q(Exists(rows.filter(owner__isnull=False)))
        return company & (seen | ~looked_after)

    def owned(self, owner: str = "owner") -> Q:
        """What has an owner, and is this person's; under `team`, also what their colleagues of a team have."""
        mine = Q(**{owner: self.user_id})
        if self.policy is VisibilityPolicy.TEAM and self.team_ids:
            members = Team.members.through._default_manager.filter(team_id__in=self.team_ids)
            return mine | Q(**{f"{owner}__in": members.values("user_id")})
        return mine

    def admits(self, chat: Assignable) -> bool:
        """The same rule for a row already loaded."""
        if self.tenant_id is None or chat.tenant_id != self.tenant_id:
            return False
        if self.sees_all or chat.assigned_to_id == self.user_id or chat.pk in self.watched_ids:
            return True
        of_my_team = chat.team_id in self.team_ids
        if chat.assigned_to_id is None and (chat.team_id is None or of_my_team):
            return True
        return self.policy is VisibilityPolicy.TEAM and of_my_team


def _of_contact(room: str, model: str, key: str = "pk") -> "QuerySet[Any]":
    """What the contact that is `key` of the outer row has in a table. By name: conversations are another room's."""
    rows: QuerySet[Any] = apps.get_model(room, model)._default_manager.all()
    return rows.filter(contact=OuterRef(key))


def _policy_of(user: User) -> VisibilityPolicy:
    if user.tenant is None or user.sees_everything:
        return VisibilityPolicy.ALL
    return VisibilityPolicy(user.tenant.visibility)


def _team_ids(user_ids: Collection[UUID]) -> defaultdict[UUID, frozenset[UUID]]:
    if not user_ids:
        return _gathered(())
    members = Team.members.through._default_manager.filter(user_id__in=user_ids)
    return _gathered(members.values_list("user_id", "team_id"))


def _watched_ids(user_ids: Collection[UUID]) -> defaultdict[UUID, frozenset[UUID]]:
    if not user_ids:
        return _gathered(())
    # By the people's side of the relation: conversations are another room's.
    watchers = User.objects.filter(pk__in=user_ids, watched_chats__isnull=False)
    return _gathered(watchers.values_list("pk", "watched_chats"))


def _gathered(pairs: Iterable[tuple[UUID, UUID]]) -> defaultdict[UUID, frozenset[UUID]]:
    found: defaultdict[UUID, frozenset[UUID]] = defaultdict(frozenset)
    for person, thing in pairs:
        found[person] |= {thing}
    return found
