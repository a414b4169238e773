"""`manage.py rotate_secrets`: every stored secret is written anew with the first of the keys."""

from typing import Any

from django.core.management.base import BaseCommand

from crm import encryption


class Command(BaseCommand):
    help = "Encrypts every stored secret anew with the first key; those behind it may then be removed."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{encryption.rotate()} rows were written anew.")
