from django.apps import AppConfig


class FrameConfig(AppConfig):
    """The frame; an app only so that its checks and commands are found."""

    name = "config"
    label = "frame"

    def ready(self) -> None:
        from config import checks  # noqa: F401 they register themselves
