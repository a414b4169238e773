"""What happens to conversations. These functions are the only writers.

Each is one transaction that locks its chat first, takes the next `seq`, and announces once.
"""

from .acks import record_ack
from .assign import assign
from .delivery import begin_sending, record_failure, record_sent, record_unconfirmed
from .lifecycle import reopen, resolve
from .read import read
from .receive import Incoming, receive_message
from .send import NotSendable, add_note, retry, send_message

__all__ = [
    "Incoming",
    "NotSendable",
    "add_note",
    "assign",
    "begin_sending",
    "read",
    "receive_message",
    "record_ack",
    "record_failure",
    "record_sent",
    "record_unconfirmed",
    "reopen",
    "resolve",
    "retry",
    "send_message",
]
