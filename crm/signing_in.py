"""Coming in and going out are kept, by whatever door: Django says so in signals, for the page and the admin alike."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from .actions import audit
from .models import AuditAct, User


@receiver(user_logged_in)
def keep_login(sender: type[User], user: User, **kwargs: Any) -> None:
    """Somebody came in."""
    audit.record(AuditAct.SIGNED_IN, user, user)


@receiver(user_logged_out)
def keep_logout(sender: type[User], user: User | None, **kwargs: Any) -> None:
    """Somebody left; None when the login had ended by itself before."""
    if user is not None:
        audit.record(AuditAct.SIGNED_OUT, user, user)


@receiver(user_login_failed)
def keep_failure(sender: str, credentials: dict[str, Any], **kwargs: Any) -> None:
    """Somebody tried to be one of ours. What strangers type is not kept: it may be anybody's password."""
    email = str(credentials.get("username", "")).strip().lower()
    user = User.objects.filter(email=email).first()
    if user is not None:
        audit.record(AuditAct.SIGN_IN_FAILED, user, None)
