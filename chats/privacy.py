"""What conversations hold of a customer."""

from typing import Any
from uuid import UUID

from django.db.models import Exists, F, Func, OuterRef, Q, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Concat

from chats.models import (
    Amendment,
    Chat,
    Draft,
    DraftFile,
    EarlyChange,
    LinkPreview,
    Message,
    MessageEdit,
    MessageType,
    QuickReply,
    QuickReplyFile,
    Reaction,
    SavedView,
    ScheduledMessage,
    UndoStep,
)
from crm.privacy.holdings import Holding, Person, contains_any, holds, holds_nothing, of_company

from .live import chat_shrank

ERASED = "(anonimizada)"
# What the company's own people wrote in the timeline goes as a whole; nobody counts it.
OURS = [MessageType.NOTE, MessageType.SYSTEM]


def chats_of(person: Person) -> Q:
    return Q(chat_id__in=person.keys["chats.Chat"])


def messages_of(person: Person) -> Q:
    return Q(message_id__in=person.keys["chats.Message"])


def said_by(person: Person) -> Q:
    """In their own conversations, by them in groups, and wherever it was forwarded to."""
    in_groups = Q(**{f"chat__{name}": value for name, value in of_company(person).items()}, chat__is_group=True)
    theirs = Message.objects.filter(chats_of(person))
    keys = theirs.annotate(key=Cast("pk", TextField())).values("key")
    forwarded = Message.objects.filter(chat__tenant_id=person.contact.tenant_id, metadata__has_key="forward_of")
    copies = forwarded.annotate(source=KeyTextTransform("forward_of", "metadata")).filter(source__in=keys)
    return chats_of(person) | (in_groups & Q(phone__in=person.addresses)) | Q(pk__in=copies.values("pk"))


def cut_off(keys: list[UUID]) -> None:
    """Tags are of nobody any more, and so are the colleagues who followed."""
    for relation in (Chat.tags.through, Chat.watchers.through):
        relation._default_manager.filter(chat_id__in=keys).delete()


def forget_previews(keys: list[UUID]) -> None:
    """Lists repeat the latest message, also in the conversation that it was forwarded to."""
    Chat.objects.filter(latest_message_id__in=keys).update(last_message=ERASED)


def tell_pages(keys: list[UUID]) -> None:
    """Pages that show one of these read it anew."""
    for chat in Chat.objects.filter(pk__in=keys).only("pk", "tenant_id"):
        chat_shrank(chat)


def _drafts(person: Person) -> Any:
    return Draft.objects.filter(chats_of(person))


def _linking() -> Any:
    """The messages of a preview."""
    return Message.objects.filter(link_preview=OuterRef("pk"))


def declare() -> None:
    """Of every table of this room."""
    holds(
        Holding(
            Chat,
            lambda person: Chat.objects.filter(
                Q(contact_id__in=person.contacts) | Q(**of_company(person), phone__in=person.addresses)
            ),
            # Nothing can be sent there, and whatever the same phone writes later is another person's.
            blanks={
                "phone": Concat(Value("anonimo-"), Cast("pk", TextField())),
                "address": "",
                "subject": "",
                "last_message": None,
                "search": None,
                "session": None,
                "status": "ARCHIVED",
                "seq": F("seq") + 1,
            },
            locks=True,
            exported=("phone", "status", "created_at", "last_message_at"),
            before=cut_off,
            after=tell_pages,
        )
    )
    holds(
        Holding(
            Message,
            lambda person: Message.objects.filter(said_by(person)).exclude(type__in=OURS),
            # The ids by which WhatsApp knows them stay: else WAHA's history would bring them all back.
            blanks={
                "phone": "",
                "body": ERASED,
                "type": MessageType.TEXT,
                "media_url": None,
                "metadata": dict,
                "sender_name": "",
                "send_error": "",
                "media_file": "",
                "thumbnail": "",
                "playable_file": "",
                "media_state": "",
                "media_error": "",
                "file_name": "",
                "mime_type": "",
                "link_preview": None,
            },
            exported=("timestamp", "from_me", "type", "body", "sender_name", "file_name", "media_file"),
            after=forget_previews,
            many=lambda person: Message.objects.filter(chats_of(person)).exclude(type__in=OURS),
            done=Q(body=ERASED, phone=""),
        )
    )
    holds(
        Holding(
            Message,
            lambda person: Message.objects.filter(chats_of(person), type__in=OURS),
            deletes=True,
        )
    )
    holds(
        Holding(
            Reaction,
            lambda person: Reaction.objects.filter(messages_of(person)),
            deletes=True,
            hangs_on="chats.Message",
        )
    )
    holds(
        Holding(
            Reaction,
            lambda person: Reaction.objects.filter(
                message__chat__tenant_id=person.contact.tenant_id, author_key__in=person.addresses
            ),
            deletes=True,
        )
    )
    holds(
        Holding(
            MessageEdit,
            lambda person: MessageEdit.objects.filter(messages_of(person)),
            deletes=True,
            exported=("old_body",),
            hangs_on="chats.Message",
        )
    )
    holds(
        Holding(
            Amendment,
            lambda person: Amendment.objects.filter(messages_of(person)),
            deletes=True,
            hangs_on="chats.Message",
        )
    )
    holds(
        Holding(
            EarlyChange,
            lambda person: EarlyChange.objects.filter(
                Q(session__tenant_id=person.contact.tenant_id)
                & (
                    Q(key__in=person.addresses)
                    | Q(
                        message_id__in=Message.objects.filter(
                            pk__in=person.keys["chats.Message"], message_id__isnull=False
                        ).values("message_id")
                    )
                )
            ),
            deletes=True,
            hangs_on="chats.Message",
        )
    )
    holds(Holding(DraftFile, lambda person: DraftFile.objects.filter(draft__in=_drafts(person)), deletes=True))
    holds(Holding(Draft, lambda person: _drafts(person), deletes=True))
    holds(
        Holding(
            ScheduledMessage,
            lambda person: ScheduledMessage.objects.filter(chats_of(person)),
            deletes=True,
            exported=("body", "send_at", "state"),
        )
    )
    holds(
        Holding(
            SavedView,
            lambda person: SavedView.objects.filter(
                contains_any("query", person.words) | contains_any("name", person.words), **of_company(person)
            ),
            deletes=True,
        )
    )
    holds(
        Holding(
            LinkPreview,
            # Only theirs: an address that others wrote too says nothing of them.
            lambda person: LinkPreview.objects.filter(
                Exists(_linking().filter(pk__in=person.keys["chats.Message"])),
                ~Exists(
                    _linking().filter(chat__tenant=person.contact.tenant).exclude(pk__in=person.keys["chats.Message"])
                ),
            ),
            deletes=True,
            hangs_on="chats.Message",
        )
    )
    holds(
        Holding(
            Message,
            # What others answered in a group repeats what they said. It is not theirs: nothing that hangs on it goes.
            lambda person: Message.objects.filter(
                chat__tenant_id=person.contact.tenant_id,
                chat__is_group=True,
                quoted_msg_id__in=Message.objects.filter(
                    pk__in=person.keys["chats.Message"], chat__is_group=True, message_id__isnull=False
                ).values("message_id"),
            ),
            blanks={
                "metadata": Func(
                    F("metadata"), Cast(Value("quoted"), TextField()), template="(%(expressions)s)", arg_joiner=" - "
                )
            },
            hangs_on="chats.Message",
        )
    )
    holds_nothing(Message, "message_id", "quoted_msg_id", because="WhatsApp's ids, of no meaning elsewhere; see above")
    holds_nothing(QuickReply, "shortcut", "body", because="the company's own words, for everybody")
    holds_nothing(
        QuickReplyFile,
        "file",
        "thumbnail",
        "name",
        "type",
        "mime_type",
        because="the company's own files",
    )
    holds_nothing(UndoStep, "what", "before", "after", because="ids and states, and forgotten within the hour")
