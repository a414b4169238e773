"""The file itself: its encoding, its delimiter, its header and its rows."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 100_000
MOST_COLUMNS = 200
DELIMITERS = ";,\t|"
SAMPLE_ROWS = 30
# The header is the spreadsheet's first line, and the first row its second.
FIRST_LINE = 2
ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


class Unreadable(Exception):
    """This is no file that could be imported; says so to the person who chose it."""


@dataclass(frozen=True)
class Row:
    """A row with something in it; `line` is its number in a spreadsheet, which counts blank rows too."""

    line: int
    cells: list[str]


@dataclass(frozen=True)
class Sheet:
    """A file that was read. Rows have as many cells as there are headers, or more where the file has more."""

    text: str
    encoding: str
    delimiter: str

    @classmethod
    def read(cls, content: bytes) -> "Sheet":
        """`Unreadable` for what is no CSV, is empty, or is too large."""
        if len(content) > MOST_BYTES:
            raise Unreadable(_("The file is too large: at most %(most)s MB.") % {"most": MOST_BYTES // 1024 // 1024})
        if content.startswith((ZIP, OLD_EXCEL)):
            raise Unreadable(
                _("This is an Excel file. In Excel choose “Save as” and “CSV UTF-8”, then send that file.")
            )
        text, encoding = _decode(content)
        sheet = cls.of(text, encoding)
        sheet.check()
        return sheet

    @classmethod
    def of(cls, text: str, encoding: str) -> "Sheet":
        # Excel's own word about the delimiter, on a line before the header.
        said, _newline, rest = text.partition("\n")
        if said.strip().lower().startswith("sep=") and len(said.strip()) == 5:
            return cls(rest, encoding, said.strip()[4])
        return cls(text, encoding, _sniff(text))

    @property
    def headers(self) -> list[str]:
        """What the columns are called; a blank one by its number."""
        first = next((cells for cells in self._lines()), [])
        names = [cell.strip() for cell in first]
        return [name or _("Column %(number)s") % {"number": at} for at, name in enumerate(names, 1)]

    def rows(self) -> Iterator[Row]:
        """All rows below the header but the blank ones."""
        width, lines = len(self.headers), self._lines()
        next(lines, None)
        for line, cells in enumerate(lines, FIRST_LINE):
            if any(cell.strip() for cell in cells):
                yield Row(line, cells + [""] * (width - len(cells)))

    def check(self) -> None:
        """`Unreadable` where reading it to its end would fail."""
        try:
            count = sum(1 for _row in self.rows())
        except csv.Error as error:
            raise Unreadable(_("This file cannot be read as CSV: its quotation marks do not match.")) from error
        if count == 0:
            raise Unreadable(_("There is no row below the header."))
        if count > MOST_ROWS:
            raise Unreadable(_("Too many rows: at most %(most)s at a time.") % {"most": f"{MOST_ROWS:n}"})
        if len(self.headers) > MOST_COLUMNS:
            raise Unreadable(_("Too many columns: at most %(most)s.") % {"most": MOST_COLUMNS})

    def _lines(self) -> Iterator[list[str]]:
        return csv.reader(io.StringIO(self.text, newline=""), delimiter=self.delimiter)


def _decode(content: bytes) -> tuple[str, str]:
    """UTF-8 with or without its mark, UTF-16 with it, else what Windows writes in these countries."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _try(content, "utf-16")
    if b"\0" in content:
        raise Unreadable(_("This is not a CSV file."))
    try:
        return content.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace"), "latin-1"


def _try(content: bytes, encoding: str) -> tuple[str, str]:
    try:
        return content.decode(encoding), encoding
    except UnicodeDecodeError as error:
        raise Unreadable(_("This is not a CSV file.")) from error


def _sniff(text: str) -> str:
    """The delimiter by which most of the first rows have the same number of cells, and more than one."""

    def agreement(delimiter: str) -> tuple[int, int]:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        try:
            widths = [len(cells) for cells, _at in zip(lines, range(SAMPLE_ROWS), strict=False) if cells]
        except csv.Error:
            return 0, 0
        width, count = Counter(widths).most_common(1)[0] if widths else (0, 0)
        return (count, width) if width > 1 else (0, 0)

    return max(DELIMITERS, key=agreement)
