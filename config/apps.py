from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class FrameConfig(AppConfig):
    """The frame; an app only so that its checks and commands are found."""

    name = "config"
    label = "frame"

    def ready(self) -> None:
        from config import checks, planning, privacy, timestamps  # noqa: F401 checks register themselves

        planning.keep_short()
        timestamps.read_quickly()
        privacy.declare()


class CollectedFilesConfig(StaticFilesConfig):
    """What is collected: of the packages that bring files along, only what a page asks for."""

    # The readable halves of htmx name modules in their comments that no package holds.
    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        "htmax-*",
        "*-4.js",
        "*-4.min.js",
        "*-2.js",
    ]
