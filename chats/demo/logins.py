"""What a person needs after seeding: who may log in, where, and where WAHA must post."""

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.conf import settings
from django.urls import reverse

from crm.models import Role

from .companies import CASA_AURORA, PASSWORD, PET_FELIZ, PLATFORM_ADMIN, Company


def describe_logins() -> str:
    """The table of logins, the page's address and each number's webhook address."""
    rows = [("Função", "Nome", "E-mail", "Senha"), ("Superusuário", "Plataforma", PLATFORM_ADMIN, PASSWORD)]
    lines = _table(rows)
    for company in (CASA_AURORA, PET_FELIZ):
        lines += ["", company.name, *_table(_people(company))]
    lines += ["", f"Página:  {settings.PUBLIC_URL}{reverse('chats:inbox')}", f"Admin:   {settings.PUBLIC_URL}/admin/"]
    return "\n".join([*lines, *_webhooks()])


def _people(company: Company) -> list[tuple[str, ...]]:
    roles = {Role.ADMIN: "Administração", Role.MANAGER: "Gerência", Role.AGENT: "Atendimento"}
    return [(roles[person.role], person.name, person.email, PASSWORD) for person in company.people]


def _webhooks() -> list[str]:
    numbers = apps.get_model("waha", "WhatsAppSession")._default_manager.select_related("tenant")
    demo: list[Any] = list(
        numbers.filter(tenant__slug__in=[CASA_AURORA.slug, PET_FELIZ.slug]).order_by("tenant", "name")
    )
    return [f"Webhook: {settings.PUBLIC_URL}{number.webhook_path}  ({number.tenant}: {number.name})" for number in demo]


def _table(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  " + "  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
