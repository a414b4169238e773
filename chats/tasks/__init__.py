"""Background work of conversations that needs no WAHA, one file a subject."""

from . import api, drafts, hooks, importing, links, privacy, reminding, scheduled, team, waking

__all__ = ["api", "drafts", "hooks", "importing", "links", "privacy", "reminding", "scheduled", "team", "waking"]
