"""What WAHA has set otherwise than we need it is seen, said, told once, and put right without touching the rest."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings

from chats.waha import control, drift
from chats.waha.models import Act, WhatsAppSession
from chats.waha.orders import CHECK_WEBHOOK, order
from chats.waha.simulator import WahaSimulator
from crm.models import User
from notifications.models import CRMNotification
from tests.cast import Company

from .jobs import run


@pytest.fixture
def waha(company: Company) -> Iterator[WahaSimulator]:
    """A WAHA in which Vendas is set up just right."""
    with WahaSimulator(api_key=company.number.api_key, time_scale=0.01) as waha:
        company.number.base_url = waha.url
        company.number.save()
        waha.add_session("default").config = drift.wanted_config(company.number)
        yield waha


def config_of(waha: WahaSimulator) -> dict[str, Any]:
    config = waha.session("default").config
    assert config is not None
    return config


def drift_of(company: Company) -> str:
    order(CHECK_WEBHOOK, "test", session_pk=str(company.number.pk))
    run(CHECK_WEBHOOK)
    row = WhatsAppSession.objects.get(pk=company.number.pk)
    assert row.webhook_checked_at
    return row.webhook_drift


def lines(user: User) -> list[str]:
    return list(CRMNotification.objects.of(user).unread().values_list("message", flat=True))


def test_all_right_is_nothing_to_say(company: Company, waha: WahaSimulator) -> None:
    assert drift_of(company) == ""
    assert lines(company.alice) == []


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (("webhooks",), [], "falta o webhook"),
        (("webhooks", 0, "events"), ["message.any", "session.status"], "faltam eventos: call.accepted"),
        (("webhooks", 0, "hmac"), {"key": "another"}, "assinatura (HMAC)"),
        (("webhooks", 0, "hmac"), None, "assinatura (HMAC)"),
        (("webhooks", 0, "retries"), {"policy": "constant", "attempts": 15}, "cedo demais"),
        (("webhooks", 0, "retries"), {"policy": "exponential", "attempts": 3}, "cedo demais"),
        (("noweb", "store", "enabled"), False, "histórico (NOWEB store)"),
        (("noweb",), None, "histórico (NOWEB store)"),
    ],
)
def test_each_difference_is_said(
    company: Company, waha: WahaSimulator, path: tuple[Any, ...], value: Any, words: str
) -> None:
    place: Any = config_of(waha)
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert words in drift_of(company)
    assert company.number.webhook_secret not in drift_of(company)


def test_our_webhook_at_another_host_is_the_same_one_gone_astray(company: Company, waha: WahaSimulator) -> None:
    config_of(waha)["webhooks"][0]["url"] = f"https://old.example{company.number.webhook_path}"
    assert drift_of(company) == "o webhook vai para outro endereço (old.example)"


def test_complaint_1_our_webhook_twice_is_seen(company: Company, waha: WahaSimulator) -> None:
    webhooks = config_of(waha)["webhooks"]
    webhooks.append({**webhooks[0], "url": webhooks[0]["url"].rstrip("/")})
    assert drift_of(company) == "o webhook está lá 2 vezes"


def test_all_events_by_a_star_are_enough(company: Company, waha: WahaSimulator) -> None:
    config_of(waha)["webhooks"][0]["events"] = ["*"]
    assert drift_of(company) == ""


def test_a_configuration_that_waha_forgot_is_seen(company: Company, waha: WahaSimulator) -> None:
    waha.session("default").config = None
    assert "falta o webhook" in drift_of(company)


def test_a_session_that_waha_does_not_know_is_seen(company: Company, waha: WahaSimulator) -> None:
    WhatsAppSession.objects.update(waha_name="gone")
    assert drift_of(company) == "o WAHA não conhece a sessão gone"


def test_a_waha_that_is_away_leaves_the_last_finding(company: Company, waha: WahaSimulator) -> None:
    config_of(waha)["webhooks"] = []
    found = drift_of(company)
    waha.faults.next("get-session", "500")
    assert drift_of(company) == found


def test_a_difference_is_told_once_and_taken_back_when_it_is_gone(company: Company, waha: WahaSimulator) -> None:
    right = config_of(waha)["webhooks"]
    config_of(waha)["webhooks"] = []
    for _ in range(3):
        drift_of(company)
    assert lines(company.alice) == lines(company.marta) == ["falta o webhook"]
    assert lines(company.ana) == []
    config_of(waha)["webhooks"] = right
    drift_of(company)
    assert lines(company.alice) == []


def test_setting_it_up_keeps_what_others_set(company: Company, waha: WahaSimulator) -> None:
    other = {"url": "https://elsewhere.example/hook", "events": ["message"]}
    waha.session("default").config = {
        "proxy": {"server": "proxy:3128"},
        "metadata": {"owner": "them"},
        "ignore": {"groups": True},
        "noweb": {"markOnline": False},
        "webhooks": [other, {"url": f"https://old.example{company.number.webhook_path}", "events": ["message"]}],
    }
    control.perform(company.number.pk, Act.CONFIGURE)
    config = config_of(waha)
    assert config["proxy"] == {"server": "proxy:3128"}
    assert config["metadata"]["owner"] == "them"
    assert config["ignore"] == {"groups": True, "status": True, "broadcast": True, "channels": True}
    assert config["noweb"] == {"markOnline": False, "store": {"enabled": True, "fullSync": False}}
    assert [hook["url"] for hook in config["webhooks"]] == [
        other["url"],
        settings.PUBLIC_URL + company.number.webhook_path,
    ]
    assert drift_of(company) == ""


def test_nothing_restarts_where_all_is_right(company: Company, waha: WahaSimulator) -> None:
    control.perform(company.number.pk, Act.CONFIGURE)
    assert "update-session" not in [call.operation for call in waha.calls]
