"""A row of a spreadsheet becomes what is known of a contact, or says in plain words why it cannot."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from crm.csv_rows import as_written
from crm.identity import BRAZIL, parse_phone
from crm.models import Contact, Tag

from .columns import CUSTOM, FIELDS
from .custom import OwnField
from .sheet import Row

NAME_LENGTH = Contact._meta.get_field("name").max_length or 160
COMPANY_LENGTH = Contact._meta.get_field("company").max_length or 160
TAG_LENGTH = Tag._meta.get_field("name").max_length or 40
NOTES_LENGTH = 10_000
LONGEST_NATIONAL = 11
SHORTENED = re.compile(r"\d+([.,]\d+)?e\+?\d+", re.IGNORECASE)
SEVERAL = re.compile(r"\s*:::\s*|\s*[/|]\s*")
TAGS = re.compile(r"[|]|:::")
LOOSE_TAGS = re.compile(r"[,;]")

# By which a row says who it is about, the surest first.
Key = tuple[str, str]


@dataclass
class Cleaned:
    """A row that was understood as far as it can be without the database; `errors` says what cannot be."""

    line: int
    cells: list[str]
    values: dict[str, str] = field(default_factory=dict)
    custom: dict[str, Any] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    contact_id: UUID | None = None
    errors: list[str] = field(default_factory=list)
    repeats: int | None = None

    @property
    def keys(self) -> list[Key]:
        """All by which somebody could be known, the surest first."""
        found = [("id", str(self.contact_id) if self.contact_id else "")]
        found += [("phone", self.values.get("phone", "")), ("email", self.values.get("email", "").casefold())]
        return [(kind, value) for kind, value in found if value]


class Cleaner:
    """Reads the rows of one file in order, and knows which person it has met before, and where.

    `known_tags` are names of the company's tags: one that contains a comma is still one.
    """

    def __init__(self, mapping: Sequence[str], fields: Mapping[str, OwnField], known_tags: Sequence[str]) -> None:
        self._mapping = mapping
        self._fields = fields
        self._known_tags = {name.casefold(): name for name in known_tags}
        self._met: dict[Key, int] = {}

    def clean(self, row: Row) -> Cleaned:
        cleaned = Cleaned(row.line, row.cells)
        for target, cell in zip(self._mapping, row.cells, strict=False):
            self._read(cleaned, target, as_written(cell.strip()).strip())
        if any(cell.strip() for cell in row.cells[len(self._mapping) :]):
            cleaned.errors.append(_("The row has more cells than the header: is a quotation mark missing?"))
        surname = cleaned.values.pop("surname", "")
        if surname:
            cleaned.values["name"] = f"{cleaned.values.get('name', '')} {surname}".strip()
        _check_length(cleaned, "name", NAME_LENGTH)
        if not cleaned.errors:
            self._recognise(cleaned)
        return cleaned

    def _read(self, cleaned: Cleaned, target: str, text: str) -> None:
        if not target or not text:
            return
        if target.startswith(CUSTOM):
            self._read_custom(cleaned, target.removeprefix(CUSTOM), text)
        elif target == "tags":
            cleaned.tags += [name for name in self._tags(text) if name not in cleaned.tags]
            if any(len(name) > TAG_LENGTH for name in cleaned.tags):
                cleaned.errors.append(_("A tag has at most %(most)s characters.") % {"most": TAG_LENGTH})
        else:
            _READERS[target](cleaned, text)

    def _read_custom(self, cleaned: Cleaned, name: str, text: str) -> None:
        own = self._fields.get(name)
        if own is None:
            return
        try:
            cleaned.custom[name] = own.read(text)
        except ValidationError as reason:
            cleaned.errors.append(f"{name}: {' '.join(reason.messages)}")

    def _tags(self, text: str) -> list[str]:
        if known := self._known_tags.get(text.casefold()):
            return [known]
        pieces = (TAGS if TAGS.search(text) else LOOSE_TAGS).split(text)
        names = [" ".join(piece.split()) for piece in pieces]
        return [self._known_tags.get(name.casefold(), name) for name in names if name]

    def _recognise(self, cleaned: Cleaned) -> None:
        """Who it is about; a second row about the same person is told so."""
        if not cleaned.keys:
            cleaned.errors.append(_("Neither phone nor e-mail: nobody could be reached."))
            return
        cleaned.repeats = self._met.get(cleaned.keys[0])
        if cleaned.repeats is None:
            for key in cleaned.keys:
                self._met.setdefault(key, cleaned.line)


def _read_text(name: str, most: int) -> Any:
    def read(cleaned: Cleaned, text: str) -> None:
        cleaned.values[name] = text.replace("\r\n", "\n")
        _check_length(cleaned, name, most)

    return read


def _check_length(cleaned: Cleaned, name: str, most: int) -> None:
    if len(cleaned.values.get(name, "")) > most:
        reason = _("%(field)s: at most %(most)s characters.") % {"field": FIELDS[name], "most": most}
        if reason not in cleaned.errors:
            cleaned.errors.append(reason)


def _read_phone(cleaned: Cleaned, text: str) -> None:
    """Of several numbers in one cell the first that can be one."""
    if SHORTENED.fullmatch(text):
        reason = _("“%(text)s” was shortened by the spreadsheet: format the column as text and write the phone again.")
        cleaned.errors.append(reason % {"text": text})
        return
    found = next(filter(None, map(_as_phone, SEVERAL.split(text))), None)
    if found:
        cleaned.values["phone"] = found
    else:
        cleaned.errors.append(_("“%(text)s” is no valid phone: write it with the area code.") % {"text": text[:40]})


def _as_phone(text: str) -> str | None:
    """With or without the country; a spreadsheet may have made a number of it, with a zero behind the point."""
    text = re.sub(r"(?<=\d{8})[.,]0+$", "", text)
    digits = re.sub(r"\D", "", text)
    if digits.startswith(BRAZIL) and len(digits) > LONGEST_NATIONAL:
        return parse_phone(f"+{digits}")
    return parse_phone(text)


def _read_email(cleaned: Cleaned, text: str) -> None:
    found = SEVERAL.split(text)[0]
    try:
        validate_email(found)
        cleaned.values["email"] = found
    except ValidationError:
        cleaned.errors.append(_("“%(text)s” is no valid e-mail.") % {"text": text[:80]})


def _read_id(cleaned: Cleaned, text: str) -> None:
    try:
        cleaned.contact_id = UUID(text)
    except ValueError:
        cleaned.errors.append(_("“%(text)s” is no code of a contact.") % {"text": text[:40]})


_READERS = {
    "id": _read_id,
    "name": _read_text("name", NAME_LENGTH),
    "surname": _read_text("surname", NAME_LENGTH),
    "phone": _read_phone,
    "email": _read_email,
    "company": _read_text("company", COMPANY_LENGTH),
    "notes": _read_text("notes", NOTES_LENGTH),
}
