"""`python -m config.run`: the whole product on one machine, in the foreground, until Ctrl-C.

In order: translations, the embedded services, scripts and styles, migrations, demo data for an empty database, each
only where something has changed; then the processes of the Procfile and the WAHA simulator. Asked to stop (Ctrl-C,
SIGTERM, hang-up) it stops them, then the services, and exits with 0. When a process ends by itself the others are
stopped and the exit code is 1.
"""

import io
import os
import signal
import socket
import sys
import threading
import time
import urllib.request
from contextlib import suppress
from pathlib import Path
from textwrap import dedent
from types import FrameType

import django
from django.conf import settings
from django.core.management import call_command, get_commands
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from honcho.environ import parse_procfile

from config import embedded_servers
from config.memory import nothing_is_garbage
from config.process_group import ProcessGroup, go_silent

PROJECT = Path(__file__).resolve().parent.parent
WEB_PORT = 8000
SIMULATOR_PORT = 3900
ANSWER_SECONDS = 60.0


def main() -> int:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup
            signal.signal(number, _stop_early)
    os.chdir(PROJECT)
    wanted_port = int(os.environ.get("PORT") or WEB_PORT)
    web_port = _free_port(wanted_port)
    if web_port != wanted_port:
        print(f"Port {wanted_port} is taken; using {web_port}.", flush=True)
    simulator_port = _free_port(SIMULATOR_PORT)
    _set_environment(web_port, simulator_port)
    try:
        _prepare()
        return _run(web_port, simulator_port)
    finally:
        embedded_servers.stop()


def _stop_early(signum: int, frame: FrameType | None) -> None:
    """Before the processes run, there is only us to stop."""
    if signum == signal.SIGHUP:
        go_silent()
    sys.exit(0)


def _free_port(wanted: int) -> int:
    """The wanted port, or the next one on which nobody listens."""
    for port in range(wanted, min(wanted + 100, 65536)):
        with socket.socket() as caller, socket.socket() as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with suppress(OSError):
                if caller.connect_ex(("127.0.0.1", port)) != 0:
                    listener.bind(("127.0.0.1", port))
                    return port
    raise SystemExit(f"No free port from {wanted} on: name another in PORT.")


def _set_environment(web_port: int, simulator_port: int) -> None:
    """What settings and the processes read; anything the user has set stays, but for one thing."""
    os.environ["PORT"] = str(web_port)
    os.environ["WAHA_SIMULATOR_URL"] = f"http://127.0.0.1:{simulator_port}"
    if web_port != WEB_PORT:
        os.environ.setdefault("PUBLIC_URL", f"http://127.0.0.1:{web_port}")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    # Less than the process group waits before it kills.
    os.environ.setdefault("STOP_SECONDS", "3")
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    # Images say so to stay small. Here each of our processes would compile all our modules anew, at every start.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])


def _prepare() -> None:
    """Bring translations, files and database up to date. One process does it all, for each takes long to load."""
    _compile_translations()
    # With DEBUG, files are served as they are edited instead.
    os.environ.setdefault("STATIC_COLLECTED", "0" if os.environ.get("DEBUG") else "1")
    with nothing_is_garbage():
        django.setup()
    if settings.STATIC_COLLECTED:
        from config.static import collect_if_changed

        collect_if_changed()
    os.environ.update(embedded_servers.environment())  # our children use these servers, and we own them
    try:
        _bring_database_up_to_date()
    finally:
        connections.close_all()


def _compile_translations() -> None:
    """Those that were edited since; Babel is loaded for them alone."""
    if not all(map(_is_compiled, PROJECT.glob("locale/*/LC_MESSAGES/django.po"))):
        from config.translations import compile_

        compile_()


def _is_compiled(catalogue: Path) -> bool:
    """What was made of it has its very time, whichever of two versions of the product was here first."""
    with suppress(FileNotFoundError):
        return catalogue.with_suffix(".mo").stat().st_mtime_ns == catalogue.stat().st_mtime_ns
    return False


def _bring_database_up_to_date() -> None:
    executor = MigrationExecutor(connections["default"])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        print("Bringing the database up to date …", flush=True)
        call_command("migrate", verbosity=0, interactive=False)
    if "seed" in get_commands():
        call_command("seed", "--if-empty", stdout=io.StringIO())  # its logins are part of the banner


def _run(web_port: int, simulator_port: int) -> int:
    address = f"http://127.0.0.1:{web_port}"
    banner = threading.Thread(target=_welcome, args=(address,), daemon=True)
    group = ProcessGroup(on_started=banner.start)
    for name, command in parse_procfile(Path("Procfile").read_text()).processes.items():
        group.add_process(name, command)
    if "simulate_waha" in get_commands():
        options = f"--port {simulator_port} --webhook-base {address} --adopt-demo"
        # Nice: it has nobody to talk to before the others are there.
        group.add_process("simulator", f"exec nice python manage.py simulate_waha {options}")
    return group.run()


def _welcome(address: str) -> None:
    """Wait for the first answer, then say where to go."""
    deadline = time.monotonic() + ANSWER_SECONDS
    logins = _logins()
    while not _answers(f"{address}/healthz"):
        if time.monotonic() > deadline:
            print(f"{address} has not answered for {ANSWER_SECONDS:.0f} s; see above.", flush=True)
            return
        time.sleep(0.1)
    lines = [
        f"Atendimento is at {address}/atendimento/",
        "",
        *logins.splitlines(),
        "",
        "Ctrl-C stops everything.",
    ]
    print("\n" + "\n".join(f"  {line}".rstrip() for line in lines) + "\n", flush=True)


def _logins() -> str:
    """Of the demo. They name addresses, all of which are loaded for that: done while the web starts."""
    if "seed" not in get_commands():
        return ""
    logins = io.StringIO()
    try:
        call_command("seed", "--logins", stdout=logins)
    finally:
        connections.close_all()
    return dedent(logins.getvalue()).strip("\n")


def _answers(url: str) -> bool:
    with suppress(OSError), urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310
        return bool(response.status == 200)
    return False


if __name__ == "__main__":
    sys.exit(main())
