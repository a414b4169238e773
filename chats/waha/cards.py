"""What a number's card says: how it is, since when, what waits, and what somebody should do about it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Count
from django.utils.translation import gettext as _

from chats.models import IN_FLIGHT, Message, SendState
from crm.models import User

from .control import is_busy, is_given_up
from .drift import webhook_url
from .models import SessionStatus, WahaEvent, WhatsAppSession

# What is in the queue as a person counts it: what is being sent this second is not.
WAITING = [state for state in IN_FLIGHT if state != SendState.SENDING]
EVENTS_SHOWN = 20
# WAHA shows six QR codes: the first for a minute, the others for 20 s.
QR_CODES = 6
FIRST_QR, NEXT_QR = timedelta(seconds=60), timedelta(seconds=20)
# How often a page asks: while something is going on, and while nothing is.
SOON_MS, CALMLY_MS = 1500, 5000
LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True)
class Card:
    """One number, in the words of the active language."""

    session: WhatsAppSession
    queued: int

    @property
    def tone(self) -> str:
        """`ok`, `wait`, `bad` or `off`: what the dot's colour says."""
        status = self.session.status
        if self.session.is_working:
            return "wait" if self.session.is_silent else "ok"
        if status == SessionStatus.STOPPED:
            return "off"
        return "bad" if status == SessionStatus.FAILED else "wait"

    @property
    def label(self) -> str:
        """The status; one that we do not know is shown as WAHA spells it."""
        session = self.session
        if session.is_silent:
            return _("Connected, but silent")
        if session.status == SessionStatus.STARTING and session.disconnected_at:
            return _("Reconnecting")
        if self.qr_expired:
            return _("QR code not read in time")
        if session.status.startswith("PASSKEY_"):
            return _("Waiting for a passkey")
        return str(dict(SessionStatus.choices).get(session.status, session.status))

    @property
    def since(self) -> datetime | None:
        return self.session.status_since or self.session.status_changed_at

    @property
    def hint(self) -> str:
        """What to do about it; empty where there is nothing to do."""
        status = self.session.status
        if self.session.is_silent:
            return _("WAHA's history has messages that it did not tell us of. We fetch them; if it goes on, restart.")
        if self.qr_expired:
            return _("WAHA shows six codes in about three minutes. Have the phone at hand and ask for a new one.")
        if status == SessionStatus.FAILED:
            return _("Restart it. If it fails again, log out and read a new QR code.")
        if status.startswith("PASSKEY_"):
            return _("WhatsApp asks for a passkey. Confirm it on the phone, or in WAHA's own dashboard.")
        if status == SessionStatus.STARTING and self.session.disconnected_at:
            return _("WAHA tries again every few seconds. Is the phone on, and is the server online?")
        if status not in SessionStatus.values:
            return _("This status is newer than this software. WAHA's own dashboard tells more.")
        return ""

    @property
    def qr_expired(self) -> bool:
        """Six codes were shown and nobody read one."""
        return self.session.status == SessionStatus.FAILED and self.session.qr_number > 0

    @property
    def shows_qr(self) -> bool:
        return self.session.status == SessionStatus.SCAN_QR_CODE and not self.is_busy

    @property
    def qr_until(self) -> datetime | None:
        """When the code that is shown now will be replaced."""
        shown = self.session.status_changed_at
        if not shown:
            return None
        return shown + (FIRST_QR if self.session.qr_number <= 1 else NEXT_QR)

    @property
    def qr_codes(self) -> int:
        return QR_CODES

    @property
    def act_is_late(self) -> bool:
        return is_given_up(self.session)

    @property
    def is_busy(self) -> bool:
        return is_busy(self.session)

    @property
    def is_running(self) -> bool:
        return self.session.status != SessionStatus.STOPPED

    @property
    def every_ms(self) -> int:
        """How soon a page asks again."""
        restless = self.session.act or self.session.status in {SessionStatus.STARTING, SessionStatus.SCAN_QR_CODE}
        return SOON_MS if restless else CALMLY_MS

    @property
    def webhook_url(self) -> str:
        return webhook_url(self.session)

    @property
    def is_unreachable(self) -> bool:
        """WAHA is on another machine, and our own address is one that only this machine knows."""
        here, there = (urlsplit(url).hostname or "" for url in (settings.PUBLIC_URL, self.session.base_url))
        return here in LOCAL_HOSTS and there not in LOCAL_HOSTS

    @property
    def server(self) -> str:
        """Engine and version: `NOWEB · 2026.7.1`."""
        return " · ".join(filter(None, [self.session.engine, self.session.version]))


def cards_of(user: User) -> list[Card]:
    """All numbers of the person's company, by name."""
    sessions = list(WhatsAppSession.objects.visible_to(user).select_related("default_team"))
    queued = _queued(sessions)
    return [Card(session, queued.get(session.pk, 0)) for session in sessions]


def card_of(session: WhatsAppSession) -> Card:
    return Card(session, _queued([session]).get(session.pk, 0))


def recent_events(session: WhatsAppSession) -> list[WahaEvent]:
    """What WAHA told of last, without the bodies."""
    events = session.events.only("id", "session_id", "event", "state", "reason", "received_at")
    return list(events.order_by("-received_at")[:EVENTS_SHOWN])


def _queued(sessions: list[WhatsAppSession]) -> dict[object, int]:
    rows = Message.objects.filter(session__in=sessions, send_state__in=WAITING).order_by()
    return dict(rows.values_list("session_id").annotate(Count("pk")))
