"""Search without database extensions: folded words and phone suffixes in a `tsvector`.

The embedded PostgreSQL has neither `unaccent` nor `pg_trgm`, so accents are folded in Python,
and what a person may type of a phone is stored as words of its own.
"""

import re
import unicodedata

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import F, Func, TextField, Value

WORD = re.compile(r"[a-z0-9]+")
SHORTEST_PHONE_SUFFIX = 4
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
    plain = Func(F(column), Value(ACCENTED), Value(PLAIN), function="translate", output_field=TextField())
    return SearchVector(plain, config="simple")


def prefix_query(typed: str) -> SearchQuery | None:
    """Rows in which every typed word begins some word; None when nothing searchable was typed.

    A phone typed with spaces, dashes or parentheses is read as one run of digits.
    """
    words = [digits] if (digits := _as_phone(typed)) else WORD.findall(fold(typed))
    if not words:
        return None
    return SearchQuery(" & ".join(f"{word}:*" for word in words), config="simple", search_type="raw")


def _as_phone(typed: str) -> str:
    digits = re.sub(r"[\s()+\-.]", "", typed)
    return digits if digits.isdigit() and len(digits) >= SHORTEST_PHONE_SUFFIX else ""
