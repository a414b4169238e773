"""A second proof besides the password: a code of an authenticator app, or one of ten recovery codes.

The arithmetic of the codes (RFC 6238) is django-otp's. A code is taken once; after ten wrong ones in a row the person
waits a quarter of an hour, which the database counts: it holds while Redis is away.
"""

import hashlib
import hmac
import secrets
from base64 import b32decode, b32encode
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_otp.oath import TOTP

from crm.models import AuditAct, RecoveryCode, SecondFactor, User

from .audit import record

STEP_SECONDS, TOLERANCE_STEPS = 30, 1
MOST_FAILURES, PAUSE = 10, timedelta(minutes=15)
CODES, CODE_LENGTH = 10, 10
# Without what is mistaken for something else when it is read from paper.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


def begin_second_factor(user: User) -> SecondFactor:
    """A secret to be put into the app; it counts once a code of it was typed. One that counts already is kept."""
    factor, _made = SecondFactor.objects.get_or_create(user=user, defaults={"secret": _new_secret()})
    return factor


@transaction.atomic
def confirm_second_factor(user: User, code: str) -> list[str] | None:
    """From now on it is asked for. The recovery codes, to be shown once; None when the code is wrong."""
    factor = SecondFactor.objects.select_for_update().filter(user=user, confirmed_at=None).first()
    if factor is None or not _takes(factor, code):
        return None
    factor.confirmed_at = timezone.now()
    factor.save()
    User.objects.filter(pk=user.pk).update(has_second_factor=True)
    user.has_second_factor = True
    record(AuditAct.SECOND_FACTOR_CHANGED, user, user, {"on": False}, {"on": True})
    return _new_codes(factor)


@transaction.atomic
def verify_second_factor(user: User, code: str) -> bool:
    """Whether this is the person: a code of the app, or a recovery code, which is spent by it."""
    factor = SecondFactor.objects.select_for_update().filter(user=user).exclude(confirmed_at=None).first()
    if factor is None or is_paused(factor):
        return False
    if _takes(factor, code) or _spends(factor, code):
        factor.failed_count = 0
        factor.save(update_fields=["last_step", "failed_count"])
        return True
    factor.failed_count = 1 if _is_over(factor) else factor.failed_count + 1
    factor.failed_at = timezone.now()
    factor.save(update_fields=["failed_count", "failed_at"])
    return False


def is_paused(factor: SecondFactor) -> bool:
    """Too many wrong codes, too lately."""
    return factor.failed_count >= MOST_FAILURES and not _is_over(factor)


@transaction.atomic
def renew_recovery_codes(user: User) -> list[str]:
    """Ten new ones, to be shown once; the earlier ones are worth nothing."""
    return _new_codes(SecondFactor.objects.select_for_update().get(user=user))


@transaction.atomic
def remove_second_factor(user: User, by: User) -> None:
    """The password alone is asked for again."""
    SecondFactor.objects.filter(user=user).delete()
    User.objects.filter(pk=user.pk).update(has_second_factor=False)
    user.has_second_factor = False
    record(AuditAct.SECOND_FACTOR_CHANGED, user, by, {"on": True}, {"on": False})


def recovery_codes_left(user: User) -> int:
    return RecoveryCode.objects.filter(second_factor__user=user, used_at=None).count()


def _takes(factor: SecondFactor, code: str) -> bool:
    digits = code.replace(" ", "")
    if not (len(digits) == 6 and digits.isascii() and digits.isdecimal()):
        return False
    totp = TOTP(b32decode(factor.secret), step=STEP_SECONDS)
    if not totp.verify(int(digits), tolerance=TOLERANCE_STEPS, min_t=factor.last_step + 1):
        return False
    factor.last_step = totp.t()
    return True


def _spends(factor: SecondFactor, code: str) -> bool:
    digests = [_digest(code, key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    unused = RecoveryCode.objects.filter(second_factor=factor, digest__in=digests, used_at=None)
    return bool(unused.update(used_at=timezone.now()))


def _is_over(factor: SecondFactor) -> bool:
    return factor.failed_at is None or factor.failed_at < timezone.now() - PAUSE


def _new_codes(factor: SecondFactor) -> list[str]:
    factor.recovery_codes.all().delete()
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH)) for _ in range(CODES)]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(second_factor=factor, digest=_digest(code, settings.SECRET_KEY)) for code in codes
    )
    half = CODE_LENGTH // 2
    return [f"{code[:half]}-{code[half:]}" for code in codes]


def _digest(code: str, key: str) -> str:
    """Codes are random: a keyed digest is enough, and found by an index."""
    bare = "".join(sign for sign in code.lower() if sign.isalnum())
    return hmac.new(key.encode(), f"recovery:{bare}".encode(), hashlib.sha256).hexdigest()


def _new_secret() -> str:
    return b32encode(secrets.token_bytes(20)).decode()
