"""Customers for the demo: they start conversations, read what agents write, and answer."""

import random
import re
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial

from . import dialogues, ids
from .sessions import WORKING, Session
from .simulator import WahaSimulator
from .world import Sent

MARKED = re.compile(r"\[(?P<kind>[\w-]+)(?::(?P<detail>[^\]]+))?\]\s*(?P<text>.*)", re.DOTALL)
ANSWERS_SHARE = 0.8  # of what agents write
NUDGES_SHARE = 0.15  # of what customers begin
NUDGES_AT_MOST = 2
PATIENCE_SECONDS = 45
NO_PHONE_SHARE = 0.3  # of the messages of the first who hide their number
REACTS_SHARE = 0.12  # to what agents write
FACES_SHARE = 0.6  # of the people
SECOND_THOUGHTS_SECONDS = 4  # until a message is edited or deleted


@dataclass(slots=True)
class Person:
    """Somebody with a phone, and where they are in their dialogue."""

    name: str
    phone: str
    lid: str | None = None
    session: str | None = None
    turns: list[tuple[str, ...]] = field(default_factory=list)
    waiting_since: float | None = None  # monotonic; None when nothing is expected of the agents
    nudge_count: int = 0
    talking_number: int = 0  # rises when plans change: an older plan is dropped

    @property
    def address(self) -> str:
        return ids.lid_id(self.lid) if self.lid else ids.chat_id(self.phone)


class Customers:
    """A crowd around a simulator. The same seed and the same agents make the same talk.

    `seconds_between` is the mean time between two messages that nobody asked for; 0 means that
    people only answer.
    """

    def __init__(self, simulator: WahaSimulator, *, seconds_between: float = 6.0, seed: int = 7) -> None:
        self._waha, self._seconds = simulator, seconds_between
        self._random = random.Random(seed)
        self._lock = threading.RLock()
        self._people = {phone: Person(name, phone, dialogues.LIDS.get(phone)) for name, phone in dialogues.PEOPLE}
        self._dialogues: list[tuple[tuple[str, ...], ...]] = []
        for person in self._people.values():
            if self._random.random() < FACES_SHARE:
                simulator.show_face(person.address)
        simulator.world.on_sent.append(self._on_sent)

    def start(self) -> None:
        if self._seconds:
            self._after(self._pause(), self._speak_up)

    def meet(self, session: str, people: Iterable[tuple[str, str]]) -> None:
        """Let (name, phone) pairs that a session already talks with be customers as well."""
        with self._lock:
            for name, phone in people:
                self._people.setdefault(phone, Person(name, phone, session=session))

    def _speak_up(self) -> None:
        """Somebody begins, or grows impatient. Then again after as long as they said much."""
        said = 1
        with self._lock:
            session = self._some_session()
            if session is not None:
                said = self._begin(session)
        self._after(max(said, 1) * self._pause(), self._speak_up)

    def _begin(self, session: Session) -> int:
        """How many messages will be sent."""
        mine = [person for person in self._people.values() if person.session in (None, session.name)]
        impatient = [person for person in mine if self._is_impatient(person)]
        free = [person for person in mine if not person.turns and person.waiting_since is None]
        if impatient and (not free or self._random.random() < NUDGES_SHARE):
            return self._nudge(session, self._random.choice(impatient))
        if not free:
            return 1
        person = self._random.choice(free)
        person.session = session.name
        person.turns = self._dialogue()
        turn = person.turns.pop(0)
        self._say(session, person, turn)
        return len(turn)

    def _nudge(self, session: Session, person: Person) -> int:
        """Ask whether anybody is there; after some of that, give up. Returns how many messages."""
        person.nudge_count += 1
        if person.nudge_count > NUDGES_AT_MOST:
            person.turns, person.waiting_since = [], None
            return 0
        self._say(session, person, (self._random.choice(dialogues.NUDGES),))
        return 1

    def _is_impatient(self, person: Person) -> bool:
        patience = PATIENCE_SECONDS * self._waha.world.options.time_scale
        return person.waiting_since is not None and time.monotonic() - person.waiting_since > patience

    def _say(self, session: Session, person: Person, turn: tuple[str, ...]) -> None:
        """A few messages in a row, as people write them."""
        person.talking_number += 1
        person.waiting_since = time.monotonic()
        delay = 0.0
        for line in turn:
            self._after(delay, partial(self._type, session, person))
            delay += self._random.uniform(1.2, 3)
            self._after(delay, partial(self._write, session, person, line))

    def _write(self, session: Session, person: Person, line: str) -> None:
        if session.status != WORKING:
            return
        kind, text, filename = _parsed(line)
        if kind == "call":
            self._waha.call(session, person.address, states=("received", "rejected"))
            return
        if kind == "album":
            self._waha.album(session, person.address, text.split("; "), name=person.name)
            return
        text, _, corrected = text.partition(" => ")
        said = self._written(session, person, "text" if kind in ("edit", "revoke") else kind, text, filename)
        if kind == "edit":
            self._after(SECOND_THOUGHTS_SECONDS, lambda: self._edit(session, said, corrected))
        elif kind == "revoke":
            self._after(SECOND_THOUGHTS_SECONDS, lambda: self._revoke(session, said))

    def _written(self, session: Session, person: Person, kind: str, text: str, filename: str | None) -> str:
        hides = person.lid in list(dialogues.LIDS.values())[:2] and self._random.random() < NO_PHONE_SHARE
        return self._waha.customer_says(
            session,
            "" if hides else person.phone,
            text,
            name=person.name,
            kind=kind,
            lid=person.lid,
            filename=filename,
        )

    def _edit(self, session: Session, message_id: str, text: str) -> None:
        if self._waha.world.store.get(session.name, message_id):
            self._waha.edit(session, message_id, text)

    def _revoke(self, session: Session, message_id: str) -> None:
        if self._waha.world.store.get(session.name, message_id):
            self._waha.revoke(session, message_id)

    def _on_sent(self, sent: Sent) -> None:
        """An agent wrote: read it after a moment, and perhaps answer."""
        with self._lock:
            person = self._person_at(sent)
            session = self._waha.world.sessions.find(sent.session)
            if person is None or session is None:
                return
            person.talking_number += 1
            person.waiting_since, person.nudge_count = None, 0
            plan = person.talking_number
            read_after = self._random.uniform(1, 3)
            self._after(read_after, lambda: self._read(session, sent))
            if self._random.random() < REACTS_SHARE:
                emoji = self._random.choice(dialogues.REACTIONS)
                self._after(read_after + 1, lambda: self._react(session, sent, emoji))
            if sent.kind == "poll":
                self._after(read_after + 3, lambda: self._vote(session, person, sent))
            elif self._random.random() < ANSWERS_SHARE:
                answer_after = read_after + self._random.uniform(1, 4)
                self._after(answer_after, lambda: self._answer(session, person, sent, plan))
            else:
                person.turns = []  # read, and put aside

    def _read(self, session: Session, sent: Sent) -> None:
        """Read, and a voice message played."""
        known = self._waha.world.store.get(session.name, sent.id)
        if known is not None and 0 <= known.ack < 3:
            self._waha.ack(session, sent.id, 4 if sent.kind == "voice" else 3)

    def _react(self, session: Session, sent: Sent, emoji: str) -> None:
        if self._waha.world.store.get(session.name, sent.id):
            self._waha.react(session, sent.id, emoji)

    def _vote(self, session: Session, person: Person, sent: Sent) -> None:
        options = (sent.details.get("poll") or {}).get("options") or []
        if options and self._waha.world.store.get(session.name, sent.id):
            self._waha.vote(session, sent.id, person.address, [self._random.choice(options)])

    def _type(self, session: Session, person: Person) -> None:
        """WAHA hears of it only when our software has subscribed to the chat."""
        if session.status == WORKING and person.address in session.subscribed:
            self._waha.presence(session, person.address, "typing")

    def _answer(self, session: Session, person: Person, sent: Sent, plan: int) -> None:
        with self._lock:
            if person.talking_number != plan:
                return  # the agent wrote more meanwhile: the answer to that one counts
            if person.turns:
                turn = person.turns.pop(0)
            else:
                turn = (self._random.choice(dialogues.ANSWERS if "?" in sent.text else dialogues.THANKS),)
            self._say(session, person, turn)
            if not person.turns:
                person.waiting_since = None

    def _person_at(self, sent: Sent) -> Person | None:
        """Whoever reads that chat. Nobody in groups; a stranger becomes a customer."""
        if ids.is_group(sent.chat_id):
            return None
        address = sent.chat_id.partition("@")[0]
        if sent.chat_id.endswith("@lid"):
            return next((person for person in self._people.values() if person.lid == address), None)
        person = self._people.get(address) or self._people.get(_other_ninth_digit(address))
        if person is None:
            person = self._people[address] = Person("", address, session=sent.session)
        return person

    def _some_session(self) -> Session | None:
        working = [session for session in self._waha.world.sessions.all() if session.status == WORKING]
        return self._random.choice(working) if working else None

    def _dialogue(self) -> list[tuple[str, ...]]:
        facts = {
            "produto": self._random.choice(dialogues.PRODUCTS),
            "pedido": f"#{self._random.randint(10_000, 99_999)}",
            "cep": f"0{self._random.randint(1000, 9999)}-{self._random.randint(0, 999):03}",
            "bairro": self._random.choice(dialogues.DISTRICTS),
            "preco": f"R$ {self._random.randint(1, 4)}.{self._random.randint(100, 999)},90",
        }
        if not self._dialogues:
            self._dialogues = self._random.sample(dialogues.DIALOGUES, len(dialogues.DIALOGUES))
        chosen = self._dialogues.pop()
        return [tuple(line.format(**facts) for line in turn) for turn in chosen]

    def _pause(self) -> float:
        return self._random.uniform(self._seconds * 2 / 3, self._seconds * 4 / 3)

    def _after(self, seconds: float, act: Callable[[], None]) -> None:
        self._waha.world.scheduler.after(seconds, act, counted=False)


def _parsed(line: str) -> tuple[str, str, str | None]:
    """Kind, text and file name of a line; the detail of a place or contact is its text."""
    marked = MARKED.fullmatch(line)
    if marked is None:
        return "text", line, None
    kind, detail, text = marked["kind"], marked["detail"], marked["text"]
    if kind in ("location", "contact", "contacts"):
        return kind, detail or text, None
    return kind, text, detail


def _other_ninth_digit(phone: str) -> str:
    """The twin of a Brazilian mobile number, with or without its ninth digit."""
    if len(phone) == 13:
        return phone[:4] + phone[5:]
    return f"{phone[:4]}9{phone[4:]}"
