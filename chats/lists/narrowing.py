"""What the list can be narrowed to: a team, a tag, a number, a stage, an agent."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from chats.models import ChatQuerySet
from crm.models import Stage, Tag, Team, User


@dataclass(frozen=True)
class Narrowing:
    """One of them: its `name` in the address, what it compares, and what a company can choose from."""

    name: str
    label: object
    column: str
    options: Callable[[UUID], QuerySet[Any]]


@dataclass(frozen=True)
class Narrowed:
    """What was chosen."""

    by: Narrowing
    value: UUID
    text: str

    def select(self, chats: ChatQuerySet) -> ChatQuerySet:
        return chats.filter(**{self.by.column: self.value})


def _numbers(tenant_id: UUID) -> QuerySet[Any]:
    """The model is another room's, reached by name."""
    sessions = apps.get_model("waha", "WhatsAppSession")
    return sessions._default_manager.filter(tenant_id=tenant_id).order_by("name")


NARROWINGS = (
    Narrowing("setor", _("Team"), "team", lambda tenant_id: Team.objects.filter(tenant_id=tenant_id)),
    Narrowing("etiqueta", _("Tag"), "tags", lambda tenant_id: Tag.objects.filter(tenant_id=tenant_id)),
    Narrowing("numero", _("Number"), "session", _numbers),
    Narrowing("etapa", _("Stage"), "opportunity__stage", lambda tenant_id: Stage.objects.filter(tenant_id=tenant_id)),
    Narrowing(
        "atendente",
        _("Agent"),
        "assigned_to",
        lambda tenant_id: User.objects.filter(tenant_id=tenant_id, is_active=True).order_by("name"),
    ),
)


def read_narrowed(query: QueryDict, tenant_id: UUID) -> tuple[Narrowed, ...]:
    """What an address asks for; what this company does not have reads as nothing. One query for each that is given."""
    asked = ((by, _uuid(query.get(by.name, ""))) for by in NARROWINGS)
    found = ((by, value, by.options(tenant_id).filter(pk=value).first()) for by, value in asked if value)
    return tuple(Narrowed(by, value, str(row)) for by, value, row in found if row)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
