"""Background work of conversations that needs no WAHA, one file a subject."""

from . import api, drafts, importing, links, scheduled, team, waking

__all__ = ["api", "drafts", "importing", "links", "scheduled", "team", "waking"]
