"""A pgbouncer before the house's PostgreSQL, where one is installed."""

import configparser
import shutil
import socket
import subprocess
from contextlib import suppress

from tests.processes import ROOT, Process, free_port, until

from .house import Database

SHIPPED = ROOT / "docs" / "deploy" / "pgbouncer.ini"
PROGRAM = shutil.which("pgbouncer") or shutil.which("/usr/sbin/pgbouncer")
# Fewer than there are threads that ask: whoever left something behind in a session would give it to others.
CONNECTIONS = 3


class PgBouncer(Process):
    """As the file that is shipped has it, but for addresses, passwords and size."""

    def __init__(self, database: Database) -> None:
        super().__init__("pgbouncer", [])
        self.port = free_port()
        self.url = f"postgresql://postgres@127.0.0.1:{self.port}/atendimento"
        self._account = database.server.account
        self._file = database.place / "pgbouncer.ini"
        self._sockets = database.server.socket_directory

    def start(self) -> None:
        self._write()
        with self._log("ab") as log:
            self.process = subprocess.Popen(
                [str(PROGRAM), str(self._file)], stdout=log, stderr=log, cwd="/", **self._account.run_as
            )
        until(self._listens)

    def _listens(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False

    def _write(self) -> None:
        settings = configparser.ConfigParser(interpolation=None)
        settings.read(SHIPPED)
        place = settings["databases"]["atendimento"].replace("127.0.0.1", str(self._sockets))
        settings["databases"]["atendimento"] = f"{place} user=postgres"
        settings["pgbouncer"].update(
            listen_port=str(self.port), auth_type="any", unix_socket_dir="", default_pool_size=str(CONNECTIONS)
        )
        with self._file.open("w") as file:
            settings.write(file)
