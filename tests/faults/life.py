"""What goes on while something dies, and what has to be so when all has come to rest."""

from collections.abc import Iterable
from functools import partial

from chats.models import Chat

from . import verdict
from .agent import Agent
from .beside import Beside, paced
from .conftest import PEOPLE, Recovery, Report
from .house import House, eventually


def life_goes_on(
    house: House,
    ana: Agent,
    *,
    questions: Iterable[int],
    answers: Iterable[int],
    asked_per_second: float = 60,
    given_per_second: float = 8,
) -> tuple[Beside, Beside]:
    """Customers write and Ana answers, beside the test; each text has its number."""
    chats = list(Chat.objects.order_by("phone").values_list("pk", flat=True))
    asked = (partial(house.say, each % PEOPLE, f"pergunta {each}") for each in questions)
    given = (partial(ana.answers, chats[each % PEOPLE], f"resposta {each}") for each in answers)
    return Beside(paced(asked, per_second=asked_per_second)), Beside(paced(given, per_second=given_per_second))


def assert_all_is_right(house: House, ana: Agent, report: Report, recovery: Recovery, what: str) -> None:
    """Everything comes to rest; then each message is there once, and every row says what is so."""
    house.settle()
    eventually(lambda: verdict.everything_left(house))
    house.settle()
    eventually(lambda: not verdict.untrue_ticks(house))
    recovery.end()
    heard, told = verdict.of_customers(house), verdict.of_agents(house, ana.confirmed)
    report(f"{what}, customers", heard)
    report(f"{what}, agents", told)
    assert heard.is_clean(), heard
    assert told.is_clean(), told
    assert verdict.out_of_order(house) == []
    assert verdict.untrue_rows() == []
    assert verdict.left_over() == verdict.NOTHING
