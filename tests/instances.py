"""A throw-away PostgreSQL and Redis for a test run; loaded by `-p`, before anything reads the settings.

The first process starts them and names them in the environment; the workers of pytest-xdist find
them there. Variables that are set already are respected.
"""

import atexit
import os
import tempfile

from config import embedded_servers, translations

if not os.environ.get("DATABASE_URL") or not os.environ.get("REDIS_URL"):
    database_url, redis_url = embedded_servers.throwaway()
    os.environ.setdefault("DATABASE_URL", database_url)
    os.environ.setdefault("REDIS_URL", redis_url)

# Files of tests are thrown away too.
if "MEDIA_ROOT" not in os.environ:
    folder = tempfile.TemporaryDirectory(prefix="media-")
    atexit.register(folder.cleanup)
    os.environ["MEDIA_ROOT"] = folder.name

# Events that were captured, and those of a story set at a certain noon, are old by now.
os.environ.setdefault("WEBHOOK_REPLAY_HOURS", "0")

# Django reads compiled catalogues, which are made, not kept.
translations.compile_()

# Workers share one Redis and must not hear each other.
os.environ["CHANNEL_PREFIX"] = f"test-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
