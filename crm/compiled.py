"""Querysets whose SQL is made once per process instead of at every call.

Django builds and compiles a queryset anew each time: for a conversation with all that its head shows, ten times what
PostgreSQL needs to read it. A function decorated with `compiled` is called once with made-up values; where those come
to stand in the statement's parameters, the values of each later call go.
"""

import random
from collections.abc import Callable, Hashable, Iterable, Sequence
from copy import copy
from datetime import UTC, datetime, timedelta
from functools import update_wrapper
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID, uuid4

from django.db import connections
from django.db.models import QuerySet

Row = TypeVar("Row", covariant=True)
Value = UUID | str | datetime | list[UUID] | list[str]

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
        return statement.rows(values)


class _Statement:
    """A compiled SELECT, and the places of its parameters where the values of a call go."""

    def __init__(self, rows: "QuerySet[Any, Any]", made_up: Sequence[Value]) -> None:
        self._rows = rows
        self._compiler = rows.query.get_compiler(rows.db)
        self._sql, parameters = self._compiler.as_sql()
        self._parameters = list(parameters)
        # How columns become Python's values does not change either.
        read = self._compiler.get_converters([column for column, *_ in self._compiler.select])
        vars(self._compiler)["get_converters"] = lambda _columns: read
        self._places = {place: made_up.index(each) for place, each in enumerate(self._parameters) if each in made_up}
        if set(self._places.values()) != set(range(len(made_up))):
            raise TypeError("each value must come to stand in the statement as it is")

    def rows(self, values: Sequence[Value]) -> list[Any]:
        parameters = self._parameters.copy()
        for place, which in self._places.items():
            parameters[place] = values[which]
        compiler = copy(self._compiler)
        compiler.connection = connections[self._rows.db]
        vars(compiler)["as_sql"] = lambda *_, **__: (self._sql, tuple(parameters))
        rows = self._rows.all()
        vars(rows.query)["get_compiler"] = lambda *_, **__: compiler
        found: Iterable[Any] = rows._iterable_class(rows)  # type: ignore[assignment] # the stubs call it no iterable
        return list(found)
