"""What rows are compared with, served as plainly as Django and Channels can: `floors:application` under daphne.

Pages of the product under Django's own ASGI handler, and a socket whose pages all get what one of them says.
"""

import os
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
stock = get_asgi_application()
_rooms: set[Any] = set()


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] == "http":
        await stock(scope, receive, send)
        return
    await receive()
    await send({"type": "websocket.accept"})
    _rooms.add(send)
    try:
        while (said := await receive())["type"] == "websocket.receive":
            for each in list(_rooms):
                await each({"type": "websocket.send", "text": said["text"]})
    finally:
        _rooms.discard(send)
