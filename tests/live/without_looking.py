"""The web process, but its hub never looks by itself: what a page of it hears, a nudge has told."""

from config.asgi import application

from chats.hub import life  # isort: skip # models, which Django has to be ready for

__all__ = ["application"]

life.LOOK_EVERY_SECONDS = 3600.0
