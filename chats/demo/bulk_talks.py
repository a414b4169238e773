"""Conversations for the bulk, worded beforehand: a hundred thousand chats take turns with a few hundred talks."""

import random
from dataclasses import dataclass
from datetime import datetime
from itertools import product

from chats.models import MediaState, MessageType

from .attachments import ATTACHMENTS, Attachment
from .companies import Company
from .copying import NULL, details, text
from .customers import invent_customers
from .files import NOTHING, Files
from .past import GONE
from .scenes import Scene, Turn, Who
from .storyteller import TEXT
from .wording import Words, choose_words

PATHS = 3
TALKS_OF_A_SCENE = 4


@dataclass(frozen=True, slots=True)
class Line:
    """One message but for its chat and time. `columns` are those of `CONTENT_COLUMNS`, as COPY writes them."""

    is_ours: bool
    preview: str
    columns: str


CONTENT_COLUMNS = (
    "type",
    "body",
    "metadata",
    "media_file",
    "thumbnail",
    "media_state",
    "media_error",
    "file_name",
    "mime_type",
    "size_bytes",
    "duration_seconds",
    "width",
    "height",
)


def rehearse(company: Company, rng: random.Random, files: Files, now: datetime) -> list[list[Line]]:
    """Every scene of the company on each of its paths, several times."""
    talks = []
    for scene, path, _ in product(company.scenes, range(PATHS), range(TALKS_OF_A_SCENE)):
        customer, agent = invent_customers(rng, 1)[0], rng.choice(company.people)
        words = choose_words(rng, scene, customer, agent, now)
        talks.append(_lines(scene, Words(customer, agent, words.product, words.fixed, path), files, now))
    return talks


def _lines(scene: Scene, words: Words, files: Files, now: datetime) -> list[Line]:
    lines = []
    for turn in scene.turns:
        if turn.who is not Who.NOTE:
            lines.extend(_of_turn(turn, words.say(turn, now), files))
    return lines


def _of_turn(turn: Turn, said: str, files: Files) -> list[Line]:
    file = ATTACHMENTS[turn.file] if turn.file else TEXT
    if said and turn.file and not file.takes_caption:
        return [_line(turn, said, TEXT, files), _line(turn, "", file, files)]
    return [_line(turn, said, file, files)]


def _line(turn: Turn, said: str, file: Attachment, files: Files) -> Line:
    stored = files.get(file.drawing, NOTHING)
    size = stored.size_bytes or file.size_bytes
    metadata = file.metadata | ({"waveform": stored.waveform} if stored.waveform else {})
    columns = (
        file.type.value,
        text(said) if said else NULL,
        details(metadata),
        stored.path,
        stored.thumbnail,
        file.media_state.value,
        GONE if file.media_state is MediaState.FAILED else "",
        text(file.file_name),
        file.mime_type,
        *map(_number, (size, file.duration_seconds, stored.width, stored.height)),
    )
    return Line(turn.is_ours, text(said or file.file_name), "\t".join(columns))


def system_line(event: str, **about: str) -> str:
    """The columns of a timeline line, as `add_system_line` fills them."""
    return "\t".join((MessageType.SYSTEM, event, details(about), "", "", "NONE", "", "", "", *4 * [NULL]))


def _number(value: int | None) -> str:
    return NULL if value is None else str(value)
