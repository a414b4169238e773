"""What happens to conversations. These functions are the only writers.

Each is one transaction that locks its chat first, takes the next `seq`, and announces once.
"""

from .assign import assign
from .changes import record_ack, record_edit, record_reaction, record_revoke, record_vote
from .delivery import begin_sending, record_failure, record_sent, record_unconfirmed
from .lifecycle import reopen, resolve
from .merging import learn_pair, undo_merge
from .read import read
from .receive import Arrival, Incoming, receive_call, receive_message
from .send import NotSendable, add_note, retry, send_message

__all__ = [
    "Arrival",
    "Incoming",
    "NotSendable",
    "add_note",
    "assign",
    "begin_sending",
    "learn_pair",
    "read",
    "receive_call",
    "receive_message",
    "record_ack",
    "record_edit",
    "record_failure",
    "record_reaction",
    "record_revoke",
    "record_sent",
    "record_unconfirmed",
    "record_vote",
    "reopen",
    "resolve",
    "retry",
    "send_message",
    "undo_merge",
]
