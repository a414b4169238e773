"""What people say of themselves."""

from crm.models import Presence, User


def choose_presence(user: User, presence: Presence) -> User:
    """Available, away or invisible, from now on and on every page of theirs."""
    user.presence = presence
    user.save(update_fields=["presence"])
    return user


def remember_funnel(user: User, query: str) -> None:
    """The funnel opens again as this person had it last; a filter too long to keep is not kept."""
    longest = User._meta.get_field("funnel_query").max_length or 0
    if query != user.funnel_query and len(query) <= longest:
        user.funnel_query = query
        user.save(update_fields=["funnel_query"])
