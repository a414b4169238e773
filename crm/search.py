"""Search without database extensions: folded words and phone suffixes in a `tsvector`.

The embedded PostgreSQL has neither `unaccent` nor `pg_trgm`, so accents are folded in Python,
and what a person may type of a phone is stored as words of its own.
"""

import re
import unicodedata
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import CharField, F, Func, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Lower, NullIf, Right

WORD = re.compile(r"[a-z0-9]+")
SHORTEST_PHONE_SUFFIX = 4
# E.164 has at most fifteen digits; a Brazilian mobile has the area code and nine of them after the country's two.
LONGEST_PHONE = 15
# The letters with accents of the languages spoken here, and what each is without.
ACCENTED, PLAIN = "áàâãäéèêëíìîïóòôõöúùûüçñÁÀÂÃÄÉÈÊËÍÌÎÏÓÒÔÕÖÚÙÛÜÇÑ", "aaaaaeeeeiiiiooooouuuucnAAAAAEEEEIIIIOOOOOUUUUCN"


def fold(text: str) -> str:
    """Lower case without accents: "João Ávila" becomes "joao avila"."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def phone_words(digits: str) -> list[str]:
    """Every ending of a phone that has at least four digits, so that any part of it is a prefix of one."""
    if not digits.isdigit():
        return []
    return [digits[start:] for start in range(len(digits) - SHORTEST_PHONE_SUFFIX + 1)]


def words_of(*texts: str, phones: tuple[str, ...] = ()) -> list[str]:
    """What a row is found by, in order: its words, folded, and every ending of its phones."""
    return [*WORD.findall(fold(" ".join(texts))), *(word for phone in phones for word in phone_words(phone))]


def document(*texts: str, phones: tuple[str, ...] = ()) -> SearchVector:
    """The expression to store in a search column."""
    return SearchVector(Value(" ".join(words_of(*texts, phones=phones))), config="simple")


def words_in(column: str) -> SearchVector:
    """The words of a text column, folded by the database itself: an index of this expression costs no column."""
    return SearchVector(_only_words(unaccented(F(column))), config="simple")


def person_words(*columns: str, phone: str) -> SearchVector:
    """What a person is found by, computed by the database itself: the words of these columns, folded, and every ending
    of the phone, also without the ninth digit. None of the columns may be null.
    """
    words = _only_words(joined(*[unaccented(F(column)) for column in columns]))
    endings = [Right(phone, length) for length in range(SHORTEST_PHONE_SUFFIX, LONGEST_PHONE + 1)]
    return SearchVector(joined(words, *endings, *_old_spellings(phone)), config="simple")


def in_order_of_name(name: str, otherwise: str) -> Func:
    """By this column, folded; rows in which it is blank come after all others, by the column `otherwise`."""
    folded = NullIf(Lower(unaccented(F(name))), Value(""))
    return Func(folded, joined(Value("~"), F(otherwise), between=""), function="COALESCE", output_field=CharField())


def sorted_as(name: str) -> Func:
    """Where `in_order_of_name` puts somebody of this name."""
    return Lower(unaccented(Value(name)))


def unaccented(text: F | Value) -> Func:
    """The text without accents, by the database itself."""
    return Func(text, Value(ACCENTED), Value(PLAIN), function="translate", output_field=TextField())


def _only_words(text: Func) -> Func:
    """Without what PostgreSQL's parser would make one word of: an e-mail address, a hyphenated name."""
    return Func(
        text, Value("[^a-zA-Z0-9]+"), Value(" "), Value("g"), function="regexp_replace", output_field=TextField()
    )


def _old_spellings(phone: str) -> list[Any]:
    """A Brazilian mobile as it was before the ninth digit: with country and area code, and with the area code."""
    old = Func(
        F(phone),
        Value("^(55[0-9]{2})9([6-9][0-9]{7})$"),
        Value(r"\1\2"),
        function="regexp_replace",
        output_field=TextField(),
    )
    return [old, Right(old, 10)]


def joined(*texts: Combinable, between: str = " ") -> Func:
    """One text of several; null where one of them is."""
    parts = [part for text in texts for part in (Value(between), text)][1:]
    # In the alphabet's order, as migrations write it: Django compares what is beside the texts in its order.
    return Func(*parts, arg_joiner=" || ", output_field=TextField(), template="(%(expressions)s)")


def prefix_query(typed: str) -> SearchQuery | None:
    """Rows in which every typed word begins some word; None when nothing searchable was typed."""
    words = beginnings(typed)
    return query_of(words) if words else None


def beginnings(typed: str) -> str:
    """What was typed in PostgreSQL's words, "" when nothing of it is searchable.

    A phone typed with spaces, dashes or parentheses is read as one run of digits.
    """
    words = [digits] if (digits := _as_phone(typed)) else WORD.findall(fold(typed))
    return " & ".join(f"{word}:*" for word in words)


def ways_to_say(typed: str) -> list[list[str]]:
    """The words that were typed; a number typed in pieces also as one, for a text may have it either way."""
    words, digits = WORD.findall(fold(typed)), _as_phone(typed)
    return [each for each in (words, [digits] if digits and [digits] != words else []) if each]


def saying(typed: str) -> SearchQuery | None:
    """Texts in which every typed word begins some word; None when nothing searchable was typed."""
    ways = [" & ".join(f"{word}:*" for word in words) for words in ways_to_say(typed)]
    return query_of(" | ".join(f"({way})" for way in ways)) if ways else None


def query_of(words: str) -> SearchQuery:
    """The query that `beginnings` are."""
    return SearchQuery(words, config="simple", search_type="raw")


def _as_phone(typed: str) -> str:
    digits = re.sub(r"[\s()+\-.]", "", typed)
    return digits if digits.isdigit() and len(digits) >= SHORTEST_PHONE_SUFFIX else ""
