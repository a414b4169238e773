"""The embedded PostgreSQL and Redis: started on first use, stopped after their last user's end.

`database_url` and `redis_url` are for settings, at import time; they cost milliseconds when the server is up,
and are safe in any number of processes at once. A process uses a server until it ends, however it ends; what
kill -9 or a power cut leaves behind is sorted out by the next start. How this works: `config.embedded`.
"""

import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if sys.platform != "win32":
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Iterator

PROJECT = Path(__file__).resolve().parent.parent
NAMES = {"postgres": "DATABASE_URL", "redis": "REDIS_URL"}
START_SECONDS = 60.0
STOP_SECONDS = 12.0
LOG_BYTES = 1 << 20

_held: dict[Path, int] = {}
"""Room → the descriptor that holds our shared lock on its `users.lock`."""


class EmbeddedServersError(RuntimeError):
    """An embedded server could not be started; the message says why and what to do."""


def database_url(var: Path) -> str:
    """The URL of the PostgreSQL kept under `var`, as `env.db_url` reads it; its database exists."""
    return _use(var, "postgres")


def redis_url(var: Path) -> str:
    """The `unix://` URL of the Redis that runs under `var`."""
    return _use(var, "redis")


def throwaway() -> tuple[str, str]:
    """(database URL, Redis URL) of new servers for tests: fast, unsafe, and deleted after the caller's end.

    Hand the URLs to other processes through `DATABASE_URL` and `REDIS_URL`.
    """
    var = Path(tempfile.mkdtemp(prefix="atendimento-"))
    return _use(var, "postgres", throwaway=True), _use(var, "redis", throwaway=True)


def environment() -> dict[str, str]:
    """The servers this process uses, as variables for child processes, which then start none themselves."""
    return {NAMES[room.name]: (room / "url").read_text() for room in _held if room.name in NAMES}


def stop() -> None:
    """Stop using the servers, Redis first; return when they have stopped or when others still use them."""
    for room in sorted(_held, reverse=True):
        descriptor = _held.pop(room)
        with suppress(FileNotFoundError):
            fcntl.flock(descriptor, fcntl.LOCK_UN)
            _wait_until_down(room, descriptor)
        os.close(descriptor)


def reset(var: Path) -> None:
    """Delete the servers' data. Raises EmbeddedServersError while somebody uses them."""
    import shutil

    from config.embedded.places import fallback_home

    for name in NAMES:
        room = var.resolve() / name
        with suppress(FileNotFoundError):
            descriptor = os.open(room / "users.lock", os.O_RDWR)
            _wait_until_down(room, descriptor)
            if not _lock(descriptor, fcntl.LOCK_EX):
                raise EmbeddedServersError(f"{name} is in use: stop `make run` and whatever else uses it first.")
            os.close(descriptor)
        for directory in (fallback_home(room), room):
            shutil.rmtree(directory, ignore_errors=True)


def _use(var: Path, name: str, *, throwaway: bool = False) -> str:
    if sys.platform == "win32":
        raise EmbeddedServersError("The embedded servers need Linux, macOS or WSL: set DATABASE_URL and REDIS_URL.")
    room = var.resolve() / name
    try:
        if room not in _held:
            _held[room] = _enter(room)
        with _only_one_starts(room):
            return _url_of_running(room) or _start(room, throwaway=throwaway)
    except PermissionError as error:
        raise EmbeddedServersError(f"{room} belongs to another user: {error}. {_ADVICE}") from error


_ADVICE = "Or set DATABASE_URL and REDIS_URL to use servers of your own."


def _enter(room: Path) -> int:
    """Become a user of the room; wait while its keeper is just stopping the server."""
    while True:
        room.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(room / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(descriptor), (room / "users.lock").stat()):
                return descriptor
        os.close(descriptor)  # the room was deleted while we waited


@contextmanager
def _only_one_starts(room: Path) -> "Iterator[None]":
    descriptor = os.open(room / "start.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _url_of_running(room: Path) -> str | None:
    """None unless a keeper lives and says that its server answers."""
    with suppress(FileNotFoundError):
        url = (room / "url").read_text()
        if _has_keeper(room):
            return url
    return None


def _has_keeper(room: Path) -> bool:
    try:
        descriptor = os.open(room / "keeper.lock", os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        return not _lock(descriptor, fcntl.LOCK_SH)
    finally:
        os.close(descriptor)


def _lock(descriptor: int, kind: int) -> bool:
    """Take a lock if it is free; the lock goes with the descriptor."""
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _start(room: Path, *, throwaway: bool) -> str:
    """Start a keeper and wait for its URL. One that is starting already (its starter was killed) will do."""
    deadline = time.monotonic() + START_SECONDS
    started = False
    while time.monotonic() < deadline:
        if url := _url_of_running(room):
            return url
        if not _has_keeper(room):
            if started:
                raise EmbeddedServersError(_failure(room))
            started = _start_keeper(room, throwaway=throwaway)
        time.sleep(0.01)
    raise EmbeddedServersError(_failure(room))


def _start_keeper(room: Path, *, throwaway: bool) -> bool:
    """False when somebody was just looking whether there is a keeper, which takes its lock for a moment."""
    (room / "url").unlink(missing_ok=True)
    lock = os.open(room / "keeper.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not _lock(lock, fcntl.LOCK_EX):
            return False
        command = [sys.executable, "-m", "config.embedded.keeper", room.name, str(room), str(lock)]
        with _log(room).open("ab") as log:
            subprocess.run(
                command + (["--throwaway"] if throwaway else []),
                cwd=PROJECT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[lock],
                start_new_session=True,
                check=False,
            )
        return True
    finally:
        os.close(lock)


def _log(room: Path) -> Path:
    path = room / "log"
    with suppress(FileNotFoundError):
        if path.stat().st_size > LOG_BYTES:
            path.unlink()
    return path


def _failure(room: Path) -> str:
    log = room / "log"
    last_lines = "\n  ".join(log.read_text(errors="replace").splitlines()[-12:])
    return f"The embedded {room.name} did not start. The end of {log}:\n  {last_lines}\n{_ADVICE}"


def _wait_until_down(room: Path, descriptor: int) -> None:
    """Wait for the keeper's end, but not while others use the server: they share the lock it wants."""
    deadline = time.monotonic() + STOP_SECONDS
    while time.monotonic() < deadline and _has_keeper(room):
        if _lock(descriptor, fcntl.LOCK_EX):
            fcntl.flock(descriptor, fcntl.LOCK_UN)
        elif _lock(descriptor, fcntl.LOCK_SH):
            fcntl.flock(descriptor, fcntl.LOCK_UN)
            return
        time.sleep(0.05)


if __name__ == "__main__":
    try:
        reset(Path(os.environ.get("ATENDIMENTO_VAR") or PROJECT / "var"))
    except EmbeddedServersError as error:
        sys.exit(str(error))
