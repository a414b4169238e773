"""The CRM's tables, one file a subject."""

from .activities import Activity, ActivityKind
from .audit import AuditAct, AuditLog
from .contacts import Contact, ContactIdentity, IdentityKind, Tag
from .keys import new_key
from .leads import Lead, LeadSource, LeadStatus
from .merges import ContactMerge
from .opportunities import Opportunity, Pipeline, Stage, StageChange, StageKind, Totals
from .people import Presence, Role, Team, User
from .tenants import Distribution, ReadReceipts, ReplyPolicy, Tenant, VisibilityPolicy

__all__ = [
    "Activity",
    "ActivityKind",
    "AuditAct",
    "AuditLog",
    "Contact",
    "ContactIdentity",
    "ContactMerge",
    "Distribution",
    "IdentityKind",
    "Lead",
    "LeadSource",
    "LeadStatus",
    "Opportunity",
    "Pipeline",
    "Presence",
    "ReadReceipts",
    "ReplyPolicy",
    "Role",
    "Stage",
    "StageChange",
    "StageKind",
    "Tag",
    "Team",
    "Tenant",
    "Totals",
    "User",
    "VisibilityPolicy",
    "new_key",
]
