"""`manage.py seed`: demo companies with their people and conversations."""
from typing import Any
from django.core.management.base import BaseCommand
from django.utils import timezone
from chats.demo.world import make_world
class Command(BaseCommand):
    def handle(self, *args: Any, **options: Any) -> None:
        make_world(timezone.now(), 7, 120, lambda p, _: p)
