"""What this process counts about webhooks; `/metrics` shows it."""

from django.utils import timezone
from prometheus_client import Counter, Histogram

from .handlers import HANDLERS
from .payloads import Envelope

WEBHOOKS = Counter("atendimento_webhooks", "Webhooks taken, by event and what became of it.", ["event", "outcome"])
REFUSED = Counter("atendimento_webhooks_refused", "Webhooks not taken, by the status answered.", ["status"])
HANDLING = Histogram(
    "atendimento_webhook_seconds",
    "From the first byte read to the row committed.",
    ["event"],
    buckets=[0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
)
LAG = Histogram(
    "atendimento_webhook_lag_seconds",
    "Our clock at the end of the handling less the envelope's.",
    ["event"],
    buckets=[0.1, 0.25, 0.5, 1, 2, 5, 15, 60, 300, 3600],
)


def note_taken(envelope: Envelope, outcome: str, seconds: float) -> None:
    """A webhook was stored: what became of it, how long that took, and how late it is."""
    # A made-up name would be a line of its own for ever.
    event = envelope.event if envelope.event in HANDLERS else "other"
    WEBHOOKS.labels(event, outcome).inc()
    HANDLING.labels(event).observe(seconds)
    if envelope.timestamp:
        LAG.labels(event).observe(max(0.0, (timezone.now() - envelope.timestamp).total_seconds()))


def note_refused(status: int) -> None:
    REFUSED.labels(str(status)).inc()
