"""Tables for spreadsheet programs, in which nothing that somebody wrote is taken for a formula."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

# What Excel, LibreOffice and Google Sheets take for the beginning of a formula, or skip before one.
BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Without it Excel reads UTF-8 as the alphabet of its country.
BYTE_ORDER_MARK = "\ufeff"


def cell(value: Any) -> str:
    """The value as text that stays text. Numbers are the program's own, and stay numbers."""
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    text = str(value).replace("\x00", "")
    # An apostrophe in front makes it text; spaces before a formula do not keep it from being one.
    return f"'{text}" if text.startswith(BEGINS_FORMULA) or text.lstrip().startswith(BEGINS_FORMULA) else text


def lines(rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """CSV as Brazilian spreadsheets open it: semicolons, UTF-8 with its mark, one line at a time."""
    writer = csv.writer(_Echo(), delimiter=";", lineterminator="\r\n")
    yield BYTE_ORDER_MARK
    for row in rows:
        yield writer.writerow([cell(value) for value in row])


def csv_response(name: str, rows: Iterable[Iterable[Any]]) -> StreamingHttpResponse:
    """The rows, the first of them headings, as a file to be saved under this name."""
    response = StreamingHttpResponse(lines(rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response.headers["Cache-Control"] = "no-store"
    return response


class _Echo:
    """What `csv` writes to, and gets back."""

    def write(self, line: str) -> str:
        return line
