"""Conversations in Django's admin, one file a subject."""

from . import conversations, desk

__all__ = ["conversations", "desk"]
