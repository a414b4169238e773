"""`manage.py restore FILE`: what `backup` wrote comes back; then the database is brought up to this version."""

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.backup import BackupError, restore


class Command(BaseCommand):
    help = "Put a backup in the place of this installation's data. Stop web and workers first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--force", action="store_true", help="delete the data that is there")

    def handle(self, *args: Any, file: Path, force: bool, **options: Any) -> None:
        try:
            restore(file.resolve(), self.stdout.write, force=force)
        except (BackupError, OSError, EOFError) as error:
            raise CommandError(str(error)) from error
        call_command("migrate", verbosity=0, interactive=False)
        self.stdout.write("Restored. Start web and workers.")
