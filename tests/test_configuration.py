"""What can be set from outside is written down where people look, and nonsense is refused by name."""

import ast
import os
import re
import subprocess
import sys
from pathlib import PurePosixPath

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


# What the table says in words: a default that only a running installation knows.
IN_WORDS = {"FIELD_ENCRYPTION_KEYS", "SECRET_KEY", "DATABASE_URL", "REDIS_URL", "MEDIA_STORAGE"}
READERS = {"str", "int", "bool", "list", "json", "email_url", "_flag"}


def defaults_in_settings() -> dict[str, str]:
    """Each variable's default as one would write it in a file: lists by commas, paths as they lie in the project."""
    found = {}
    for call in ast.walk(ast.parse((ROOT / "config" / "settings.py").read_text(encoding="utf-8"))):
        if not isinstance(call, ast.Call) or not call.args or not isinstance(call.args[0], ast.Constant):
            continue
        reader = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if reader in READERS and re.fullmatch(r"[A-Z][A-Z0-9_]+", str(call.args[0].value)):
            given = [keyword.value for keyword in call.keywords if keyword.arg == "default"]
            value = _value(given[0]) if given else False
            found[str(call.args[0].value)] = _written(value)
    return found


def _value(expression: ast.expr) -> object:
    """What an expression of constants, and of the folders that settings know, comes to."""
    space = {"BASE_DIR": PurePosixPath(), "VAR": PurePosixPath("var"), "str": str, "__builtins__": {}}
    return eval(compile(ast.Expression(expression), "settings", "eval"), space)  # noqa: S307 our own source


def _written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(value) if isinstance(value, list) else str(value)


def defaults_in_the_readme() -> dict[str, str]:
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines if line.startswith("| `")]
    # Second cells may go on after a comma: what `make run` takes instead.
    return {row[0].strip("`"): row[1].split("`")[1] if "`" in row[1] else row[1] for row in rows if len(row) == 3}


def test_the_defaults_in_the_readme_are_those_of_the_settings() -> None:
    readme, settings_have = defaults_in_the_readme(), defaults_in_settings()
    assert settings_have.keys() == read_by_settings()
    wrong = {
        name: (readme.get(name), value)
        for name, value in settings_have.items()
        if name not in IN_WORDS and readme.get(name) != value
    }
    assert wrong == {}
    assert all(readme[name] for name in IN_WORDS)


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
