"""E-mails to those who work here or shall: in plain text, and in HTML as plain."""

from typing import Any

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import override

from crm.actions.invitations import token_of
from crm.models import Invitation, User


def send_invitation(invitation: Invitation) -> None:
    """The link with which they join."""
    link = settings.PUBLIC_URL + reverse("invitation", args=[token_of(invitation)])
    with override(settings.LANGUAGE_CODE):
        _send("invitation", invitation.email, {"invitation": invitation, "link": link})


def send_reset(user: User) -> None:
    """The link with which they choose a new password."""
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    link = settings.PUBLIC_URL + reverse("password_reset_confirm", args=[uid, default_token_generator.make_token(user)])
    with override(user.language):
        _send("reset", user.email, {"user": user, "link": link, "hours": settings.PASSWORD_RESET_TIMEOUT // 3600})


def _send(name: str, to: str, context: dict[str, Any]) -> None:
    subject = " ".join(render_to_string(f"crm/mail/{name}_subject.txt", context).split())
    message = EmailMultiAlternatives(subject, render_to_string(f"crm/mail/{name}.txt", context).strip() + "\n", to=[to])
    message.attach_alternative(render_to_string(f"crm/mail/{name}.html", context), "text/html")
    message.send()
