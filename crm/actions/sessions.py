"""Logins end: one, all others, or all; the pages that stand open in them are shown the door at once."""

from crm.live import nudge, user_group
from crm.models import AuditAct, User, UserSession

from .audit import record


def end_session(session: UserSession) -> None:
    """This browser is logged out."""
    user_id = session.user_id
    session.delete()
    if session.user:
        record(AuditAct.SESSIONS_ENDED, session.user, session.user, before={"browser": session.device})
    if user_id:
        nudge(user_group(user_id), "signed_out", user=str(user_id))


def end_sessions(user: User, *, but: str | None = None) -> int:
    """Every browser of the person is logged out, except the one of the session key `but`; how many."""
    record(AuditAct.SESSIONS_ENDED, user, user)
    count, _rows = UserSession.objects.filter(user=user).exclude(session_key=but or "").delete()
    nudge(user_group(user.pk), "signed_out", user=str(user.pk))
    return count
