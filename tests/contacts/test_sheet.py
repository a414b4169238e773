"""A file is read as people save it, whatever program wrote it."""

import pytest

from crm.csv_rows import as_written, safe_cell
from crm.importing.columns import guess
from crm.importing.sheet import Sheet, Unreadable

LINES = ["Nome;Telefone;Observações", "João Ávila;(11) 98888-7777;gosta de café", "Zoë;11 97777-6666;"]


@pytest.mark.parametrize(
    ("encoding", "told"), [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("cp1252", "latin-1"), ("utf-16", "utf-16")]
)
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_every_usual_encoding_delimiter_and_newline_is_recognised(
    encoding: str, told: str, delimiter: str, newline: str
) -> None:
    text = newline.join(line.replace(";", delimiter) for line in LINES) + newline
    sheet = Sheet.read(text.encode(encoding))
    assert (sheet.encoding, sheet.delimiter) == (told, delimiter)
    assert sheet.headers == ["Nome", "Telefone", "Observações"]
    assert [row.cells for row in sheet.rows()] == [
        ["João Ávila", "(11) 98888-7777", "gosta de café"],
        ["Zoë", "11 97777-6666", ""],
    ]


def test_commas_and_newlines_within_quotation_marks_are_no_delimiters() -> None:
    sheet = Sheet.read('nome;notas\n"Silva, João";"duas\nlinhas; e um ponto-e-vírgula"\n'.encode())
    assert [row.cells for row in sheet.rows()] == [["Silva, João", "duas\nlinhas; e um ponto-e-vírgula"]]


def test_rows_are_numbered_as_a_spreadsheet_numbers_them_and_blank_ones_are_passed_over() -> None:
    sheet = Sheet.read(b"nome,telefone\nA,1\n,\n\nB,2\n")
    assert [(row.line, row.cells[0]) for row in sheet.rows()] == [(2, "A"), (5, "B")]


def test_excels_own_line_about_the_delimiter_is_no_header() -> None:
    sheet = Sheet.read(b"sep=;\nnome;fone\nA;1\n")
    assert sheet.headers == ["nome", "fone"]


def test_a_column_without_a_name_is_called_by_its_number() -> None:
    assert Sheet.read(b"nome,,fone\nA,x,1\n").headers == ["nome", "Coluna 2", "fone"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04 and so on", "Excel"),
        (b"a\0b\0c", "não é um arquivo CSV"),
        (b"", "nenhuma linha"),
        (b"nome;telefone\n", "nenhuma linha"),
        (b"nome\n" + b"x\n" * 100_001, "no máximo"),
    ],
)
def test_what_cannot_be_imported_is_refused_in_plain_words(content: bytes, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        Sheet.read(content)


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Nome", "name"),
        ("NOME COMPLETO", "name"),
        ("Full Name", "name"),
        ("Sobrenome", "surname"),
        ("Celular", "phone"),
        ("WhatsApp", "phone"),
        ("Phone 1 - Value", "phone"),
        ("E-mail", "email"),
        ("E-mail 1 - Value", "email"),
        ("Razão social", "company"),
        ("Organization Name", "company"),
        ("Etiquetas", "tags"),
        ("Labels", "tags"),
        ("Observações", "notes"),
        ("Código do contato", "id"),
        ("Nascimento", "custom:Nascimento"),
        ("nascimento", "custom:Nascimento"),
        ("Time do coração", ""),
    ],
)
def test_a_header_in_portuguese_or_english_says_what_the_column_is(header: str, field: str) -> None:
    assert guess([header], ["Nascimento"]) == [field]


def test_no_field_is_proposed_for_two_columns() -> None:
    assert guess(["Telefone", "Celular"], []) == ["phone", ""]


@pytest.mark.parametrize("text", ["=1+1", "+55 11", "-3", "@soma", "\tx", "'=x", "''=x", "João", "", "'x"])
def test_what_is_made_harmless_comes_back_as_it_was(text: str) -> None:
    assert as_written(safe_cell(text)) == text


@pytest.mark.parametrize("text", ["=1+1", "+55 11", "-3", "@soma", "\t=x", "\r=x"])
def test_no_cell_begins_like_a_formula(text: str) -> None:
    assert safe_cell(text).startswith("'")
