"""Conversations in Django's admin, one file a subject."""

from . import conversations, desk, steps

__all__ = ["conversations", "desk", "steps"]
