"""What happens in the CRM: one file a subject, one function an act, one transaction each."""

from .activities import complete_activity, postpone_activity, schedule_activity
from .audit import facts, record, record_form
from .companies import open_company
from .contacts import recognise, save_contact
from .leads import create_lead_once
from .merging import TooLate, merge_contacts, unmerge_contacts, was_unmerged
from .opportunities import create_opportunity, describe_opportunity, move_stage
from .people import choose_presence

__all__ = [
    "TooLate",
    "choose_presence",
    "complete_activity",
    "create_lead_once",
    "create_opportunity",
    "describe_opportunity",
    "facts",
    "merge_contacts",
    "move_stage",
    "open_company",
    "postpone_activity",
    "recognise",
    "record",
    "record_form",
    "save_contact",
    "schedule_activity",
    "unmerge_contacts",
    "was_unmerged",
]
