"""Tables for spreadsheets: streamed, in Excel's Brazilian dialect, and with no cell that would be run as a formula."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

# What Excel, LibreOffice and Google Sheets take for the beginning of a formula, also behind spaces, full-width signs
# included; with apostrophes before it, so that `as_written` knows ours.
FORMULA = re.compile(r"'*\s*[=+\-@\t\r\n＝＋－＠]")
QUOTED = "'"
CHUNK_ROWS = 200


class _Line:
    """What `csv` writes to: it hands the text back."""

    def write(self, text: str) -> str:
        return text


def csv_response(name: str, head: Sequence[Any], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """The file `name`, written while it is read: no table is too long for it."""
    return csv_file(name, csv_lines(head, rows))


def csv_file(name: str, lines: Iterable[str]) -> StreamingHttpResponse:
    """The same of lines that `csv_lines` made."""
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return answer


def csv_lines(head: Sequence[Any], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The lines, some at a time; the mark at the beginning tells Excel that it is UTF-8."""
    writer = csv.writer(_Line(), delimiter=";")
    pieces = ["\ufeff" + writer.writerow([safe_cell(cell) for cell in head])]
    for row in rows:
        pieces.append(writer.writerow([safe_cell(cell) for cell in row]))
        if len(pieces) >= CHUNK_ROWS:
            yield "".join(pieces)
            pieces = []
    yield "".join(pieces)


def safe_cell(value: Any) -> str:
    """Text that stays text in a spreadsheet, even where a customer called himself `=HYPERLINK(…)`."""
    text = "" if value is None else str(value)
    return QUOTED + text if FORMULA.match(text) else text


def as_written(cell: str) -> str:
    """The inverse of `safe_cell`."""
    return cell.removeprefix(QUOTED) if FORMULA.match(cell) else cell
