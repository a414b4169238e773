"""`GET /metrics`, in Prometheus' words: what this process counted, and what the rows say.

What a process counts is its own (daphne is one process a port, so each is asked by itself); queue, sends, files and
numbers are read from the database when asked, and are the same whoever answers.
"""

import hmac
from collections.abc import Iterator

import structlog
from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from chats import metrics as chats_metrics  # noqa: F401 its counters register themselves
from chats.waha import figures
from config import jobs

log = structlog.get_logger(__name__)

LOOPBACK = {"127.0.0.1", "::1"}
# Whoever comes through a proxy is not on this machine, wherever the proxy is.
FORWARDED = ["X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Forwarded", "Via"]


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """All figures, for who brings the token; without one set, for this very machine and nobody else (404)."""
    if settings.METRICS_TOKEN:
        if not _has_token(request):
            return HttpResponse("The token is missing or wrong.\n", status=403, content_type="text/plain")
    elif not _is_from_here(request):
        raise Http404
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def _has_token(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    return hmac.compare_digest(given.encode(), settings.METRICS_TOKEN.encode())


def _is_from_here(request: HttpRequest) -> bool:
    came_through = any(name in request.headers for name in FORWARDED)
    return not settings.HTTPS and not came_through and request.META.get("REMOTE_ADDR") in LOOPBACK


class Figures(Collector):
    """What is read when asked. While the database is away that is said, and the rest is shown all the same."""

    def describe(self) -> Iterator[Metric]:
        """Nothing: otherwise registering would ask the database."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        try:
            found = [*_queue(), *figures.families()]
        except DatabaseError:
            log.exception("metrics.database_away")
            found = []
        yield GaugeMetricFamily("atendimento_database_up", "Whether the database answered.", value=bool(found))
        yield from found


def _queue() -> Iterator[Metric]:
    depth = GaugeMetricFamily("atendimento_jobs", "Jobs in the queue.", labels=["task", "status"])
    for task, status, count in jobs.depth():
        depth.add_metric([task, status], count)
    yield depth
    wait, silence = jobs.longest_wait(), jobs.workers_silence()
    yield GaugeMetricFamily("atendimento_jobs_longest_wait_seconds", "Of the jobs that are due.", value=wait)
    if silence is not None:
        yield GaugeMetricFamily("atendimento_workers_silent_seconds", "Since a worker's last sign.", value=silence)


REGISTRY.register(Figures())
