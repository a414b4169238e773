"""Somebody is asked to join the company, by e-mail, and does."""

import uuid
from collections.abc import Iterable
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app as jobs

from crm.models import AuditAct, Invitation, Role, Team, User

from .audit import record

SALT = "crm.invitation"
SEND_INVITATION = "crm.send_invitation"


class Void(Exception):
    """The link opens nothing: it is made up, used, taken back, or too old. The text says which, for its holder."""


@transaction.atomic
def invite(by: User, email: str, role: Role, teams: Iterable[Team]) -> Invitation:
    """Ask this address to join; one that is asked already is asked anew, and its earlier link is void."""
    assert by.tenant_id  # noqa: S101 told to mypy
    invitation, _made = Invitation.objects.update_or_create(
        tenant_id=by.tenant_id, email=email.strip().lower(), accepted_at=None, defaults={"role": role, "invited_by": by}
    )
    invitation.teams.set([team for team in teams if team.tenant_id == by.tenant_id])
    record(AuditAct.PERSON_INVITED, invitation, by, after={"role": role})
    return send_again(invitation)


@transaction.atomic
def send_again(invitation: Invitation) -> Invitation:
    """A new link, good for another week; the earlier one is void."""
    invitation.nonce, invitation.sent_at = uuid.uuid4(), timezone.now()
    invitation.save(update_fields=["nonce", "sent_at"])
    jobs.configure_task(SEND_INVITATION).defer(invitation_pk=str(invitation.pk))
    return invitation


def take_back(invitation: Invitation) -> None:
    """Its link is void."""
    invitation.delete()


def token_of(invitation: Invitation) -> str:
    """What stands in the link: signed, and worth nothing once the invitation has changed."""
    return signing.dumps([str(invitation.pk), str(invitation.nonce)], salt=SALT)


def read_token(token: str) -> Invitation:
    """The invitation that the link is for. Raises `Void`."""
    try:
        pk, nonce = signing.loads(token, salt=SALT)
        invitation = Invitation.objects.select_related("tenant", "invited_by").get(pk=UUID(pk))
    except (signing.BadSignature, ValueError, TypeError, Invitation.DoesNotExist):
        raise Void(_("This invitation is not valid any more. Ask for a new one.")) from None
    if invitation.accepted_at:
        raise Void(_("This invitation was used already. Sign in with your e-mail and password."))
    if str(invitation.nonce) != nonce:
        raise Void(_("A newer invitation was sent to you: use the link of the latest e-mail."))
    if invitation.is_over:
        raise Void(_("This invitation is older than 7 days. Ask for a new one."))
    return invitation


@transaction.atomic
def accept(token: str, name: str, password: str) -> User:
    """The person works here from now on. Raises `Void`; of two at once, one does."""
    found = read_token(token)
    invitation = Invitation.objects.select_for_update().get(pk=found.pk)
    if invitation.accepted_at or invitation.nonce != found.nonce:
        raise Void(_("This invitation was used already. Sign in with your e-mail and password."))
    if User.objects.filter(email=invitation.email).exists():
        raise Void(_("There is an account with this e-mail already. Ask for an invitation to another address."))
    user = User.objects.create_user(
        invitation.email, password, tenant=found.tenant, name=name, role=Role(invitation.role)
    )
    user.teams.set(invitation.teams.all())
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    return user
