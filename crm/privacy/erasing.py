"""Taking a person's data away: rows go or are blanked, and files go once no row speaks of them any more."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from django.apps import apps
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import FileField, Model

from .holdings import Holding, Person, holdings

BATCH = 500


def find(person: Person, holding: Holding) -> list[Any]:
    """The keys of the rows, which later tables may ask for; of some tables they are locked at once."""
    rows = holding.rows(person)
    if holding.locks:
        rows = rows.select_for_update(of=("self",)).order_by("pk")
    keys = list(rows.values_list("pk", flat=True))
    person.keys[holding.label] = [*person.keys.get(holding.label, []), *keys]
    return keys


def erase(person: Person, step: Callable[[], None] = lambda: None) -> int:
    """What was said goes first, in batches that each commit; the rest in one transaction, with what came meanwhile.

    Cut off, it can be begun again: what others hang on goes last, so the person is still found, and what is done is
    not done twice. In the last transaction the conversations are locked first, so that nothing comes in between; tables
    that take long to search are done before and after it. How many rows there were; `step` is called for each table.
    """
    count = _erase_slow(person) + _erase_in_batches(person)
    step()
    with transaction.atomic():
        found = [(holding, find(person, holding)) for holding in holdings() if not holding.slow]
        for holding, keys in reversed(found):
            count += take_away(holding, _left(holding, keys))
    for _each in found:
        step()
    return count + _erase_slow(person)


def _erase_slow(person: Person) -> int:
    count = 0
    for holding in holdings():
        if holding.slow:
            with transaction.atomic():
                count += take_away(holding, find(person, holding))
    return count


def _erase_in_batches(person: Person) -> int:
    """The tables that may have very many rows of a person, each batch with what hangs on it; nobody waits for long."""
    count, found = 0, replace(person, keys={})
    for holding in holdings():
        if holding.locks:
            found.keys[holding.label] = list(holding.rows(found).values_list("pk", flat=True))
        elif holding.many:
            left = _left(holding, list(holding.many(found).values_list("pk", flat=True)))
            for batch in _batches(left):
                with transaction.atomic():
                    count += _erase_batch(replace(found, keys={**found.keys, holding.label: batch}), holding, batch)
    return count


def _erase_batch(part: Person, holding: Holding, batch: list[Any]) -> int:
    hanging = [(each, find(part, each)) for each in holdings() if each.hangs_on == holding.label]
    return sum(take_away(each, keys) for each, keys in [*reversed(hanging), (holding, batch)])


def _left(holding: Holding, keys: list[Any]) -> list[Any]:
    """Those that are not taken away yet."""
    if holding.done is None:
        return keys
    done = holding.model._base_manager.filter(holding.done)
    gone = {key for batch in _batches(keys) for key in done.filter(pk__in=batch).values_list("pk", flat=True)}
    return [key for key in keys if key not in gone]


def take_away(holding: Holding, keys: list[Any]) -> int:
    """Delete these rows, or blank them; how many. In a transaction: their files go when it commits."""
    for batch in _batches(keys):
        rows = holding.model._base_manager.filter(pk__in=batch)
        names = set(_file_names(holding, batch))
        if holding.before:
            holding.before(batch)
        if holding.deletes:
            holding.model._default_manager.filter(pk__in=batch).delete()
        else:
            rows.update(**{name: value() if value is dict else value for name, value in holding.blanks.items()})
        transaction.on_commit(partial(forget_files, names), robust=True)
        if holding.after:
            holding.after(batch)
    return len(keys)


def forget_files(names: Iterable[str]) -> None:
    """Delete these files, but for those that some row speaks of: a forwarded picture is one file of two messages."""
    for name in names:
        if not any(_speaks_of(model, columns, name) for model, columns in _tables_with_files()):
            default_storage.delete(name)


def _file_names(holding: Holding, keys: list[Any]) -> Iterator[str]:
    columns = [
        column.name
        for column in holding.model._meta.concrete_fields
        if isinstance(column, FileField) and (holding.deletes or column.name in holding.blanks)
    ]
    if columns:
        for row in holding.model._base_manager.filter(pk__in=keys).values_list(*columns):
            yield from (str(name) for name in row if name)


def _tables_with_files() -> Iterator[tuple[type[Model], list[str]]]:
    for model in apps.get_models():
        columns = [column.name for column in model._meta.concrete_fields if isinstance(column, FileField)]
        if columns:
            yield model, columns


def _speaks_of(model: type[Model], columns: list[str], name: str) -> bool:
    return any(model._base_manager.filter(**{column: name}).exists() for column in columns)


def _batches(keys: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(keys), BATCH):
        yield keys[start : start + BATCH]
