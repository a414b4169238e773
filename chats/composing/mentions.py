"""Colleagues whom an internal note calls with `@`: people by name, and teams."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from chats.models import Chat
from crm.models import Team, User
from crm.search import fold
from crm.visibility import Scope


@dataclass(frozen=True)
class Mentionable:
    """Somebody, or a team, whom a note in this chat may call."""

    name: str
    people: tuple[User, ...]
    is_team: bool = False


def mentionable_in(chat: Chat, asker: User | None = None) -> list[Mentionable]:
    """People who may see the chat, then teams with such people; without the one who asks. Three queries or so."""
    colleagues = list(User.objects.filter(tenant_id=chat.tenant_id, is_active=True).order_by("name"))
    scopes = Scope.of_all(colleagues)
    people = {user.pk: user for user in colleagues if scopes[user.pk].admits(chat) and user != asker}
    teams = Team.objects.filter(tenant_id=chat.tenant_id).prefetch_related("members")
    members = {team: tuple(user for user in team.members.all() if user.pk in people) for team in teams}
    return [
        *(Mentionable(user.name, (user,)) for user in people.values()),
        *(Mentionable(team.name, found, is_team=True) for team, found in members.items() if found),
    ]


def matching(found: Iterable[Mentionable], typed: str) -> list[Mentionable]:
    """Those of whose names some word begins with what was typed."""
    wanted = fold(typed)
    return [each for each in found if any(part.startswith(wanted) for part in _beginnings(fold(each.name)))]


def mentioned_in(body: str, found: Iterable[Mentionable]) -> list[User]:
    """Whom a text calls, each once. Of two names that both fit, the longer one is meant."""
    rest, called = body.casefold(), dict[object, User]()
    for each in sorted(found, key=lambda each: -len(each.name)):
        pattern = re.compile(rf"(?<!\w)@{re.escape(each.name.casefold())}(?!\w)")
        if pattern.search(rest):
            rest = pattern.sub(" ", rest)
            called |= {user.pk: user for user in each.people}
    return list(called.values())


def _beginnings(name: str) -> list[str]:
    """The name from each of its words on: "ana souza" is found by "ana s" and by "sou"."""
    words = name.split()
    return [" ".join(words[start:]) for start in range(len(words))]
