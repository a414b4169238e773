"""All that is kept of a person in one ZIP: a readable file of what was said and is known, and every file with it."""

import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import IO, Any

from django.core.files.storage import default_storage
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import FileField, Model

from .erasing import find
from .holdings import Holding, Person, holdings

DATA, FILES = "dados.json", "arquivos"
README = """Este arquivo contém todos os dados pessoais que a empresa guarda sobre {name}.

dados.json  o cadastro, as conversas, as negociações e as anotações, em ordem de data
arquivos/   as fotos, os áudios e os documentos; cada um é citado em dados.json pelo nome
"""


def hand_over(person: Person, into: IO[bytes], step: Callable[[], None] = lambda: None) -> int:
    """Write the ZIP; how many rows are in it; `step` is called for each table.

    A file that the storage lost is named, and not there.
    """
    told: dict[str, list[dict[str, Any]]] = {}
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for holding in holdings():
            step()
            if not holding.exported:
                continue
            rows = holding.model._base_manager.filter(pk__in=find(person, holding)).order_by("pk")
            told.setdefault(str(holding.model._meta.verbose_name_plural), []).extend(
                _row(archive, holding, row) for row in rows.iterator(chunk_size=500)
            )
        text = json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
        archive.writestr(DATA, text)
        archive.writestr("LEIA-ME.txt", README.format(name=person.contact.name or "este contato"))
    return sum(map(len, told.values()))


def _row(archive: zipfile.ZipFile, holding: Holding, row: Model) -> dict[str, Any]:
    """The columns by the names people know them by; a file by its name in the archive."""
    return {label: _value(archive, row, name) for label, name in _columns(holding)}


def _columns(holding: Holding) -> Iterator[tuple[str, str]]:
    for name in holding.exported:
        yield str(getattr(holding.model._meta.get_field(name), "verbose_name", name)), name


def _value(archive: zipfile.ZipFile, row: Model, name: str) -> Any:
    value = getattr(row, name)
    if not isinstance(row._meta.get_field(name), FileField):
        return value
    return _add(archive, value.name, str(row.pk)) if value else None


def _add(archive: zipfile.ZipFile, stored: str, key: str) -> str:
    """The file under its own name, in a folder of its row: two that are called alike stay two."""
    name = f"{FILES}/{key}/{PurePosixPath(stored).name}"
    try:
        with default_storage.open(stored, "rb") as file, archive.open(name, "w") as entry:
            while piece := file.read(1 << 20):
                entry.write(piece)
    except FileNotFoundError:
        return f"{name} (não encontrado)"
    return name
