"""What a pgbouncer in transaction mode asks of us: nothing of ours lies in a session that is lent to others.

That it works behind a real one: `tests/faults/test_pgbouncer.py`.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
KEPT_IN_A_SESSION = re.compile(
    r"pg_(try_)?advisory_(un)?lock|CREATE TEMP|execute\(f?\"(LISTEN|PREPARE|DECLARE|SET (?!LOCAL|TRANSACTION))"
)
# On every connection alike, so that it does not matter whose it was.
THE_SAME_FOR_ALL = {"config/planning.py"}
LOOK = """
import json, django
django.setup()
from django.conf import settings
from config.jobs import WorkersConnector
from config.backup import _address
print(json.dumps({
    "pages": settings.DATABASES["default"]["HOST"],
    "cursors": not settings.DATABASES["default"].get("DISABLE_SERVER_SIDE_CURSORS", False),
    "queue": WorkersConnector()._pool_args["kwargs"]["host"],
    "dump": _address().split("host='")[1].split("'")[0],
}))
"""


@pytest.mark.parametrize("room", ["config", "crm", "notifications", "chats"])
def test_nothing_is_kept_in_a_session(room: str) -> None:
    sources = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in (ROOT / room).rglob("*.py")}
    found = {path for path, text in sources.items() if KEPT_IN_A_SESSION.search(text)}
    assert found <= THE_SAME_FOR_ALL


def test_behind_a_pgbouncer_the_queue_and_the_dump_go_to_postgresql_itself() -> None:
    behind = {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": "postgresql://a@pgbouncer:6432/a",
        "DATABASE_DIRECT_URL": "postgresql://a@postgres/a",
    }
    command = [sys.executable, "-c", LOOK]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **behind}, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == {"pages": "pgbouncer", "cursors": False, "queue": "postgres", "dump": "postgres"}
