"""Tells one conversation through the actions, as it would have happened, and sets its clocks back."""

import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from chats import actions
from chats.actions import Incoming
from chats.models import Ack, Chat, Message, MessageType
from crm.actions import recognise, save_contact
from crm.identity import Address
from crm.models import Contact, Tag, User

from . import past
from .attachments import ATTACHMENTS, Attachment
from .companies import Colleague
from .customers import Customer
from .files import NOTHING, Files
from .opening import Opened
from .plots import Cut, Plot, cut_turns, moments
from .scenes import Turn, Who
from .wording import Words, choose_words

AFTER_ITS_TEXT = timedelta(seconds=8)  # a file that takes no caption follows its words
TEXT = Attachment(MessageType.TEXT)


@dataclass(frozen=True)
class Beat:
    """One message to be, its words chosen; `at` is local."""

    turn: Turn
    at: datetime
    text: str
    file: Attachment = TEXT


@dataclass(frozen=True)
class Told:
    """A conversation as it now stands, for those who sell on."""

    chat: Chat
    plot: Plot
    words: Words
    owner: User
    session_id: UUID
    tags: dict[str, Tag]  # the company's, by name


class Storyteller:
    """Tells conversations of one company. `files` is `files.stored_files()`."""

    def __init__(self, opened: Opened, rng: random.Random, files: Files) -> None:
        self.opened, self.rng, self.files = opened, rng, files

    def tell(self, plot: Plot, customer: Customer, *, hidden: str = "") -> Told:
        """Play the plot with this customer. `hidden`: the LID under which WhatsApp shows them."""
        owner = self.rng.choice(self.opened.members(plot.scene.team))
        words = choose_words(self.rng, plot.scene, customer, self._colleague(owner), plot.ends_at)
        if plot.scene.known_customer:
            self._meet(customer)
        voice = _Conversation(self, owner, self._incoming(plot, customer, hidden))
        for beat in self._beats(plot, words):
            voice.play(beat)
        past.stored_when_said(voice.facts)
        chat = Chat.objects.select_related("contact", "lead").defer("search").get(pk=voice.chat_id)
        if customer.details and plot.standing.cut is not Cut.OPENING and chat.contact:
            self._describe(chat.contact, customer)
        return Told(chat, plot, words, owner, voice.common.session_id, self.opened.tags)

    def _beats(self, plot: Plot, words: Words) -> list[Beat]:
        turns = cut_turns(self.rng, plot)
        beats = []
        for turn, at in zip(turns, moments(self.rng, turns, plot.ends_at), strict=True):
            text = words.say(turn, at)
            file = ATTACHMENTS[turn.file] if turn.file else TEXT
            if text and turn.file and not file.takes_caption:
                beats.append(Beat(replace(turn, file="", reaction=""), at - AFTER_ITS_TEXT, text))
                text = ""
            old = words.fill(turn.edited_from, turn.who, at)
            beats.append(Beat(replace(turn, edited_from=old), at, text, file))
        return beats

    def _incoming(self, plot: Plot, customer: Customer, hidden: str) -> Incoming:
        """What all messages of this conversation have in common."""
        phone = Address.parse(customer.phone)
        return Incoming(
            tenant_id=self.opened.tenant.pk,
            session_id=self.opened.session_of(plot.scene.team).pk,
            team_id=self.opened.teams[plot.scene.team].pk,
            address=Address.parse(hidden) if hidden else phone,
            also=phone if hidden else None,
            sender_name=customer.name,
            message_id="",
            from_me=False,
            timestamp=plot.ends_at,
            type=MessageType.TEXT,
        )

    def _colleague(self, user: User) -> Colleague:
        return next(one for one in self.opened.company.people if one.email == user.email)

    def _meet(self, customer: Customer) -> None:
        """Somebody who bought before: in the CRM already, so their message makes no lead."""
        address = Address.parse(customer.phone)
        recognise(self.opened.tenant.pk, address, name=customer.name, provisional=False)

    def _describe(self, contact: Contact, customer: Customer) -> None:
        for column, value in customer.details.items():
            setattr(contact, column, value)
        save_contact(contact)


class _Conversation:
    """The telling of one conversation, message by message."""

    def __init__(self, teller: Storyteller, owner: User, common: Incoming) -> None:
        self.teller, self.owner, self.common, self.rng = teller, owner, common, teller.rng
        self.said: list[Message] = []
        self.facts: list[past.Fact] = []
        self.chat_id: Any = None
        self._is_taken = False

    def play(self, beat: Beat) -> None:
        if beat.turn.who is Who.NOTE:
            self._note(beat)
            return
        if beat.turn.who is Who.AGENT and not self._is_taken:
            self._take(beat.at)
        message = self._store(beat)
        self.said.append(message)
        self._adorn(beat, message)

    def _note(self, beat: Beat) -> None:
        actions.add_note(self._chat(), self.owner, beat.text, client_id=random_key(self.rng))
        past.happened_at(self._chat(), beat.at)

    def _take(self, at: datetime) -> None:
        """The agent takes the chat and reads it, or the manager gives it to them, just before answering."""
        chat, manager = self._chat(), self.teller.opened.manager
        by = manager if self.rng.random() < 0.25 else self.owner
        actions.assign(chat, self.owner, by=by)
        past.happened_at(chat, at - timedelta(seconds=40))
        self._is_taken = True

    def _store(self, beat: Beat) -> Message:
        message = actions.receive_message(self._worded(beat))
        if message is None:
            raise RuntimeError("A message of the demo was taken for one that is stored already.")
        self.chat_id = message.chat_id
        self.facts.append(self._fact(beat, message))
        return message

    def _fact(self, beat: Beat, message: Message) -> past.Fact:
        stored = self.teller.files.get(beat.file.drawing, NOTHING)
        file = past.File(stored.path, stored.thumbnail, beat.file.media_state)
        if beat.turn.who is not Who.AGENT:
            return past.Fact(message.pk, file=file)
        return past.Fact(message.pk, self.owner.pk, random_key(self.rng), file)

    def _worded(self, beat: Beat) -> Incoming:
        file, ours = beat.file, beat.turn.is_ours
        quoted = self.said[-beat.turn.quotes] if 0 < beat.turn.quotes <= len(self.said) else None
        metadata = dict(file.metadata)
        if quoted:
            metadata["quoted"] = {"body": quoted.body or "", "from_me": quoted.from_me}
        stored = self.teller.files.get(file.drawing, NOTHING)
        if stored.waveform:
            metadata["waveform"] = stored.waveform
        return replace(
            self.common,
            message_id=self._whatsapp_id(beat.turn.who),
            from_me=ours,
            timestamp=beat.at,
            type=file.type,
            body=beat.text or None,
            sender_name="" if ours else self.common.sender_name,
            quoted_msg_id=quoted.message_id if quoted else None,
            file_name=file.file_name,
            mime_type=file.mime_type,
            size_bytes=stored.size_bytes or file.size_bytes,
            width=stored.width,
            height=stored.height,
            duration_seconds=file.duration_seconds,
            ack=self._ack(beat) if ours else None,
            metadata=metadata,
        )

    def _ack(self, beat: Beat) -> Ack:
        """Older ones were read, a voice message perhaps played; the latest stand anywhere on the way."""
        if beat.file.type in {MessageType.VOICE, MessageType.AUDIO}:
            return Ack.PLAYED
        if beat.at < self.common.timestamp:
            return Ack.READ
        return self.rng.choice([Ack.SERVER, Ack.DEVICE, Ack.DEVICE, Ack.READ, Ack.READ])

    def _adorn(self, beat: Beat, message: Message) -> None:
        if beat.turn.reaction:
            past.reacted(message, beat.turn.reaction, beat.at + timedelta(seconds=25))
        if beat.turn.edited_from:
            past.edited(message, beat.turn.edited_from, beat.at + timedelta(seconds=30))
        if beat.turn.revoked:
            past.revoked(message, beat.at + timedelta(seconds=20))

    def _whatsapp_id(self, who: Who) -> str:
        start = "3EB0" if who is Who.AGENT else "3A"
        return start + f"{self.rng.getrandbits(72):018X}"

    def _chat(self) -> Chat:
        return Chat(pk=self.chat_id, tenant_id=self.common.tenant_id)


def random_key(rng: random.Random) -> UUID:
    """A key as a browser makes one, the same for the same seed."""
    return UUID(int=rng.getrandbits(128), version=4)
