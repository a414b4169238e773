"""What the rows say about numbers, sends and files, counted when `/metrics` is asked; by indexes only."""

import time
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db import connection
from prometheus_client.core import GaugeMetricFamily, Metric

# Keys are UUIDv7, made by our clock: the rows of the last hour are a stretch of the primary key.
LATELY_SECONDS = 3600
SENDS = """
SELECT type, send_state, count(*) FROM messages WHERE id >= %s AND send_state <> '' GROUP BY 1, 2 ORDER BY 1, 2
"""
FILES = """
SELECT type, media_state, count(*) FROM messages WHERE id >= %s AND media_state <> 'NONE' GROUP BY 1, 2 ORDER BY 1, 2
"""
IN_FLIGHT = """
SELECT send_state, count(*), coalesce(extract(epoch FROM now() - min(created_at)), 0) FROM messages
WHERE send_state IN ('QUEUED', 'SENDING', 'UNCONFIRMED') GROUP BY 1 ORDER BY 1
"""
NUMBERS = "SELECT status, count(*) FROM waha_whatsappsession GROUP BY 1 ORDER BY 1"
SILENCE = """
SELECT id::text, coalesce(extract(epoch FROM now() - last_event_at), 0) FROM waha_whatsappsession
WHERE status = 'WORKING' AND last_event_at IS NOT NULL ORDER BY 1
"""
# A heap that large is an alarm whatever its exact size.
EARLY = "SELECT count(*) FROM (SELECT 1 FROM chats_earlychange LIMIT 10000) AS first"
FAILED = "SELECT count(*) FROM (SELECT 1 FROM waha_wahaevent WHERE state = 'FAILED' LIMIT 10000) AS first"


def families() -> Iterator[Metric]:
    """Every figure of this room, as Prometheus' families. Raises DatabaseError while the database is away."""
    lately = [UUID(int=int((time.time() - LATELY_SECONDS) * 1000) << 80)]
    yield _counted("atendimento_sends", "Sends of the last hour.", ["kind", "state"], SENDS, lately)
    yield _counted("atendimento_files", "Files of the last hour.", ["kind", "state"], FILES, lately)
    under_way = GaugeMetricFamily("atendimento_sends_under_way", "Sends not at their end.", labels=["state"])
    oldest = GaugeMetricFamily("atendimento_sends_oldest_seconds", "Age of the oldest of them.", labels=["state"])
    for state, count, seconds in _rows(IN_FLIGHT):
        under_way.add_metric([state], count)
        oldest.add_metric([state], float(seconds))
    yield from (under_way, oldest)
    yield _counted("atendimento_numbers", "WhatsApp numbers by WAHA's status.", ["status"], NUMBERS)
    yield _counted("atendimento_number_silent_seconds", "Since the last event of a connected number.", ["id"], SILENCE)
    yield _counted("atendimento_early_changes", "Changes whose message has not come.", [], EARLY)
    yield _counted("atendimento_events_failed", "Webhooks that are stored and could not be handled.", [], FAILED)


def _counted(name: str, text: str, labels: list[str], query: str, values: list[Any] | None = None) -> Metric:
    """One family out of rows: labels first, the figure last."""
    family = GaugeMetricFamily(name, text, labels=labels)
    for *words, figure in _rows(query, values):
        family.add_metric([str(word) for word in words], float(figure))
    return family


def _rows(query: str, values: list[Any] | None = None) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())
