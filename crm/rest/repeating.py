"""A POST that creates may be sent again when its answer was lost: with the same `Idempotency-Key` it is done once.

The key's row is inserted in the transaction that does the work. Who comes second waits at its unique index until the
first has ended: then they get its answer, or, where it failed, their own turn.
"""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from crm.models import RepeatableRequest as Remembered
from crm.models import User
from crm.requests import tenant_of

from .answering import JSON
from .errors import ApiError

HEADER = "Idempotency-Key"
LONGEST_KEY = 200
Operation = Callable[..., HttpResponse]


def once(operation: Operation) -> Operation:
    """Wrap an operation: with a key, its answer is remembered for a day when it succeeded."""

    @wraps(operation)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if HEADER not in request.headers:
            return operation(request, *args, **kwargs)
        key, fingerprint = _key(request), fingerprint_of(request)
        with transaction.atomic():
            known = _claim(request.user, key, fingerprint)
            if known.status:
                return _again(known, fingerprint)
            response = operation(request, *args, **kwargs)
            known.status, known.answer = response.status_code, response.content.decode()
            known.save(update_fields=["status", "answer"])
            return response

    return guarded


def fingerprint_of(request: HttpRequest) -> str:
    """Of method, path and what was sent. A form is taken apart first: its boundary is another one each time."""
    found = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if request.content_type == "multipart/form-data":
        for name, values in sorted(request.POST.lists()):
            found.update(repr((name, values)).encode())
        for name, files in sorted(request.FILES.lists()):
            for file in files:
                found.update(repr((name, file.name, file.size)).encode())
                for chunk in file.chunks():
                    found.update(chunk)
                file.seek(0)
    else:
        found.update(request.body)
    return found.hexdigest()


def _key(request: HttpRequest) -> str:
    key = request.headers[HEADER].strip()
    if not key or len(key) > LONGEST_KEY or not key.isascii() or not key.isprintable():
        message = f"{HEADER} has 1 to {LONGEST_KEY} printable ASCII characters."
        raise ApiError(422, "invalid", message, {HEADER: [message]})
    return key


def _claim(user: User, key: str, fingerprint: str) -> Remembered:
    """The row of this key: a new one without status, or what was answered before."""
    Remembered.objects.forgotten().filter(user=user, key=key).delete()
    row = Remembered(tenant_id=tenant_of(user), user=user, key=key, fingerprint=fingerprint)
    Remembered.objects.bulk_create([row], ignore_conflicts=True)
    return Remembered.objects.get(user=user, key=key)


def _again(known: Remembered, fingerprint: str) -> HttpResponse:
    if known.fingerprint != fingerprint:
        raise ApiError(422, "key_reused", f"This {HEADER} belongs to a request of another content.")
    response = HttpResponse(known.answer, status=known.status, content_type=JSON)
    response.headers["Idempotency-Replayed"] = "true"
    return response
