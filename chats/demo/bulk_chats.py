"""One conversation of the bulk: the rows that the actions would have left behind, and the chat's facts from them."""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

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
NULL_KEY = NULL


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
            Opportunity, "id", "tenant_id", "contact_id", "lead_id", "title", "amount", "stage_id", "owner_id",
            "expected_close_on", "closed_at", "created_at", "updated_at",
        )
        self.moves = Table(StageChange, "id", "tenant_id", "opportunity_id", "to_stage_id", "changed_by_id", "changed_at")
        self.chats = Table(
            Chat, "id", "tenant_id", "phone", "contact_id", "lead_id", "assigned_to_id", "last_message",
            "last_message_at", "unread_count", "status", "session_id", "created_at", "updated_at", "address", "team_id",
            "opportunity_id", "latest_message_id", "seq", "waiting_since", "answered_until", "first_response_at",
            "resolved_at", "search",
        )
        self.messages = Table(
            Message, "id", "chat_id", "phone", "from_me", "timestamp", "ack", "message_id", "created_at", "session_id",
            "author_id", "sender_name", "client_id", "seq", "send_state", *CONTENT_COLUMNS,
        )
        self.bells = Table(
            CRMNotification, "id", "tenant_id", "user_id", "type", "title", "message", "link", "created_at", "subject",
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
        phone = f"55{AREAS[number % len(AREAS)]}9{70_000_000 + number}"
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
            course.chat, tenant, phone, contact, lead, NULL if fate < QUEUE else owner, course.preview,
            moment(course.latest[1]), str(len(course.asked)), _status(fate), course.session, moment(began_at),
            moment(resolved_at or course.latest[1]), f"{phone}@c.us", str(opened.teams[team].pk), deal,
            course.latest[0], str(course.seq), moment(course.asked[0] if course.asked else None),
            moment(course.answered_until), moment(course.first_response_at), moment(resolved_at),
            search_words(name, phone),
        )
