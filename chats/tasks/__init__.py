"""Background work of conversations that needs no WAHA, one file a subject."""

from . import drafts, links, scheduled, team, waking

__all__ = ["drafts", "links", "scheduled", "team", "waking"]
