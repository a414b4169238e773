"""Who works here, as what, and what they say of themselves."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from crm.models import AuditAct, Presence, Role, Team, Tenant, User
from crm.requests import tenant_of

from .anew import company_changed
from .audit import record
from .sessions import end_sessions


class NotAllowed(Exception):
    """The change would leave the company without an administrator, or give somebody a role by their own hand."""


def choose_presence(user: User, presence: Presence) -> User:
    """Available, away or invisible, from now on and on every page of theirs."""
    user.presence = presence
    user.save(update_fields=["presence"])
    return user


def remember_funnel(user: User, query: str) -> None:
    """The funnel opens again as this person had it last; a filter too long to keep is not kept."""
    longest = User._meta.get_field("funnel_query").max_length or 0
    if query != user.funnel_query and len(query) <= longest:
        user.funnel_query = query
        user.save(update_fields=["funnel_query"])


@transaction.atomic
def change_person(
    person: User,
    by: User,
    *,
    name: str | None = None,
    role: Role | None = None,
    teams: Iterable[Team] | None = None,
) -> User:
    """Another name, role or teams; what is None stays. Raises `NotAllowed`."""
    person = _locked(person)
    before = _told(person)
    if role is not None and role != person.role:
        if person.pk == by.pk:
            raise NotAllowed(_("Nobody changes their own role: ask another administrator."))
        keep_an_administrator(person)
        person.role = role
    person.name = name or person.name
    person.save(update_fields=["name", "role"])
    if teams is not None:
        person.teams.set([team for team in teams if team.tenant_id == person.tenant_id])
    if before != (after := _told(person)):
        record(AuditAct.PERSON_CHANGED, person, by, before, after)
        company_changed(tenant_of(person))
    return person


@transaction.atomic
def switch_off(person: User, by: User) -> User:
    """The person comes in no more, and every page and session of theirs ends now. Raises `NotAllowed`."""
    person = _locked(person)
    if person.pk == by.pk:
        raise NotAllowed(_("Nobody switches themselves off: ask another administrator."))
    keep_an_administrator(person)
    person.is_active = False
    person.save(update_fields=["is_active"])
    record(AuditAct.PERSON_CHANGED, person, by, {"is_active": True}, {"is_active": False})
    end_sessions(person)
    return person


@transaction.atomic
def switch_on(person: User, by: User) -> User:
    """The person may come in again, with the password they had."""
    person.is_active = True
    person.save(update_fields=["is_active"])
    record(AuditAct.PERSON_CHANGED, person, by, {"is_active": False}, {"is_active": True})
    return person


def keep_an_administrator(person: User) -> None:
    """Raise `NotAllowed` when this person, as stored, is the only one who administers the company.

    For whoever is about to make an administrator something less. Within a transaction, until whose end others wait.
    """
    person = _locked(person)
    if person.role != Role.ADMIN or not person.is_active:
        return
    others = User.objects.filter(tenant=person.tenant_id, role=Role.ADMIN, is_active=True).exclude(pk=person.pk)
    if not others.exists():
        raise NotAllowed(_("The company needs at least one administrator."))


def _told(person: User) -> dict[str, Any]:
    """What of a person is told in the audit log."""
    return {"name": person.name, "role": person.role, "teams": sorted(team.name for team in person.teams.all())}


def _locked(person: User) -> User:
    # The company's row first: two administrators who remove each other at once would otherwise both succeed.
    Tenant.objects.select_for_update().filter(users=person).first()
    return User.objects.get(pk=person.pk)
