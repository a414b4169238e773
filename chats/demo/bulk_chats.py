"""One conversation of the bulk: the rows that the actions would have left behind, and the chat's facts from them."""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from uuid_utils import uuid7

from chats.actions.bookkeeping import PREVIEW_LENGTH
from crm.identity import spellings
from crm.models import Stage, StageKind
from crm.search import words_of

from .bulk_tables import Tables
from .bulk_talks import Line, system_line
from .copying import NULL, moment, text
from .customers import CITIES, FAMILY_NAMES, MEN, WOMEN
from .endings import OUTCOMES
from .opening import Opened

DAYS_OF_HISTORY = 180
NEVER = datetime.min.replace(tzinfo=UTC)
GIVEN_NAMES = WOMEN + MEN
AREAS = [area for _, area, _ in CITIES]
# Above those of the stories' customers and of the fair's list, however many follow.
FIRST_NUMBER = 72_000_000
# Of a thousand conversations: how many lie in the queue, wait for their owner, are answered, put off; the rest is over.
QUEUE, WAITING, ANSWERED, PENDING = 10, 50, 120, 150
DEAL_SHARE = 0.3


@dataclass(frozen=True)
class House:
    """A company, and its talks worded beforehand."""

    opened: Opened
    talks: list[list[Line]]
    stages: list[Stage]


@dataclass
class Course:
    """One conversation as it runs: what `bookkeeping` would have noted."""

    tenant: str
    chat: str
    phone: str
    session: str
    name: str
    seq: int = 0
    at: datetime = NEVER
    preview: str = ""
    latest: tuple[str, datetime] = ("", NEVER)
    asked: list[datetime] = field(default_factory=list)
    answered_until: datetime | None = None
    first_response_at: datetime | None = None
    taken_at: datetime | None = None

    def note(self, key: str, line: Line, at: datetime) -> None:
        """A message was stored."""
        self.latest, self.preview = (key, at), " ".join(line.preview.split())[:PREVIEW_LENGTH]
        if not line.is_ours:
            self.asked.append(at)
            return
        self.first_response_at = self.first_response_at or at
        self.answered_until = at
        self.asked.clear()

    def settle(self) -> None:
        """As `settle_questions`."""
        self.asked.clear()


class ChatWriter:
    """Writes conversations into `tables`, each with the rows that the actions would have left behind."""

    def __init__(self, rng: random.Random, now: datetime) -> None:
        self.rng, self.now, self.tables = rng, now, Tables()

    def write(self, house: House, number: int, length: int) -> None:
        """The company's conversation `number`, of `length` lines."""
        rng, opened = self.rng, house.opened
        tenant, fate = str(opened.tenant.pk), rng.randrange(1000)
        name = text(f"{rng.choice(GIVEN_NAMES)} {rng.choice(FAMILY_NAMES)}")
        phone = f"55{AREAS[number % len(AREAS)]}9{FIRST_NUMBER + number}"
        team = rng.choice(list(opened.teams))
        owner = str(rng.choice(opened.members(team)).pk)
        course = Course(tenant, str(uuid7()), phone, str(opened.session_of(team).pk), name)
        lines = self._lines(house, fate, length)
        began_at = course.at = self._beginning(fate, length)
        self._talk(course, lines, None if fate < QUEUE else owner, opened)
        resolved_at = None
        if fate >= PENDING:
            resolved_at = self._resolve(course, opened, owner)
        contact, lead = self._person(tenant, course, fate, owner, began_at)
        deal = self._deal(house, course, contact, lead, owner, fate) if rng.random() < DEAL_SHARE else NULL
        self._ring(course, tenant, fate, owner, opened)
        self.tables.chats.add(
            course.chat,
            tenant,
            phone,
            contact,
            lead,
            NULL if fate < QUEUE else owner,
            course.preview,
            moment(course.latest[1]),
            str(len(course.asked)),
            _status(fate),
            course.session,
            moment(began_at),
            moment(resolved_at or course.latest[1]),
            f"{phone}@c.us",
            str(opened.teams[team].pk),
            deal,
            course.latest[0],
            str(course.seq),
            moment(course.asked[0] if course.asked else None),
            moment(course.answered_until),
            moment(resolved_at),
            moment(course.first_response_at),
            moment(resolved_at),
            search_words(name, phone),
            self.rng.choice(OUTCOMES) if resolved_at else "",
            moment(course.taken_at),
        )

    def _lines(self, house: House, fate: int, length: int) -> list[Line]:
        """So many lines of a talk that it ends as its fate asks for: unanswered, waiting, or answered."""
        talk = self.rng.choice(house.talks)
        if fate < QUEUE:
            return [line for line in talk if not line.is_ours][: max(1, min(length, 3))]
        count = max(3, length - (1 if fate < PENDING else 2))
        lines = [talk[index % len(talk)] for index in range(count)]
        question, answer = (next(line for line in talk if line.is_ours == ours) for ours in (False, True))
        if fate < WAITING:
            lines[-1] = lines[-1] if not lines[-1].is_ours else question
        elif fate < PENDING:
            lines[-1] = lines[-1] if lines[-1].is_ours else answer
        if not any(line.is_ours for line in lines):
            lines[-2] = answer
        return lines

    def _beginning(self, fate: int, length: int) -> datetime:
        most = DAYS_OF_HISTORY * 86400 if fate >= PENDING else 2 * 86400
        ago = timedelta(seconds=self.rng.randrange(120, most) + 600 * length)
        return (self.now - ago).replace(microsecond=0)

    def _talk(self, course: Course, lines: list[Line], owner: str | None, opened: Opened) -> None:
        taken = owner is None
        for line in lines:
            course.at += timedelta(seconds=self.rng.randrange(20, 600))
            if line.is_ours and not taken:
                self._take(course, opened, owner or "", course.at - timedelta(seconds=10))
                taken = True
            self._message(course, line, owner or NULL)
        if not taken:
            self._take(course, opened, owner or "", course.at + timedelta(seconds=10))

    def _take(self, course: Course, opened: Opened, owner: str, at: datetime) -> None:
        self._system(course, "taken", opened, owner, at)
        course.taken_at = at

    def _message(self, course: Course, line: Line, owner: str) -> None:
        rng, key, at = self.rng, str(uuid7()), course.at
        course.seq += 1
        course.note(key, line, at)
        said_at = at.isoformat()
        if line.is_ours:
            ack, whatsapp_id, state = "3", f"3EB0{rng.getrandbits(72):018X}", "SENT"
            author, client_id = owner, f"{rng.getrandbits(128):032x}"
        else:
            ack, whatsapp_id, state = NULL, f"3A{rng.getrandbits(72):018X}", ""
            author = client_id = NULL
        seen = ("t" if line.is_ours else "f", said_at, ack, whatsapp_id, said_at, course.session)
        self.tables.messages.add(
            key,
            course.tenant,
            course.chat,
            course.phone,
            *seen,
            author,
            client_id,
            str(course.seq),
            state,
            line.columns,
        )

    def _system(self, course: Course, event: str, opened: Opened, owner: str, at: datetime) -> None:
        course.seq += 1
        who = next(user.name for user in opened.agents if str(user.pk) == owner)
        about = {"by": who, "to": who} if event == "taken" else {"by": who}
        time, seq = at.isoformat(), str(course.seq)
        columns = ("t", time, NULL, NULL, time, NULL, NULL, NULL, seq, "", system_line(event, **about))
        self.tables.messages.add(str(uuid7()), course.tenant, course.chat, course.phone, *columns)

    def _resolve(self, course: Course, opened: Opened, owner: str) -> datetime:
        at = course.at + timedelta(seconds=self.rng.randrange(60, 900))
        self._system(course, "resolved", opened, owner, at)
        course.settle()
        return at

    def _person(self, tenant: str, course: Course, fate: int, owner: str, at: datetime) -> tuple[str, str]:
        contact, lead, born_at = str(uuid7()), str(uuid7()), moment(at)
        self.tables.contacts.add(contact, tenant, course.name, course.phone, "t", born_at, born_at)
        for kind, value in (("PHONE", course.phone), ("JID", f"{course.phone}@c.us")):
            self.tables.identities.add(str(uuid7()), tenant, contact, kind, value, born_at)
        status = (
            "NEW"
            if fate < QUEUE
            else ("CONTACTED", "QUALIFIED", "CONVERTED", "LOST")[fate % (2 if fate < PENDING else 4)]
        )
        lead_owner = NULL if fate < QUEUE else owner
        self.tables.leads.add(lead, tenant, contact, course.name, course.phone, status, lead_owner, born_at, born_at)
        return contact, lead

    def _deal(self, house: House, course: Course, contact: str, lead: str, owner: str, fate: int) -> str:
        """The opportunity in focus: on its way while the chat is active, won or lost when it is over."""
        if fate < QUEUE:
            return NULL
        is_open = fate < PENDING
        stages = [stage for stage in house.stages if (stage.kind == StageKind.OPEN) == is_open]
        deal, at, stage, tenant = str(uuid7()), moment(course.at), self.rng.choice(stages), str(house.opened.tenant.pk)
        due = (course.at + timedelta(days=20)).date().isoformat()
        self.tables.deals.add(
            deal,
            tenant,
            contact,
            lead,
            f"Pedido de {course.name}",
            f"{self.rng.randrange(300, 30_000)}.00",
            str(stage.pk),
            owner,
            due,
            NULL if is_open else at,
            at,
            at,
            at,
        )
        self.tables.moves.add(str(uuid7()), tenant, deal, str(stage.pk), owner, at)
        return deal

    def _ring(self, course: Course, tenant: str, fate: int, owner: str, opened: Opened) -> None:
        if not course.asked:
            return
        everybody = [str(user.pk) for user in opened.people.values()]
        people, kind, count = (
            (everybody, "LEAD_CREATED", 1) if fate < QUEUE else ([owner], "NEW_MESSAGE", len(course.asked))
        )
        for person in people:
            self.tables.bells.add(
                str(uuid7()),
                tenant,
                person,
                kind,
                course.name,
                course.preview,
                f"/atendimento/{course.chat}/",
                moment(course.latest[1]),
                f"chat:{course.chat}",
                str(count),
            )


def search_words(name: str, phone: str) -> str:
    """What `crm.search.document` makes of the two, as a `tsvector` is written."""
    places: dict[str, list[str]] = {}
    for place, word in enumerate(words_of(name, phones=spellings(phone)), start=1):
        places.setdefault(word, []).append(str(place))
    return " ".join(f"'{word}':{','.join(where)}" for word, where in sorted(places.items()))


def _status(fate: int) -> str:
    if fate >= PENDING:
        return "ARCHIVED" if fate % 10 == 0 else "RESOLVED"
    return "PENDING" if fate >= ANSWERED else "OPEN"
