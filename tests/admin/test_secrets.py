"""No page of Django's admin shows anything secret, and none loses it."""

import re
from typing import Any

import pytest
from django.test import Client

from chats.waha.models import WhatsAppSession
from crm.encryption import EncryptedTextField
from crm.models import User

from .pages import MODELS, PAGES, address_of

SECRET_NAMES = re.compile(r"secret|api_key|password|token|digest|session_key|session_data|nonce|_hash$|^hash")


def test_secrets_are_never_shown_and_survive_an_empty_form(superuser: Client) -> None:
    session = WhatsAppSession.objects.get(waha_name="vendas")
    page = superuser.get(address_of(WhatsAppSession, "change", session.pk)).content.decode()
    listed = superuser.get(address_of(WhatsAppSession, "changelist")).content.decode()
    assert session.api_key not in page + listed
    assert session.webhook_secret not in page + listed
    form = {
        "tenant": str(session.tenant_id),
        "name": "Vendas 2",
        "waha_name": session.waha_name,
        "base_url": session.base_url,
        "api_key": "",
        "webhook_secret": "",
    }
    assert superuser.post(address_of(WhatsAppSession, "change", session.pk), form).status_code == 302
    kept = WhatsAppSession.objects.get(pk=session.pk)
    assert (kept.name, kept.api_key, kept.webhook_secret) == ("Vendas 2", session.api_key, session.webhook_secret)


def _is_secret(field: Any) -> bool:
    return isinstance(field, EncryptedTextField) or SECRET_NAMES.search(field.name) is not None


def _secrets_of(row: Any) -> list[str]:
    """What of this row nobody may read: what is encrypted, and what is called a secret."""
    values = [str(getattr(row, field.attname) or "") for field in row._meta.concrete_fields if _is_secret(field)]
    # Of a password's hash each part counts: the salt, and what came of it.
    parts = [part for value in values for part in (value, *value.split("$")[3:])]
    return [part for part in parts if len(part) > 7]


@pytest.mark.parametrize("model", PAGES)
def test_no_page_shows_anything_secret_even_to_the_platform(superuser: Client, model: Any) -> None:
    row = model._default_manager.order_by("pk").last()
    secrets = _secrets_of(row)
    pages = [
        address_of(model, "changelist"),
        *(address_of(model, name, row.pk) for name in ("change", "history", "delete")),
    ]
    shown = [superuser.get(page).content.decode() for page in pages]
    assert [secret for secret in secrets if any(secret in page for page in shown)] == []
    if model is User:
        assert "argon2" not in shown[1] and "salt" not in shown[1]


def test_what_is_kept_secret_is_found_by_that_test() -> None:
    """Its other half: the expression still finds what there is to hide."""
    fields = [(model, field) for model in MODELS for field in model._meta.concrete_fields]
    found = {f"{model.__name__}.{field.name}" for model, field in fields if _is_secret(field)}
    assert {
        "User.password",
        "WhatsAppSession.api_key",
        "WhatsAppSession.webhook_secret",
        "SecondFactor.secret",
    } <= found
    assert {"RecoveryCode.digest", "UserSession.session_key", "UserSession.session_data", "Invitation.nonce"} <= found
