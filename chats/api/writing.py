"""A message to be, as a request says it: which kind, and what it holds."""

import base64
import binascii
from typing import Annotated, Any, Literal
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from pydantic import Field, RootModel

from chats import actions
from chats.forms import (
    FEWEST_OPTIONS,
    MAX_CAPTION_LENGTH,
    MAX_OPTION_LENGTH,
    MAX_QUESTION_LENGTH,
    MOST_CARDS,
    MOST_OPTIONS,
    FileForm,
)
from chats.models import Chat, Message
from crm.identity import parse_phone
from crm.models import User, new_key
from crm.rest import ApiError, ApiRequest, Body, invalid

HIGHEST_SEQ = 2**63 - 1
# As base64 within what Django takes of a JSON body; larger files go up as a form.
LONGEST_BASE64 = 2_400_000
Meant = Literal["", "voice", "sticker", "document"]


class Common(Body):
    """What every message has."""

    client_id: UUID | None = Field(None, description="Your own id; the same one in this chat is the same message.")
    quoted_id: UUID | None = Field(None, description="The message that this one answers to.")
    seen_seq: int | None = Field(
        None, ge=0, le=HIGHEST_SEQ, description="Refuse (409) when the customer was answered after this `seq`."
    )


class TextMessage(Common):
    type: Literal["TEXT"] = "TEXT"
    body: str = Field(min_length=1, max_length=4096, description="WhatsApp's markup works: *bold*, _italic_.")

    def outgoing(self) -> actions.Outgoing:
        return actions.Outgoing.text(self.body.replace("\r\n", "\n"))


class PlaceMessage(Common):
    type: Literal["LOCATION"]
    latitude: float = Field(ge=-90, le=90, description="Degrees.")
    longitude: float = Field(ge=-180, le=180, description="Degrees.")
    name: str = Field("", max_length=160)

    def outgoing(self) -> actions.Outgoing:
        return actions.Outgoing.place(self.latitude, self.longitude, self.name)


class Card(Body):
    name: str = Field(min_length=1, max_length=160)
    phone: str = Field(min_length=3, max_length=30)


class CardsMessage(Common):
    type: Literal["CONTACT"]
    contacts: list[Card] = Field(min_length=1, max_length=MOST_CARDS)

    def outgoing(self) -> actions.Outgoing:
        return actions.Outgoing.cards([self._card(number, card) for number, card in enumerate(self.contacts)])

    @staticmethod
    def _card(number: int, card: Card) -> dict[str, str]:
        phone = parse_phone(card.phone)
        if phone is None:
            raise invalid(f"contacts.{number}.phone", "That is no phone number.")
        return {"name": card.name, "phone": phone}


Option = Annotated[str, Field(min_length=1, max_length=MAX_OPTION_LENGTH)]


class PollMessage(Common):
    type: Literal["POLL"]
    question: str = Field(min_length=1, max_length=MAX_QUESTION_LENGTH)
    options: list[Option] = Field(min_length=FEWEST_OPTIONS, max_length=MOST_OPTIONS)
    multiple: bool = Field(False, description="Whether one may choose several.")

    def outgoing(self) -> actions.Outgoing:
        if len(set(self.options)) < len(self.options):
            raise invalid("options", "All options must be different.")
        return actions.Outgoing.poll(self.question, self.options, multiple=self.multiple)


class FileMessage(Common):
    """A small file within the JSON. Its content says what it is, not its name."""

    type: Literal["FILE"]
    name: str = Field(min_length=1, max_length=255, examples=["boleto.pdf"])
    content_base64: str = Field(min_length=1, max_length=LONGEST_BASE64)
    caption: str = Field("", max_length=MAX_CAPTION_LENGTH)
    meant: Meant = Field("", description="What content cannot tell: a voice message, a sticker, or any as document.")

    def outgoing(self) -> actions.Outgoing:
        try:
            content = base64.b64decode(self.content_base64, validate=True)
        except (binascii.Error, ValueError) as error:
            raise invalid("content_base64", "That is not base64.") from error
        return read_file(SimpleUploadedFile(self.name, content), self.caption, self.meant)


class NoteMessage(Body):
    """A line that only colleagues see; those it calls with `@name` are told."""

    type: Literal["NOTE"]
    body: str = Field(min_length=1, max_length=4096)
    client_id: UUID | None = None


class NewMessage(RootModel[Any]):
    """One of these, by its `type`."""

    root: Annotated[
        TextMessage | PlaceMessage | CardsMessage | PollMessage | FileMessage | NoteMessage,
        Field(discriminator="type"),
    ]


def write(request: ApiRequest, chat: Chat, wanted: Any) -> Message:
    """The message, stored and queued; a note is only stored."""
    if isinstance(wanted, NoteMessage):
        return actions.add_note(chat, request.user, wanted.body, client_id=wanted.client_id)
    return send(chat, request.user, wanted.outgoing(), wanted)


def send(chat: Chat, author: User, outgoing: actions.Outgoing, wanted: Common) -> Message:
    quoted = None
    if wanted.quoted_id:
        quoted = Message.objects.filter(chat=chat, pk=wanted.quoted_id).first()
        if quoted is None:
            raise invalid("quoted_id", "This conversation has no such message.")
    seen = None if wanted.seen_seq is None else actions.Seen(wanted.seen_seq)
    return actions.send_message(chat, author, outgoing, client_id=wanted.client_id, quoted=quoted, seen=seen)


def read_file(file: "UploadedFile[Any]", caption: str, meant: str) -> actions.Outgoing:
    """The file, examined by the same rules as one that an agent attaches; 413 or 422 when it is refused."""
    about = QueryDict(mutable=True)
    about.update({"client_id": str(new_key()), "caption": caption, "meant": meant})
    form = FileForm(about, MultiValueDict({"file": [file]}))
    if not form.is_valid():
        fields = {name: [str(each) for each in errors] for name, errors in form.errors.items()}
        raise ApiError(422, "invalid", " ".join(each for errors in fields.values() for each in errors), fields)
    return form.outgoing()
