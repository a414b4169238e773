"""Primary keys of the whole project."""

import uuid

from uuid_utils.compat import uuid7


def new_key() -> uuid.UUID:
    """A UUIDv7: rows made one after the other lie side by side in the index.

    Made in Python because the oldest PostgreSQL we support (15) has no `uuidv7()`.
    """
    return uuid7()
