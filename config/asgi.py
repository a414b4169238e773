"""The one ASGI application: pages and webhooks in long-lived threads, sockets on the event loop.

Why pages do not go through Django's own ASGI handler: `config.one_hop`.
"""

import os

from channels.auth import AuthMiddlewareStack
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
    from config.one_hop import OneHop
    from config.urls import websocket_urlpatterns

application = Draining(
    ProtocolTypeRouter(
        {
            "http": OneHop(pages, threads=settings.WEB_THREADS),
            "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(websocket_urlpatterns))),
        }
    )
)
drain_on_sigterm(application, settings.STOP_SECONDS)
