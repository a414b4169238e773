"""The people a company serves: listed, added, described, tagged."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query
from pydantic import Field

from chats import actions
from chats.actions.contacts import ContactExists
from crm.actions import Taken
from crm.contact_values import read_column
from crm.models import ApiScope, Contact, ContactField, FieldKind, Tag
from crm.requests import tenant_of
from crm.rest import (
    LIMIT,
    ApiError,
    ApiRequest,
    Body,
    Cursor,
    Limit,
    Moment,
    Page,
    Rest,
    Shape,
    answer,
    check_fresh,
    cut,
    invalid,
    newest_first,
)
from crm.rest.paging import moment_key

router = Rest(tags=["Contacts"])
MOST_TAGS = 50
MOST_FIELDS = 100
COLUMNS = ("name", "phone", "email", "company", "notes")
Value = str | bool | float | None
Text = Annotated[str, Field(max_length=400)]
Figure = Annotated[float, Field(allow_inf_nan=False)]
Values = Annotated[
    dict[
        Annotated[str, Field(max_length=60)],
        Annotated[str, Field(max_length=400)] | bool | Annotated[float, Field(allow_inf_nan=False)] | None,
    ],
    Field(
        max_length=MOST_FIELDS,
        description="By the names of `GET /contact-fields`: a text, a number, reais or a day as a string, true or"
        " false, by the field's kind; null empties.",
    ),
]


class ContactShape(Shape):
    id: UUID
    name: str
    phone: str = Field(description="E.164 digits; empty while WhatsApp hides it.")
    email: str
    company: str
    notes: str
    tag_ids: list[UUID]
    custom_fields: dict[str, Any]
    is_provisional: bool = Field(description="Made by a message rather than by a person.")
    created_at: datetime
    updated_at: datetime


class NewContact(Body):
    name: str = Field(min_length=1, max_length=160)
    phone: str = Field("", max_length=40, examples=["+55 11 98888-7777"])
    email: str = Field("", max_length=254)
    company: str = Field("", max_length=160)
    notes: str = Field("", max_length=4000)
    tag_ids: list[UUID] = Field(default=[], max_length=MOST_TAGS)
    custom_fields: Values = {}


class ContactChanges(Body):
    name: str | None = Field(None, max_length=160)
    phone: str | None = Field(None, max_length=40)
    email: str | None = Field(None, max_length=254)
    company: str | None = Field(None, max_length=160)
    notes: str | None = Field(None, max_length=4000)
    tag_ids: list[UUID] | None = Field(None, max_length=MOST_TAGS, description="All of its tags.")
    custom_fields: Values | None = Field(None, description="Those that are named; others stay.")


class ContactFilter(Body):
    """What the list is narrowed to."""

    q: str | None = Field(None, max_length=100, description="Beginnings of words, or digits of the phone.")
    phone: str | None = Field(None, max_length=40, description="This very phone, in whatever spelling.")
    email: str | None = Field(None, max_length=254, description="This very e-mail.")
    tag_id: UUID | None = None
    created_after: Moment | None = None


class FieldShape(Shape):
    name: str
    kind: FieldKind
    options: list[str]


class AllFields(Shape):
    items: list[FieldShape]


@router.read("/contacts", ApiScope.CRM_READ, Page[ContactShape], summary="List contacts")
def list_contacts(
    request: ApiRequest, filters: Annotated[ContactFilter, Query()], cursor: Cursor = "", limit: Limit = LIMIT
) -> HttpResponse:
    """Those the person may see, the newest first."""
    found = list(newest_first(_narrowed(request, filters), "created_at", cursor)[: limit + 1])
    items, following = cut(found, limit, _shape, lambda contact: moment_key(contact.created_at, contact.pk))
    return answer(request, Page[ContactShape].model_construct(items=items, next=following))


@router.read("/contact-fields", ApiScope.CRM_READ, AllFields, summary="List contact fields")
def list_fields(request: ApiRequest) -> HttpResponse:
    """What else the company wants to know of its customers, and of which kind it is."""
    fields = ContactField.objects.filter(tenant_id=tenant_of(request.user))
    shapes = [FieldShape.model_construct(name=each.name, kind=each.kind, options=each.options) for each in fields]
    return answer(request, AllFields.model_construct(items=shapes))


@router.create(
    "/contacts",
    ApiScope.CRM_WRITE,
    ContactShape,
    summary="Create a contact",
    example={"name": "Juliana Prado", "phone": "+55 11 98888-7777", "email": "juliana@cliente.example"},
)
def create_contact(request: ApiRequest, body: NewContact) -> HttpResponse:
    """Somebody new. 409 `phone_taken` when the phone is another contact's."""
    told: dict[str, Any] = dict(_columns({name: getattr(body, name) for name in COLUMNS}))
    fields, tags = _fields(request, body.custom_fields), _tags(request, body.tag_ids)
    told["custom_fields"] = {field.name: value for field, value in fields.items() if value is not None}
    with _telling_whose_phone(request):
        contact = actions.add_contact(request.user, tags, **told)
    return _show(request, contact.pk, 201)


@router.read("/contacts/{uuid:contact_id}", ApiScope.CRM_READ, ContactShape, summary="Get a contact")
def get_contact(request: ApiRequest, contact_id: UUID) -> HttpResponse:
    """One of those the person may see."""
    return answer(request, _shape(_contact(request, contact_id)))


@router.change(
    "/contacts/{uuid:contact_id}",
    ApiScope.CRM_WRITE,
    ContactShape,
    summary="Change a contact",
    example={"company": "Aurora Ltda.", "custom_fields": {}},
)
def change_contact(request: ApiRequest, contact_id: UUID, body: ContactChanges) -> HttpResponse:
    """What is not named stays. 409 `phone_taken` when the phone is another contact's."""
    given = {name: value for name, value in body.given(*COLUMNS).items() if value is not None}
    columns, fields = _columns(given), _fields(request, body.custom_fields or {})
    tags = None if body.tag_ids is None else _tags(request, body.tag_ids)
    with transaction.atomic(), _telling_whose_phone(request):
        contact = _contact(request, contact_id)
        Contact.objects.select_for_update().get(pk=contact_id)
        check_fresh(request, _shape(_contact(request, contact_id)))
        actions.describe_person_of(contact, request.user, columns, fields, tags)
    return _show(request, contact_id)


@contextmanager
def _telling_whose_phone(request: ApiRequest) -> Iterator[None]:
    """Another contact's phone is a conflict; whose it is, is told to those who may see that contact."""
    try:
        yield
    except (Taken, ContactExists) as error:
        other = error.other if isinstance(error, Taken) else error.contact
        is_seen = Contact.objects.visible_to(request.user).filter(pk=other.pk).exists()
        whose = f" It is {other.pk}'s." if is_seen else ""
        raise ApiError(409, "phone_taken", f"Another contact has this phone.{whose}") from error


def _columns(given: dict[str, str]) -> dict[str, str]:
    """In the one form each is kept in; 422 says what is wrong."""
    columns, errors = {}, {}
    for name, typed in given.items():
        try:
            columns[name] = read_column(name, typed)
        except ValidationError as error:
            errors[name] = list(error.messages)
    if errors:
        raise ApiError(422, "invalid", " ".join(each for told in errors.values() for each in told), errors)
    return columns


def _fields(request: ApiRequest, given: dict[str, Value]) -> dict[ContactField, Value]:
    known = {field.name: field for field in ContactField.objects.filter(tenant_id=tenant_of(request.user))}
    if strange := given.keys() - known.keys():
        raise invalid("custom_fields", f"The company has no field {min(strange)!r}.")
    return {known[name]: _value(known[name], value) for name, value in given.items()}


def _value(field: ContactField, value: Value) -> Value:
    """As `ContactField` says it is kept."""
    try:
        match FieldKind(field.kind), value:
            case _, None:
                return None
            case FieldKind.TEXT, str():
                return value
            case FieldKind.CHOICE, str() if value in field.options:
                return value
            case FieldKind.BOOLEAN, bool():
                return value
            case FieldKind.NUMBER, float() | int() if not isinstance(value, bool):
                return int(value) if float(value).is_integer() else float(value)
            case FieldKind.MONEY, str():
                return f"{Decimal(value).quantize(Decimal('0.01')):.2f}"
            case FieldKind.DATE, str():
                return date.fromisoformat(value).isoformat()
    except (ValueError, InvalidOperation, OverflowError):
        pass
    raise invalid(f"custom_fields.{field.name}", f"That does not fit a field of the kind {field.kind}.")


def _tags(request: ApiRequest, wanted: list[UUID]) -> list[Tag]:
    tags = list(Tag.objects.filter(tenant_id=tenant_of(request.user), pk__in=wanted))
    if len(tags) < len(set(wanted)):
        raise invalid("tag_ids", "The company has no such tag.")
    return tags


def _narrowed(request: ApiRequest, filters: ContactFilter) -> Any:
    rows = _contacts(request).matching(filters.q or "")
    if filters.phone:
        try:
            rows = rows.filter(identities__kind="PHONE", identities__value=read_column("phone", filters.phone))
        except ValidationError:
            return rows.none()
    given = {"email__iexact": filters.email, "tags": filters.tag_id, "created_at__gte": filters.created_after}
    return rows.filter(**{name: value for name, value in given.items() if value})


def _contacts(request: ApiRequest) -> Any:
    return Contact.objects.visible_to(request.user).prefetch_related("tags")


def _contact(request: ApiRequest, contact_id: UUID) -> Contact:
    contact: Contact = get_object_or_404(_contacts(request), pk=contact_id)
    return contact


def _show(request: ApiRequest, contact_id: UUID, status: int = 200) -> HttpResponse:
    rows = Contact.objects.filter(tenant_id=tenant_of(request.user)).prefetch_related("tags")
    return answer(request, _shape(rows.get(pk=contact_id)), status)


def _shape(contact: Contact) -> ContactShape:
    names = (*COLUMNS, "custom_fields", "created_at", "updated_at")
    return ContactShape.model_construct(
        id=contact.pk,
        tag_ids=sorted(tag.pk for tag in contact.tags.all()),
        is_provisional=contact.provisional,
        **{name: getattr(contact, name) for name in names},
    )
