"""`manage.py seed`: two invented companies with their people and conversations, and as many more as asked for."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any, TypeVar

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from chats.demo.bulk import Size, fill
from chats.demo.companies import BULK_SLUG, DEMO_SLUGS
from chats.demo.logins import describe_logins
from chats.demo.reset import delete_everything
from chats.demo.world import DEFAULT_CHATS, make_world
from crm.models import Tenant

Item = TypeVar("Item")
# Above this, conversations are made in bulk: the actions tell some fifty messages a second.
MOST_TOLD_CHATS = 400


class Command(BaseCommand):
    help = "Makes demo companies; the same --seed makes the same world, seen from now."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--chats", type=int, default=DEFAULT_CHATS, help="all conversations (default: %(default)s)")
        parser.add_argument("--messages", type=int, default=0, help="all messages (default: ten a chat)")
        parser.add_argument("--tenants", type=int, default=2, help="companies the bulk is spread over")
        parser.add_argument("--seed", type=int, default=7, help="another number, another world")
        parser.add_argument("--reset", action="store_true", help="delete all companies first")
        parser.add_argument("--if-empty", action="store_true", help="do nothing where a company exists")
        parser.add_argument("--logins", action="store_true", help="only print the logins")
        parser.add_argument("--force", action="store_true", help="also where other companies than ours exist")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["if_empty"] and Tenant.objects.exists():
            return
        if not options["logins"]:
            self._refuse_real_data(force=options["force"])
            self._make(**options)
        self.stdout.write(describe_logins())

    def _make(self, *, chats: int, messages: int, tenants: int, seed: int, reset: bool, **options: Any) -> None:
        if chats < 1 or tenants < 1:
            raise CommandError("At least one chat and one company.")
        if reset:
            delete_everything()
        elif Tenant.objects.filter(slug__in=DEMO_SLUGS).exists():
            raise CommandError("The demo is here already: use --reset to begin anew, or --if-empty to keep it.")
        now = timezone.now()
        told = chats if chats <= MOST_TOLD_CHATS else DEFAULT_CHATS
        make_world(now, seed, told, self._progress)
        if chats > told:
            fill(Size(chats - told, messages or chats * 10, tenants), seed, now, self._progress)

    def _progress(self, items: Iterable[Item], title: str) -> Iterable[Item]:
        bar: Iterable[Item] = tqdm(items, desc=title, unit="chat", disable=not sys.stderr.isatty())
        return bar

    def _refuse_real_data(self, *, force: bool) -> None:
        """Demo rows beside real ones, or --reset on them, would be a disaster; it must be meant."""
        ours = Tenant.objects.filter(slug__in=DEMO_SLUGS) | Tenant.objects.filter(slug__startswith=BULK_SLUG)
        if not settings.DEBUG and not force and Tenant.objects.exclude(pk__in=ours).exists():
            raise CommandError("This database holds companies that are not the demo's. Use --force if you mean it.")
