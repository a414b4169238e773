"""A number of ours connects, drops, or wants its QR code read."""

from django.utils import timezone

from chats.waha.models import WhatsAppSession
from chats.waha.numbers import record_status
from chats.waha.payloads import Envelope, StatusPayload


def on_status(session: WhatsAppSession, envelope: Envelope) -> None:
    """`session.status`: how the number is, by WAHA's clock."""
    status = StatusPayload.model_validate(envelope.payload)
    record_status(session.pk, status.status, envelope.timestamp or timezone.now(), envelope)
