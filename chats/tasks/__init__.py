"""Background work of conversations that needs no WAHA, one file a subject."""

from . import drafts, importing, links, scheduled, team, waking

__all__ = ["drafts", "importing", "links", "scheduled", "team", "waking"]
