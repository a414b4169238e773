"""Querysets whose SQL is made once per process, and planned once per connection, instead of at every call.

Django builds and compiles a queryset anew each time: for a conversation with all that its head shows, ten times what
PostgreSQL needs to read it, which plans it anew each time, for four times of that. A function decorated with `compiled`
is called once with made-up values; where those come to stand in the statement's parameters, the values of each later
call go. All other parameters are written out, so that a plan made for any values may use partial indexes.
"""

import random
import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from copy import copy
from datetime import UTC, datetime, timedelta
from functools import update_wrapper
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID, uuid4

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.models import QuerySet
from psycopg import sql

Row = TypeVar("Row", covariant=True)
Value = UUID | str | datetime | list[UUID] | list[str]

PLACEHOLDER = "%s"
# In the place of a parameter that each call gives anew. No constant can be taken for it.
GIVEN = object()
MADE_UP: dict[type, Callable[[], Value]] = {
    UUID: uuid4,
    str: lambda: uuid4().hex,
    list: lambda: [uuid4().hex],
    datetime: lambda: datetime(2000, 1, 1, tzinfo=UTC) + timedelta(microseconds=random.getrandbits(50)),
}


class Build(Protocol[Row]):
    """A function that makes a queryset of its arguments: values by place, what shapes the statement by name."""

    def __call__(self, *values: Any, **shape: Any) -> "QuerySet[Any, Row]": ...


class compiled(Generic[Row]):  # noqa: N801 a decorator
    """The rows that the queryset of the decorated function finds, as a list.

    Arguments by place are values, handed on to lookups as they are (`UUID`, `str`, `datetime`, or a list for `any_of`;
    never None); the function must not look at them. Arguments by name may change the statement (a size, a choice),
    and each combination of them is compiled by itself. Nothing else may differ between two calls, the clock included.
    """

    is_planned_once = True

    def __init__(self, build: Build[Row]) -> None:
        self.queryset = build
        self._statements: dict[Hashable, _Statement] = {}
        update_wrapper(self, build)

    def __call__(self, *values: Value, **shape: Hashable) -> list[Row]:
        key = tuple(sorted(shape.items()))
        statement = self._statements.get(key)
        if statement is None:
            made_up = [MADE_UP[type(value)]() for value in values]
            statement = self._statements[key] = _Statement(self.queryset(*made_up, **shape), made_up)
        with _preparing(statement.connection) if self.is_planned_once else nullcontext():
            return statement.rows(values)


class planned_anew(compiled[Row]):  # noqa: N801 a decorator
    """Compiled once likewise, but planned at each call: where the plan must see how far back "since" goes, how common a
    word is, or how large a company."""

    is_planned_once = False


class _Statement:
    """A compiled SELECT, and which value of a call goes to each of its placeholders."""

    def __init__(self, rows: "QuerySet[Any, Any]", made_up: Sequence[Value]) -> None:
        self._rows = rows
        self._compiler = rows.query.get_compiler(rows.db)
        text, parameters = self._compiler.as_sql()
        # How columns become Python's values does not change either.
        read = self._compiler.get_converters([column for column, *_ in self._compiler.select])
        vars(self._compiler)["get_converters"] = lambda _columns: read
        self._order = [made_up.index(each) for each in parameters if each in made_up]
        if set(self._order) != set(range(len(made_up))):
            raise TypeError("each value must come to stand in the statement as it is")
        kept = [GIVEN if each in made_up else each for each in parameters]
        self._sql = _written_out(text, kept, self.connection)

    @property
    def connection(self) -> BaseDatabaseWrapper:
        """This thread's."""
        return connections[self._rows.db]

    def rows(self, values: Sequence[Value]) -> list[Any]:
        parameters = tuple(values[which] for which in self._order)
        compiler = copy(self._compiler)
        compiler.connection = self.connection
        vars(compiler)["as_sql"] = lambda *_, **__: (self._sql, parameters)
        rows = self._rows.all()
        vars(rows.query)["get_compiler"] = lambda *_, **__: compiler
        found: Iterable[Any] = rows._iterable_class(rows)  # type: ignore[assignment] # the stubs call it no iterable
        return list(found)


def _written_out(text: str, parameters: Sequence[Any], connection: BaseDatabaseWrapper) -> str:
    """The statement with its parameters in their places, except for those that are `GIVEN`."""
    connection.ensure_connection()
    left = iter(parameters)

    def write(found: re.Match[str]) -> str:
        if found[0] != PLACEHOLDER or (value := next(left)) is GIVEN:
            return found[0]
        return sql.Literal(value).as_string(connection.connection).replace("%", "%%")

    return re.sub(f"%%|{PLACEHOLDER}", write, text)


class _PreparedCursor(ServerBindingCursor):  # type: ignore[misc, unused-ignore] # django-stubs know no psycopg 3
    """Has PostgreSQL keep what it made of each statement, for as long as the connection lives."""

    def execute(self, query: Any, params: Any = None, **how: Any) -> Any:
        return super().execute(query, params, **how, prepare=True)  # type: ignore[misc, unused-ignore]

    def _convert_query(self, query: Any, params: Any = None) -> Any:
        # Where Django looks for what it writes into `connection.queries`; psycopg leaves it empty here.
        self._query = super()._convert_query(query, params)  # type: ignore[misc, unused-ignore]
        return self._query


@contextmanager
def _preparing(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Cursors made within prepare what they are asked, where settings allow it."""
    connection.ensure_connection()
    under = connection.connection
    usual, under.cursor_factory = under.cursor_factory, _PreparedCursor
    try:
        yield
    finally:
        under.cursor_factory = usual
