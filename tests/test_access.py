"""Every address, tried by nobody, by a stranger and by a colleague who may not see, from the URL map itself.

An address that takes something the tests cannot fill in fails them: whoever adds it says here
which row of Casa Aurora's it would show.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.regex_helper import normalize

from chats import actions
from chats.actions.importing import take_file
from chats.actions.scheduled import schedule
from chats.models import Amendment, Chat, Draft, DraftFile, Message, QuickReply, SavedView, ScheduledMessage, UndoStep
from chats.waha.models import WhatsAppSession
from crm.actions import (
    create_lead_once,
    create_opportunity,
    create_token,
    merge_contacts,
    open_company,
    save_contact,
    schedule_activity,
    write_note,
)
from crm.models import (
    Activity,
    ApiScope,
    Contact,
    ContactField,
    ContactImport,
    ContactMerge,
    ContactNote,
    Invitation,
    Lead,
    Opportunity,
    PrivacyRequest,
    Role,
    Stage,
    StageChange,
    Tag,
    User,
    UserSession,
    VisibilityPolicy,
    Webhook,
)
from notifications.models import CRMNotification
from tests.cast import Company, Strangers
from tests.factories import ChatFactory, MessageFactory, UserFactory
from tests.webhooks import says

PHONE = "5511912340987"
# Words that stand in no template: wherever one turns up, a row of Casa Aurora's was shown.
TOLD = "o-segredo-do-cofre"
CUSTOMER = "Zuleica Quaresma"
CUSTOMER_WORDS = (TOLD, CUSTOMER, "Zuleica", PHONE, "91234-0987", "zuleica@cliente.example", "Cofre de parede")
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
OUR_APPS = {"crm", "chats", "waha", "notifications"}
METHODS = ["GET", "POST"]


@dataclass(frozen=True)
class Address:
    """An address of the URL map: its name, and its path with `%(name)s` where something is filled in."""

    name: str
    path: str
    parameters: tuple[str, ...]
    model: type[Model] | None

    @property
    def is_admin(self) -> bool:
        return self.path.startswith("/admin/")

    @property
    def is_of_others(self) -> bool:
        """An admin page of a table that no company's rows lie in."""
        return self.model is not None and self.model._meta.app_label not in OUR_APPS

    @property
    def is_for_managers(self) -> bool:
        """Settings: an agent is told that they are not theirs, of whatever company the row is."""
        personal = ("/configuracoes/api/", "/configuracoes/preferencias/")
        return self.path.startswith("/configuracoes/") and not self.path.startswith(personal)

    @property
    def is_api(self) -> bool:
        """The operations; tests/api tries each with the method and the body that it takes."""
        return self.path.startswith("/api/")

    @property
    def is_webhook(self) -> bool:
        return self.name == "waha:webhook"

    def __str__(self) -> str:
        return f"{self.name or '(nameless)'} {self.path}"


def addresses(resolver: URLResolver | None = None, path: str = "/", space: str = "") -> Iterator[Address]:
    """All addresses, walked from the root of `config.urls`."""
    for entry in (resolver or get_resolver()).url_patterns:
        piece, parameters = normalize(entry.pattern.regex.pattern)[0]
        here = path + piece
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from addresses(entry, here, inner)
        elif isinstance(entry, URLPattern):
            known = tuple(re.findall(r"%\((\w+)\)s", here))
            assert set(parameters) <= set(known), entry
            name = f"{space}{entry.name}" if entry.name else ""
            yield Address(name, here, known, _admin_model(entry))


def _admin_model(entry: URLPattern) -> type[Model] | None:
    """The model of an admin page; Django keeps it on the view."""
    admin = getattr(getattr(entry, "callback", None), "model_admin", None)
    return getattr(admin, "model", None)


@dataclass(frozen=True)
class House:
    """Casa Aurora with one row of everything, and both of its chats: Ana's, and the one in the queue."""

    company: Company
    chat: Chat
    message: Message
    amendment: Amendment
    merge: ContactMerge
    line: CRMNotification

    def _first(self, model: Any) -> object:
        """Of its rows, of which more may have come meanwhile, the one that stands here from the beginning."""
        return model.objects.filter(tenant=self.company.tenant).earliest("pk").pk

    def fill(self, address: Address) -> str:
        """The address of Casa Aurora's own row; a parameter nobody knows fails the test."""
        known: dict[str, Callable[[], object]] = {
            "chat_id": lambda: self.chat.pk,
            "message_id": lambda: self.message.pk,
            "amendment_id": lambda: self.amendment.pk,
            "merge_id": lambda: self.merge.pk,
            "contact_id": lambda: self.chat.contact_id,
            "other_id": lambda: self.chat.contact_id,
            "import_id": lambda: self._first(ContactImport),
            "team_id": lambda: self.company.sales.pk,
            "view_id": lambda: self._view().pk,
            "session_id": lambda: self.company.number.pk,
            "lead_id": lambda: self._first(Lead),
            "opportunity_id": lambda: self._deal().pk,
            "pipeline_id": lambda: self._deal().stage.pipeline_id,
            "stage_id": lambda: self._deal().stage_id,
            "change_id": lambda: StageChange.objects.get(opportunity=self._deal()).pk,
            "activity_id": lambda: self._first(Activity),
            "person_id": lambda: self.company.bruno.pk,
            "invitation_id": lambda: self._invitation().pk,
            "login_id": lambda: UserSession.objects.filter(user=self.company.ana).latest("used_at").pk,
            "token": lambda: "made-up",
            "uidb64": lambda: urlsafe_base64_encode(force_bytes(self.company.ana.pk)),
            "notification_id": lambda: self.line.pk,
            "number": lambda: 0,
            "token_id": lambda: create_token(self.company.ana, TOLD, [ApiScope.CHATS_READ])[0].pk,
            "user_id": lambda: self.company.ana.pk,
            "tag_id": lambda: self._first(Tag),
            "field_id": lambda: self._first(ContactField),
            "note_id": lambda: self._first(ContactNote),
            "step_id": lambda: UndoStep.objects.get_or_create(user=self.company.ana, before={}, after={})[0].pk,
            "reply_id": lambda: self._first(QuickReply),
            "scheduled_id": lambda: ScheduledMessage.objects.get(chat=self.chat).pk,
            "file_id": lambda: DraftFile.objects.get(draft__chat=self.chat).pk,
            "request_id": lambda: self._privacy_request().pk,
            "webhook_id": lambda: self._webhook().pk,
            "delivery_id": lambda: self._webhook().deliveries.get_or_create(event="test", defaults={"data": {}})[0].pk,
            "object_id": lambda: self._row_of(address.model),
            "content_type_id": lambda: ContentType.objects.get_for_model(Chat).pk,
            "app_label": lambda: "chats",
            "url": lambda: "nowhere/",
            "id": lambda: self._row_of(address.model),
        }
        for name in address.parameters:
            if name not in known:
                pytest.fail(f"{address} takes {name!r}: say in House.fill which row of Casa Aurora's that is.")
        return address.path % {name: known[name]() for name in address.parameters}

    def _deal(self) -> Opportunity:
        return Opportunity.objects.select_related("stage").get(tenant=self.company.tenant)

    def _view(self) -> SavedView:
        named = {"user": self.company.ana, "name": f"visão de {TOLD}"}
        return SavedView.objects.get_or_create(**named, defaults={"tenant": self.company.tenant})[0]

    def _privacy_request(self) -> PrivacyRequest:
        named = {"tenant": self.company.tenant, "contact": self.chat.contact, "kind": "EXPORT"}
        return PrivacyRequest.objects.get_or_create(**named, defaults={"state": "DONE", "file": "privacy/x.zip"})[0]

    def _webhook(self) -> Webhook:
        named = {"tenant": self.company.tenant, "name": f"ERP de {TOLD}"}
        return Webhook.objects.get_or_create(**named, defaults={"url": "https://erp.example/", "events": []})[0]

    def _invitation(self) -> Invitation:
        asked = {"tenant": self.company.tenant, "email": "convidada@aurora.example"}
        return Invitation.objects.get_or_create(**asked, defaults={"invited_by": self.company.alice})[0]

    def _row_of(self, model: type[Model] | None) -> object:
        """A row of Casa Aurora's in this table; a made-up key where it has none."""
        if model is None:
            return self.chat.pk
        rows = model._base_manager.order_by("pk")
        if lookup := getattr(site._registry.get(model), "company_lookup", None):
            rows = rows.filter(**{lookup: self.company.tenant.pk})
        row = rows.first()
        return row.pk if row else UUID(int=7)

    def state(self) -> list[Any]:
        """What a stranger's POST must leave as it is."""
        chats = Chat.objects.filter(tenant=self.company.tenant).order_by("pk")
        return [
            list(chats.values_list("pk", "seq", "status", "assigned_to", "unread_count")),
            Message.objects.filter(chat__in=chats).count(),
            list(CRMNotification.objects.filter(tenant=self.company.tenant).order_by("pk").values_list("pk", "read")),
            list(User.objects.filter(tenant=self.company.tenant).order_by("pk").values_list("pk", "name", "is_active")),
            list(Contact.objects.filter(tenant=self.company.tenant).order_by("pk").values_list("pk", "name")),
            list(Opportunity.objects.filter(tenant=self.company.tenant).values_list("pk", "title", "stage", "owner")),
            list(Stage.objects.filter(tenant=self.company.tenant).order_by("pk").values_list("pk", "name", "position")),
            list(WhatsAppSession.objects.filter(tenant=self.company.tenant).order_by("pk").values()),
        ]


@pytest.fixture
def house(company: Company) -> House:
    return furnish(company)


def furnish(company: Company) -> House:
    """One row of everything for Casa Aurora, through the front doors."""
    says(TOLD, phone=PHONE, name=CUSTOMER).deliver(company.number)
    chat = Chat.objects.get()
    contact = chat.contact
    assert contact
    contact.email = "zuleica@cliente.example"
    save_contact(contact)
    lead, _ = create_lead_once(contact)
    template = open_company("Casa Aurora Filial", "filial")  # its pipeline is borrowed below
    pipeline = template.pipelines.get()
    pipeline.tenant = company.tenant
    pipeline.save()
    pipeline.stages.update(tenant=company.tenant)
    stage = pipeline.stages.order_by("position")[0]
    create_opportunity(contact, "Cofre de parede", stage, lead=lead, owner=company.ana)
    schedule_activity(contact, "Ligar para Zuleica", timezone.now() + timedelta(days=1), chat=chat)
    ContactField.objects.create(tenant=company.tenant, name="Cofre", kind="CHOICE", options=["opcao-da-casa"])
    write_note(contact, company.ana, f"nota sobre {TOLD}")
    chat.tags.add(Tag.objects.create(tenant=company.tenant, name="etiqueta-da-casa"))
    actions.assign(chat, company.ana, by=company.marta)
    message = actions.send_message(chat, company.ana, f"Sobre {TOLD}")
    actions.add_note(chat, company.ana, f"nota: {TOLD}")
    says(f"{TOLD} de novo", phone=PHONE, name=CUSTOMER, at=60).deliver(company.number)
    chat.refresh_from_db()
    amendment = Amendment.objects.create(message=message, kind="EDIT", value=f"Ainda sobre {TOLD}", by=company.ana)
    draft = Draft.objects.create(user=company.ana, chat=chat, text=f"rascunho sobre {TOLD}")
    DraftFile.objects.create(draft=draft, file="uploads/cofre.pdf", name=f"{TOLD}.pdf", type="DOCUMENT", size_bytes=1)
    QuickReply.objects.create(tenant=company.tenant, owner=company.ana, shortcut="cofre", body=TOLD)
    schedule(chat, company.ana, f"depois: {TOLD}", timezone.now() + timedelta(days=1))
    take_file(company.marta, f"{TOLD}.csv", f"nome;telefone\n{CUSTOMER};1\n".encode())
    merge = merge_contacts(contact, save_contact(Contact(tenant=company.tenant, name=f"antes de {TOLD}")))
    visit(company.ana)  # who is logged in somewhere
    return House(company, chat, message, amendment, merge, CRMNotification.objects.filter(user=company.ana)[0])


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


def visit(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


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
