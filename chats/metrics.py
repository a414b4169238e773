"""What this process counts about its open pages; `/metrics` shows it."""

from prometheus_client import Counter, Gauge

PAGES_OPEN = Gauge("atendimento_pages_open", "Pages whose socket this process holds.")
NUDGES = Counter("atendimento_nudges", "Nudges that reached this process, by event.", ["event"])
