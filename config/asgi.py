"""The one ASGI application: pages in long-lived threads, sockets and webhooks on the event loop.

Why pages do not go through Django's own ASGI handler: `config.one_hop`. Why webhooks do not go with them:
`config.no_hop`.
"""

import os

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.wsgi import get_wsgi_application

from config.memory import nothing_is_garbage, share_one_heap

share_one_heap()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
with nothing_is_garbage():
    pages = get_wsgi_application()

    # After Django is set up: these import models.
    from django.conf import settings

    from config.draining import Draining, drain_on_sigterm
    from config.no_hop import NoHop
    from config.one_hop import Message, OneHop, Receive, Send
    from config.urls import websocket_urlpatterns

in_threads = OneHop(pages, threads=settings.WEB_THREADS)
on_the_loop = NoHop()


async def http(scope: Message, receive: Receive, send: Send) -> None:
    """Webhooks here, all else there."""
    serve = on_the_loop if scope["path"].startswith("/webhooks/") else in_threads
    await serve(scope, receive, send)


application = Draining(
    ProtocolTypeRouter(
        {
            "http": http,
            "websocket": AllowedHostsOriginValidator(URLRouter(websocket_urlpatterns)),
        }
    )
)
drain_on_sigterm(application, settings.STOP_SECONDS)
