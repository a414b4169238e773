"""The CRM's tables, one file a subject."""

from .accounts import Invitation, RecoveryCode, SecondFactor, UserSession
from .activities import Activity, ActivityKind, ActivityQuerySet
from .api import ApiScope, ApiToken, RepeatableRequest
from .audit import AuditAct, AuditLog
from .contacts import Contact, ContactIdentity, IdentityKind, Tag
from .fields import ContactField, FieldKind
from .hooks import TEST_EVENT, DeliveryState, HookEvent, Webhook, WebhookDelivery, new_signing_secret
from .imports import AT_WORK, ContactImport, IfKnown, ImportProblem, ImportState
from .keys import new_key
from .leads import INCOMING, Lead, LeadAct, LeadChange, LeadSource, LeadStatus
from .merges import ContactMerge
from .notes import ContactNote
from .opportunities import Opportunity, OpportunityQuerySet, Pipeline, Stage, StageChange, StageKind, Totals
from .people import Presence, Role, Team, User
from .privacy import PrivacyKind, PrivacyRequest, PrivacyState
from .tenants import (
    Distribution,
    LeadOwnership,
    ReadReceipts,
    ReplyPolicy,
    SecondFactorPolicy,
    Tenant,
    VisibilityPolicy,
)

__all__ = [
    "AT_WORK",
    "INCOMING",
    "TEST_EVENT",
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
    "DeliveryState",
    "Distribution",
    "FieldKind",
    "HookEvent",
    "IdentityKind",
    "IfKnown",
    "ImportProblem",
    "ImportState",
    "Invitation",
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
    "PrivacyKind",
    "PrivacyRequest",
    "PrivacyState",
    "ReadReceipts",
    "RecoveryCode",
    "RepeatableRequest",
    "ReplyPolicy",
    "Role",
    "SecondFactor",
    "SecondFactorPolicy",
    "Stage",
    "StageChange",
    "StageKind",
    "Tag",
    "Team",
    "Tenant",
    "Totals",
    "User",
    "UserSession",
    "VisibilityPolicy",
    "Webhook",
    "WebhookDelivery",
    "new_key",
    "new_signing_secret",
]
