"""The tables that the bulk writes, with the columns it fills; all others take the model's defaults."""

from chats.models import Chat, Message
from crm.models import Contact, ContactIdentity, Lead, Opportunity, StageChange
from notifications.models import CRMNotification

from .bulk_talks import CONTENT_COLUMNS
from .copying import Table

CONTACT = "id tenant_id name phone provisional created_at updated_at"
IDENTITY = "id tenant_id contact_id kind value created_at"
LEAD = "id tenant_id contact_id name phone status owner_id created_at updated_at"
OPPORTUNITY = (
    "id tenant_id contact_id lead_id title amount stage_id owner_id expected_close_on closed_at created_at updated_at"
    " stage_since"
)
STAGE_CHANGE = "id tenant_id opportunity_id to_stage_id changed_by_id changed_at"
CHAT = (
    "id tenant_id phone contact_id lead_id assigned_to_id last_message last_message_at unread_count status session_id"
    " created_at updated_at address team_id opportunity_id latest_message_id seq waiting_since answered_until"
    " answered_at first_response_at resolved_at search outcome assigned_at"
)
MESSAGE = (
    "id tenant_id chat_id phone from_me timestamp ack message_id created_at session_id author_id client_id seq send_state "
    + " ".join(CONTENT_COLUMNS)
)
NOTIFICATION = "id tenant_id user_id type title message link created_at subject count"


class Tables:
    """Rows of every table that a conversation touches; `flush` sends what has gathered."""

    def __init__(self) -> None:
        self.contacts = Table(Contact, CONTACT)
        self.identities = Table(ContactIdentity, IDENTITY)
        self.leads = Table(Lead, LEAD)
        self.deals = Table(Opportunity, OPPORTUNITY)
        self.moves = Table(StageChange, STAGE_CHANGE)
        self.chats = Table(Chat, CHAT)
        self.messages = Table(Message, MESSAGE)
        self.bells = Table(CRMNotification, NOTIFICATION)

    def flush(self) -> None:
        """Send everything; foreign keys are checked when the transaction ends, so the order is free."""
        for table in vars(self).values():
            table.flush()
