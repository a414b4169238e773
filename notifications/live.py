"""A bell that changed reaches its owner's open pages."""

from uuid import UUID

from crm.live import nudge, user_group


def bell_changed(user_id: UUID) -> None:
    """Nudge all pages of this person, on commit."""
    nudge(user_group(user_id), "bell", user=str(user_id))
