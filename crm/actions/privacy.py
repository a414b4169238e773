"""A person's data are handed over, or made anonymous: ordered by a keeper, done by a job, written down."""

import tempfile
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from uuid import UUID

import structlog
from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils import timezone
from procrastinate.contrib.django import app as jobs

from crm.models import AuditAct, Contact, PrivacyKind, PrivacyRequest, PrivacyState, User
from crm.privacy.erasing import erase, forget_files
from crm.privacy.handing_over import hand_over
from crm.privacy.holdings import Person, holdings

from .audit import record

PRIVACY_TASK = "crm.privacy"
FILES_KEPT = timedelta(days=7)
ACTS = {PrivacyKind.EXPORT: AuditAct.CONTACT_EXPORTED, PrivacyKind.ANONYMISE: AuditAct.CONTACT_ANONYMISED}

log = structlog.get_logger(__name__)


class AlreadyUnderWay(Exception):
    """The same was ordered before, and is not done yet."""


def order_privacy(contact: Contact, kind: PrivacyKind, by: User) -> PrivacyRequest:
    """Have it done by a job. Of contacts that were merged, for the one that remains. `AlreadyUnderWay` when it is."""
    contact = contact.merged_into or contact
    try:
        with transaction.atomic():
            request = PrivacyRequest.objects.create(
                tenant_id=contact.tenant_id, contact=contact, kind=kind, by=by, steps=len(holdings())
            )
            jobs.configure_task(PRIVACY_TASK, lock=f"privacy:{contact.pk}").defer(request_pk=str(request.pk))
    except IntegrityError as error:
        raise AlreadyUnderWay from error
    return request


def carry_out(request_pk: UUID) -> None:
    """What was ordered. One that failed says so, and may be ordered again."""
    request = PrivacyRequest.objects.select_related("contact", "by").filter(pk=request_pk).first()
    if request is None or not request.is_under_way:
        return
    _note(request, PrivacyState.RUNNING)
    try:
        step = partial(_step, request)
        person = Person.of(request.contact)
        count = _hand_over(request, person, step) if request.kind == PrivacyKind.EXPORT else erase(person, step)
    except Exception:
        _note(request, PrivacyState.FAILED, "Não foi possível concluir. O log tem os detalhes.")
        raise
    # Written down when it is done, without a name: after an anonymisation nothing may say whose it was.
    contact = Contact.objects.get(pk=request.contact_id)
    line = record(ACTS[PrivacyKind(request.kind)], contact, request.by, after={"rows": count})
    log.info("privacy.done", kind=request.kind, line=str(line.pk), rows=count)
    request.steps_done = request.steps
    _note(request, PrivacyState.DONE)


def forget_exports() -> int:
    """Files that were made for handing over go after a week; how many went."""
    old = PrivacyRequest.objects.exclude(file="").filter(ended_at__lt=timezone.now() - FILES_KEPT)
    names = list(old.values_list("file", flat=True))
    old.update(file="")
    forget_files(names)
    return len(names)


def _hand_over(request: PrivacyRequest, person: Person, step: Callable[[], None]) -> int:
    with tempfile.TemporaryFile() as file:
        count = hand_over(person, file, step)
        file.seek(0)
        request.file.save(f"{request.pk}.zip", File(file), save=False)
    return count


def _step(request: PrivacyRequest) -> None:
    """One table more is done; who waits sees it."""
    request.steps_done = min(request.steps_done + 1, request.steps)
    PrivacyRequest.objects.filter(pk=request.pk).update(steps_done=request.steps_done)


def _note(request: PrivacyRequest, state: PrivacyState, error: str = "") -> None:
    request.state, request.error = state, error
    if not request.is_under_way:
        request.ended_at = timezone.now()
    request.save(update_fields=["state", "error", "file", "steps_done", "ended_at"])
