"""A number's past is brought in by a person's order, page by page, in the background.

Newest first: the conversations people have now are whole within seconds, and who stops it half-way has the better
half. Nothing of it is unread, rings, or makes a lead.
"""

import time
from datetime import timedelta
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from chats.actions import Arrival
from crm.models import User

from .calls.history import Window
from .client import WahaClient, WahaError
from .history import CHAT_BY_CHAT, Row, Taken, everything, take
from .models import WORKING, HistoryImport, ImportState, WhatsAppSession
from .orders import order

log = structlog.get_logger(__name__)

IMPORT_TASK = "waha.import_history"
UNDER_WAY = [ImportState.QUEUED, ImportState.RUNNING]
MOST_DAYS = 365
# WAHA, its number and our own queue have other things to do as well.
PAUSE_SECONDS = 0.2
TURN_SECONDS = 15.0
# No page for so long: its job is gone, and another goes on.
FORGOTTEN_AFTER = timedelta(seconds=90)


class AlreadyRunning(Exception):
    """A number's past is brought in once at a time."""


def start(session: WhatsAppSession, days: int, by: User) -> HistoryImport:
    """Order the last `days` days; `AlreadyRunning` while an earlier order is under way."""
    now = timezone.now()
    wanted = HistoryImport(session=session, requested_by=by, since=now - timedelta(days=days), until=now)
    try:
        with transaction.atomic():
            wanted.save()
            order_turn(wanted)
    except IntegrityError as error:
        raise AlreadyRunning from error
    return wanted


def cancel(session: WhatsAppSession) -> None:
    """Stop after the page in hand; what came in stays."""
    running = HistoryImport.objects.filter(session=session, state__in=UNDER_WAY)
    running.update(state=ImportState.CANCELLED, changed_at=timezone.now())


def order_turn(wanted: HistoryImport) -> None:
    """Have a job go on with it, unless one is about to."""
    order(IMPORT_TASK, str(wanted.pk), import_pk=str(wanted.pk))


def order_forgotten() -> None:
    """Find imports whose job died, or that wait for their number, and go on with those that can."""
    waiting = HistoryImport.objects.filter(state__in=UNDER_WAY, session__status=WORKING)
    for wanted in waiting.filter(changed_at__lt=timezone.now() - FORGOTTEN_AFTER):
        order_turn(wanted)


def run_turn(import_pk: UUID) -> bool:
    """Read some pages; whether it should go on at once. It waits for nothing: a timer takes it up again."""
    wanted = HistoryImport.objects.select_related("session__tenant").filter(pk=import_pk).first()
    if wanted is None or wanted.state not in UNDER_WAY or not wanted.session.is_working:
        return False
    try:
        return _read_pages(wanted)
    except WahaError as error:
        _record_trouble(wanted, error)
        return False


def _read_pages(wanted: HistoryImport) -> bool:
    until = time.monotonic() + TURN_SECONDS
    window = Window(wanted.since, wanted.until, newest_first=True)
    offset = wanted.offset
    for rows, next_offset in everything(WahaClient(wanted.session), window, offset):
        if not _take_page(wanted.pk, rows, offset, next_offset):
            return False
        offset = next_offset
        if time.monotonic() > until:
            return True
        time.sleep(PAUSE_SECONDS)
        wanted.session.refresh_from_db(fields=["status"])
        if not wanted.session.is_working:
            return False
    _finish(wanted.pk, ImportState.DONE)
    return False


def _take_page(import_pk: UUID, rows: list[Row], offset: int, next_offset: int) -> bool:
    """Store a page and how far that brings us, in one transaction; False when somebody stopped it, or is further."""
    with transaction.atomic():
        wanted = HistoryImport.objects.select_for_update(of=("self",)).select_related("session").get(pk=import_pk)
        if wanted.state not in UNDER_WAY or wanted.offset != offset:
            return False
        taken = take(wanted.session, rows, Arrival.IMPORTED)
        wanted.state, wanted.error, wanted.offset = ImportState.RUNNING, "", next_offset
        wanted.seen_count += taken.seen
        wanted.stored_count += len(taken.stored)
        _note_reached(wanted, taken)
        wanted.save()
        return True


def _note_reached(wanted: HistoryImport, taken: Taken) -> None:
    """How far back it has come. Where conversations are read one by one, no time says that."""
    if wanted.session.engine not in CHAT_BY_CHAT and taken.oldest:
        wanted.reached = min(wanted.reached or taken.oldest, taken.oldest)


def _finish(import_pk: UUID, state: ImportState, error: str = "") -> None:
    running = HistoryImport.objects.filter(pk=import_pk, state__in=UNDER_WAY)
    running.update(state=state, error=error, changed_at=timezone.now())


def _record_trouble(wanted: HistoryImport, error: WahaError) -> None:
    """A refusal for good ends it; anything else shows, and is tried again by the timer."""
    log.warning("import.trouble", number=str(wanted.session_id), reason=str(error))
    with override("pt-br"):
        if not error.permanent:
            trouble = _("WAHA does not answer; it goes on as soon as it does.")
        elif error.status == 400:
            trouble = _("WAHA keeps no history for this number: its store is switched off.")
        else:
            trouble = _("WAHA does not give out this number's history.")
    if error.permanent:
        _finish(wanted.pk, ImportState.FAILED, trouble)
    else:
        # The timer counts from here.
        running = HistoryImport.objects.filter(pk=wanted.pk, state__in=UNDER_WAY)
        running.update(error=trouble, changed_at=timezone.now())
