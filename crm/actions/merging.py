"""Two contacts turn out to be one person; all that belonged to one belongs to the other, and there is a way back."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from crm.models import AuditAct, Contact, ContactMerge, Lead, User
from crm.same_person import UNDO_WITHIN

from .audit import record
from .parting import settle_since

# What the remaining contact takes over where it has nothing itself.
FILLED = ["name", "phone", "email", "company", "notes", "avatar"]
# Where both say something, a person may say which of the two is right.
CHOSEN = ["name", "phone", "email", "company", "notes"]


class TooLate(Exception):
    """The merge cannot be undone any more."""


@transaction.atomic
def merge_contacts(
    survivor: Contact, absorbed: Contact, by: User | None = None, prefer: Collection[str] = ()
) -> ContactMerge:
    """Everything of `absorbed` goes over to `survivor`; the row stays, pointing there.

    In the columns named in `prefer` the value of `absorbed` wins, in all others that of `survivor`, where it has one.
    Whatever table has a key to a contact takes part, so that a new one cannot be forgotten.
    """
    if survivor.tenant_id != absorbed.tenant_id or survivor.pk == absorbed.pk:
        raise ValueError("Two contacts of one company, please.")
    rows = Contact.objects.select_for_update().filter(pk__in=[survivor.pk, absorbed.pk]).order_by("pk")
    held = {contact.pk: contact for contact in rows}
    survivor, absorbed = held[survivor.pk], held[absorbed.pk]
    merge = ContactMerge(tenant_id=survivor.tenant_id, survivor=survivor, absorbed=absorbed, by=by)
    merge.moved = {
        "leads": _fold_leads(survivor, absorbed),
        "rows": {_label(relation): _move(relation, absorbed, survivor) for relation in _relations()},
        "tags": _add_tags(survivor, absorbed),
        "filled": _fill(survivor, absorbed, prefer),
    }
    absorbed.merged_into = survivor
    absorbed.save(update_fields=["merged_into", "updated_at"])
    # Earlier merges point to the one that remains, never to one that went.
    Contact.objects.filter(merged_into=absorbed).update(merged_into=survivor)
    merge.save()
    _audit(merge, AuditAct.CONTACT_MERGED, by)
    return merge


@transaction.atomic
def unmerge_contacts(merge: ContactMerge, by: User | None) -> ContactMerge:
    """Each goes its own way again with what was its own then; what came since stays where it is.

    Raises `TooLate` after seven days, and when the merge was undone before.
    """
    merge = ContactMerge.objects.select_for_update().select_related("survivor", "absorbed").get(pk=merge.pk)
    if merge.undone_at or timezone.now() - merge.merged_at > UNDO_WITHIN:
        raise TooLate
    survivor, absorbed = merge.survivor, merge.absorbed
    absorbed.merged_into = None
    absorbed.save(update_fields=["merged_into", "updated_at"])
    for folded in merge.moved["leads"]:
        _unfold_lead(folded)
    for relation in _relations():
        keys = merge.moved["rows"].get(_label(relation), [])
        _rows(relation).filter(pk__in=keys, **{relation.field.name: survivor}).update(**{relation.field.name: absorbed})
    settle_since(survivor, absorbed)
    survivor.tags.remove(*merge.moved["tags"])
    for name, (before, given) in merge.moved["filled"].items():
        if _plain(getattr(survivor, name)) == given:
            setattr(survivor, name, before)
    survivor.save()
    merge.undone_at = timezone.now()
    merge.save(update_fields=["undone_at"])
    _audit(merge, AuditAct.CONTACT_UNMERGED, by)
    return merge


@dataclass(frozen=True)
class Preview:
    """What merging would do. `values` are the columns in which both say something else: name, label, of each;
    `moves` is what goes over, by the name of its kind, and how many.
    """

    survivor: Contact
    absorbed: Contact
    values: list[tuple[str, str, str, str]]
    moves: list[tuple[str, int]]


def preview_merge(survivor: Contact, absorbed: Contact) -> Preview:
    """Nothing is changed by looking."""
    values = []
    for name in CHOSEN:
        ours, theirs = str(getattr(survivor, name) or ""), str(getattr(absorbed, name) or "")
        if ours and theirs and ours != theirs:
            label = Contact._meta.get_field(name).verbose_name  # type: ignore[union-attr] # a column of its own
            values.append((name, str(label), ours, theirs))
    moves = []
    for relation in _relations():
        count = _rows(relation).filter(**{relation.field.name: absorbed}).count()
        if count:
            named = relation.related_model._meta
            moves.append((str(named.verbose_name if count == 1 else named.verbose_name_plural), count))
    return Preview(survivor, absorbed, values, moves)


def was_unmerged(one: Contact, other: Contact) -> bool:
    """A person has said that these two are two; the program does not say otherwise again."""
    pair = [one.pk, other.pk]
    undone = ContactMerge.objects.filter(survivor_id__in=pair, absorbed_id__in=pair, undone_at__isnull=False)
    return undone.exists()


def _relations() -> list[models.ManyToOneRel]:
    """Every foreign key to a contact, but for what speaks of merging itself."""
    found = [
        relation
        for relation in Contact._meta.related_objects
        if isinstance(relation, models.ManyToOneRel) and relation.related_model not in {Contact, ContactMerge}
    ]
    return sorted(found, key=_label)


def _label(relation: models.ForeignObjectRel) -> str:
    return f"{relation.related_model._meta.label}.{relation.field.name}"


def _rows(relation: models.ManyToOneRel) -> Any:
    return relation.related_model._default_manager


def _move(relation: models.ManyToOneRel, absorbed: Contact, survivor: Contact) -> list[str]:
    rows = _rows(relation).filter(**{relation.field.name: absorbed})
    keys = [str(pk) for pk in rows.values_list("pk", flat=True)]
    rows.update(**{relation.field.name: survivor})
    return keys


def _fold_leads(survivor: Contact, absorbed: Contact) -> list[dict[str, Any]]:
    """One person has one open lead: the newer contact's goes into the one that was there, with all it carried."""
    theirs = Lead.objects.open().filter(contact=survivor).order_by("created_at").first()
    if theirs is None:
        return []
    return [_fold_lead(lead, theirs) for lead in Lead.objects.open().filter(contact=absorbed)]


def _fold_lead(lead: Lead, into: Lead) -> dict[str, Any]:
    moved = {}
    for relation in Lead._meta.related_objects:
        rows = relation.related_model._default_manager.filter(**{relation.field.name: lead})
        moved[_label(relation)] = [str(pk) for pk in rows.values_list("pk", flat=True)]
        rows.update(**{relation.field.name: into})
    columns = {field.attname: _plain(getattr(lead, field.attname)) for field in Lead._meta.concrete_fields}
    lead.delete()
    return {"columns": columns, "into": str(into.pk), "rows": moved}


def _unfold_lead(folded: dict[str, Any]) -> None:
    fields = {field.attname: field for field in Lead._meta.concrete_fields}
    lead = Lead(**{name: fields[name].to_python(value) for name, value in folded["columns"].items()})
    made_at = lead.created_at
    Lead.objects.bulk_create([lead])
    # The day it was made is its own, not today.
    Lead.objects.filter(pk=lead.pk).update(created_at=made_at)
    for relation in Lead._meta.related_objects:
        rows = relation.related_model._default_manager.filter(
            pk__in=folded["rows"].get(_label(relation), []), **{relation.field.attname: folded["into"]}
        )
        rows.update(**{relation.field.name: lead})


def _add_tags(survivor: Contact, absorbed: Contact) -> list[str]:
    new = absorbed.tags.exclude(pk__in=survivor.tags.values("pk"))
    tags = list(new)
    survivor.tags.add(*tags)
    return [str(tag.pk) for tag in tags]


def _fill(survivor: Contact, absorbed: Contact, prefer: Collection[str]) -> dict[str, list[Any]]:
    """Empty columns, and preferred ones, take the other's value; the name of each with its value before and after."""
    filled = {}
    for name in FILLED:
        before, other = getattr(survivor, name), getattr(absorbed, name)
        if other and before != other and (not before or name in prefer):
            filled[name] = [_plain(before) or "", _plain(other)]
            setattr(survivor, name, getattr(absorbed, name))
    more = {name: value for name, value in absorbed.custom_fields.items() if name not in survivor.custom_fields}
    if more:
        filled["custom_fields"] = [survivor.custom_fields, survivor.custom_fields | more]
        survivor.custom_fields = survivor.custom_fields | more
    if not absorbed.provisional and survivor.provisional:
        filled["provisional"] = [True, False]
        survivor.provisional = False
    survivor.save()
    return filled


def _plain(value: Any) -> Any:
    """As JSON holds it."""
    return value if value is None or isinstance(value, bool | int | str | dict) else str(value)


def _audit(merge: ContactMerge, act: AuditAct, by: User | None) -> None:
    record(
        act,
        merge.survivor,
        by,
        before={"absorbed": str(merge.absorbed_id), "name": str(merge.absorbed)},
        after={"survivor": str(merge.survivor_id), "name": str(merge.survivor), "merge": str(merge.pk)},
    )
