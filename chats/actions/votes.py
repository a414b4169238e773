"""Who chose what in a poll."""

from datetime import datetime

from chats.models import EarlyChange, Message

from .reactions import author_of


def apply_vote(message: Message, change: EarlyChange) -> bool:
    """A person's latest vote, kept with the poll: `metadata["poll"]["votes"][voter]` is `{options, at, name}`."""
    poll = message.metadata.setdefault("poll", {})
    votes = poll.setdefault("votes", {})
    voter = author_of(message, change)
    options, known = change.data["options"], votes.get(voter)
    if known and (change.at, str(options)) <= (datetime.fromisoformat(known["at"]), str(known["options"])):
        return False
    votes[voter] = {"options": options, "at": change.at.isoformat(), "name": change.data.get("voter_name", "")}
    return True
