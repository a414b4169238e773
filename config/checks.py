"""What is missing or contradictory in the configuration, said at start-up rather than at midnight."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, register
from django.http.request import validate_host


@register()
def postgresql_only(**kwargs: Any) -> list[CheckMessage]:
    """Locks, queue and search are PostgreSQL's."""
    if all(database["ENGINE"].endswith("postgresql") for database in settings.DATABASES.values()):
        return []
    hint = "Give database URLs as postgresql://user:password@host/name, or leave them out for the embedded one."
    return [Error("The database is not PostgreSQL.", hint=hint, id="atendimento.E001")]


@register()
def reachable_by_its_own_name(**kwargs: Any) -> list[CheckMessage]:
    """WAHA posts to PUBLIC_URL: a host that is not answered would lose every message."""
    address = urlsplit(settings.PUBLIC_URL)
    if address.scheme not in {"http", "https"} or not address.hostname:
        hint = "It looks like https://atendimento.example.com."
        return [Error(f"PUBLIC_URL is no address: {settings.PUBLIC_URL!r}.", hint=hint, id="atendimento.E002")]
    if validate_host(address.hostname, settings.ALLOWED_HOSTS):
        return []
    hint = f"Add {address.hostname} to ALLOWED_HOSTS."
    return [Error("PUBLIC_URL names a host that is not answered.", hint=hint, id="atendimento.E003")]


@register()
def https_is_meant(**kwargs: Any) -> list[CheckMessage]:
    """Secure cookies over plain HTTP log nobody in; plain cookies over HTTPS can be read on the way."""
    says_https = urlsplit(settings.PUBLIC_URL).scheme == "https"
    if says_https == settings.HTTPS:
        return []
    hint = "Set HTTPS=true behind TLS, and give PUBLIC_URL with https://."
    return [checks.Warning("PUBLIC_URL and HTTPS contradict each other.", hint=hint, id="atendimento.W001")]


@register()
def one_secret_for_all(**kwargs: Any) -> list[CheckMessage]:
    """A key made on this machine is another on the next one: logins would not hold."""
    if not settings.SECRET_KEY_IS_LOCAL or urlsplit(settings.PUBLIC_URL).hostname in {"127.0.0.1", "localhost"}:
        return []
    hint = "Set SECRET_KEY, the same on every machine."
    return [checks.Warning("SECRET_KEY was made on this machine.", hint=hint, id="atendimento.W002")]
