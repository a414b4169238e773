"""What one web process says of the people at its pages, and what it has told those pages of their colleagues."""

from collections.abc import Iterable
from uuid import UUID, uuid4

from chats.batch import insiders
from chats.people.colleagues import Colleague, inside, say_inside, tell
from crm.models import Presence, User

# A conversation, and somebody who looks at it.
Look = tuple[UUID, UUID]


class Whereabouts:
    """Of all companies with pages here. Looking again and again makes good what was missed, and what expired."""

    def __init__(self) -> None:
        self._place = uuid4().hex[:8]
        self._said: dict[UUID, frozenset[Look]] = {}
        self._told: dict[UUID, dict[UUID, tuple[Colleague, ...]]] = {}

    def say(self, tenant_id: UUID, looks: Iterable[Look]) -> None:
        """These people look at these conversations now. Whoever chose to be invisible is."""
        wanted = set(looks)
        rows = User.objects.filter(pk__in={user for _chat, user in wanted}).exclude(presence=Presence.OFFLINE)
        names = dict(rows.values_list("pk", "name")) if wanted else {}
        now = frozenset(look for look in wanted if look[1] in names)
        before = self._said.pop(tenant_id, frozenset())
        say_inside(tenant_id, self._place, {look: names[look[1]] for look in now}, before - now)
        if now:
            self._said[tenant_id] = now
        if now != before:
            tell(tenant_id)

    def news_for(self, tenant_id: UUID, user_ids: Iterable[UUID]) -> dict[UUID, str]:
        """Where somebody came, went, or began to write since the last time: for each of these people, a text."""
        before, now = self._told.pop(tenant_id, {}), inside(tenant_id)
        if now:
            self._told[tenant_id] = now
        changed = {pk: now.get(pk, ()) for pk in before.keys() | now.keys() if before.get(pk) != now.get(pk)}
        return insiders(tenant_id, changed, user_ids) if changed else {}

    def all_for(self, tenant_id: UUID, user_id: UUID) -> str:
        """Everybody who is anywhere, for a page that has just come, or come back: what it showed before is over."""
        return insiders(tenant_id, inside(tenant_id), [user_id], whole=True).get(user_id, "")
