"""What the worker does for the CRM: e-mails, which may take their time, and old logins, which make room."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from crm.accounts import mail
from crm.actions.invitations import SEND_INVITATION
from crm.connection import on_fresh_connection
from crm.limits import count
from crm.models import Invitation, User
from crm.sessions import SessionStore

SEND_RESET = "crm.send_reset"
RETRY = RetryStrategy(max_attempts=8, exponential_wait=4)


@app.task(name=SEND_INVITATION, retry=RETRY)
@on_fresh_connection
def send_invitation(invitation_pk: str) -> None:
    """Unless it was taken back or answered meanwhile."""
    rows = Invitation.objects.select_related("tenant", "invited_by")
    invitation = rows.filter(pk=invitation_pk, accepted_at=None).first()
    if invitation:
        mail.send_invitation(invitation)


@app.task(name=SEND_RESET, retry=RETRY)
@on_fresh_connection
def send_reset(email: str) -> None:
    """To whoever has an account; whether anybody has is only found out here, where nobody can measure it."""
    user = User.objects.filter(email=email, is_active=True).first()
    if user and count("mail", email).is_allowed:
        mail.send_reset(user)


@app.periodic(cron="23 4 * * *")
@app.task(name="crm.forget_sessions", queueing_lock="crm.forget_sessions", pass_context=False)
@on_fresh_connection
def forget_sessions(timestamp: int) -> None:
    """Logins that are over make room."""
    SessionStore.clear_expired()
