"""Every address, tried by nobody, by a stranger and by a colleague who may not see, from the URL map itself."""

from collections.abc import Callable

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import Permission
from django.http import HttpResponse
from django.test import Client

from chats.models import Chat, Message
from crm.models import (
    Role,
    User,
    VisibilityPolicy,
)
from tests.cast import Company, Strangers
from tests.factories import ChatFactory, MessageFactory, UserFactory
from tests.furnished import CUSTOMER_WORDS, House, furnish, visit
from tests.site_map import Address, addresses

# What everybody of the company may know: its people, and its vocabulary of tags.
COMPANY_WORDS = (
    "Casa Aurora",
    "etiqueta-da-casa",
    "opcao-da-casa",
    "Ana Souza",
    "Bruno Lima",
    "Marta Dias",
    "Alice Rocha",
    "aurora.example",
)

# What nobody needs to be anybody for. The webhook asks for a signature instead.
# Figures are for this very machine, which the tests are on; tests/test_metrics.py asks from elsewhere.
PUBLIC = {("login", "GET"), ("login", "POST"), ("healthz", "GET"), ("readyz", "GET"), ("metrics", "GET")}
# A code is asked for after the password; a link that a letter brought, and that is made up here, opens nothing.
PUBLIC |= {("password_reset", "GET"), ("password_reset", "POST"), ("password_reset_confirm", "GET")}
PUBLIC |= {("password_reset_confirm", "POST"), ("invitation", "GET"), ("invitation", "POST")}
PUBLIC |= {("admin:login", "GET"), ("admin:login", "POST")}
# By a link, whoever one is.
BY_LINK = {"password_reset_confirm", "invitation"}
# What the API can do is no secret; what it holds is.
PUBLIC |= {("api:openapi-json", "GET"), ("api:openapi-view", "GET")}
# These show nothing, and lead on to an address that asks who one is.
SIGNPOSTS = {"home", "admin:logout"}
NO_ROWS = {"url", "app_label"}
# Whoever asks these is out everywhere, and comes in again for the next one.
ENDS = {"settings:logins_end"}
# Everybody of the company may know of these: a transfer offers all colleagues and teams, a filter all tags and numbers,
# the funnel all pipelines and stages. What of customers stands in them is another matter, and looked for all the same.
COMPANY_ROWS = {"stage_id", "pipeline_id", "user_id", "team_id", "tag_id", "session_id"}
METHODS = ["GET", "POST"]


@pytest.fixture
def house(company: Company) -> House:
    return furnish(company)


def ask(client: Client, method: str, path: str) -> HttpResponse:
    """A plain request. POSTs carry what every form of ours could want."""
    body = {"body": "oi", "client_id": "0192f0c1-0000-7000-8000-000000000001", "seq": "99", "to": ""}
    response: HttpResponse = client.get(path) if method == "GET" else client.post(path, body)
    return response


def shown(response: HttpResponse, words: tuple[str, ...]) -> list[str]:
    """Which of these words the answer gives away, in its body or in its headers."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    text = content.decode(errors="replace") + str(response.headers)
    return [word for word in words if word in text]


def test_the_map_is_walked_to_its_ends() -> None:
    names = {address.name for address in addresses()}
    assert {"home", "login", "chats:inbox", "chats:sending", "notifications:reading", "waha:webhook"} <= names
    assert {"admin:index", "admin:auth_group_change", "healthz", "numbers:list", "numbers:removal"} <= names


def test_an_address_with_a_parameter_nobody_knows_fails(house: House) -> None:
    with pytest.raises(pytest.fail.Exception, match="invoice_id"):
        house.fill(Address("chats:invoice", "/atendimento/%(invoice_id)s/", ("invoice_id",), None))


@pytest.mark.parametrize("method", METHODS)
def test_nobody_gets_in_anywhere(house: House, method: str) -> None:
    before, wrong = house.state(), []
    for address in addresses():
        response = ask(Client(), method, house.fill(address))
        if leaks := shown(response, CUSTOMER_WORDS + COMPANY_WORDS):
            wrong.append(f"{method} {address} shows {leaks}")
        if (address.name, method) in PUBLIC:
            continue
        if response.status_code == 302:
            target = response.headers["Location"]
            if not target.startswith(("/entrar/", "/admin/login/")) and address.name not in SIGNPOSTS:
                wrong.append(f"{method} {address} leads to {target}")
        elif response.status_code not in {401, 403, 404, 405}:
            wrong.append(f"{method} {address} answers {response.status_code}")
    assert wrong == []
    assert house.state() == before


def strange_answers(house: House, person: User, method: str, words: tuple[str, ...]) -> list[str]:
    """What is wrong with the answers to a person who may see no row of the house's."""
    wrong = []
    client = visit(person)
    for address in addresses():
        response = ask(client, method, house.fill(address))
        if address.name in ENDS or "logout" in address.name:
            client = visit(person)
        if leaks := shown(response, words):
            wrong.append(f"{method} {address} shows {leaks}")
        if set(address.parameters) <= NO_ROWS or address.is_of_others:
            continue
        allowed = {404, 405}
        if address.is_for_managers and person.role == Role.AGENT:
            allowed = {403, 405}
        elif set(address.parameters) <= COMPANY_ROWS and person.tenant == house.company.tenant:
            continue
        if address.is_admin:
            allowed |= {302, 403}
        if address.is_api:
            allowed |= {400, 403, 415, 422}
        if address.is_webhook:
            allowed = {401, 405}
        if address.name in BY_LINK:
            allowed = {200, 302, 410}
        if response.status_code not in allowed:
            wrong.append(f"{method} {address} answers {response.status_code}")
    return wrong


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("role", [Role.AGENT, Role.ADMIN])
def test_a_stranger_finds_nothing(house: House, strangers: Strangers, role: Role, method: str) -> None:
    person = strangers.otto if role == Role.AGENT else strangers.olga
    before = house.state()
    wrong = strange_answers(house, person, method, CUSTOMER_WORDS + COMPANY_WORDS)
    assert not wrong, "\n".join(wrong)
    assert house.state() == before


@pytest.mark.parametrize("method", METHODS)
def test_a_stranger_who_may_enter_the_admin_finds_nothing_there(
    house: House, strangers: Strangers, method: str
) -> None:
    """Staff of another company with every permission there is, short of being the platform's own superuser."""
    User.objects.filter(pk=strangers.olga.pk).update(is_staff=True)
    strangers.olga.user_permissions.set(Permission.objects.all())
    before = house.state()
    wrong = strange_answers(house, strangers.olga, method, CUSTOMER_WORDS + COMPANY_WORDS)
    assert not wrong, "\n".join(wrong)
    assert house.state() == before


def test_the_admin_completes_no_name_of_another_company(house: House, strangers: Strangers) -> None:
    User.objects.filter(pk=strangers.olga.pk).update(is_staff=True)
    strangers.olga.user_permissions.set(Permission.objects.all())
    client = visit(strangers.olga)
    asked, wrong = 0, []
    for model, admin in site._registry.items():
        for field in admin.get_autocomplete_fields(None):  # type: ignore[arg-type] # ours do not depend on the request
            for term in ("", "Zuleica", "Ana", "Casa"):
                where = {"app_label": model._meta.app_label, "model_name": model._meta.model_name}
                response = client.get("/admin/autocomplete/", {**where, "field_name": field, "term": term})
                asked += response.status_code == 200
                if leaks := shown(response, CUSTOMER_WORDS + COMPANY_WORDS):
                    wrong.append(f"{model.__name__}.{field} completes {term!r} to {leaks}")
    assert wrong == []
    assert asked > 0


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("policy", [VisibilityPolicy.TEAM, VisibilityPolicy.OWN])
def test_a_colleague_who_may_not_see_the_chat_finds_nothing_of_it(house: House, policy: str, method: str) -> None:
    house.company.tenant.visibility = policy
    house.company.tenant.save()
    before = house.state()
    wrong = strange_answers(house, house.company.bruno, method, CUSTOMER_WORDS)
    assert not wrong, "\n".join(wrong)
    assert house.state() == before


@pytest.mark.parametrize("policy", [VisibilityPolicy.TEAM, VisibilityPolicy.OWN])
def test_the_owner_and_the_manager_find_it_all_the_same(
    house: House, browse: Callable[[User], Client], policy: str
) -> None:
    """The other half of the proof: the words are really there to be found."""
    house.company.tenant.visibility = policy
    house.company.tenant.save()
    for person in (house.company.ana, house.company.marta):
        response = browse(person).get(f"/atendimento/{house.chat.pk}/")
        assert shown(response, CUSTOMER_WORDS) == list(CUSTOMER_WORDS)


def test_a_colleague_of_the_team_sees_its_chats_under_team_and_not_under_own(
    house: House, browse: Callable[[User], Client]
) -> None:
    company, chat = house.company, house.chat
    mate = UserFactory(tenant=company.tenant)
    company.sales.members.add(mate)
    Chat.objects.filter(pk=chat.pk).update(team=company.sales)
    for policy, status in ((VisibilityPolicy.TEAM, 200), (VisibilityPolicy.OWN, 404)):
        company.tenant.visibility = policy
        company.tenant.save()
        assert browse(mate).get(f"/atendimento/{chat.pk}/").status_code == status


def test_a_message_of_another_chat_cannot_be_sent_again_through_ones_own(
    house: House, strangers: Strangers, browse: Callable[[User], Client]
) -> None:
    own = ChatFactory(tenant=strangers.tenant, session=strangers.number)
    Message.objects.filter(pk=house.message.pk).update(send_state="FAILED")
    path = f"/atendimento/{own.pk}/messages/{house.message.pk}/sending/"
    assert browse(strangers.otto).post(path).status_code == 404
    house.message.refresh_from_db()
    assert house.message.send_state == "FAILED"


def test_a_chat_cannot_be_given_to_somebody_of_another_company(
    house: House, strangers: Strangers, browse: Callable[[User], Client]
) -> None:
    response = browse(house.company.ana).post(f"/atendimento/{house.chat.pk}/assignment/", {"to": strangers.otto.pk})
    assert response.status_code == 404
    house.chat.refresh_from_db()
    assert house.chat.assigned_to == house.company.ana


def test_a_strangers_client_id_brings_back_no_message_of_ours(
    house: House, strangers: Strangers, browse: Callable[[User], Client]
) -> None:
    own = ChatFactory(tenant=strangers.tenant, session=strangers.number, assigned_to=strangers.otto)
    path = f"/atendimento/{own.pk}/messages/"
    response = browse(strangers.otto).post(path, {"body": "bom dia", "client_id": house.message.client_id})
    assert response.status_code == 200
    assert shown(response, CUSTOMER_WORDS) == []
    assert Message.objects.get(chat=own).body == "bom dia"


def test_a_cursor_made_of_another_companys_row_brings_none_of_its_rows(
    house: House, strangers: Strangers, browse: Callable[[User], Client]
) -> None:
    own = MessageFactory(chat__tenant=strangers.tenant, body="só nosso").chat
    stranger = browse(strangers.otto)
    key = {"depois": f"2030-01-01T00:00:00+00:00,{house.chat.pk}", "aba": "todas"}
    assert shown(stranger.get("/atendimento/rows/", key), CUSTOMER_WORDS) == []
    older = {"antes": f"2030-01-01T00:00:00+00:00,{house.message.pk}"}
    assert shown(stranger.get(f"/atendimento/{own.pk}/messages/", older), CUSTOMER_WORDS) == []
