"""Contacts from a spreadsheet: ordered by a person, checked and then brought in by a job, a batch at a time.

How far it has come is stored in the transaction that brought it there: a job that died, or was killed, goes on with
the next row, and no row is dealt with twice.
"""

import time
from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import islice
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import DatabaseError, IntegrityError, OperationalError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from chats.models import Chat
from crm.actions import facts, record
from crm.actions.importing import Outcome, Planned, Taken, import_batch
from crm.importing.cleaning import Cleaned, Cleaner
from crm.importing.columns import guess
from crm.importing.custom import fields_of
from crm.importing.sheet import Sheet
from crm.live import pages_changed
from crm.models import AT_WORK, AuditAct, ContactImport, ImportProblem, ImportState, Tag, User
from crm.requests import tenant_of

from .jobs import order_job
from .locking import changing
from .merging import index_chat

IMPORT_TASK = "chats.import_contacts"
BATCH_ROWS = 250
# Other jobs want their turn as well.
TURN_SECONDS = 15.0
# No batch for so long: its job is gone, and another goes on.
FORGOTTEN_AFTER = timedelta(seconds=45)
KEPT = timedelta(days=30)
COUNTS = {outcome: f"{outcome.value}_count" for outcome in Outcome}


class AlreadyRunning(Exception):
    """A company's contacts are brought in by one file at a time."""


class NotNow(Exception):
    """The import is in a state in which this cannot be asked of it."""


def take_file(by: User, name: str, content: bytes) -> ContactImport:
    """A file that somebody chose, its columns guessed; raises `Unreadable` for what is no such file."""
    sheet = Sheet.read(content)
    order = ContactImport(
        tenant_id=tenant_of(by),
        requested_by=by,
        name=name[-200:],
        encoding=sheet.encoding,
        delimiter=sheet.delimiter,
        headers=sheet.headers,
        row_count=sum(1 for _row in sheet.rows()),
    )
    order.mapping = guess(sheet.headers, fields_of(order.tenant_id))
    order.file.save(f"{order.pk}.csv", ContentFile(sheet.text.encode()), save=False)
    order.save()
    return order


def sheet_of(order: ContactImport) -> Sheet:
    """The file as it was taken."""
    with order.file.open("rb") as file:
        return Sheet(file.read().decode(), order.encoding, order.delimiter)


def check(order: ContactImport) -> None:
    """Go through all rows without bringing any in; `order` has the choices made for it."""
    _begin(order, ImportState.CHECKING, {ImportState.DRAFT, ImportState.CHECKED})


def choose_again(order: ContactImport) -> None:
    """Back to the choice of columns."""
    _change(order, {ImportState.CHECKING, ImportState.CHECKED}, ImportState.DRAFT)


def run(order: ContactImport) -> None:
    """Bring them in; `AlreadyRunning` while another file is brought in."""
    try:
        with transaction.atomic():
            _begin(order, ImportState.RUNNING, {ImportState.CHECKED})
    except IntegrityError as error:
        raise AlreadyRunning from error


def cancel(order: ContactImport) -> None:
    """Stop after the batch in hand; what came in stays."""
    _change(order, {ImportState.RUNNING}, ImportState.CANCELLED)


def order_forgotten() -> None:
    """Find those whose job died, and go on with them."""
    for order in ContactImport.objects.at_work().filter(changed_at__lt=timezone.now() - FORGOTTEN_AFTER):
        order_turn(order)


def forget_old() -> None:
    """Files of customers, and the rows that could not be taken, are not kept for ever."""
    for order in ContactImport.objects.exclude(state__in=AT_WORK).filter(created_at__lt=timezone.now() - KEPT):
        order.file.delete(save=False)
        order.delete()


def order_turn(order: ContactImport) -> None:
    """Have a job go on with it, unless one is about to."""
    order_job(IMPORT_TASK, once=f"{IMPORT_TASK}:{order.pk}", import_pk=str(order.pk))


def run_turn(import_pk: UUID) -> bool:
    """Deal with some batches; whether there are more."""
    order = ContactImport.objects.select_related("requested_by").filter(pk=import_pk, state__in=AT_WORK).first()
    if order is None:
        return False
    until = time.monotonic() + TURN_SECONDS
    language = order.requested_by.language if order.requested_by else None
    with translation.override(language):
        rows = _rows_left(order)
        while batch := list(islice(rows, BATCH_ROWS)):
            if not _deal_with(order, batch):
                return False
            if time.monotonic() > until:
                return True
        _finish(order)
    return False


def _begin(order: ContactImport, state: ImportState, allowed: Iterable[ImportState]) -> None:
    with transaction.atomic():
        _lock(order, allowed)
        ImportProblem.objects.filter(contact_import=order).delete()
        for column in COUNTS.values():
            setattr(order, column, 0)
        order.state, order.done_count, order.lead_count = state, 0, 0
        order.started_at, order.finished_at = timezone.now(), None
        order.save()
        order_turn(order)


def _change(order: ContactImport, allowed: Iterable[ImportState], state: ImportState) -> None:
    with transaction.atomic():
        _lock(order, allowed)
        order.state, order.finished_at = state, timezone.now()
        order.save(update_fields=["state", "finished_at", "changed_at"])


def _lock(order: ContactImport, allowed: Iterable[ImportState]) -> None:
    """`NotNow` when it is in none of these states, or gone."""
    held = ContactImport.objects.select_for_update(of=("self",)).filter(pk=order.pk, state__in=list(allowed))
    if not held.exists():
        raise NotNow


def _rows_left(order: ContactImport) -> Iterable[Cleaned]:
    """The rows not dealt with yet, as far as they can be read; the others are read for whom they are about."""
    tags = Tag.objects.filter(tenant=order.tenant_id).values_list("name", flat=True)
    cleaner = Cleaner(order.mapping, fields_of(order.tenant_id), list(tags))
    cleaned: Iterable[Cleaned] = map(cleaner.clean, sheet_of(order).rows())
    return islice(cleaned, order.done_count, None)


def _deal_with(order: ContactImport, batch: Sequence[Cleaned]) -> bool:
    """A batch and how far that brings us, in one transaction; False when somebody stopped it, or is further."""
    with transaction.atomic():
        held = ContactImport.objects.select_for_update(of=("self",)).get(pk=order.pk)
        if (held.state, held.done_count) != (order.state, order.done_count):
            return False
        taken = _import(order, batch)
        for planned in taken.planned:
            setattr(order, COUNTS[planned.outcome], getattr(order, COUNTS[planned.outcome]) + 1)
        order.done_count += len(batch)
        order.lead_count += taken.lead_count
        order.save()
        ImportProblem.objects.bulk_create(_problem(order, each) for each in taken.planned if not each.is_taken)
        _show(order, taken)
    return True


def _import(order: ContactImport, batch: Sequence[Cleaned]) -> Taken:
    """All at once; where the database refuses one of them, one after the other, so that it alone is left out."""
    is_trial = order.state == ImportState.CHECKING
    try:
        return import_batch(order, batch, is_trial=is_trial)
    except OperationalError:
        raise  # the database is away, or somebody was in the way: the job tries again
    except DatabaseError:
        parts = [_import_alone(order, row, is_trial=is_trial) for row in batch]
    return Taken(
        [planned for part in parts for planned in part.planned],
        sum(part.lead_count for part in parts),
        frozenset(pk for part in parts for pk in part.changed),
    )


def _import_alone(order: ContactImport, row: Cleaned, *, is_trial: bool) -> Taken:
    try:
        return import_batch(order, [row], is_trial=is_trial)
    except OperationalError:
        raise
    except DatabaseError:
        return Taken([Planned(row, Outcome.INVALID, _("The database could not store this row."))])


def _problem(order: ContactImport, planned: Planned) -> ImportProblem:
    row = planned.row
    return ImportProblem(contact_import=order, line=row.line, reason=planned.reason, cells=row.cells)


def _show(order: ContactImport, taken: Taken) -> None:
    """Open pages show what is new; conversations of people who are called otherwise now are found by it."""
    if order.state != ImportState.RUNNING:
        return
    for pk in Chat.objects.filter(contact__in=taken.changed).order_by("pk").values_list("pk", flat=True):
        with changing(pk) as chat:
            index_chat(chat)
    pages_changed(order.tenant_id, "contacts", *(["leads"] if taken.lead_count else []))


def _finish(order: ContactImport) -> None:
    done = {ImportState.CHECKING: ImportState.CHECKED, ImportState.RUNNING: ImportState.DONE}
    mine = ContactImport.objects.filter(pk=order.pk, state=order.state, done_count=order.done_count)
    now = timezone.now()
    with transaction.atomic():
        is_mine = mine.update(state=done[ImportState(order.state)], finished_at=now, changed_at=now)
        if is_mine and order.state == ImportState.RUNNING:
            record(AuditAct.CONTACTS_IMPORTED, order, order.requested_by, after=facts(order, COUNTS.values()))
