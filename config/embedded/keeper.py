"""`python -m config.embedded.keeper NAME ROOM LOCK [--throwaway]`: keeps one server up while it is used.

Started by `config.embedded_servers` alone, which hands it the open, locked `keeper.lock` as file descriptor LOCK.
It leads a session of its own, so a terminal's Ctrl-C or hang-up does not reach it or its server.
"""

import argparse
import fcntl
import os
import shutil
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import FrameType

from config.embedded.places import ServerError
from config.embedded.server import Server

LOOK_SECONDS = 0.1


def main() -> None:
    arguments = _arguments()
    if os.fork():  # so that the process which started us never has a child to wait for
        os._exit(0)
    signal.signal(signal.SIGTERM, _end)
    room: Path = arguments.room
    try:
        _keep(_server(arguments.name, room, throwaway=arguments.throwaway), arguments.lock)
    except ServerError as error:
        sys.exit(str(error))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("name", choices=["postgres", "redis"])
    parser.add_argument("room", type=Path)
    parser.add_argument("lock", type=int)
    parser.add_argument("--throwaway", action="store_true")
    return parser.parse_args()


def _server(name: str, room: Path, *, throwaway: bool) -> Server:
    """Each server's module loads what the other does not need, and somebody is waiting."""
    if name == "postgres":
        from config.embedded.postgres import Postgres

        return Postgres(room, throwaway=throwaway)
    from config.embedded.redis_server import Redis

    return Redis(room, throwaway=throwaway)


def _end(signum: int, frame: FrameType | None) -> None:
    sys.exit(0)


def _keep(server: Server, keeper_lock: int) -> None:
    users = os.open(server.room / "users.lock", os.O_RDWR)
    address = server.room / "url"
    try:
        server.start()
        _publish(address, server.url())
        while not _everybody_left(users):
            if not _is_still(keeper_lock, server.room / "keeper.lock"):
                return
            if not server.is_alive():
                _restart(server, address)
            time.sleep(LOOK_SECONDS)
    finally:
        if _is_still(keeper_lock, server.room / "keeper.lock"):  # or the files are already somebody else's
            address.unlink(missing_ok=True)
        server.stop()
        _tidy(server)


def _everybody_left(users: int) -> bool:
    with suppress(BlockingIOError):
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def _is_still(descriptor: int, path: Path) -> bool:
    """False when the room was deleted, perhaps made anew, under our feet."""
    with suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(descriptor), path.stat())
    return False


def _restart(server: Server, address: Path) -> None:
    print(f"{server.title} ended by itself; starting it again.", file=sys.stderr)
    time.sleep(0.5)  # a server that cannot live must not spin; the dead one's children need a moment too
    server.start()
    _publish(address, server.url())


def _publish(address: Path, url: str) -> None:
    new = address.with_suffix(".new")
    new.write_text(url)
    new.replace(address)


def _tidy(server: Server) -> None:
    if server.socket_directory != server.home:
        shutil.rmtree(server.socket_directory, ignore_errors=True)
    if server.throwaway:
        shutil.rmtree(server.home, ignore_errors=True)
        shutil.rmtree(server.room, ignore_errors=True)
        with suppress(OSError):  # the other server's room is still there
            server.room.parent.rmdir()


if __name__ == "__main__":
    main()
