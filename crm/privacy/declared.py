"""What the CRM's own tables, and Django's, hold of a customer."""

from django.contrib.admin.models import LogEntry
from django.db.models import Q, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Now

from crm.models import (
    Activity,
    ApiToken,
    AuditLog,
    Contact,
    ContactField,
    ContactIdentity,
    ContactImport,
    ContactMerge,
    ContactNote,
    ImportProblem,
    Lead,
    Opportunity,
    Pipeline,
    PrivacyRequest,
    RepeatableRequest,
    Stage,
    Tag,
    Team,
    Tenant,
    User,
    Webhook,
    WebhookDelivery,
)
from crm.models.accounts import Invitation, RecoveryCode, SecondFactor, UserSession

from .holdings import ANONYMOUS, Holding, Person, contains_any, holds, holds_nothing


def of_contacts(person: Person) -> Q:
    return Q(contact_id__in=person.contacts)


def declare_last() -> None:
    """What speaks of rows of other tables by their ids comes when those are known."""
    holds(
        Holding(
            # About them, or about a row of theirs in somebody else's conversation.
            WebhookDelivery,
            lambda person: (
                WebhookDelivery.objects.filter(webhook__tenant_id=person.contact.tenant_id)
                .annotate(told=KeyTextTransform("id", "data"))
                .filter(Q(about__in=person.contacts) | Q(told__in=[str(key) for key in person.all_keys()]))
            ),
            deletes=True,
        )
    )
    holds(
        Holding(
            AuditLog,
            lambda person: AuditLog.objects.filter(object_id__in=[*person.contacts, *person.all_keys()]),
            blanks={"object_name": "", "before": dict, "after": dict},
        )
    )
    holds(
        Holding(
            LogEntry,
            lambda person: LogEntry.objects.filter(object_id__in=[str(key) for key in person.all_keys()]),
            blanks={"object_repr": ANONYMOUS, "change_message": ""},
        )
    )


def declare() -> None:
    """Of every table of this room."""
    holds(
        Holding(
            Contact,
            lambda person: Contact.objects.filter(pk__in=person.contacts),
            blanks={
                "name": ANONYMOUS,
                "phone": "",
                "email": "",
                "company": "",
                "notes": "",
                "custom_fields": dict,
                "avatar": "",
                "anonymised_at": Now(),
            },
            exported=("name", "phone", "email", "company", "notes", "custom_fields", "avatar", "created_at"),
            before=lambda keys: Contact.tags.through.objects.filter(contact_id__in=keys).delete(),
        )
    )
    holds(
        Holding(
            ContactIdentity,
            lambda person: ContactIdentity.objects.filter(of_contacts(person)),
            deletes=True,
            exported=("kind", "value", "created_at"),
        )
    )
    holds(
        Holding(
            ContactNote,
            lambda person: ContactNote.objects.filter(of_contacts(person)),
            deletes=True,
            exported=("body", "created_at"),
        )
    )
    holds(
        Holding(
            Lead,
            lambda person: Lead.objects.filter(of_contacts(person)),
            blanks={"name": ANONYMOUS, "phone": "", "lost_reason": ""},
            exported=("name", "phone", "source", "status", "lost_reason", "created_at"),
        )
    )
    holds(
        Holding(
            Opportunity,
            lambda person: Opportunity.objects.filter(of_contacts(person)),
            blanks={"title": ANONYMOUS, "close_reason": ""},
            exported=("title", "amount", "close_reason", "expected_close_on", "closed_at", "created_at"),
        )
    )
    holds(
        Holding(
            Activity,
            lambda person: Activity.objects.filter(
                of_contacts(person)
                | Q(lead__contact_id__in=person.contacts)
                | Q(opportunity__contact_id__in=person.contacts)
                | Q(chat__contact_id__in=person.contacts)
            ),
            blanks={"title": ANONYMOUS, "notes": ""},
            exported=("kind", "title", "notes", "due_at", "done_at", "created_at"),
        )
    )
    holds(
        Holding(
            ContactMerge,
            lambda person: ContactMerge.objects.filter(
                Q(survivor_id__in=person.contacts) | Q(absorbed_id__in=person.contacts)
            ),
            deletes=True,
        )
    )
    holds(
        Holding(
            # What the API answered, kept for a repeated request.
            RepeatableRequest,
            lambda person: RepeatableRequest.objects.filter(tenant_id=person.contact.tenant_id).filter(
                contains_any("answer", person.words)
            ),
            deletes=True,
        )
    )
    holds(
        Holding(
            ImportProblem,
            lambda person: (
                ImportProblem.objects.filter(contact_import__tenant_id=person.contact.tenant_id)
                .annotate(text=Cast("cells", TextField()))
                .filter(contains_any("text", person.words))
            ),
            deletes=True,
        )
    )
    holds(
        Holding(
            # Files of imports that nobody ever ran: one of them may name the person.
            ContactImport,
            lambda person: ContactImport.objects.filter(
                tenant_id=person.contact.tenant_id, state__in=["DRAFT", "CHECKED"]
            ),
            deletes=True,
        )
    )
    holds(
        Holding(
            # What a colleague last looked for in the funnel.
            User,
            lambda person: User.objects.filter(
                contains_any("funnel_query", person.words), tenant_id=person.contact.tenant_id
            ),
            blanks={"funnel_query": ""},
        )
    )
    holds(
        Holding(
            PrivacyRequest,
            lambda person: PrivacyRequest.objects.filter(contact_id__in=person.contacts),
            blanks={"file": "", "error": ""},
        )
    )
    holds_nothing(LogEntry, "object_id", because="an id")
    holds_nothing(
        AuditLog, "action", "object_type", "request_id", "ip", because="acts, ids and our own people's addresses"
    )
    holds_nothing(Tenant, "name", "slug", "time_zone", "business_hours", "courtesies", because="the company's own")
    holds_nothing(
        User, "password", "email", "name", "sound_rules", "list_sort", "muted_kinds", "silent_kinds", "still_kinds",
        because="our own people",
    )  # fmt: skip
    holds_nothing(Team, "name", "colour", because="the company's own words")
    holds_nothing(Tag, "name", "colour", because="a vocabulary, of nobody in particular; who bears a tag is cut off")
    holds_nothing(ContactField, "name", "options", because="the company's own questions, not the answers")
    holds_nothing(Pipeline, "name", because="the company's own words")
    holds_nothing(Stage, "name", "colour", because="the company's own words")
    holds_nothing(Invitation, "email", because="a colleague to be")
    holds_nothing(UserSession, "session_key", "session_data", "user_agent", because="logins of our own people")
    holds_nothing(SecondFactor, "secret", because="a key of our own people")
    holds_nothing(RecoveryCode, "digest", because="a key of our own people")
    holds_nothing(ApiToken, "name", "beginning", "hash", "scopes", because="a key to us, and what it opens")
    holds_nothing(Webhook, "name", "url", "events", "secret", because="another system's address")
