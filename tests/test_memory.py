"""What is loaded once stays, and nobody looks through it for garbage."""

import json
import subprocess
import sys

from config import memory

LOADED = """
import gc, json
import {module}
print(json.dumps([gc.isenabled(), gc.get_freeze_count(), gc.get_threshold()[0]]))
"""
FAILS = """
import gc, json
from config.memory import nothing_is_garbage
try:
    with nothing_is_garbage():
        kept = gc.isenabled()
        raise ImportError
except ImportError:
    print(json.dumps([kept, gc.isenabled()]))
"""


def said_by(code: str) -> list[int]:
    """By a process of its own: what is frozen in this one would stay so for all other tests."""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    found: list[int] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_a_web_process_never_looks_through_what_it_has_loaded() -> None:
    is_looking, frozen, threshold = said_by(LOADED.format(module="config.asgi"))
    assert is_looking
    assert frozen > 100_000
    assert threshold == memory.LOOK_AFTER


def test_garbage_is_looked_for_again_when_loading_fails() -> None:
    assert said_by(FAILS) == [False, True]
