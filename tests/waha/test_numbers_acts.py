"""What people order WAHA to do with a number: done by a job, its progress and outcome shown."""

from collections.abc import Callable, Iterator

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from chats.models import Chat
from chats.waha import control
from chats.waha.drift import wanted_config
from chats.waha.models import Act, WhatsAppSession
from chats.waha.orders import CONTROL
from chats.waha.simulator import WahaSimulator
from crm.models import AuditLog, User
from tests.cast import Company
from tests.webhooks import says

from .jobs import ordered, run

HTMX = {"HX-Request": "true"}


@pytest.fixture
def waha(company: Company) -> Iterator[WahaSimulator]:
    with WahaSimulator(api_key=company.number.api_key, time_scale=0.01) as waha:
        company.number.base_url = waha.url
        company.number.save()
        waha.add_session("default").config = wanted_config(company.number)
        yield waha


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control, "PAUSES_SECONDS", (0, 0, 0))


@pytest.fixture
def act(company: Company, browse: Callable[[User], Client]) -> Callable[..., HttpResponse]:
    """Marta POSTs to a noun of the number Vendas."""

    def act(noun: str, **body: str) -> HttpResponse:
        path = f"/configuracoes/numeros/{company.number.pk}/{noun}/"
        return browse(company.marta).post(path, body, headers=HTMX)

    return act


def number() -> WhatsAppSession:
    return WhatsAppSession.objects.get(waha_name="default")


def asked(waha: WahaSimulator) -> list[str]:
    return [call.operation for call in waha.calls if call.method != "GET"]


@pytest.mark.parametrize(
    ("noun", "words", "operations", "status"),
    [
        ("stop", "Parando…", ["stop"], "STOPPED"),
        ("restart", "Reiniciando…", ["restart"], "STARTING"),
        ("logout", "Desvinculando o celular…", ["logout", "start"], "STARTING"),
    ],
)
def test_an_act_shows_at_once_that_it_is_under_way_and_is_done_by_a_job(
    waha: WahaSimulator, act: Callable[..., HttpResponse], noun: str, words: str, operations: list[str], status: str
) -> None:
    response = act(noun)
    assert words in response.content.decode()
    assert waha.calls == []
    assert run(CONTROL) == 1
    assert asked(waha) == operations
    assert (number().act, number().act_error) == ("", "")
    assert number().status in {status, "SCAN_QR_CODE", "WORKING"}


def test_a_stopped_number_starts_again(waha: WahaSimulator, act: Callable[..., HttpResponse]) -> None:
    act("stop")
    run(CONTROL)
    assert number().status == "STOPPED"
    act("start")
    run(CONTROL)
    assert asked(waha) == ["stop", "start"]
    assert number().status in {"STARTING", "WORKING"}


def test_a_number_that_waha_forgot_is_made_again(waha: WahaSimulator, act: Callable[..., HttpResponse]) -> None:
    waha.world.sessions.remove("default")
    act("start")
    run(CONTROL)
    assert asked(waha) == ["create-session"]
    assert number().webhook_drift == ""


def test_a_configuration_that_waha_forgot_is_set_before_the_start(
    waha: WahaSimulator, act: Callable[..., HttpResponse]
) -> None:
    session = waha.session("default")
    session.status, session.config = "STOPPED", None
    WhatsAppSession.objects.update(status="STOPPED")
    act("start")
    run(CONTROL)
    assert asked(waha) == ["update-session", "start"]
    assert session.config


def test_one_act_at_a_time(waha: WahaSimulator, act: Callable[..., HttpResponse]) -> None:
    act("restart")
    assert "Reiniciando…" in act("stop").content.decode()
    assert [job.args["act"] for job in ordered(CONTROL)] == ["restart"]


def test_an_act_that_nobody_does_is_given_up_in_time(waha: WahaSimulator, act: Callable[..., HttpResponse]) -> None:
    WhatsAppSession.objects.update(act="restart", act_at=timezone.now() - control.GIVEN_UP_AFTER * 2)
    client_sees = act("webhook-check").content.decode()
    assert "processo de segundo plano" in client_sees
    assert "Parando…" in act("stop").content.decode()


def test_a_waha_that_is_busy_with_the_same_number_is_asked_again(
    waha: WahaSimulator, act: Callable[..., HttpResponse]
) -> None:
    waha.faults.next("restart", "500", times=2)
    act("restart")
    run(CONTROL)
    assert asked(waha) == ["restart"] * 3
    assert number().act_error == ""


@pytest.mark.parametrize(
    ("fault", "words"),
    [("500", "O WAHA está ocupado"), ("401", "recusou a chave"), ("drop", "talvez tenha feito mesmo assim")],
)
def test_a_failure_is_said_on_the_card(
    company: Company,
    waha: WahaSimulator,
    act: Callable[..., HttpResponse],
    browse: Callable[[User], Client],
    fault: str,
    words: str,
) -> None:
    waha.faults.next("restart", fault, times=3)
    act("restart")
    run(CONTROL)
    assert words in number().act_error
    assert words in browse(company.alice).get("/configuracoes/numeros/").content.decode()


def test_a_mistake_of_ours_keeps_no_page_waiting(
    waha: WahaSimulator, act: Callable[..., HttpResponse], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(session: WhatsAppSession) -> None:
        raise RuntimeError("ours")

    monkeypatch.setitem(control.ACTS, Act.RESTART, stumble)
    act("restart")
    with pytest.raises(RuntimeError):
        run(CONTROL)
    assert number().act == ""
    assert "Falhou por um motivo nosso" in number().act_error


def test_the_next_act_takes_the_last_ones_failure_away(waha: WahaSimulator, act: Callable[..., HttpResponse]) -> None:
    waha.faults.next("restart", "401")
    act("restart")
    run(CONTROL)
    act("restart")
    run(CONTROL)
    assert number().act_error == ""


def test_who_ordered_it_is_kept(company: Company, waha: WahaSimulator, act: Callable[..., HttpResponse]) -> None:
    act("logout")
    line = AuditLog.objects.get(action="number.logout")
    assert (line.user, line.object_id) == (company.marta, company.number.pk)


# --- Deleting ---


def test_deleting_wants_the_name(waha: WahaSimulator, act: Callable[..., HttpResponse]) -> None:
    response = act("removal", name="Compras")
    assert response.status_code == 422
    assert "Esse não é o nome do número" in response.content.decode()
    assert ordered(CONTROL) == []


def test_deleting_takes_the_session_and_leaves_the_conversations(
    company: Company, waha: WahaSimulator, act: Callable[..., HttpResponse]
) -> None:
    says("Oi").deliver(company.number)
    assert act("removal", name=" vendas ").headers["HX-Redirect"] == company.number.page
    run(CONTROL)
    assert asked(waha) == ["delete-session"]
    assert not WhatsAppSession.objects.filter(pk=company.number.pk).exists()
    chat = Chat.objects.get()
    assert (chat.session, chat.messages.count()) == (None, 1)


def test_deleting_waits_for_the_act_under_way(
    company: Company, waha: WahaSimulator, act: Callable[..., HttpResponse]
) -> None:
    act("restart")
    response = act("removal", name="Vendas")
    assert response.status_code == 422
    assert "Outra ação ainda está em andamento" in response.content.decode()
    assert [job.args["act"] for job in ordered(CONTROL)] == ["restart"]


def test_a_waha_that_is_away_keeps_the_number_until_it_is_removed_only_here(
    company: Company, act: Callable[..., HttpResponse]
) -> None:
    act("removal", name="Vendas")
    run(CONTROL)
    assert "Não há conexão com o WAHA" in number().act_error
    response = act("removal", name="Vendas", only_here="yes")
    assert response.headers["HX-Redirect"] == "/configuracoes/numeros/"
    assert not WhatsAppSession.objects.filter(pk=company.number.pk).exists()
    assert AuditLog.objects.filter(action="number.removed_here", user=company.marta).exists()


# --- Details ---


def details(**changes: str) -> dict[str, str]:
    return {"name": "Vendas", "messages_per_minute": "60", "base_url": "http://127.0.0.1:9", "api_key": "", **changes}


def test_details_change_and_an_empty_key_stays(company: Company, act: Callable[..., HttpResponse]) -> None:
    response = act("details", **details(name="Vendas SP", messages_per_minute="30", default_team=str(company.sales.pk)))
    assert response.headers["HX-Redirect"] == company.number.page
    changed = number()
    assert (changed.name, changed.messages_per_minute, changed.default_team) == ("Vendas SP", 30, company.sales)
    assert changed.api_key == company.number.api_key


def test_a_new_key_is_kept_and_shown_nowhere(
    company: Company, act: Callable[..., HttpResponse], browse: Callable[[User], Client]
) -> None:
    act("details", **details(api_key="nova-chave-secreta"))
    assert number().api_key == "nova-chave-secreta"
    page = browse(company.alice).get(company.number.page).content.decode()
    assert "nova-chave-secreta" not in page
    assert company.number.webhook_secret not in page
    assert "nova-chave-secreta" not in str(list(AuditLog.objects.values()))


@pytest.mark.parametrize("wrong", [{"messages_per_minute": "0"}, {"base_url": "waha"}, {"name": ""}])
def test_details_that_cannot_be_change_nothing(
    company: Company, act: Callable[..., HttpResponse], wrong: dict[str, str]
) -> None:
    base_url = "//" if "base_url" in wrong else "http://127.0.0.1:9"
    response = act("details", **{**details(base_url=base_url), **wrong, "base_url": base_url})
    assert response.status_code == 422
    assert "field__error" in response.content.decode()
    assert (number().name, number().messages_per_minute) == ("Vendas", 60)
