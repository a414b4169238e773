"""What people's bells hold of a customer."""

from django.db.models import Q

from crm.privacy.holdings import Holding, Person, contains_any, holds

from .models import CRMNotification


def _about(person: Person) -> Q:
    """By their subject or their link, which name a row of the person's; else by what they say."""
    keys = [str(key) for key in [*person.contacts, *person.all_keys()]]
    subjects = [f"{kind}:{key}" for key in keys for kind in ("chat", "contact", "lead", "opportunity", "activity")]
    links = [f"/atendimento/{key}/" for key in person.keys.get("chats.Chat", [])]
    said = contains_any("title", person.words) | contains_any("message", person.words)
    return Q(subject__in=subjects) | Q(link__in=links) | said


def declare() -> None:
    """Of every table of this room."""
    holds(
        Holding(
            CRMNotification,
            lambda person: CRMNotification.objects.filter(_about(person), tenant_id=person.contact.tenant_id),
            deletes=True,
        )
    )
