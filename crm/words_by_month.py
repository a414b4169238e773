"""The words of all companies' texts in one index, each led by its company and its month.

An index of bare words finds what everybody ever said: the latest of a common one cannot be told without reading all of
them, the neighbours' too. Of words that are led, a search reads the company's own, and those of the months it asks for.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import F, Func, TextField, Value
from django.db.models.functions import Cast, Right

from crm.search import joined, unaccented, ways_to_say

# WhatsApp's first year: nothing that was said there is older, whatever it claims.
FIRST_MONTH = 2009 * 12 + 1
# A company is told by the end of its key, in letters, so that it and what follows are one word of PostgreSQL's parser.
# Two companies of one end only read each other's rows, which whoever asks must leave out as any other row.
END = 6
DIGITS, LETTERS = "0123456789", "ghijklmnop"


class Unforeseen(SearchQuery):
    """A query whose words PostgreSQL does not see when it plans.

    It takes each beginning that it does not know for two per cent of the table, hence many months' for all of it, and
    would read the table from end to end.
    """

    def as_sql(self, *args: Any, **kwargs: Any) -> tuple[str, Any]:
        sql, params = super().as_sql(*args, **kwargs)
        return f"(SELECT {sql})", params


def month_of(moment: datetime) -> int:
    """The month's number; `moment` is UTC."""
    return moment.year * 12 + moment.month


def led_words(column: str, company: str, moment: str) -> SearchVector:
    """The words of a text column, folded, of which each is led by the row's company and the month of `moment`."""
    lead = joined(_letters(company), _month(moment), between="")
    between = joined(Value(" "), lead, between="")
    words = Func(
        unaccented(F(column)), Value("[^a-zA-Z0-9]+"), between, Value("g"), function="regexp_replace",
        output_field=TextField(),
    )  # fmt: skip
    return SearchVector(joined(lead, words, between=""), config="simple")


def led_query(typed: str, company: UUID, months: Iterable[int]) -> SearchQuery | None:
    """What finds the company's texts of these months with every typed word; None when nothing searchable was typed."""
    end = str(company)[-END:].translate(str.maketrans(DIGITS, LETTERS))
    ways = [" & ".join(f"{end}{month}{word}:*" for word in words) for month in months for words in ways_to_say(typed)]
    either = " | ".join(f"({way})" for way in ways)
    return Unforeseen(either, config="simple", search_type="raw") if ways else None


def _letters(company: str) -> Func:
    end = Right(Cast(company, TextField()), END)
    return Func(end, Value(DIGITS), Value(LETTERS), function="translate", output_field=TextField())


def _month(moment: str) -> Func:
    # Of all that tells a month of a moment, this alone is the same for every session, and may be indexed.
    utc = "(%(expressions)s AT TIME ZONE 'UTC')"
    number = f"(EXTRACT(year FROM {utc}) * 12 + EXTRACT(month FROM {utc}))::integer"
    return Func(F(moment), template=f"GREATEST({number}, {FIRST_MONTH})::text", output_field=TextField())
