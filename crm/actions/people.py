"""What people say of themselves."""

from crm.models import Presence, User


def choose_presence(user: User, presence: Presence) -> User:
    """Available, away or invisible, from now on and on every page of theirs."""
    user.presence = presence
    user.save(update_fields=["presence"])
    return user
