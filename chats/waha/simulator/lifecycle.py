"""How a session starts, shows QR codes, is scanned, stops and is forgotten."""

from . import sessions
from .sessions import FAILED, SCAN_QR_CODE, STARTING, STOPPED, WORKING, Session
from .store import Json
from .world import World

CONNECT_SECONDS = 0.3
STOP_SECONDS = 3
FIRST_QR_SECONDS = 60
NEXT_QR_SECONDS = 20
QR_CODES = 6
DEFAULT_PHONE = "5511900000001"


def set_status(world: World, session: Session, status: str, data: Json | None = None) -> None:
    """Go to a status and tell the webhooks. WORKING logs a number in when there is none."""
    if status == WORKING and session.phone is None:
        session.phone = DEFAULT_PHONE
    if not world.sessions.set_status(session, status):
        return
    payload: Json = {"name": session.name, "status": status, "statuses": session.statuses}
    if data is not None:
        payload["data"] = data
    world.emit(session, payload, "session.status")
    if status == WORKING and not (session.silent or session.deaf):
        unheard, session.unheard = session.unheard, []
        for happen in unheard:
            happen()


def start(world: World, session: Session) -> None:
    """STARTING at once; then WORKING with credentials, else the first QR code."""
    session.era += 1
    session.refuses_sends = session.silent = session.deaf = False
    set_status(world, session, STARTING)
    if session.phone:
        _later(world, session, CONNECT_SECONDS, WORKING)
    else:
        era = session.era
        world.scheduler.after(CONNECT_SECONDS, lambda: _show_qr(world, session, era, 1))


def stop(world: World, session: Session) -> None:
    """Blocks about 3 s. Stopping what is stopped does nothing."""
    if session.status == STOPPED:
        return
    session.era += 1
    world.scheduler.sleep(STOP_SECONDS)
    set_status(world, session, STOPPED)


def restart(world: World, session: Session) -> None:
    stop(world, session)
    start(world, session)


def logout(world: World, session: Session) -> None:
    """Unpair, forget what was stored, and start anew if it was running."""
    was_running = session.running
    stop(world, session)
    session.phone = None
    world.store.forget(session.name)
    if was_running:
        start(world, session)


def delete(world: World, session: Session) -> None:
    stop(world, session)
    world.store.forget(session.name)
    world.sessions.remove(session.name)


def configure(world: World, session: Session, config: Json | None) -> None:
    """Replace the whole configuration: stop, and start again if it was running."""
    was_running = session.running
    stop(world, session)
    session.config = config
    if was_running:
        start(world, session)


def scan(world: World, session: Session, phone: str, push_name: str) -> None:
    """Somebody links their phone: STARTING, then WORKING with `me`."""
    session.era += 1
    session.phone, session.push_name = phone, push_name
    set_status(world, session, STARTING)
    _later(world, session, CONNECT_SECONDS, WORKING)


def _show_qr(world: World, session: Session, era: int, number: int) -> None:
    if session.era != era:
        return
    if number > QR_CODES:
        set_status(world, session, FAILED)
        return
    session.qr_number = number
    set_status(world, session, SCAN_QR_CODE)
    seconds = FIRST_QR_SECONDS if number == 1 else NEXT_QR_SECONDS
    world.scheduler.after(seconds, lambda: _show_qr(world, session, era, number + 1), counted=False)
    if world.options.scan_after is not None and number == 1:
        world.scheduler.after(world.options.scan_after, lambda: _be_scanned(world, session, era), counted=False)


def _be_scanned(world: World, session: Session, era: int) -> None:
    if session.era == era and session.status == sessions.SCAN_QR_CODE:
        scan(world, session, DEFAULT_PHONE, session.push_name)


def _later(world: World, session: Session, seconds: float, status: str) -> None:
    era = session.era

    def act() -> None:
        if session.era == era:
            set_status(world, session, status)

    world.scheduler.after(seconds, act)
