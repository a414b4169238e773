"""The funnel with 20,000 opportunities: the whole board, one column, the page that follows, a move, a search."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import requests
from django.db import connection
from django.db.models import Count
from django.utils import timezone

from crm.models import Contact, Opportunity, Pipeline, Stage, StageChange, StageKind, Tenant, User
from tests.benchmarks.figures import Figure, middle
from tests.benchmarks.house import House
from tests.faults.agent import CSRF

CHATS, SALES = 5_000, 20_000
MOST_BOARD_MS = 250
MOST_PIECE_MS = 100


class Board:
    """Somebody who is signed in, and takes nothing but what they asked for."""

    def __init__(self, house: House, user: User) -> None:
        self._url, self._session = house.web.url, requests.Session()
        self._session.cookies.update({"sessionid": house.session_of(user), "csrftoken": CSRF})

    def get(self, path: str, **query: str) -> None:
        self._take(self._session.get(self._url + path, params=query, timeout=60, allow_redirects=False))

    def post(self, path: str, **form: object) -> None:
        headers = {"X-CSRFToken": CSRF}
        self._take(self._session.post(self._url + path, form, headers=headers, timeout=60, allow_redirects=False))

    def _take(self, answer: requests.Response) -> None:
        assert answer.status_code == 200, f"{answer.url}: {answer.status_code}"


def measure(house: House) -> Iterator[Figure]:
    company = house.company_with(CHATS)
    _sell(company, SALES)
    person = house.somebody_of(company)
    client = Board(house, person)
    pipeline = Pipeline.objects.get(tenant=company, is_default=True)
    stage = _fullest(pipeline)
    count = Opportunity.objects.filter(tenant=company).count()
    address, column = f"/funil/?funil={pipeline.pk}", f"/funil/stages/{stage.pk}/"
    deep = _key_in_the_middle(stage)
    runs = house.runs(20)
    doors: list[tuple[str, float, Callable[[], object]]] = [
        ("board", MOST_BOARD_MS, lambda: client.get(address)),
        ("column", MOST_PIECE_MS, lambda: client.get(column)),
        ("column, 10,000 cards down", MOST_PIECE_MS, lambda: client.get(column, depois=deep)),
        ("totals", MOST_PIECE_MS, lambda: client.get(f"/funil/totals/?funil={pipeline.pk}")),
        ("search", MOST_BOARD_MS, lambda: client.get(f"{address}&q=silva")),
        ("a move", MOST_PIECE_MS, lambda: _move(client, pipeline)),
    ]
    for what, most, door in doors:
        yield Figure("funnel", f"{what}, {count:,} opportunities", _typical(door, runs), "ms", most, runs=runs)
    company.visibility = "own"
    company.save()
    agent = User.objects.filter(tenant=company, role="AGENT").annotate(own=Count("opportunities")).latest("own")
    client = Board(house, agent)
    what = f"board of an agent who sees their own of {count:,}"
    yield Figure("funnel", what, _typical(doors[0][2], runs), "ms", MOST_BOARD_MS, runs=runs)
    company.visibility = "all"
    company.save()


def _sell(company: Tenant, wanted: int) -> None:
    """So many sales on their way, spread over the open stages, the people and half a year; each with its history."""
    stages = list(Stage.objects.filter(pipeline__tenant=company, pipeline__is_default=True, kind=StageKind.OPEN))
    people = list(User.objects.filter(tenant=company))
    contacts = list(Contact.objects.filter(tenant=company).values_list("pk", flat=True))
    missing = range(wanted - Opportunity.objects.filter(tenant=company).count())
    sales = [
        Opportunity(
            tenant=company,
            contact_id=contacts[number % len(contacts)],
            title=f"Sofá número {number}",
            amount=500 + number % 9000,
            stage=stages[number % len(stages)],
            owner=people[number % len(people)],
            stage_since=timezone.now() - timedelta(minutes=13 * number),
        )
        for number in missing
    ]
    Opportunity.objects.bulk_create(sales, batch_size=2000)
    moves = (StageChange(tenant=company, opportunity=sale, to_stage=sale.stage) for sale in sales)
    StageChange.objects.bulk_create(moves, batch_size=2000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE crm_opportunity, crm_stagechange")


def _fullest(pipeline: Pipeline) -> Stage:
    return pipeline.stages.filter(kind=StageKind.OPEN).annotate(size=Count("opportunities")).latest("size")


def _key_in_the_middle(stage: Stage) -> str:
    rows = Opportunity.objects.filter(stage=stage).order_by("-stage_since", "-id")
    row = rows[rows.count() // 2]
    return f"{row.stage_since.isoformat()},{row.pk}"


def _move(client: Board, pipeline: Pipeline) -> None:
    first, second = pipeline.stages.filter(kind=StageKind.OPEN).order_by("position")[:2]
    deal = Opportunity.objects.filter(stage=first).latest("stage_since")
    client.post(f"/funil/opportunities/{deal.pk}/stage/", stage=second.pk)


def _typical(door: Callable[[], object], runs: int) -> float:
    """Milliseconds in the middle of so many runs, the first one aside."""
    door()
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        door()
        times.append((time.perf_counter() - began) * 1000)
    return middle(times)
