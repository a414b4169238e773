"""Days and moments as Brazilians write them, by the company's clock."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.utils import timezone

from crm.moments import DayField, read_day, read_moment

SAO_PAULO, MANAUS, NORONHA = (ZoneInfo(f"America/{name}") for name in ("Sao_Paulo", "Manaus", "Noronha"))
WEDNESDAY = datetime(2026, 11, 25, 10, 7, tzinfo=SAO_PAULO)


def written(typed: str, now: datetime = WEDNESDAY) -> str | None:
    with timezone.override(now.tzinfo):
        moment = read_moment(typed, now)
    return f"{moment:%d/%m/%Y %H:%M}" if moment else None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("24/12/2026 09:30", "24/12/2026 09:30"),
        ("24/12/26, 9h30", "24/12/2026 09:30"),
        ("24/12 às 9h", "24/12/2026 09:00"),
        ("10/01 14:00", "10/01/2027 14:00"),  # this year's is over
        ("29/02 8h", "29/02/2028 08:00"),  # the next year that has it
        ("amanhã", "26/11/2026 09:00"),
        ("amanhã 9h", "26/11/2026 09:00"),
        ("AMANHA ÀS 14H30", "26/11/2026 14:30"),
        ("hoje 17h", "25/11/2026 17:00"),
        ("depois de amanhã 8:15", "27/11/2026 08:15"),
        ("sexta 14h30", "27/11/2026 14:30"),
        ("sexta-feira às 10", "27/11/2026 10:00"),
        ("na segunda 8h", "30/11/2026 08:00"),
        ("quarta 15h", "25/11/2026 15:00"),  # today is Wednesday, and it is still to come
        ("quarta 8h", "02/12/2026 08:00"),  # eight is over
        ("sábado meio-dia", "28/11/2026 12:00"),
        ("semana que vem", "02/12/2026 09:00"),
        ("em 3 dias 11h", "28/11/2026 11:00"),
        ("daqui a 2 semanas", "09/12/2026 09:00"),
        ("em 2 horas", "25/11/2026 12:07"),
        ("daqui a 45 min", "25/11/2026 10:52"),
        ("9h", "26/11/2026 09:00"),  # nine is over today
        ("15:20", "25/11/2026 15:20"),
        ("fim do mês 18h", "30/11/2026 18:00"),
        ("tomorrow at 9:00", "26/11/2026 09:00"),
        ("next friday 9h", "27/11/2026 09:00"),
    ],
)
def test_a_moment_as_people_write_it(typed: str, meant: str) -> None:
    assert written(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ontem",
        "9",
        "amanhã 25h",
        "amanhã 9h9",
        "31/02/2027 09:00",
        "00/12 9h",
        "24-12 9h",
        "9h amanhã cedo",
        "em dias",
        "12/31/2026 09:00",
        "١٢/١٢/2026 9h",
    ],
)
def test_what_says_no_moment_is_none(typed: str) -> None:
    assert written(typed) is None


def test_today_and_tomorrow_are_the_companys_and_neither_greenwichs_nor_the_servers() -> None:
    """03:30 UTC: still yesterday evening in Manaus, past midnight in São Paulo and Noronha. No zone has summer time."""
    now = datetime(2026, 11, 26, 3, 30, tzinfo=UTC)
    there = {zone: written("amanhã 9h", now.astimezone(zone)) for zone in (MANAUS, SAO_PAULO, NORONHA)}
    assert there == {MANAUS: "26/11/2026 09:00", SAO_PAULO: "27/11/2026 09:00", NORONHA: "27/11/2026 09:00"}


@pytest.mark.parametrize(("zone", "in_utc"), [(MANAUS, "13:00"), (SAO_PAULO, "12:00"), (NORONHA, "11:00")])
def test_nine_oclock_is_the_companys_nine(zone: ZoneInfo, in_utc: str) -> None:
    """In January too, when Brazil's clocks once went an hour ahead."""
    with timezone.override(zone):
        moment = read_moment("15/01/2027 9h")
    assert moment
    assert f"{moment.astimezone(UTC):%d/%m/%Y %H:%M}" == f"15/01/2027 {in_utc}"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("31/12/2026", date(2026, 12, 31)),
        ("31/12", date(2026, 12, 31)),
        ("1/3", date(2027, 3, 1)),
        ("2026-12-31", date(2026, 12, 31)),
        ("sexta", date(2026, 11, 27)),
        ("em 10 dias", date(2026, 12, 5)),
        ("fim do mês", date(2026, 11, 30)),
        ("amanhã", date(2026, 11, 26)),
        ("31/04/2026", None),
        ("2026-02-30", None),
        ("qualquer dia", None),
    ],
)
def test_a_day_as_people_write_it(typed: str, meant: date | None) -> None:
    assert read_day(typed, WEDNESDAY.date()) == meant


def test_a_wrong_day_is_answered_with_how_one_is_written() -> None:
    assert DayField(required=False).clean("") is None
    for typed, said in (("31/31", "31/12/2026"), ("01/01/1990", "dez anos")):
        with pytest.raises(forms.ValidationError, match=said):
            DayField().clean(typed)
