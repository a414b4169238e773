"""What can be set from outside is written down where people look, and nonsense is refused by name."""

import os
import re
import subprocess
import sys

import pytest
from django.conf import settings

ROOT = settings.BASE_DIR
READ = re.compile(r"\b(?:env(?:\.\w+)?|_flag)\(\s*\"([A-Z][A-Z0-9_]*)\"")
NAMED = re.compile(r"`([A-Z][A-Z0-9_]{2,})`")
EXAMPLE = re.compile(r"^#?\s*([A-Z][A-Z0-9_]*)=", re.MULTILINE)


def read_by_settings() -> set[str]:
    names = set(READ.findall((ROOT / "config" / "settings.py").read_text(encoding="utf-8")))
    assert {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "LOG_FORMAT"} <= names  # the expression still finds them
    return names


def named_in_the_readme() -> set[str]:
    """First cells of the rows of its tables."""
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    cells = [line.split("|")[1] for line in lines if line.startswith("|") and line.count("|") > 2]
    return {name for cell in cells for name in NAMED.findall(cell)}


def named_in_the_example() -> set[str]:
    return set(EXAMPLE.findall((ROOT / ".env.example").read_text(encoding="utf-8")))


def test_every_variable_is_in_the_readme_and_every_one_there_is_read() -> None:
    assert named_in_the_readme() == read_by_settings()


def test_every_variable_is_in_the_example_and_every_one_there_is_read() -> None:
    assert named_in_the_example() == read_by_settings()


@pytest.mark.parametrize("room", ["crm", "chats", "notifications"])
def test_no_room_reads_the_environment(room: str) -> None:
    sources = {str(path): path.read_text(encoding="utf-8") for path in (ROOT / room).rglob("*.py")}
    assert [path for path, text in sources.items() if re.search(r"os\.environ|os\.getenv|environ\.Env", text)] == []


def test_what_the_commands_read_besides_is_named_too() -> None:
    """`make run` and the browser tests work before, or without, the settings."""
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "config").rglob("*.py")]
    names = {name for text in sources for name in re.findall(r"os\.environ\.get\(\"([A-Z_]+)\"", text)}
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert {name for name in names - {"PATH", "XDG_STATE_HOME"} if f"`{name}`" not in readme} == set()


def load_settings(**environment: str) -> subprocess.CompletedProcess[str]:
    """A process that does nothing but read the settings."""
    command = [sys.executable, "-c", "from django.conf import settings; settings.DEBUG"]
    given = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", **environment}
    return subprocess.run(command, env=given, cwd=ROOT, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize(
    ("name", "value"),
    [("LOG_FORMAT", "nonsense"), ("DEBUG", "perhaps"), ("WEB_THREADS", "many"), ("LOGIN_FAILURE_LIMIT", "few")],
)
def test_nonsense_is_refused_by_name(name: str, value: str) -> None:
    answer = load_settings(**{name: value})
    assert answer.returncode != 0
    assert name in answer.stderr


def test_sense_is_accepted() -> None:
    assert load_settings(LOG_FORMAT="json", DEBUG="true", WEB_THREADS="2").returncode == 0
