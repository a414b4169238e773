"""The embedded PostgreSQL: one cluster, one database, a private Unix socket, no password and no port."""

import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import psutil  # type: ignore[import-untyped, unused-ignore]

from config.embedded.places import postgres_programs, socket_directory, unprivileged
from config.embedded.server import Server, environment

DATABASE = "atendimento"
SUPERUSER = "postgres"
SOCKET_NAME = ".s.PGSQL.5432"

OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "jit": "off",
    "synchronous_commit": "on",
    "random_page_cost": "1.1",
    "max_wal_size": "512MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
}
# Data that nobody will read again needs no protection from a power cut.
THROWAWAY_OPTIONS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


class Postgres(Server):
    title = "PostgreSQL"
    stop_signal = signal.SIGINT  # PostgreSQL's "fast shutdown": connections are closed, everything is written

    def __init__(self, room: Path, *, throwaway: bool) -> None:
        super().__init__(room, unprivileged(), throwaway=throwaway)
        self.programs = postgres_programs(self.account)
        self.cluster = self.home / "cluster"

    def prepare(self) -> None:
        if not self.cluster.exists():
            self._create_cluster()
        if self.running_id() is not None:
            self._clear_up_after_a_crash()
        self.socket_directory = socket_directory(self.home, SOCKET_NAME, self.account)

    def _create_cluster(self) -> None:
        """With the built-in locale: the same order and case rules whatever the machine has installed."""
        unfinished = self.home / "cluster.new"
        shutil.rmtree(unfinished, ignore_errors=True)  # an earlier start was killed half-way
        command = [
            str(self.programs / "initdb"),
            f"--pgdata={unfinished}",
            f"--username={SUPERUSER}",
            "--auth=trust",  # the socket's directory is private to the account
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            *(["--no-sync"] if self.throwaway else []),
        ]
        subprocess.run(command, check=True, cwd="/", env=environment(), umask=0o077, **self.account.run_as)
        unfinished.rename(self.cluster)

    def _clear_up_after_a_crash(self) -> None:
        """PostgreSQL refuses to start while the id it left is alive, which after a reboot is any program's.

        Its main process is known to be gone; what that leaves behind ends within milliseconds by itself.
        """
        stragglers = [process for process in psutil.process_iter() if self._works_here(process)]
        for process in psutil.wait_procs(stragglers, timeout=5)[1]:
            process.kill()
        psutil.wait_procs(stragglers, timeout=5)
        (self.cluster / "postmaster.pid").unlink(missing_ok=True)
        for path in self.home.glob(f"{SOCKET_NAME}*"):
            path.unlink()

    def _works_here(self, process: psutil.Process) -> bool:
        with suppress(psutil.Error):
            return process.cwd() == str(self.cluster) and "postgres" in process.name()
        return False

    def command(self) -> list[str]:
        options = OPTIONS | (THROWAWAY_OPTIONS if self.throwaway else {})
        options["unix_socket_directories"] = str(self.socket_directory)
        settings = [f"--{name}={value}" for name, value in options.items()]
        return [str(self.programs / "postgres"), "-D", str(self.cluster), *settings]

    def running_id(self) -> int | None:
        lines = self._status_lines()
        return int(lines[0]) if lines and lines[0].strip().isdigit() else None

    def owns(self, process: psutil.Process) -> bool:
        return str(self.cluster) in process.cmdline()

    def is_ready(self) -> bool:
        import psycopg  # noqa: F401  # slow to load: it does so while PostgreSQL starts

        lines = self._status_lines()
        if self.process is None or len(lines) < 8 or lines[0].strip() != str(self.process.pid):
            return False
        if lines[7].strip() != "ready":
            return False
        self.socket_directory = Path(lines[4].strip())
        self._create_database()
        return True

    def _status_lines(self) -> list[str]:
        with suppress(FileNotFoundError):
            return (self.cluster / "postmaster.pid").read_text().splitlines()
        return []

    def _create_database(self) -> None:
        import psycopg
        from psycopg import sql

        socket = str(self.socket_directory)
        with psycopg.connect(host=socket, user=SUPERUSER, dbname="postgres", autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if not found:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))

    def url(self) -> str:
        """In django-environ's form for a socket: the path is the directory, then the database's name."""
        return f"postgresql://{SUPERUSER}@/{quote(str(self.socket_directory))}/{DATABASE}"
