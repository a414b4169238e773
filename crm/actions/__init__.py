"""What happens in the CRM: one file a subject, one function an act, one transaction each."""

from .activities import (
    complete_activity,
    delete_activity,
    describe_activity,
    postpone_activity,
    reopen_activity,
    schedule_activity,
)
from .audit import facts, record, record_form
from .companies import open_company
from .contacts import Taken, describe_contact, fill_field, recognise, save_contact
from .fields import move_field, remove_field, save_field
from .invitations import invite, send_again, take_back
from .leads import (
    LEAD_STATE,
    LeadExists,
    accept_lead,
    create_lead,
    create_lead_once,
    discard_lead,
    give_lead,
    move_lead,
    own_lead,
    restore_lead,
)
from .merging import (
    Preview,
    TooLate,
    merge_contacts,
    preview_merge,
    unmerge_contacts,
    was_unmerged,
)
from .notes import NotTheirs, delete_note, rewrite_note, write_note
from .opportunities import create_opportunity, describe_opportunity, move_stage, stage_before_closing, take_back_move
from .people import (
    NotAllowed,
    change_person,
    choose_presence,
    keep_an_administrator,
    remember_funnel,
    switch_off,
    switch_on,
)
from .second_factor import remove_second_factor
from .sessions import end_session, end_sessions
from .tags import coin_tag, tag_contact, untag_contact
from .tokens import create_token, revoke_token

__all__ = [
    "LEAD_STATE",
    "LeadExists",
    "NotAllowed",
    "NotTheirs",
    "Preview",
    "Taken",
    "TooLate",
    "accept_lead",
    "change_person",
    "choose_presence",
    "coin_tag",
    "complete_activity",
    "create_lead",
    "create_lead_once",
    "create_opportunity",
    "create_token",
    "delete_activity",
    "delete_note",
    "describe_activity",
    "describe_contact",
    "describe_opportunity",
    "discard_lead",
    "end_session",
    "end_sessions",
    "facts",
    "fill_field",
    "give_lead",
    "invite",
    "keep_an_administrator",
    "merge_contacts",
    "move_field",
    "move_lead",
    "move_stage",
    "open_company",
    "own_lead",
    "postpone_activity",
    "preview_merge",
    "recognise",
    "record",
    "record_form",
    "remember_funnel",
    "remove_field",
    "remove_second_factor",
    "reopen_activity",
    "restore_lead",
    "revoke_token",
    "rewrite_note",
    "save_contact",
    "save_field",
    "schedule_activity",
    "send_again",
    "stage_before_closing",
    "switch_off",
    "switch_on",
    "tag_contact",
    "take_back",
    "take_back_move",
    "unmerge_contacts",
    "untag_contact",
    "was_unmerged",
    "write_note",
]
