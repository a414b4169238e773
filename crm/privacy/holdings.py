"""Every table says here what it holds of a customer. Each room declares its own, in its `privacy.py`.

A column of text, JSON or a file that no room has spoken of fails `tests/test_privacy_is_complete.py`: whoever adds one
says either how it is made anonymous, or why it holds nothing of a customer.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from crm.identity import pretty_phone
from crm.models import Contact, ContactIdentity

ANONYMOUS = "Contato anonimizado"


@dataclass
class Person:
    """One customer, with all that they are known by and all that hangs on them. Read before anything is taken away.

    `contacts` are the one that is meant and those that were merged into it; `keys` fills up with the ids of the rows of
    each table, by its label, as the rooms find them.
    """

    contact: Contact
    contacts: list[UUID]
    addresses: list[str]
    names: list[str]
    keys: dict[str, list[Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, contact: Contact) -> "Person":
        """As the CRM knows them."""
        everybody = list(Contact.objects.filter(Q(pk=contact.pk) | Q(merged_into=contact)))
        keys = [each.pk for each in everybody]
        values = list(ContactIdentity.objects.filter(contact_id__in=keys).values_list("value", flat=True))
        phones = [each.phone for each in everybody if each.phone]
        addresses = sorted({*values, *phones, *(value.partition("@")[0] for value in values)} - {""}, key=len)
        names = [each.name for each in everybody if each.name] + [pretty_phone(phone) for phone in phones]
        return cls(contact, keys, addresses, sorted(set(names)))

    @property
    def words(self) -> list[str]:
        """What they may be found by where nothing but text speaks of them."""
        return [*self.addresses, *self.names]

    def all_keys(self) -> list[Any]:
        """Of every row that hangs on them."""
        return [key for keys in self.keys.values() for key in keys]


# Of a person, the rows of one table that are about them.
Rows = Callable[[Person], QuerySet[Any]]


@dataclass(frozen=True)
class Holding:
    """What one table holds. Rows are deleted, or columns blanked: each with its value, an expression, or `dict`.

    `exported` are columns that the person is handed over; files among them go along. Rows of a table that `locks` are
    locked when they are found; one that is `slow` is searched outside the transaction. `before` and `after` get the
    keys of what is taken away.

    Of some tables there may be very many rows: `many` of them, which are still found when they are blanked, go in
    batches, each with the rows of those tables that hang on it (`hangs_on`, its label). `done` tells the blanked ones.
    """

    model: type[Model]
    rows: Rows
    blanks: Mapping[str, Any] = field(default_factory=dict)
    deletes: bool = False
    exported: tuple[str, ...] = ()
    locks: bool = False
    slow: bool = False
    many: Rows | None = None
    done: Q | None = None
    hangs_on: str = ""
    before: Callable[[list[Any]], object] | None = None
    after: Callable[[list[Any]], object] | None = None

    @property
    def label(self) -> str:
        return self.model._meta.label


_holdings: list[Holding] = []
_nothing_of_customers: dict[str, frozenset[str]] = {}


def holds(holding: Holding) -> None:
    """A table holds something of customers. The order in which rooms declare is the order in which it is found."""
    _holdings.append(holding)


def holds_nothing(model: type[Model], *columns: str, because: str) -> None:
    """These columns hold nothing that a customer said or is called; the reason is for the reader."""
    known = _nothing_of_customers.get(model._meta.label, frozenset())
    _nothing_of_customers[model._meta.label] = known | set(columns)


def holdings() -> list[Holding]:
    """Of every table, as declared."""
    return list(_holdings)


def spoken_of(model: type[Model]) -> set[str]:
    """The columns of this table that some room has declared."""
    label, names = model._meta.label, set(_nothing_of_customers.get(model._meta.label, ()))
    for holding in _holdings:
        if holding.label == label:
            names |= {each.name for each in model._meta.concrete_fields} if holding.deletes else set(holding.blanks)
    return names


def contains_any(column: str, words: list[str]) -> Q:
    """Rows whose column says one of these words, whatever is around it."""
    found = Q(pk__in=[])
    for word in words:
        # A single letter would be found everywhere.
        if len(word) > 3:
            found |= Q(**{f"{column}__icontains": word})
    return found


def of_company(person: Person) -> dict[str, Any]:
    """The filter for rows of the person's company."""
    return {"tenant_id": person.contact.tenant_id}
