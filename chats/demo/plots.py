"""Where each conversation stands today: how far its scene was played, when it paused, who has it."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from itertools import cycle

from .scenes import Scene, Turn, Who

DAYS_OF_HISTORY = 14
MORNING, EVENING = 8, 20
# Hours at which a conversation of an earlier day may end, busy ones named more often.
USUAL_HOURS = (9, 10, 10, 11, 11, 11, 12, 13, 14, 14, 15, 15, 16, 16, 17, 17, 18, 19)
BREAK_SHARE = 0.06


class Cut(Enum):
    """How far the scene goes."""

    OPENING = "the customer asked, nobody answered"
    CUSTOMER = "the customer spoke last"
    AGENT = "we spoke last"
    WHOLE = "to the end"


class Ending(Enum):
    """What was made of it."""

    OPEN = "open"
    PENDING = "pending"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"
    THANKED = "resolved, then the customer said thanks"
    REOPENED = "resolved, then the customer asked again"
    ARCHIVED = "archived"


@dataclass(frozen=True)
class Standing:
    """A way a conversation can stand. `minutes` ago it paused; None: on some day of the last two weeks."""

    cut: Cut
    ending: Ending = Ending.OPEN
    minutes: tuple[int, int] | None = None
    is_read: bool = False


@dataclass(frozen=True)
class Plot:
    """One conversation to tell; `ends_at` is the local time of its last message."""

    scene: Scene
    standing: Standing
    ends_at: datetime


# How many conversations of a hundred and eighteen stand how: the mix of a busy afternoon.
STANDINGS: tuple[tuple[int, Standing], ...] = (
    (26, Standing(Cut.WHOLE, Ending.RESOLVED)),
    (4, Standing(Cut.OPENING, minutes=(2, 12))),
    (4, Standing(Cut.OPENING, minutes=(18, 50))),
    (4, Standing(Cut.OPENING, minutes=(70, 600))),
    (8, Standing(Cut.CUSTOMER, minutes=(1, 13))),
    (8, Standing(Cut.CUSTOMER, minutes=(17, 52))),
    (6, Standing(Cut.CUSTOMER, minutes=(65, 900))),
    (4, Standing(Cut.CUSTOMER, minutes=(20, 240), is_read=True)),
    (14, Standing(Cut.AGENT)),
    (10, Standing(Cut.AGENT, minutes=(3, 300))),
    (10, Standing(Cut.AGENT, Ending.PENDING)),
    (8, Standing(Cut.AGENT, Ending.SNOOZED)),
    (4, Standing(Cut.WHOLE, Ending.THANKED)),
    (2, Standing(Cut.WHOLE, Ending.REOPENED, minutes=(30, 200))),
    (6, Standing(Cut.WHOLE, Ending.ARCHIVED)),
)


def invent_plots(rng: random.Random, scenes: Sequence[Scene], count: int, now: datetime) -> list[Plot]:
    """`count` conversations in the usual mix; `now` is local. Each scene is told to its end where room allows."""
    mix = [standing for number, standing in STANDINGS for _ in range(number)]
    whole, partial = cycle(scenes), cycle(_from_the_middle(scenes))
    plots = []
    for index in range(count):
        standing = mix[index * len(mix) // count] if count <= len(mix) else mix[index % len(mix)]
        scene = next(whole if standing.cut is Cut.WHOLE else partial)
        plots.append(Plot(scene, standing, _ending_moment(rng, standing, now)))
    return plots


def cut_turns(rng: random.Random, plot: Plot) -> list[Turn]:
    """The part of the scene that has been played."""
    turns = list(plot.scene.turns)
    opening = next(index for index, turn in enumerate(turns) if turn.is_ours)
    if plot.standing.cut is Cut.OPENING:
        return turns[:opening]
    if plot.standing.cut is Cut.WHOLE:
        return turns
    speakers = {Who.CUSTOMER} if plot.standing.cut is Cut.CUSTOMER else {Who.AGENT, Who.PHONE}
    ends = [index for index, turn in enumerate(turns) if turn.who in speakers and index > opening]
    return turns[: rng.choice(ends) + 1]


def moments(rng: random.Random, turns: Sequence[Turn], ends_at: datetime) -> list[datetime]:
    """The local time of each turn, the last at `ends_at`; nobody talks at night but the last one."""
    times = [ends_at]
    for earlier, later in _pairs_from_the_end(turns):
        times.append(_before(rng, times[-1], same_speaker=earlier.is_ours == later.is_ours))
    return times[::-1]


def _from_the_middle(scenes: Sequence[Scene]) -> list[Scene]:
    middle = len(scenes) // 3
    return [*scenes[middle:], *scenes[:middle]]


def _ending_moment(rng: random.Random, standing: Standing, now: datetime) -> datetime:
    if standing.minutes:
        at = now - timedelta(minutes=rng.uniform(*standing.minutes))
        return at.replace(microsecond=0)
    day = now - timedelta(days=rng.randrange(1, DAYS_OF_HISTORY))
    if day.weekday() == 6:
        day -= timedelta(days=1)
    return day.replace(hour=rng.choice(USUAL_HOURS), minute=rng.randrange(60), second=rng.randrange(60), microsecond=0)


def _pairs_from_the_end(turns: Sequence[Turn]) -> Iterator[tuple[Turn, Turn]]:
    for index in range(len(turns) - 1, 0, -1):
        yield turns[index - 1], turns[index]


def _before(rng: random.Random, at: datetime, *, same_speaker: bool) -> datetime:
    if same_speaker:
        earlier = at - timedelta(seconds=rng.randrange(15, 70))
    elif rng.random() < BREAK_SHARE:
        earlier = at - timedelta(hours=rng.randrange(3, 20))
    else:
        earlier = at - timedelta(seconds=rng.randrange(60, 720))
    if MORNING <= earlier.hour < EVENING:
        return earlier
    evening = earlier if earlier.hour >= EVENING else earlier - timedelta(days=1)
    return evening.replace(hour=EVENING - 1, minute=rng.randrange(60), second=rng.randrange(60))
