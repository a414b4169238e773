"""One listener per process: nudges come in, are gathered, and leave as one text for many pages.

A channel per socket costs a round through Redis per page and message, and drops messages under
load. The hub subscribes once per audience, reads and renders what changed once, and hands the
same text to every page of this process that may see it. The first nudge leaves at once; those that
follow while it is told, and in the rest after it, leave together. A nudge that is lost costs seconds,
not truth: the hub also looks.
"""

import asyncio

from .life import Hub

__all__ = ["Hub", "hub"]

_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def hub() -> Hub:
    """The hub of this process (of this event loop)."""
    return _hubs.setdefault(asyncio.get_running_loop(), Hub())
