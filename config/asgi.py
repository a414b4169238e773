"""The one ASGI application: pages and webhooks in long-lived threads, sockets on the event loop.

Django's own ASGI handler crosses between threads several times for each sync middleware and
view. Its WSGI handler, mounted here, serves the whole stack in one hop (3 to 6 times as fast
under daphne), on threads that live long enough to keep their database connection.
"""

import os

from a2wsgi import WSGIMiddleware
from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
pages = get_wsgi_application()

# After Django is set up: these import models.
from django.conf import settings  # noqa: E402

from config.urls import websocket_urlpatterns  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": WSGIMiddleware(pages, workers=settings.WEB_THREADS),
        "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(websocket_urlpatterns))),
    }
)
