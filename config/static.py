"""Scripts and styles as a browser keeps them: named by their content, compressed, and never asked for twice."""

from pathlib import Path

from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage


class CollectedStatic(CompressedManifestStaticFilesStorage):  # type: ignore[misc] # whitenoise has no types
    """What `collectstatic` gathered. Imports between modules are renamed too, so each is fetched under its hash."""

    support_js_module_import_aggregation = True


def collect_if_changed() -> None:
    """Gather them anew when one was edited, added or removed since the last time; seconds, else a blink."""
    sources = {name: storage.path(name) for finder in get_finders() for name, storage in finder.list([])}
    stamp = "\n".join(f"{name} {Path(path).stat().st_mtime_ns}" for name, path in sorted(sources.items()))
    known = Path(staticfiles_storage.path("")) / ".collected"
    if known.exists() and known.read_text() == stamp:
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    known.write_text(stamp)
