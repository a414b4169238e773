"""Keeps `locale/` complete: `python -m config.translations extract | compile | check`.

Babel does the work, because a machine with Python alone has no GNU gettext. `extract` brings the
catalogues up to date with the code; `compile` makes what Django reads; `check` fails when a text
is untranslated, doubtful, or not extracted yet. English is the source itself and has no catalogue.
"""

import io
import os
import sys
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("config", "crm", "notifications", "chats", "templates")
METHODS = [
    ("**/migrations/**", "ignore"),
    ("**.py", "python"),
    ("**.html", "config.translations:extract_template"),
    ("**.txt", "config.translations:extract_template"),
]
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


def extract() -> list[str]:
    """Every text of the code into every catalogue; translations that exist are kept."""
    fresh = _collected()
    for path in _catalogues():
        catalogue = _read(path)
        # The day of the extraction is no change of the catalogue either.
        fresh.creation_date = catalogue.creation_date
        catalogue.update(fresh, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        _write(path, catalogue)
    return []


def compile_() -> list[str]:
    """The binary catalogues that Django reads; they are made, not kept. A process that starts meanwhile reads a
    whole one, the old or the new. Each gets the time of what it was made of, which tells whether it still is that.
    """
    for path in _catalogues():
        draft = path.with_suffix(f".{os.getpid()}.mo")
        with draft.open("wb") as file:
            write_mo(file, _read(path))
        made_of = path.stat()
        os.utime(draft, ns=(made_of.st_atime_ns, made_of.st_mtime_ns))
        draft.replace(path.with_suffix(".mo"))
    return []


def check() -> list[str]:
    """What is wrong with the catalogues, a line each."""
    fresh = {_key(message) for message in _collected() if message.id}
    return [trouble for path in _catalogues() for trouble in _troubles(path, fresh)]


def extract_template(
    file: IO[bytes], keywords: Mapping[str, Any], comment_tags: Collection[str], options: Any
) -> Iterator[Any]:
    """Babel's way into a template. Django says itself what it will look up: `%` doubled, lines trimmed."""
    source = templatize(file.read().decode())
    # What is left of the markup is no Python, but it holds no quotes; its indentation would be an error.
    lines = "\n".join(line.strip() for line in source.splitlines())
    return extract_python(io.BytesIO(lines.encode()), keywords, comment_tags, options)


def _troubles(path: Path, fresh: set[str]) -> list[str]:
    catalogue = _read(path)
    known = {_key(message): message for message in catalogue if message.id}
    name = path.relative_to(ROOT)
    troubles = [f"{name}: not extracted: {key!r}" for key in sorted(fresh - known.keys())]
    troubles += [f"{name}: not used any more: {key!r}" for key in sorted(known.keys() - fresh)]
    for key, message in known.items():
        texts = message.string if isinstance(message.string, tuple | list) else [message.string]
        # English is the language of the source: an empty text there shows the source itself.
        if catalogue.locale_identifier != "en" and not all(texts):
            troubles.append(f"{name}: not translated: {key!r}")
        troubles += [f"{name}: {error}: {key!r}" for error in message.check(catalogue)]
        if message.fuzzy:
            troubles.append(f"{name}: doubtful: {key!r}")
    return troubles


def _collected() -> Catalog:
    catalogue = Catalog(project="Atendimento", fuzzy=False)
    for room in ROOMS:
        found = extract_from_dir(ROOT / room, METHODS, keywords=KEYWORDS, comment_tags=("Translators:",))
        for file, _line, message, comments, context in found:
            # Files without line numbers: a text that only moved is no change of the catalogue.
            catalogue.add(message, locations=[(f"{room}/{file}", 0)], auto_comments=comments, context=context)
    return catalogue


def _key(message: object) -> str:
    identity = getattr(message, "id", "")
    return (
        f"{getattr(message, 'context', None) or ''}|{identity[0] if isinstance(identity, tuple | list) else identity}"
    )


def _catalogues() -> list[Path]:
    return sorted((ROOT / "locale").glob("*/LC_MESSAGES/django.po"))


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


def _write(path: Path, catalogue: Catalog) -> None:
    text = io.BytesIO()
    write_po(text, catalogue, width=110, sort_output=True, include_lineno=False, omit_header=False)
    path.write_bytes(text.getvalue())


def main() -> int:
    """0 when all is well; else the troubles are printed."""
    work = {"extract": extract, "compile": compile_, "check": check}.get(sys.argv[1] if len(sys.argv) == 2 else "")
    if work is None:
        print("usage: python -m config.translations extract | compile | check")
        return 2
    troubles = work()
    print("\n".join(troubles), end="\n" if troubles else "")
    return 1 if troubles else 0


if __name__ == "__main__":
    sys.exit(main())
