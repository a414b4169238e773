"""Background work of conversations that needs no WAHA, one file a subject."""

from . import api, drafts, importing, links, reminding, scheduled, team, waking

__all__ = ["api", "drafts", "importing", "links", "reminding", "scheduled", "team", "waking"]
