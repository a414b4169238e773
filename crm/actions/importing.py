"""Rows of a spreadsheet become contacts, a batch at a time; the same code, without the writing, is the trial run."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.identity import Address, pretty_phone
from crm.importing.cleaning import Cleaned
from crm.models import Contact, ContactIdentity, ContactImport, IdentityKind, IfKnown, Lead, LeadSource, Tag

from .contacts import identities_of

COLUMNS = ["name", "phone", "email", "company", "notes"]
TAG_COLOUR = "#64748b"


class Outcome(Enum):
    NEW = "new"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    INVALID = "invalid"


@dataclass
class Planned:
    """What becomes of a row. `reason` says why it is not taken; `contact` is whom it is about, known or new."""

    row: Cleaned
    outcome: Outcome
    reason: str = ""
    contact: Contact | None = None
    gains_phone: bool = False
    new_tags: list[str] = field(default_factory=list)

    @property
    def is_taken(self) -> bool:
        return self.outcome not in {Outcome.DUPLICATE, Outcome.INVALID}


@dataclass(frozen=True)
class Taken:
    """What a batch came to. `changed` are contacts that were there before and look different now."""

    planned: list[Planned]
    lead_count: int = 0
    changed: frozenset[UUID] = frozenset()


def import_batch(order: ContactImport, rows: Sequence[Cleaned], *, is_trial: bool) -> Taken:
    """Deal with these rows as the order says, in one transaction; a trial leaves everything as it is."""
    with transaction.atomic():
        known = _Known.of(order, rows)
        planned = [_plan(order, row, known) for row in rows]
        taken = [each for each in planned if each.is_taken]
        if is_trial:
            return Taken(planned, _count_leads(order, taken))
        _insert(order, taken)
        _update(taken)
        _tag(order, taken)
        changed = frozenset(each.contact.pk for each in taken if each.contact and each.outcome is Outcome.UPDATED)
        return Taken(planned, _make_leads(order, taken), changed)


@dataclass
class _Known:
    """Contacts that rows may be about; one object a contact, so that two rows about it follow each other."""

    by_key: dict[tuple[str, str], list[Contact]]
    tags: dict[UUID, set[str]]
    always: list[str]

    @classmethod
    def of(cls, order: ContactImport, rows: Sequence[Cleaned]) -> "_Known":
        by_key: dict[tuple[str, str], list[Contact]] = {}
        met: dict[UUID, Contact] = {}
        for kind, value, contact in _find(order.tenant_id, rows):
            one = met.setdefault(contact.pk, contact)
            held = by_key.setdefault((kind, value), [])
            if one not in held:
                held.append(one)
        worn = Contact.tags.through.objects.filter(contact__in=met).values_list("contact_id", "tag__name")
        tags: dict[UUID, set[str]] = {pk: set() for pk in met}
        for pk, name in worn:
            tags[pk].add(name)
        always = Tag.objects.filter(tenant=order.tenant_id, pk__in=order.tag_ids).values_list("name", flat=True)
        return cls(by_key, tags, list(always))

    def about(self, row: Cleaned) -> list[Contact]:
        """Whom the row is about: by its surest key that anybody has."""
        return next((self.by_key[key] for key in row.keys if key in self.by_key and _is_decisive(row, key)), [])

    def owner_of(self, phone: str) -> Contact | None:
        return next(iter(self.by_key.get(("phone", phone), [])), None)


def _is_decisive(row: Cleaned, key: tuple[str, str]) -> bool:
    """An e-mail alone says who somebody is; beside a phone it may be shared by a family."""
    return key[0] != "email" or not row.values.get("phone")


def _find(tenant_id: UUID, rows: Sequence[Cleaned]) -> Iterable[tuple[str, str, Contact]]:
    """Contacts with one of the rows' keys, locked until the batch is done; the key, and the contact."""
    keys: dict[str, set[str]] = {"id": set(), "phone": set(), "email": set()}
    for row in rows:
        for kind, value in row.keys:
            keys[kind].add(value)
    company = Contact.objects.filter(tenant_id=tenant_id)
    identities = ContactIdentity.objects.filter(tenant_id=tenant_id, kind=IdentityKind.PHONE, value__in=keys["phone"])
    pairs = [("phone", phone, contact) for phone, contact in identities.values_list("value", "contact_id")]
    pairs += [("phone", phone, pk) for phone, pk in company.filter(phone__in=keys["phone"]).values_list("phone", "pk")]
    pairs += [("id", str(pk), pk) for pk in company.filter(pk__in=keys["id"]).values_list("pk", flat=True)]
    by_email = company.exclude(email="").alias(_email=Upper("email"))
    emails = by_email.filter(_email__in={email.upper() for email in keys["email"]}, merged_into=None)
    pairs += [("email", email.casefold(), pk) for email, pk in emails.values_list("email", "pk")]
    wanted = {pk for _kind, _value, pk in pairs}
    merged = company.filter(pk__in=wanted, merged_into__isnull=False)
    moved = {row.pk: row.merged_into_id for row in merged.only("merged_into") if row.merged_into_id}
    rows_held = company.filter(pk__in=wanted | set(moved.values()), merged_into=None).order_by("pk")
    held = {contact.pk: contact for contact in rows_held.select_for_update(of=("self",))}
    for kind, value, pk in pairs:
        if contact := held.get(moved.get(pk, pk)):
            yield kind, value, contact


def _plan(order: ContactImport, row: Cleaned, known: _Known) -> Planned:
    if row.errors:
        return Planned(row, Outcome.INVALID, " ".join(row.errors))
    if row.repeats:
        return Planned(row, Outcome.DUPLICATE, _("The same person as in line %(line)s.") % {"line": row.repeats})
    found = known.about(row)
    if len(found) > 1:
        return Planned(row, Outcome.INVALID, _("Several contacts have this e-mail: add their phones to the file."))
    if not found:
        if not row.values.get("phone") and not row.values.get("email"):
            return Planned(row, Outcome.INVALID, _("No contact has this code, and there is neither phone nor e-mail."))
        return _plan_new(order, row, known)
    return _plan_known(order, row, found[0], known)


def _plan_new(order: ContactImport, row: Cleaned, known: _Known) -> Planned:
    contact = Contact(tenant_id=order.tenant_id, custom_fields=row.custom, **row.values)
    return Planned(row, Outcome.NEW, contact=contact, new_tags=list(dict.fromkeys([*row.tags, *known.always])))


def _plan_known(order: ContactImport, row: Cleaned, contact: Contact, known: _Known) -> Planned:
    """What the row changes about somebody who is there already."""
    phone = row.values.get("phone", "")
    owner = known.owner_of(phone)
    if phone and owner and owner is not contact:
        return Planned(row, Outcome.INVALID, _("This phone is %(name)s's.") % {"name": owner})
    if order.if_known == IfKnown.SKIP:
        return Planned(row, Outcome.UNCHANGED, contact=contact)
    had_phone, worn = contact.phone, known.tags[contact.pk]
    new_tags = [name for name in dict.fromkeys([*row.tags, *known.always]) if name not in worn]
    worn.update(new_tags)
    changed = _describe(contact, row, overwrites=order.if_known == IfKnown.OVERWRITE)
    outcome = Outcome.UPDATED if changed or new_tags else Outcome.UNCHANGED
    return Planned(row, outcome, contact=contact, gains_phone=contact.phone != had_phone, new_tags=new_tags)


def _describe(contact: Contact, row: Cleaned, *, overwrites: bool) -> bool:
    """Write what the row says into the contact in hand; an empty cell erases nothing. Whether anything is different."""
    before = [getattr(contact, name) for name in COLUMNS] + [contact.custom_fields]
    for name, value in row.values.items():
        old = getattr(contact, name)
        if not old or (overwrites and _as_read(old) != value):
            setattr(contact, name, value)
    ours = contact.custom_fields
    contact.custom_fields = ours | row.custom if overwrites else row.custom | _given(ours)
    return before != [getattr(contact, name) for name in COLUMNS] + [contact.custom_fields]


def _as_read(text: str) -> str:
    """As the same words come back from a file."""
    return text.strip().replace("\r\n", "\n")


def _given(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "")}


def _insert(order: ContactImport, taken: list[Planned]) -> None:
    """New people with their identities; one who was added elsewhere meanwhile is treated as known."""
    new = [each for each in taken if each.outcome is Outcome.NEW and each.contact]
    Contact.objects.bulk_create([each.contact for each in new if each.contact])
    _remember([each.contact for each in taken if each.contact and (each.outcome is Outcome.NEW or each.gains_phone)])
    phones = [each.contact.phone for each in new if each.contact and each.contact.phone]
    rows = ContactIdentity.objects.filter(tenant_id=order.tenant_id, kind=IdentityKind.PHONE, value__in=phones)
    owners = {identity.value: identity.contact for identity in rows.select_related("contact")}
    for each in new:
        ours = each.contact
        winner = owners.get(ours.phone) if ours else None
        if ours and winner and winner.pk != ours.pk:
            ours.delete()
            each.contact, each.outcome = winner, Outcome.UPDATED
            _describe(winner, each.row, overwrites=order.if_known == IfKnown.OVERWRITE)


def _remember(contacts: list[Contact]) -> None:
    """In one order, so that two who remember the same people never wait for each other."""
    identities = [
        ContactIdentity(tenant_id=contact.tenant_id, contact=contact, kind=kind, value=value)
        for contact in sorted(contacts, key=lambda contact: contact.phone)
        if contact.phone
        for kind, value in identities_of(Address.parse(contact.phone))
    ]
    ContactIdentity.objects.bulk_create(identities, ignore_conflicts=True)


def _update(taken: list[Planned]) -> None:
    changed = {each.contact.pk: each.contact for each in taken if each.contact and each.outcome is Outcome.UPDATED}
    for contact in changed.values():
        contact.provisional, contact.updated_at = False, timezone.now()
    Contact.objects.bulk_update(changed.values(), [*COLUMNS, "custom_fields", "provisional", "updated_at"])


def _tag(order: ContactImport, taken: list[Planned]) -> None:
    """Tags that the company does not know yet come into being."""
    names = {name for each in taken for name in each.new_tags}
    Tag.objects.bulk_create(
        [Tag(tenant_id=order.tenant_id, name=name, colour=TAG_COLOUR) for name in sorted(names)], ignore_conflicts=True
    )
    by_name = {tag.name: tag for tag in Tag.objects.filter(tenant_id=order.tenant_id, name__in=names)}
    worn = Contact.tags.through
    worn.objects.bulk_create(
        [
            worn(contact_id=each.contact.pk, tag_id=by_name[name].pk)
            for each in taken
            if each.contact
            for name in each.new_tags
        ],
        ignore_conflicts=True,
    )


def _count_leads(order: ContactImport, taken: list[Planned]) -> int:
    return len(_without_lead(order, taken))


def _make_leads(order: ContactImport, taken: list[Planned]) -> int:
    """A lead for everybody who never had one."""
    leads = [
        Lead(
            tenant_id=order.tenant_id,
            contact=contact,
            name=contact.name or pretty_phone(contact.phone) or contact.email,
            phone=contact.phone,
            source=LeadSource.IMPORT,
        )
        for contact in _without_lead(order, taken)
    ]
    return len(Lead.objects.bulk_create(leads))


def _without_lead(order: ContactImport, taken: list[Planned]) -> list[Contact]:
    if not order.creates_leads:
        return []
    left_alone = order.if_known == IfKnown.SKIP
    wanted = {
        each.contact.pk: each.contact
        for each in taken
        if each.contact and not (left_alone and each.outcome is Outcome.UNCHANGED)
    }
    had = Contact.objects.filter(Exists(Lead.objects.filter(contact=OuterRef("pk"))), pk__in=wanted)
    return [wanted[pk] for pk in wanted.keys() - set(had.values_list("pk", flat=True))]
