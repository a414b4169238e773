"""WAHA's room in Django's admin."""

from . import events, numbers

__all__ = ["events", "numbers"]
