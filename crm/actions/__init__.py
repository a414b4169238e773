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
from .contacts import recognise, save_contact
from .leads import create_lead_once
from .merging import TooLate, merge_contacts, unmerge_contacts, was_unmerged
from .opportunities import create_opportunity, describe_opportunity, move_stage, stage_before_closing
from .people import choose_presence

__all__ = [
    "TooLate",
    "choose_presence",
    "complete_activity",
    "create_lead_once",
    "create_opportunity",
    "delete_activity",
    "describe_activity",
    "describe_opportunity",
    "facts",
    "merge_contacts",
    "move_stage",
    "open_company",
    "postpone_activity",
    "recognise",
    "record",
    "record_form",
    "reopen_activity",
    "save_contact",
    "schedule_activity",
    "stage_before_closing",
    "unmerge_contacts",
    "was_unmerged",
]
