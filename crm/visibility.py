"""Who sees which conversation: one rule, said once for the database and once for a row in hand.

The two forms stand side by side so that they are read, changed and tested together
(`tests/crm/test_visibility.py` compares them for every kind of person, policy and chat).
"""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from django.db.models import Q

from .models import User, VisibilityPolicy


class Assignable(Protocol):
    """What the rule asks of a conversation."""

    tenant_id: UUID
    team_id: UUID | None
    assigned_to_id: UUID | None


@dataclass(frozen=True)
class Scope:
    """What one person may see, read once from their row and their teams."""

    tenant_id: UUID | None
    user_id: UUID
    policy: VisibilityPolicy
    team_ids: frozenset[UUID]

    @classmethod
    def of(cls, user: User) -> "Scope":
        """The person's scope now. One query for the teams, and only where the policy asks for them."""
        policy = VisibilityPolicy.ALL
        if user.tenant and not user.sees_everything:
            policy = VisibilityPolicy(user.tenant.visibility)
        teams: frozenset[UUID] = frozenset()
        if policy is not VisibilityPolicy.ALL:
            teams = frozenset(team.pk for team in user.teams.all())
        tenant_id = user.tenant_id if user.is_active else None
        return cls(tenant_id, user.pk, policy, teams)

    def rows(self) -> Q:
        """The rule for a queryset."""
        if self.tenant_id is None:
            return Q(pk__in=[])
        company = Q(tenant_id=self.tenant_id)
        if self.policy is VisibilityPolicy.ALL:
            return company
        mine = Q(assigned_to_id=self.user_id)
        queue = Q(assigned_to=None) & (Q(team=None) | Q(team_id__in=self.team_ids))
        if self.policy is VisibilityPolicy.OWN:
            return company & (mine | queue)
        return company & (mine | queue | Q(team_id__in=self.team_ids))

    def admits(self, chat: Assignable) -> bool:
        """The same rule for a row already loaded."""
        if self.tenant_id is None or chat.tenant_id != self.tenant_id:
            return False
        if self.policy is VisibilityPolicy.ALL or chat.assigned_to_id == self.user_id:
            return True
        of_my_team = chat.team_id in self.team_ids
        if chat.assigned_to_id is None and (chat.team_id is None or of_my_team):
            return True
        return self.policy is VisibilityPolicy.TEAM and of_my_team
