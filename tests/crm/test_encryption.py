"""Secrets lie encrypted, keys can be changed without losing any, and a lost key is named."""

from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import FieldError
from django.core.management import call_command
from django.db import connection

from chats.waha.models import WhatsAppSession
from crm.encryption import Undecryptable, encrypted_fields
from tests.cast import Company


def stored(number: WhatsAppSession) -> tuple[str, str]:
    """What really stands in the table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT api_key, webhook_secret FROM waha_whatsappsession WHERE id = %s", [number.pk])
        found: tuple[str, str] = cursor.fetchone()
        return found


def read(number: WhatsAppSession) -> tuple[str, str]:
    fresh = WhatsAppSession.objects.get(pk=number.pk)
    return fresh.api_key, fresh.webhook_secret


def test_keys_and_secrets_of_waha_are_not_in_the_table_as_they_are(company: Company) -> None:
    number = company.number
    assert read(number) == ("test-key", "segredo-ção")
    for text in stored(number):
        assert "test-key" not in text and "segredo" not in text
    before = stored(number)
    number.save()
    assert stored(number) != before, "the same secret twice alike would tell who shares one"


def test_nothing_named_a_secret_lies_in_the_open() -> None:
    kept = {f"{model._meta.label}.{name}" for model, names in encrypted_fields() for name in names}
    assert {"waha.WhatsAppSession.api_key", "waha.WhatsAppSession.webhook_secret"} <= kept


def test_a_new_key_reads_what_the_old_one_wrote_and_after_rotation_the_old_one_may_go(
    company: Company, settings: Any
) -> None:
    first, second = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.FIELD_ENCRYPTION_KEYS = [first]
    assert read(company.number)[0] == "test-key", "what SECRET_KEY encrypted is still read"
    company.number.save()
    settings.FIELD_ENCRYPTION_KEYS = [second, first]
    assert read(company.number)[0] == "test-key"
    call_command("rotate_secrets")
    settings.FIELD_ENCRYPTION_KEYS = [second]
    assert read(company.number) == ("test-key", "segredo-ção")


def test_a_new_secret_key_reads_what_the_old_one_wrote_as_long_as_it_is_a_fallback(
    company: Company, settings: Any
) -> None:
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another" * 10
    settings.SECRET_KEY_FALLBACKS = [old]
    assert read(company.number)[0] == "test-key"
    call_command("rotate_secrets")
    settings.SECRET_KEY_FALLBACKS = []
    assert read(company.number)[0] == "test-key"


def test_a_lost_key_is_said_and_not_taken_for_an_empty_secret(company: Company, settings: Any) -> None:
    settings.SECRET_KEY = "another" * 10
    with pytest.raises(Undecryptable, match="FIELD_ENCRYPTION_KEYS"):
        read(company.number)


def test_nobody_searches_for_a_secret(company: Company) -> None:
    with pytest.raises(FieldError):
        WhatsAppSession.objects.filter(api_key="test-key").exists()
