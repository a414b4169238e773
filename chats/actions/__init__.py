"""What happens to conversations. These functions are the only writers.

Each is one transaction that locks its chat first, takes the next `seq`, and announces once.
"""

from .amend import delete_for_everyone, edit_message, give_up_amendment, react, retry_amendment
from .assign import assign
from .beside import (
    accept_lead_of,
    change_lead_of,
    describe_person_of,
    discard_lead_of,
    enter_lead,
    open_deal_of,
    plan_for,
)
from .cards import NoSuchPerson, save_card
from .changes import record_ack, record_edit, record_reaction, record_revoke, record_vote
from .contacts import add_contact
from .deals import describe_deal, focus_deal, move_deal, open_deal, take_back
from .delivery import begin_sending, record_failure, record_sent, record_unconfirmed
from .distribution import distribute_queue, order_distribution
from .draft_files import (
    TooManyFiles,
    add_draft_file,
    change_draft_file,
    copy_into_draft,
    remove_draft_files,
    send_drafted,
)
from .further import receive_further
from .groups import rename_group
from .leads import NoLead, accept, change_lead, convert, discard
from .leaving import let_go
from .lifecycle import archive, pend, reopen, resolve
from .marks import NotYours, mark_unread, pin, put_tag, take_tag
from .media import copy_again
from .merging import learn_pair, undo_merge
from .next_step import call_off, complete, plan, postpone, replan, take_up_again
from .notes import add_note
from .opening import NotReachable, number_for, open_chat
from .outgoing import Drafted, Outgoing, Upload
from .overtaking import Overtaken, Seen
from .read import read
from .receive import Arrival, Incoming, receive_call, receive_message
from .returning import return_unanswered
from .send import NotSendable, cancel, forward, retry, send_message
from .snoozing import snooze
from .teams import remove_team
from .transferring import transfer
from .watching import unwatch, watch

__all__ = [
    "Arrival",
    "Drafted",
    "Incoming",
    "NoLead",
    "NoSuchPerson",
    "NotReachable",
    "NotSendable",
    "NotYours",
    "Outgoing",
    "Overtaken",
    "Seen",
    "TooManyFiles",
    "Upload",
    "accept",
    "accept_lead_of",
    "add_contact",
    "add_draft_file",
    "add_note",
    "archive",
    "assign",
    "begin_sending",
    "call_off",
    "cancel",
    "change_draft_file",
    "change_lead",
    "change_lead_of",
    "complete",
    "convert",
    "copy_again",
    "copy_into_draft",
    "delete_for_everyone",
    "describe_deal",
    "describe_person_of",
    "discard",
    "discard_lead_of",
    "distribute_queue",
    "edit_message",
    "enter_lead",
    "focus_deal",
    "forward",
    "give_up_amendment",
    "learn_pair",
    "let_go",
    "mark_unread",
    "move_deal",
    "number_for",
    "open_chat",
    "open_deal",
    "open_deal_of",
    "order_distribution",
    "pend",
    "pin",
    "plan",
    "plan_for",
    "postpone",
    "put_tag",
    "react",
    "read",
    "receive_call",
    "receive_further",
    "receive_message",
    "record_ack",
    "record_edit",
    "record_failure",
    "record_reaction",
    "record_revoke",
    "record_sent",
    "record_unconfirmed",
    "record_vote",
    "remove_draft_files",
    "remove_team",
    "rename_group",
    "reopen",
    "replan",
    "resolve",
    "retry",
    "retry_amendment",
    "return_unanswered",
    "save_card",
    "send_drafted",
    "send_message",
    "snooze",
    "take_back",
    "take_tag",
    "take_up_again",
    "transfer",
    "undo_merge",
    "unwatch",
    "watch",
]
