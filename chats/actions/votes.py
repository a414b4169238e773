"""Who chose what in a poll."""

from datetime import datetime

from chats.models import EarlyChange, Message


def apply_vote(message: Message, change: EarlyChange) -> bool:
    """A person's latest vote, kept with the poll: `metadata["poll"]["votes"][voter]` is `{options, at, name}`."""
    poll = message.metadata.setdefault("poll", {})
    votes = poll.setdefault("votes", {})
    options, known = change.data["options"], votes.get(change.key)
    if known and (change.at, str(options)) <= (datetime.fromisoformat(known["at"]), str(known["options"])):
        return False
    votes[change.key] = {"options": options, "at": change.at.isoformat(), "name": change.data.get("voter_name", "")}
    return True
