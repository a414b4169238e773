"""What the room that knows WAHA holds of a customer: webhooks as they came, and what was asked about phones."""

from django.db.models import Q, TextField
from django.db.models.functions import Cast

from chats.waha.models import HistoryImport, LidCheck, NumberCheck, WahaEvent, WhatsAppSession
from crm.privacy.holdings import Holding, Person, contains_any, holds, holds_nothing


def _heard(person: Person) -> Q:
    """Whatever names one of their addresses, as sender, as recipient, or among the people of a group."""
    digits = [address for address in person.addresses if "@" not in address]
    return contains_any("text", digits or person.addresses)


def declare() -> None:
    """Of every table of this room."""
    holds(
        Holding(
            WahaEvent,
            lambda person: (
                WahaEvent.objects.filter(session__tenant_id=person.contact.tenant_id)
                .annotate(text=Cast("body", TextField()))
                .filter(_heard(person))
            ),
            deletes=True,
            slow=True,
        )
    )
    holds(
        Holding(
            NumberCheck,
            lambda person: NumberCheck.objects.filter(
                Q(phone__in=person.addresses) | Q(address__in=person.addresses),
                session__tenant_id=person.contact.tenant_id,
            ),
            deletes=True,
        )
    )
    holds(
        Holding(
            LidCheck,
            lambda person: LidCheck.objects.filter(
                lid__in=person.addresses, session__tenant_id=person.contact.tenant_id
            ),
            deletes=True,
        )
    )
    holds_nothing(
        WhatsAppSession, "name", "waha_name", "base_url", "api_key", "webhook_secret", "status", "phone", "push_name",
        "engine", "version", "history_trouble", "webhook_drift", "act_error",
        because="the company's own number",
    )  # fmt: skip
    holds_nothing(HistoryImport, "error", because="WAHA's words about itself")
