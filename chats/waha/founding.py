"""A new number: its row here and its session in WAHA, both or neither; and where neither can be said, it is said."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from crm.models import AuditAct, User

from .calls import sessions as calls
from .client import WahaClient, WahaError
from .control import audit, order_act
from .drift import wanted_config
from .excuses import plain
from .models import Act, SessionStatus, WhatsAppSession


class Refusal(Exception):
    """The number was not made, here or there; the text says why. `exists`: WAHA has such a session to adopt."""

    def __init__(self, text: str, *, exists: bool = False) -> None:
        super().__init__(text)
        self.exists = exists


def found(session: WhatsAppSession, by: User) -> None:
    """Make the number (an unsaved row) and start its session. Raises `Refusal` with nothing left behind."""
    client = WahaClient(session)
    try:
        session.version = calls.server_version(client)[:20]
    except WahaError as error:
        raise Refusal(plain(error)) from error
    _store(session, by, AuditAct.NUMBER_CREATED)  # first, for its webhooks come at once
    try:
        calls.create_session(client, wanted_config(session))
    except WahaError as error:
        if error.maybe_done:
            _find_out(session, client)
            return
        session.delete()
        raise Refusal(plain(error), exists="already exists" in str(error)) from error


def adopt(session: WhatsAppSession, by: User) -> None:
    """Take over a session that WAHA has already: its set-up gains our webhook, by a job. Raises `Refusal`."""
    client = WahaClient(session)
    try:
        session.version = calls.server_version(client)[:20]
        status = calls.session_info(client).get("status")
    except WahaError as error:
        raise Refusal(plain(error)) from error
    session.status = str(status or SessionStatus.STOPPED)[:40]
    with transaction.atomic():
        _store(session, by, AuditAct.NUMBER_ADOPTED)
        order_act(session, Act.CONFIGURE, by)


def _store(session: WhatsAppSession, by: User, act: AuditAct) -> None:
    try:
        with transaction.atomic():
            session.save(force_insert=True)
            audit(session, act, by, waha=session.base_url, waha_name=session.waha_name)
    except IntegrityError as error:  # somebody was faster
        raise Refusal(_("There is a number of this name, or with this session, already.")) from error


def _find_out(session: WhatsAppSession, client: WahaClient) -> None:
    """The creation was cut off: is the session there? Where even that is not told, the row stays and says so."""
    try:
        calls.session_info(client)
    except WahaError as error:
        if error.status == 404:
            session.delete()
            raise Refusal(_("WAHA did not make the session. Try again.")) from error
        session.act_error = _(
            "WAHA stopped answering while it made the session: it may be there or not. “Start” makes it if need be."
        )[:300]
        session.save(update_fields=["act_error"])
