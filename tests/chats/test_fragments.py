"""Rows and bubbles that were rendered before are kept, for as long as they would be rendered the same."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.cache import caches
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from chats import actions, frames
from chats.batch import read_batch
from chats.models import Chat, ChatStatus, LinkPreview, Message, MessageType, Reaction
from chats.people import colleagues, presence
from chats.people.presence import Doing
from crm.models import (
    Activity,
    Contact,
    ContactField,
    ContactIdentity,
    Lead,
    Opportunity,
    Pipeline,
    Stage,
    StageKind,
    Tag,
    Tenant,
    User,
)
from tests.cast import Company
from tests.factories import ChatFactory, ContactFactory, MessageFactory
from tests.webhooks import says

Browse = Callable[[User], Client]


@pytest.fixture
def chat(company: Company) -> Chat:
    """Ana's, with a sale and a next step: all that a row can show."""
    says("Bom dia, quanto custa o sofá?").deliver(company.number)
    chat = Chat.objects.get()
    actions.assign(chat, company.ana, by=company.ana)
    pipeline = Pipeline.objects.create(tenant=company.tenant, name="Vendas")
    stage = pipeline.stages.create(tenant=company.tenant, name="Proposta", position=1)
    actions.open_deal(chat, company.ana, "Sofá", stage, Decimal(4890))
    actions.plan(chat, company.ana, "Ligar", timezone.now() + timedelta(days=1))
    actions.add_note(chat, company.ana, "Cliente antigo.")
    caches["fragments"].clear()
    return chat


class Page:
    """What a list and a thread show of one conversation, on a page that is loaded now."""

    def __init__(self, client: Client, chat: Chat) -> None:
        self.client = client
        self.addresses = ("/atendimento/rows/?aba=todas", f"/atendimento/{chat.pk}/messages/")

    def shown(self) -> str:
        return "".join(self.client.get(address).content.decode() for address in self.addresses)

    def drawn(self) -> set[str | None]:
        """The templates that it took."""
        return {each.name for address in self.addresses for each in self.client.get(address).templates}


@pytest.fixture
def inbox(company: Company, browse: Browse, chat: Chat) -> Page:
    return Page(browse(company.ana), chat)


def test_what_was_drawn_once_is_not_drawn_again(inbox: Page) -> None:
    parts = {"chats/_avatar.html", "chats/list/_state.html"}
    assert parts <= inbox.drawn()
    assert not parts & inbox.drawn()


def test_what_the_socket_told_is_not_drawn_again_for_a_page_that_loads(
    company: Company, chat: Chat, inbox: Page
) -> None:
    told = read_batch(company.tenant.pk, [chat.pk], [company.ana.pk], {chat.pk: 0})
    assert "quanto custa" in told.text_for(company.ana.pk, chat.pk, 0)
    assert not {"chats/_avatar.html", "chats/list/_state.html"} & inbox.drawn()


def test_all_that_a_row_shows_is_read_with_it(
    company: Company, chat: Chat, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """In every state that a row can be in: a column that was left out would be asked for row by row."""
    chat.refresh_from_db()
    assert chat.opportunity_id
    assert chat.next_step_id
    assert chat.lead_id
    group = ChatFactory(tenant=company.tenant, is_group=True, subject="Família", assigned_to=company.ana)
    said = MessageFactory(chat=group, body="oi", sender_name="Rita")
    Chat.objects.filter(pk=group.pk).update(latest_message=said, last_message="oi")
    message, states = Chat.objects.get(pk=chat.pk).latest_message, 0
    assert message
    for changes in (
        {"waiting_since": timezone.now(), "pinned": True},
        {"snoozed_until": timezone.now() + timedelta(hours=3)},
        *({"status": status} for status in ChatStatus),
    ):
        Chat.objects.filter(pk=chat.pk).update(**changes)
        for kind in MessageType:
            Message.objects.filter(pk=message.pk).update(type=kind, from_me=True, ack=states % 6 - 1)
            rows = list(Chat.objects.with_row_details())
            caches["fragments"].clear()
            with django_assert_num_queries(0):
                texts = [frames.row(row) for row in rows]
            assert any("Rita: " in text for text in texts)
            states += 1


CHANGES: dict[str, Callable[[Company, Chat], object]] = {
    "the person's name": lambda _, chat: Contact.objects.update(name="Joana Prado"),
    "a colleague's name": lambda company, _: User.objects.filter(pk=company.ana.pk).update(name="Ana Prado"),
    "the stage's name": lambda *_: Stage.objects.update(name="Quase lá"),
    "the stage's colour": lambda *_: Stage.objects.update(colour="#123456"),
    "the next step": lambda *_: Activity.objects.update(title="Visitar"),
    "when the next step is": lambda *_: Activity.objects.update(due_at=timezone.now() + timedelta(days=9)),
    "the lead was accepted": lambda *_: Lead.objects.update(accepted_at=timezone.now()),
    "a tag": lambda company, chat: chat.tags.add(Tag.objects.create(tenant=company.tenant, name="VIP")),
    "pinned": lambda *_: Chat.objects.update(pinned=True),
    "unread": lambda *_: Chat.objects.update(unread_count=7),
    "put off": lambda *_: Chat.objects.update(snoozed_until=timezone.now() + timedelta(hours=3)),
    "resolved": lambda *_: Chat.objects.update(status="RESOLVED"),
    "how long they wait": lambda *_: Chat.objects.update(waiting_since=timezone.now() - timedelta(hours=5)),
    "when waiting is long": lambda *_: Tenant.objects.update(waiting_amber_minutes=1),
    "business hours": lambda *_: Tenant.objects.update(business_hours={"0": "03:00-03:10"}),
    "the zone": lambda *_: Tenant.objects.update(time_zone="Asia/Tokyo"),
    "the person writes": lambda _, chat: presence.note(chat, Doing.TYPING),
    "a colleague looks": lambda company, chat: colleagues.say_inside(
        chat.tenant_id, "another", {(chat.pk, company.bruno.pk): "Bruno Lima"}
    ),
    "edited": lambda *_: Message.objects.filter(from_me=False).update(body="Bom dia!", edited_at=timezone.now()),
    "deleted": lambda *_: Message.objects.filter(from_me=False).update(revoked_at=timezone.now()),
    "a tick": lambda *_: Message.objects.filter(type="NOTE").update(type="TEXT", ack=3),
    "a reaction": lambda *_: Reaction.objects.create(
        message=Message.objects.get(from_me=False), author_key="me", emoji="👍", from_me=True, reacted_at=timezone.now()
    ),
    "a link's preview": lambda company, _: Message.objects.filter(from_me=False).update(
        link_preview=LinkPreview.objects.create(tenant=company.tenant, url="https://example.org/", title="Sofás")
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_what_has_changed_is_drawn_anew(
    company: Company, chat: Chat, inbox: Page, change: Callable[[Company, Chat], object]
) -> None:
    before = inbox.shown()
    change(company, chat)
    after = inbox.shown()
    caches["fragments"].clear()
    assert after == inbox.shown()
    assert after != before


PERSON_CHANGES: dict[str, Callable[[Contact], object]] = {
    "their name": lambda contact: Contact.objects.update(name="Joana Prado"),
    "their company": lambda contact: Contact.objects.update(company="Padaria Sol"),
    "their e-mail": lambda contact: Contact.objects.update(email="joana@example.org"),
    "their phone": lambda contact: Contact.objects.update(phone="5511977776666"),
    "what is known about them": lambda contact: Contact.objects.update(notes="Prefere ligação"),
    "since when": lambda contact: Contact.objects.update(created_at=timezone.now() - timedelta(days=40)),
    "a value": lambda contact: Contact.objects.update(custom_fields={"Placa": "ABC1D23"}),
    "a value of a field": lambda contact: Contact.objects.update(custom_fields={"CPF": "123"}),
    "a field": lambda contact: ContactField.objects.create(tenant=contact.tenant, name="Modelo"),
    "a field's name": lambda contact: ContactField.objects.filter(name="CPF").update(name="CNPJ"),
    "a tag": lambda contact: contact.tags.create(tenant=contact.tenant, name="VIP"),
    "a tag's name": lambda contact: Tag.objects.update(name="Ouro"),
    "a tag's colour": lambda contact: Tag.objects.update(colour="#123456"),
    "an identity": lambda contact: ContactIdentity.objects.update(value="5511966665555"),
    "somebody like them": lambda contact: ContactFactory(tenant=contact.tenant, email=contact.email),
    "a group": lambda contact: Chat.objects.update(is_group=True, subject="Família"),
}


@pytest.mark.parametrize("change", PERSON_CHANGES.values(), ids=PERSON_CHANGES.keys())
def test_what_has_changed_of_a_person_is_drawn_anew(
    company: Company, chat: Chat, browse: Browse, change: Callable[[Contact], object]
) -> None:
    contact = chat.contact
    assert contact
    Contact.objects.update(email="joao@example.org")
    contact.refresh_from_db()
    ContactField.objects.create(tenant=company.tenant, name="CPF")
    contact.tags.create(tenant=company.tenant, name="Prata")
    client = browse(company.ana)

    def section() -> str:
        text = client.get(f"/atendimento/{chat.pk}/").content.decode()
        return text[text.index('id="panel-contact"') : text.index('id="panel-lead"')]

    before, again = section(), section()
    change(contact)
    after = section()
    caches["fragments"].clear()
    assert again == before
    assert after == section()
    assert after != before


SALE_CHANGES: dict[str, Callable[[Company, Chat], object]] = {
    "the title": lambda *_: Opportunity.objects.update(title="Poltrona"),
    "the amount": lambda *_: Opportunity.objects.update(amount=Decimal(1)),
    "when it may close": lambda *_: Opportunity.objects.update(expected_close_on=timezone.localdate()),
    "its stage": lambda *_: Opportunity.objects.update(stage=Stage.objects.exclude(name="Proposta").first()),
    "the stage's name": lambda *_: Stage.objects.filter(name="Proposta").update(name="Quase lá"),
    "the stage's colour": lambda *_: Stage.objects.update(colour="#123456"),
    "the stage's chance": lambda *_: Stage.objects.update(probability=7),
    "won": lambda *_: Opportunity.objects.update(stage=Stage.objects.get(kind=StageKind.WON), closed_at=timezone.now()),
    "its owner's name": lambda company, _: User.objects.filter(pk=company.ana.pk).update(name="Joana Prado"),
    "its owner": lambda company, _: Opportunity.objects.update(owner=company.bruno),
    "out of focus": lambda *_: Chat.objects.update(opportunity=None),
    "the lead's status": lambda *_: Lead.objects.update(status="CONTACTED"),
    "the lead's source": lambda *_: Lead.objects.update(source="MANUAL"),
    "the lead's owner": lambda company, _: Lead.objects.update(owner=company.bruno),
    "the lead was lost": lambda *_: Lead.objects.update(status="LOST", lost_reason="Preço"),
    "the lead was discarded": lambda *_: Lead.objects.update(discarded_at=timezone.now()),
    "since when it is one": lambda *_: Lead.objects.update(created_at=timezone.now() - timedelta(days=40)),
    "no lead": lambda *_: Lead.objects.all().delete(),
    "resolved": lambda *_: Chat.objects.update(status="RESOLVED"),
}


@pytest.mark.parametrize("change", SALE_CHANGES.values(), ids=SALE_CHANGES.keys())
def test_what_has_changed_of_a_sale_is_drawn_anew(
    company: Company, chat: Chat, browse: Browse, change: Callable[[Company, Chat], object]
) -> None:
    stages = Pipeline.objects.get().stages
    stages.create(tenant=company.tenant, name="Contato", position=2)
    stages.create(tenant=company.tenant, name="Ganha", position=3, kind=StageKind.WON)
    Lead.objects.update(owner=company.ana)
    client = browse(company.ana)

    def shown() -> str:
        text = client.get(f"/atendimento/{chat.pk}/").content.decode()
        panel = text[text.index('id="panel-lead"') : text.index('id="panel-activities"')]
        return text[text.index('<header id="chat-header"') : text.index('id="messages-scroll"')] + panel

    before, again = shown(), shown()
    change(company, chat)
    after = shown()
    caches["fragments"].clear()
    assert again == before
    assert after == shown()
    assert after != before


def test_the_navigation_marks_the_page_that_is_open_whichever_was_drawn_before(
    company: Company, browse: Browse
) -> None:
    client = browse(company.ana)
    for address in ("/atendimento/", "/contatos/", "/leads/", "/atendimento/"):
        text = client.get(address).content.decode()
        marked = re.findall(r'<a class="(?:topbar__link|menu__item)" href="([^"]+)"[^>]*aria-current="page"', text)
        assert marked == [address, address]


def test_a_whole_page_is_in_the_language_of_whoever_reads_it(company: Company, chat: Chat, browse: Browse) -> None:
    client = browse(company.ana)
    portuguese = client.get(f"/atendimento/{chat.pk}/").content.decode()
    User.objects.filter(pk=company.ana.pk).update(language="en")
    english = client.get(f"/atendimento/{chat.pk}/").content.decode()
    # Of the navigation, the head's doors, the bottom bar, the lead, the deal, and a bubble that waits for the server.
    words = ("Contatos", "Transferir", "Adiar", "Origem", "Valor previsto", "Não chegou ao servidor")
    assert [word for word in words if word not in portuguese] == []
    assert [word for word in words if word in english] == []


def test_one_person_in_two_conversations_has_the_doors_of_each(company: Company, chat: Chat, browse: Browse) -> None:
    phone = "5511966665555"
    other: Chat = ChatFactory(tenant=company.tenant, contact=chat.contact, phone=phone, assigned_to=company.ana)
    client = browse(company.ana)
    texts = [client.get(f"/atendimento/{each.pk}/").content.decode() for each in (chat, other)]
    sections = [text[text.index('id="panel-contact"') : text.index('id="panel-lead"')] for text in texts]
    doors = [set(re.findall(r"/atendimento/([0-9a-f-]{36})/", section)) for section in sections]
    assert doors == [{str(chat.pk)}, {str(other.pk)}]


def test_each_language_has_its_own(company: Company, inbox: Page) -> None:
    before = inbox.shown()
    User.objects.filter(pk=company.ana.pk).update(language="en")
    after = inbox.shown()
    assert "só sua equipe vê" in before
    assert "só sua equipe vê" not in after


@pytest.mark.parametrize(
    ("passes", "waiting"), [(timedelta(days=1), False), (timedelta(minutes=7), True)], ids=["a day", "minutes"]
)
def test_time_passes(inbox: Page, passes: timedelta, waiting: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """ "Today" is "yesterday" then, and who waits has waited for longer."""
    now = timezone.now()
    Chat.objects.update(waiting_since=now if waiting else None)
    before = inbox.shown()
    monkeypatch.setattr(timezone, "now", lambda: now + passes)
    after = inbox.shown()
    caches["fragments"].clear()
    assert after == inbox.shown()
    assert after != before


def test_what_is_kept_of_every_page_is_each_readers_own(company: Company) -> None:
    """The shortcuts in their language, and with the key that sends for them."""
    client, pages = Client(), []
    client.force_login(company.ana, backend="crm.backends.PersonBackend")
    for language, enter_sends in (("pt-br", True), ("en", True), ("en", False)):
        company.ana.language, company.ana.enter_sends = language, enter_sends
        company.ana.save()
        text = client.get("/atendimento/").content.decode()
        pages.append(text[text.index('id="shortcuts"') :])
    assert ["Keyboard shortcuts" in page for page in pages] == [False, True, True]
    assert ["<kbd>Ctrl</kbd><kbd>Enter</kbd>" in page for page in pages] == [False, False, True]
