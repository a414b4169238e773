"""A secret key for a machine that was given none."""

import secrets
from pathlib import Path

UNGUESSABLE_BYTES = 48


def local_secret(path: Path) -> str:
    """The key kept in `path`, made on first use and readable by its owner only.

    Enough for one machine. Several machines must share one `SECRET_KEY` by environment.
    """
    try:
        with path.open("x", encoding="ascii") as file:
            path.chmod(0o600)
            file.write(secrets.token_urlsafe(UNGUESSABLE_BYTES))
    except FileExistsError:
        pass
    return path.read_text(encoding="ascii")
