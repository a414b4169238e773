"""One conversation of the bulk: the rows that the actions would have left behind, and the chat's facts from them."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from uuid_utils import uuid7

from chats.actions.bookkeeping import NEXT_MOMENT, PREVIEW_LENGTH
from chats.models import Chat, Message
from crm.models import Contact, ContactIdentity, Lead, Opportunity, Stage, StageChange, StageKind
from crm.search import WORD, fold, phone_words
from notifications.models import CRMNotification

from .bulk_talks import CONTENT_COLUMNS, Line, system_line
from .copying import NULL, Table, moment, text
from .customers import CITIES, FAMILY_NAMES, MEN, WOMEN
from .opening import Opened

DAYS_OF_HISTORY = 180
GIVEN_NAMES = WOMEN + MEN
AREAS = [area for _, area, _ in CITIES]
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

    chat: str
    phone: str
    session: str
    name: str
    seq: int = 0
    at: datetime = datetime.min
    preview: str = ""
    latest: tuple[str, datetime] = ("", datetime.min)
    asked: list[datetime] = field(default_factory=list)
    newest_question: datetime | None = None
    answered_until: datetime | None = None
    first_response_at: datetime | None = None

    def note(self, key: str, line: Line, at: datetime) -> None:
        """A message was stored."""
        self.latest, self.preview = (key, at), " ".join(line.preview.split())[:PREVIEW_LENGTH]
        if not line.is_ours:
            self.newest_question = at
            self.asked.append(at)
            return
        self.first_response_at = self.first_response_at or at
        self.answered_until = at
        self.asked.clear()

    def settle(self) -> None:
        """As `settle_questions`."""
        newest = self.newest_question
        if newest and (self.answered_until is None or newest >= self.answered_until):
            self.answered_until = newest + NEXT_MOMENT
        self.asked.clear()


class ChatWriter:
    """Gathers rows for all tables; `flush` sends them."""

    def __init__(self, rng: random.Random, now: datetime) -> None:
        self.rng, self.now = rng, now
        self.contacts = Table(Contact, "id", "tenant_id", "name", "phone", "provisional", "created_at", "updated_at")
        self.identities = Table(ContactIdentity, "id", "tenant_id", "contact_id", "kind", "value", "created_at")
        self.leads = Table(
            Lead, "id", "tenant_id", "contact_id", "name", "phone", "status", "owner_id", "created_at", "updated_at"
        )
        self.deals = Table(
            Opportunity,
            "id",
            "tenant_id",
            "contact_id",
            "lead_id",
            "title",
            "amount",
            "stage_id",
            "owner_id",
            "expected_close_on",
            "closed_at",
            "created_at",
            "updated_at",
        )
        self.moves = Table(
            StageChange, "id", "tenant_id", "opportunity_id", "to_stage_id", "changed_by_id", "changed_at"
        )
        self.chats = Table(
            Chat,
            "id",
            "tenant_id",
            "phone",
            "contact_id",
            "lead_id",
            "assigned_to_id",
            "last_message",
            "last_message_at",
            "unread_count",
            "status",
            "session_id",
            "created_at",
            "updated_at",
            "address",
            "team_id",
            "opportunity_id",
            "latest_message_id",
            "seq",
            "waiting_since",
            "answered_until",
            "first_response_at",
            "resolved_at",
            "search",
        )
        self.messages = Table(
            Message,
            "id",
            "chat_id",
            "phone",
            "from_me",
            "timestamp",
            "ack",
            "message_id",
            "created_at",
            "session_id",
            "author_id",
            "sender_name",
            "client_id",
            "seq",
            "send_state",
            *CONTENT_COLUMNS,
        )
        self.bells = Table(
            CRMNotification,
            "id",
            "tenant_id",
            "user_id",
            "type",
            "title",
            "message",
            "link",
            "created_at",
            "subject",
            "count",
        )

    def flush(self) -> None:
        """Send all that has gathered; foreign keys are checked when the transaction ends."""
        for table in (self.contacts, self.identities, self.leads, self.deals, self.moves):
            table.flush()
        for table in (self.chats, self.messages, self.bells):
            table.flush()

    def write(self, house: House, number: int, length: int) -> None:
        """The company's conversation `number`, of `length` lines."""
        rng, opened = self.rng, house.opened
        tenant, fate = str(opened.tenant.pk), rng.randrange(1000)
        name = text(f"{rng.choice(GIVEN_NAMES)} {rng.choice(FAMILY_NAMES)}")
        phone = f"55{AREAS[number % len(AREAS)]}9{71_000_000 + number}"
        team = rng.choice(list(opened.teams))
        owner = str(rng.choice(opened.members(team)).pk)
        course = Course(str(uuid7()), phone, str(opened.session_of(team).pk), name)
        lines = self._lines(house, fate, length)
        began_at = course.at = self._beginning(fate, length)
        self._talk(course, lines, None if fate < QUEUE else owner, opened)
        resolved_at = None
        if fate >= PENDING:
            resolved_at = self._resolve(course, opened, owner)
        contact, lead = self._person(tenant, course, fate, owner, began_at)
        deal = self._deal(house, course, contact, lead, owner, fate) if rng.random() < DEAL_SHARE else NULL
        self._ring(course, tenant, fate, owner, opened)
        self.chats.add(
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
            moment(course.first_response_at),
            moment(resolved_at),
            search_words(name, phone),
        )

    def _lines(self, house: House, fate: int, length: int) -> list[Line]:
        """So many lines of a talk that it ends as its fate asks for: unanswered, waiting, or answered."""
        talk = self.rng.choice(house.talks)
        if fate < QUEUE:
            return [line for line in talk if not line.is_ours][: max(1, min(length, 3))]
        count = max(2, length - (1 if fate < PENDING else 2))
        lines = [talk[index % len(talk)] for index in range(count)]
        wanted = fate >= WAITING
        if lines[-1].is_ours != wanted and fate < PENDING:
            lines[-1] = next(line for line in talk if line.is_ours == wanted)
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
                self._system(course, "taken", opened, owner or "", course.at - timedelta(seconds=10))
                taken = True
            self._message(course, line, owner or NULL)
        if not taken:
            self._system(course, "taken", opened, owner or "", course.at + timedelta(seconds=10))

    def _message(self, course: Course, line: Line, owner: str) -> None:
        rng, key, at = self.rng, str(uuid7()), course.at
        course.seq += 1
        course.note(key, line, at)
        said_at = at.isoformat()
        if line.is_ours:
            whatsapp_id, client_id = f"3EB0{rng.getrandbits(72):018X}", f"{rng.getrandbits(128):032x}"
            about = (
                "t",
                said_at,
                "3",
                whatsapp_id,
                said_at,
                course.session,
                owner,
                "",
                client_id,
                str(course.seq),
                "SENT",
            )
        else:
            whatsapp_id = f"3A{rng.getrandbits(72):018X}"
            about = (
                "f",
                said_at,
                NULL,
                whatsapp_id,
                said_at,
                course.session,
                NULL,
                course.name,
                NULL,
                str(course.seq),
                "",
            )
        self.messages.add(key, course.chat, course.phone, *about, line.columns)

    def _system(self, course: Course, event: str, opened: Opened, owner: str, at: datetime) -> None:
        course.seq += 1
        who = next(user.name for user in opened.agents if str(user.pk) == owner)
        about = {"by": who, "to": who} if event == "taken" else {"by": who}
        time, seq = at.isoformat(), str(course.seq)
        columns = ("t", time, NULL, NULL, time, NULL, NULL, "", NULL, seq, "", system_line(event, **about))
        self.messages.add(str(uuid7()), course.chat, course.phone, *columns)

    def _resolve(self, course: Course, opened: Opened, owner: str) -> datetime:
        at = course.at + timedelta(seconds=self.rng.randrange(60, 900))
        self._system(course, "resolved", opened, owner, at)
        course.settle()
        return at

    def _person(self, tenant: str, course: Course, fate: int, owner: str, at: datetime) -> tuple[str, str]:
        contact, lead, born_at = str(uuid7()), str(uuid7()), moment(at)
        self.contacts.add(contact, tenant, course.name, course.phone, "t", born_at, born_at)
        for kind, value in (("PHONE", course.phone), ("JID", f"{course.phone}@c.us")):
            self.identities.add(str(uuid7()), tenant, contact, kind, value, born_at)
        status = (
            "NEW"
            if fate < QUEUE
            else ("CONTACTED", "QUALIFIED", "CONVERTED", "LOST")[fate % (2 if fate < PENDING else 4)]
        )
        lead_owner = NULL if fate < QUEUE else owner
        self.leads.add(lead, tenant, contact, course.name, course.phone, status, lead_owner, born_at, born_at)
        return contact, lead

    def _deal(self, house: House, course: Course, contact: str, lead: str, owner: str, fate: int) -> str:
        """The opportunity in focus: on its way while the chat is active, won or lost when it is over."""
        if fate < QUEUE:
            return NULL
        is_open = fate < PENDING
        stages = [stage for stage in house.stages if (stage.kind == StageKind.OPEN) == is_open]
        deal, at, stage, tenant = str(uuid7()), moment(course.at), self.rng.choice(stages), str(house.opened.tenant.pk)
        due = (course.at + timedelta(days=20)).date().isoformat()
        self.deals.add(
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
        )
        self.moves.add(str(uuid7()), tenant, deal, str(stage.pk), owner, at)
        return deal

    def _ring(self, course: Course, tenant: str, fate: int, owner: str, opened: Opened) -> None:
        if not course.asked:
            return
        everybody = [str(user.pk) for user in opened.people.values()]
        people, kind, count = (
            (everybody, "LEAD_CREATED", 1) if fate < QUEUE else ([owner], "NEW_MESSAGE", len(course.asked))
        )
        for person in people:
            self.bells.add(
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
    for place, word in enumerate([*WORD.findall(fold(name)), *phone_words(phone)], start=1):
        places.setdefault(word, []).append(str(place))
    return " ".join(f"'{word}':{','.join(where)}" for word, where in sorted(places.items()))


def _status(fate: int) -> str:
    if fate >= PENDING:
        return "ARCHIVED" if fate % 10 == 0 else "RESOLVED"
    return "PENDING" if fate >= ANSWERED else "OPEN"
