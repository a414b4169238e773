"""The embedded PostgreSQL and Redis, real ones: started once, shared, kept, and gone with their last user."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import environ
import psutil
import psycopg
import pytest
import redis
from django.core.cache.backends.redis import RedisCache

from config import embedded_servers

PROJECT = Path(__file__).resolve().parent.parent

USER = """
import sys, time
from pathlib import Path
from config import embedded_servers
var, began = Path(sys.argv[1]), time.monotonic()
print(embedded_servers.database_url(var), embedded_servers.redis_url(var), time.monotonic() - began, flush=True)
sys.stdin.readline()
"""


class User:
    """Another process that uses the servers until it is told, or made, to end."""

    def __init__(self, var: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", USER, str(var)],
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self.process.stdout
        words = self.process.stdout.readline().split()
        if len(words) != 3:
            raise AssertionError(self.process.communicate()[1])
        self.urls = words[:2]
        self.seconds = float(words[2])

    def connect(self) -> psycopg.Connection:
        return psycopg.connect(**psycopg_arguments(self.urls[0]), autocommit=True)

    def redis(self) -> redis.Redis:
        return redis.Redis.from_url(self.urls[1])

    def kill(self) -> None:
        self.process.kill()
        self.close()

    def interrupt(self) -> None:
        os.killpg(self.process.pid, signal.SIGINT)
        self.close()

    def close(self) -> None:
        self.process.communicate()

    def __enter__(self) -> "User":
        return self

    def __exit__(self, *error: object) -> None:
        if self.process.returncode is None:
            self.close()


def psycopg_arguments(url: str) -> dict[str, str]:
    """What Django makes of the URL that django-environ has read."""
    config = environ.Env.db_url_config(url)
    assert config["ENGINE"] == "django.db.backends.postgresql"
    return {"host": config["HOST"], "user": config["USER"], "dbname": config["NAME"]}


def servers_of(place: Path) -> list[psutil.Process]:
    """Running servers that live at the place, and their keepers."""
    return [process for process in psutil.process_iter() if _is_server_of(place, process)]


def keepers_of(place: Path) -> list[psutil.Process]:
    return [process for process in servers_of(place) if "config.embedded.keeper" in process.cmdline()]


def _is_server_of(place: Path, process: psutil.Process) -> bool:
    try:
        words = process.cmdline()
        return bool(words) and "-c" not in words and str(place) in " ".join([*words, process.cwd()])
    except psutil.Error:
        return False


def eventually(condition: Callable[[], object], seconds: float = 8) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


@pytest.fixture
def place() -> Iterator[Path]:
    """An empty directory outside pytest's own, which is closed to other accounts."""
    directory = Path(tempfile.mkdtemp(prefix="servers-"))
    directory.chmod(0o711)
    yield directory
    eventually(lambda: not servers_of(directory))
    shutil.rmtree(directory)


@pytest.fixture
def var(shared: Path) -> Iterator[Path]:
    """A directory whose cluster exists (making one takes most of a second), with no server running."""
    yield shared
    eventually(lambda: not servers_of(shared))


@pytest.fixture(scope="module")
def shared() -> Iterator[Path]:
    directory = Path(tempfile.mkdtemp(prefix="servers-"))
    directory.chmod(0o711)
    yield directory / "var"
    shutil.rmtree(directory)


def test_the_second_process_uses_the_servers_of_the_first_at_once(var: Path) -> None:
    with User(var) as first, User(var) as second:
        assert second.seconds < 0.3
        assert second.urls == first.urls
        with second.connect() as connection:
            assert connection.info.dbname == "atendimento"
        assert second.redis().ping()


def test_servers_stop_with_the_last_process_and_the_data_stays(var: Path) -> None:
    first, second = User(var), User(var)
    with first.connect() as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept AS SELECT 7 AS number")
    first.close()
    time.sleep(0.4)
    with second.connect() as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (7,)
    second.close()
    eventually(lambda: not servers_of(var))
    with User(var) as third, third.connect() as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (7,)


@pytest.mark.parametrize("end", [User.kill, User.interrupt])
def test_servers_stop_when_the_last_process_is_killed_or_interrupted(var: Path, end: Callable[[User], None]) -> None:
    end(User(var))
    eventually(lambda: not servers_of(var))


def test_a_start_after_kill_9_of_everything_recovers(var: Path) -> None:
    user = User(var)
    with user.connect() as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept AS SELECT 7 AS number")
    for process in servers_of(var):
        with suppress(psutil.NoSuchProcess):
            process.kill()
    user.kill()
    with User(var) as later, later.connect() as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (7,)
        assert later.redis().ping()


def test_a_process_id_file_that_names_a_stranger_does_not_stop_the_start(var: Path) -> None:
    User(var).close()
    eventually(lambda: not servers_of(var))
    home = next(var.glob("postgres/data/cluster"))
    (home / "postmaster.pid").write_text(f"{os.getpid()}\n{home}\n0\n5432\n{home}\n\n0 0\nready\n")
    (var / "redis/data/redis.pid").write_text(str(os.getpid()))
    with User(var) as user, user.connect():
        assert user.redis().ping()


def test_servers_that_lost_their_keeper_are_adopted(var: Path) -> None:
    with User(var) as first:
        before = {process.pid for process in servers_of(var)}
        keepers = keepers_of(var)
        for keeper in keepers:
            keeper.kill()
        psutil.wait_procs(keepers)
        with User(var) as second:
            kept = before - {keeper.pid for keeper in keepers}
            assert kept <= {process.pid for process in servers_of(var)}
            assert second.urls == first.urls
            second.connect().close()


def test_a_server_that_dies_is_started_again(var: Path) -> None:
    with User(var) as user:
        for process in set(servers_of(var)) - set(keepers_of(var)):
            with suppress(psutil.NoSuchProcess):
                process.kill()

        def both_answer() -> bool:
            try:
                user.connect().close()
                return bool(user.redis().ping())
            except (psycopg.OperationalError, redis.ConnectionError):
                return False

        eventually(both_answer)


def test_many_processes_at_once_start_one_pair_of_servers(place: Path) -> None:
    var = place / "var"
    users: list[User] = []
    threads = [threading.Thread(target=lambda: users.append(User(var))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({tuple(user.urls) for user in users}) == 1
    assert len(users) == 6
    assert len(servers_of(var / "redis/data")) == 1
    for user in users:
        user.close()


def test_a_deep_directory_with_odd_characters_works(place: Path) -> None:
    with User(place / "Um Caminho + longo, é? #1" / ("x" * 90)) as user, user.connect():
        assert user.redis().ping()
        assert RedisCache(user.urls[1], {}).add("key", "value", 5)


def test_deleting_the_directory_stops_the_servers(place: Path) -> None:
    var = place / "var"
    with User(var):
        shutil.rmtree(var, ignore_errors=True)
        eventually(lambda: not servers_of(var))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be locked out of nothing")
def test_root_can_run_the_servers_from_a_directory_that_is_closed_to_others(place: Path) -> None:
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    with User(closed / "var") as user, user.connect():
        assert user.redis().ping()
    assert closed.stat().st_mode & 0o777 == 0o700
    eventually(lambda: not servers_of(closed))
    embedded_servers.reset(closed / "var")


def test_reset_deletes_the_data_but_not_under_a_user(place: Path) -> None:
    var = place / "var"
    with User(var):
        with pytest.raises(embedded_servers.EmbeddedServersError):
            embedded_servers.reset(var)
        assert (var / "postgres").exists()
    embedded_servers.reset(var)
    assert not (var / "postgres").exists()


def test_throwaway_servers_are_deleted_with_their_user(place: Path) -> None:
    code = "from config import embedded_servers as servers; print(*servers.throwaway()); print(servers.environment())"
    environment = os.environ | {"TMPDIR": str(place)}
    command = [sys.executable, "-c", code]
    said = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=True).stdout
    assert "DATABASE_URL" in said
    assert "REDIS_URL" in said
    eventually(lambda: not list(place.iterdir()))
