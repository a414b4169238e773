"""Keys for other programs are cut, used and taken away."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from crm.compiled import compiled
from crm.models import ApiScope, ApiToken, AuditAct, User
from crm.models.api import token_hash

from .audit import facts, record

PREFIX = "atd_"
SHOWN_LETTERS = 10
KEPT = ("user", "name", "scopes", "expires_at")
USED_AT_MOST_EVERY = timedelta(minutes=1)


def create_token(
    user: User, name: str, scopes: Iterable[ApiScope], expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """A token and its secret, which nobody can read again."""
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        tenant=user.tenant,
        user=user,
        name=name,
        hash=token_hash(secret),
        beginning=secret[:SHOWN_LETTERS],
        scopes=[ApiScope(scope).value for scope in scopes],
        expires_at=expires_at,
    )
    token.full_clean()
    with transaction.atomic():
        token.save()
        record(AuditAct.TOKEN_CREATED, token, user, after=facts(token, KEPT))
    return token, secret


@transaction.atomic
def revoke_token(token: ApiToken, by: User) -> bool:
    """It opens nothing from now on; False when it was revoked before."""
    if not ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now()):
        return False
    record(AuditAct.TOKEN_REVOKED, token, by, before=facts(token, KEPT))
    return True


def find_token(secret: str) -> ApiToken | None:
    """The token in force behind this secret, with its person; its use is noted, to the minute."""
    for known in _in_force(token_hash(secret), timezone.now()):
        if known.user.tenant_id == known.tenant_id:
            _note_use(known)
            return known
    return None


@compiled
def _in_force(secret_hash: str, at: datetime) -> QuerySet[ApiToken]:
    return ApiToken.objects.in_force(at).select_related("user__tenant").filter(hash=secret_hash)


def _note_use(token: ApiToken) -> None:
    now = timezone.now()
    if token.last_used_at is None or token.last_used_at < now - USED_AT_MOST_EVERY:
        stale = Q(last_used_at=None) | Q(last_used_at__lt=now - USED_AT_MOST_EVERY)
        ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)
