"""The CRM's tables, one file a subject."""

from .activities import Activity, ActivityKind, ActivityQuerySet
from .api import ApiScope, ApiToken, RepeatableRequest
from .audit import AuditAct, AuditLog
from .contacts import Contact, ContactIdentity, IdentityKind, Tag
from .fields import ContactField, FieldKind
from .imports import AT_WORK, ContactImport, IfKnown, ImportProblem, ImportState
from .keys import new_key
from .leads import Lead, LeadAct, LeadChange, LeadSource, LeadStatus
from .merges import ContactMerge
from .notes import ContactNote
from .opportunities import Opportunity, OpportunityQuerySet, Pipeline, Stage, StageChange, StageKind, Totals
from .people import Presence, Role, Team, User
from .tenants import Distribution, LeadOwnership, ReadReceipts, ReplyPolicy, Tenant, VisibilityPolicy

__all__ = [
    "AT_WORK",
    "Activity",
    "ActivityKind",
    "ActivityQuerySet",
    "ApiScope",
    "ApiToken",
    "AuditAct",
    "AuditLog",
    "Contact",
    "ContactField",
    "ContactIdentity",
    "ContactImport",
    "ContactMerge",
    "ContactNote",
    "Distribution",
    "FieldKind",
    "IdentityKind",
    "IfKnown",
    "ImportProblem",
    "ImportState",
    "Lead",
    "LeadAct",
    "LeadChange",
    "LeadOwnership",
    "LeadSource",
    "LeadStatus",
    "Opportunity",
    "OpportunityQuerySet",
    "Pipeline",
    "Presence",
    "ReadReceipts",
    "RepeatableRequest",
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
