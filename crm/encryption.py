"""Secrets lie encrypted in the database: who gets hold of a dump, or a backup, holds no key to anybody's WhatsApp.

Fernet (AES-128-CBC with HMAC-SHA256) of the `cryptography` package. The first key encrypts, all of them decrypt: a new
one is put in front, `manage.py rotate_secrets` writes every secret anew, and the old one may go.
"""

import base64
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models, transaction

if TYPE_CHECKING:
    _TextField = models.TextField[str, str]
else:
    _TextField = models.TextField


class Undecryptable(Exception):
    """A stored secret was written with a key that we were not given."""


class EncryptedTextField(_TextField):
    """Text that only the program reads. It cannot be searched for: the same text is never stored twice alike."""

    def from_db_value(self, value: str | None, *args: Any) -> str | None:
        return decrypt(value) if value else value

    def get_prep_value(self, value: Any) -> Any:
        return encrypt(str(value)) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is encrypted and cannot be looked up.")
        return super().get_lookup(lookup_name)


def encrypt(text: str) -> str:
    return _fernet().encrypt(text.encode()).decode()


def decrypt(stored: str) -> str:
    """What `encrypt` was given. Raises `Undecryptable`, and never says what was stored."""
    try:
        return _fernet().decrypt(stored.encode()).decode()
    except InvalidToken:
        hint = (
            "FIELD_ENCRYPTION_KEYS (or SECRET_KEY) is not the one it was written with: put the old one back behind it."
        )
        raise Undecryptable(f"A stored secret cannot be read. {hint}") from None


def rotate() -> int:
    """Write every secret anew with the first key; how many. One transaction a table, its rows locked meanwhile."""
    return sum(_rotate_table(model, names) for model, names in encrypted_fields())


def encrypted_fields() -> Iterator[tuple[type[models.Model], list[str]]]:
    """Each model that keeps secrets, and in which of its fields."""
    for model in apps.get_models():
        names = [field.name for field in model._meta.concrete_fields if isinstance(field, EncryptedTextField)]
        if names:
            yield model, names


@transaction.atomic
def _rotate_table(model: type[models.Model], names: list[str]) -> int:
    rows = model._base_manager.select_for_update().only("pk", *names)
    count = 0
    for row in rows:
        row.save(update_fields=names)
        count += 1
    return count


def _fernet() -> MultiFernet:
    secret_keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return _fernet_of(tuple(settings.FIELD_ENCRYPTION_KEYS), secret_keys)


@lru_cache(maxsize=4)
def _fernet_of(own: tuple[str, ...], secret_keys: tuple[str, ...]) -> MultiFernet:
    """Keys of one's own first; what SECRET_KEY gives stays readable, so that changing over loses nothing."""
    return MultiFernet([*map(Fernet, own), *(Fernet(_derived(key)) for key in secret_keys)])


def _derived(secret_key: str) -> bytes:
    key = HKDF(SHA256(), 32, salt=None, info=b"atendimento.encryption").derive(secret_key.encode())
    return base64.urlsafe_b64encode(key)
