"""What happens to conversations. These functions are the only writers.

Each is one transaction that locks its chat first, takes the next `seq`, and announces once.
"""

from .amend import delete_for_everyone, edit_message, give_up_amendment, react, retry_amendment
from .assign import assign
from .changes import record_ack, record_edit, record_reaction, record_revoke, record_vote
from .delivery import begin_sending, record_failure, record_sent, record_unconfirmed
from .groups import rename_group
from .lifecycle import reopen, resolve
from .media import copy_again
from .merging import learn_pair, undo_merge
from .outgoing import Outgoing, Upload
from .read import read
from .receive import Arrival, Incoming, receive_call, receive_message
from .send import NotSendable, add_note, cancel, forward, retry, send_message

__all__ = [
    "Arrival",
    "Incoming",
    "NotSendable",
    "Outgoing",
    "Upload",
    "add_note",
    "assign",
    "begin_sending",
    "cancel",
    "copy_again",
    "delete_for_everyone",
    "edit_message",
    "forward",
    "give_up_amendment",
    "learn_pair",
    "react",
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
    "rename_group",
    "reopen",
    "resolve",
    "retry",
    "retry_amendment",
    "send_message",
    "undo_merge",
]
