"""Every address there is, walked from the root of the URL map."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.regex_helper import normalize

OUR_APPS = {"crm", "chats", "waha", "notifications"}


@dataclass(frozen=True)
class Address:
    """An address of the URL map: its name, and its path with `%(name)s` where something is filled in."""

    name: str
    path: str
    parameters: tuple[str, ...]
    model: type[Model] | None

    @property
    def is_admin(self) -> bool:
        return self.path.startswith("/admin/")

    @property
    def is_of_others(self) -> bool:
        """An admin page of a table that no company's rows lie in."""
        return self.model is not None and self.model._meta.app_label not in OUR_APPS

    @property
    def is_for_managers(self) -> bool:
        """Settings: an agent is told that they are not theirs, of whatever company the row is."""
        personal = ("/configuracoes/api/", "/configuracoes/preferencias/")
        return self.path.startswith("/configuracoes/") and not self.path.startswith(personal)

    @property
    def is_api(self) -> bool:
        """The operations; tests/api tries each with the method and the body that it takes."""
        return self.path.startswith("/api/")

    @property
    def is_webhook(self) -> bool:
        return self.name == "waha:webhook"

    def __str__(self) -> str:
        return f"{self.name or '(nameless)'} {self.path}"


def addresses(resolver: URLResolver | None = None, path: str = "/", space: str = "") -> Iterator[Address]:
    """All addresses, walked from the root of `config.urls`."""
    for entry in (resolver or get_resolver()).url_patterns:
        piece, parameters = normalize(entry.pattern.regex.pattern)[0]
        here = path + piece
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from addresses(entry, here, inner)
        elif isinstance(entry, URLPattern):
            known = tuple(re.findall(r"%\((\w+)\)s", here))
            assert set(parameters) <= set(known), entry
            name = f"{space}{entry.name}" if entry.name else ""
            yield Address(name, here, known, _admin_model(entry))


def _admin_model(entry: URLPattern) -> type[Model] | None:
    """The model of an admin page; Django keeps it on the view."""
    admin = getattr(getattr(entry, "callback", None), "model_admin", None)
    return getattr(admin, "model", None)
