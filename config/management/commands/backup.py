"""`manage.py backup FILE`: the database and every file that belongs to it, in one tar."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.backup import BackupError, back_up


class Command(BaseCommand):
    help = "Write the database and all media into one file. Pages and workers may go on meanwhile."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            back_up(file.resolve(), self.stdout.write)
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from error
