"""The page stays light: what an agent's browser fetches and runs before anybody has clicked."""

import gzip
import os
import re
import subprocess
import sys
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders

STATIC = Path(settings.BASE_DIR) / "static"
HEAD = Path(settings.BASE_DIR) / "templates" / "chats" / "_head.html"
MOST_OWN_BYTES = 64 * 1024
MOST_COMPRESSED_BYTES = 150_000
IMPORT = re.compile(r'^(?:import|export)\b[^;]*?from "\./([\w-]+\.js)";|^import "\./([\w-]+\.js)";', re.M)


def modules_of_the_page() -> set[str]:
    """The modules that the page names, and all that they import; not those that are imported on first use."""
    waiting = re.findall(r"static 'js/([\w-]+\.js)'", HEAD.read_text() + _base()) or []
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += ["".join(pair) for pair in IMPORT.findall((STATIC / "js" / name).read_text())]
    return found


def test_the_pages_own_scripts_weigh_at_most_64_kilobytes() -> None:
    weights = {name: (STATIC / "js" / name).stat().st_size for name in modules_of_the_page()}
    assert sum(weights.values()) <= MOST_OWN_BYTES, sorted(weights.items(), key=lambda item: -item[1])


def test_all_that_the_first_load_fetches_beside_the_page_is_small_when_compressed() -> None:
    names = {f"js/{name}" for name in modules_of_the_page()}
    names |= set(re.findall(r"static '((?:css|vendor|img)/[\w.-]+)'", HEAD.read_text() + _base()))
    names |= {"django_htmx/htmx-2.min.js", "django_htmx/ext/hx-ws-2.min.js"}
    sizes = {name: len(gzip.compress(Path(str(finders.find(name))).read_bytes())) for name in names}
    # The page itself, busy and compressed, is some 25 kB.
    assert sum(sizes.values()) + 25_000 <= MOST_COMPRESSED_BYTES, sorted(sizes.items(), key=lambda item: -item[1])


def _base() -> str:
    return (Path(settings.BASE_DIR) / "templates" / "base.html").read_text()


def test_every_file_of_the_pages_is_collected_under_a_name_of_its_own(tmp_path: Path) -> None:
    """Modules that import each other in a circle, or name what is not there, would stop every start."""
    environment = {**os.environ, "ATENDIMENTO_VAR": str(tmp_path), "STATIC_COLLECTED": "1"}
    command = [sys.executable, "manage.py", "collectstatic", "--noinput"]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert list((tmp_path / "static" / "js").glob("line.*.js"))
