"""Other systems are told what happens: signed, in order, again when they were away, and never inside our network."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chats import actions as chats
from chats.models import Ack, Message
from crm.actions import create_lead_once, hooks, save_contact
from crm.hooks import subscriptions
from crm.models import AuditLog, Contact, DeliveryState, HookEvent, User, Webhook, WebhookDelivery
from notifications.models import CRMNotification
from tests.cast import Company, Strangers
from tests.factories import ChatFactory, ContactFactory
from tests.waha.jobs import run
from tests.webhooks import says

Browse = Callable[[User], Client]
PAGE = "/configuracoes/webhooks/"


class Receiver:
    """A real HTTP server of another system; `status` is what it answers."""

    def __init__(self) -> None:
        self.status, self.got, receiver = 200, list[tuple[dict[str, str], bytes]](), self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append((dict(self.headers), body))
                self.send_response(receiver.status)
                if receiver.status == 302:
                    self.send_header("Location", receiver.url)
                self.end_headers()
                self.wfile.write(b"recebido " + b"x" * 9000)

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/eventos"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _headers, body in self.got]


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.WEBHOOK_PRIVATE_HOSTS = True
    receiver = Receiver()
    yield receiver
    receiver.server.shutdown()
    receiver.server.server_close()


def subscribe(company: Company, url: str, *events: str) -> Webhook:
    subscriptions.forget(company.tenant.pk)
    return Webhook.objects.create(tenant=company.tenant, name="ERP", url=url, events=list(events))


def work_off() -> None:
    """What the worker does with the jobs that were ordered, in their order."""
    run(hooks.POST_TASK)


def test_a_customers_message_is_told_with_a_signature_that_the_documented_code_accepts(
    company: Company, receiver: Receiver
) -> None:
    webhook = subscribe(company, receiver.url, "message.created")
    says("Bom dia, é sobre o cofre", phone="5511988887777", name="Zuleica").deliver(company.number)
    work_off()
    (headers, body), = receiver.got  # fmt: skip
    told = json.loads(body)
    message = Message.objects.get(from_me=False)
    assert (told["version"], told["number"], told["event"]) == (1, 1, "message.created")
    assert told["company_id"] == str(company.tenant.pk)
    assert told["data"]["id"] == str(message.pk)
    assert told["data"]["body"] == "Bom dia, é sobre o cofre"
    assert told["data"]["chat"]["name"] == "Zuleica"
    is_genuine = _documented()
    header = headers["X-Atendimento-Signature"]
    assert is_genuine(webhook.secret, header, body)
    assert not is_genuine("whsec_other", header, body)
    assert not is_genuine(webhook.secret, header, body + b" ")
    assert not is_genuine(webhook.secret, header, body, within_seconds=-1)


def _documented() -> Callable[..., bool]:
    """The snippet of docs/webhooks.md, as a reader would paste it."""
    text = (Path(django_settings.BASE_DIR) / "docs" / "webhooks.md").read_text(encoding="utf-8")
    space: dict[str, Any] = {}
    exec(re.search(r"```python\n(.*?)```", text, re.DOTALL)[1], space)  # type: ignore[index]  # noqa: S102 our own text
    return space["is_genuine"]  # type: ignore[no-any-return]


def test_the_documentation_names_every_event_and_every_field(company: Company) -> None:
    text = (Path(django_settings.BASE_DIR) / "docs" / "webhooks.md").read_text(encoding="utf-8")
    assert {event for event in HookEvent.values if f"`{event}`" not in text} == set()
    from chats.actions.hooks import chat_shape, message_shape
    from crm.hooks.shapes import contact_shape, lead_shape

    chat = ChatFactory(tenant=company.tenant)
    message = chats.add_note(chat, company.ana, "nota")
    lead, _new = create_lead_once(chat.contact)
    shapes = [chat_shape(chat), message_shape(chat, message), contact_shape(chat.contact), lead_shape(lead)]
    names = {name for shape in shapes for name in shape} | set(shapes[1]["chat"])
    assert {name for name in names if f"`{name}`" not in text} == set()


def test_answers_ticks_chats_contacts_leads_are_told_each_under_its_name(company: Company, receiver: Receiver) -> None:
    subscribe(company, receiver.url, *HookEvent.values)
    chat = ChatFactory(tenant=company.tenant, session=company.number)
    message = chats.send_message(chat, company.ana, "Olá!")
    chats.begin_sending(message.pk, "ABC1")
    chats.record_ack(company.number.pk, "ABC1", Ack.READ)
    chats.resolve(chat, company.ana)
    chat.contact.email = "ze@cliente.example"
    save_contact(chat.contact, company.ana)
    lead, _new = create_lead_once(chat.contact)
    work_off()
    events = receiver.events()
    told = [event["event"] for event in events]
    assert told[0] == "message.created"
    assert told.count("message.ack") == 1
    assert [event["data"]["ack"] for event in events if event["event"] == "message.ack"] == [3]
    statuses = [event["data"]["status"] for event in events if event["event"] == "chat.updated"]
    assert statuses[-1] == "RESOLVED"
    assert [event["data"]["id"] for event in events if event["event"] == "lead.created"] == [str(lead.pk)]
    assert "contact.updated" in told
    assert [event["number"] for event in events] == list(range(1, len(events) + 1))


def test_notes_and_lines_of_the_timeline_stay_inside(company: Company, receiver: Receiver) -> None:
    subscribe(company, receiver.url, "message.created")
    chat = ChatFactory(tenant=company.tenant, session=company.number)
    chats.add_note(chat, company.ana, "não diga ao cliente")
    chats.assign(chat, company.ana, by=company.marta)
    work_off()
    assert receiver.got == []


def test_what_is_rolled_back_is_never_told(company: Company, receiver: Receiver) -> None:
    subscribe(company, receiver.url, "message.created")
    chat = ChatFactory(tenant=company.tenant, session=company.number)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        chats.send_message(chat, company.ana, "nunca enviada")
        1 / 0  # noqa: B018
    work_off()
    assert receiver.got == []


def test_other_companies_hear_nothing(company: Company, strangers: Strangers, receiver: Receiver) -> None:
    subscribe(company, receiver.url, *HookEvent.values)
    says("oi", phone="5511977776666").deliver(strangers.number)
    work_off()
    assert receiver.got == []


def test_a_message_costs_no_query_more_while_nobody_listens(company: Company) -> None:
    chat = ChatFactory(tenant=company.tenant, session=company.number)
    chats.send_message(chat, company.ana, "primeira")  # each process asks once in five seconds
    with CaptureQueriesContext(connection) as queries:
        chats.send_message(chat, company.ana, "segunda")
    assert [query["sql"] for query in queries if "webhook" in query["sql"]] == []


def test_who_was_away_is_told_again_and_the_number_stays(company: Company, receiver: Receiver) -> None:
    webhook = subscribe(company, receiver.url, "contact.updated")
    receiver.status = 503
    save_contact(ContactFactory(tenant=company.tenant), company.ana)
    save_contact(Contact(tenant=company.tenant, name="Quirino"), company.ana)
    work_off()
    delivery = WebhookDelivery.objects.get(event="contact.updated", state=DeliveryState.RETRYING)
    assert (delivery.status, delivery.tries, len(delivery.answer)) == (503, 1, 2048)
    assert timedelta(seconds=50) < delivery.try_at - timezone.now() <= timedelta(minutes=1)
    assert hooks.retry_due() == 0
    WebhookDelivery.objects.update(try_at=timezone.now())
    receiver.status = 204
    assert hooks.retry_due() == 1
    work_off()
    delivery.refresh_from_db()
    webhook.refresh_from_db()
    assert (delivery.state, delivery.tries, delivery.number) == (DeliveryState.DELIVERED, 2, 1)
    assert (webhook.failure_count, webhook.failing_since) == (0, None)
    first, second = receiver.got
    assert first[1] == second[1]


def test_after_eight_tries_in_about_a_day_it_is_given_up(company: Company, receiver: Receiver) -> None:
    subscribe(company, receiver.url, "contact.updated")
    receiver.status = 500
    save_contact(Contact(tenant=company.tenant, name="Quirino"), company.ana)
    waited = timedelta()
    for _try in range(8):
        work_off()
        delivery = WebhookDelivery.objects.get()
        if delivery.try_at:
            waited += delivery.try_at - timezone.now()
            WebhookDelivery.objects.update(try_at=timezone.now())
            hooks.retry_due()
    assert (delivery.state, delivery.tries) == (DeliveryState.FAILED, 8)
    assert timedelta(hours=23) < waited < timedelta(hours=26)
    assert len(receiver.got) == 8


def test_a_redirect_is_a_failure_and_is_not_followed(company: Company, receiver: Receiver) -> None:
    subscribe(company, receiver.url, "contact.updated")
    receiver.status = 302
    save_contact(Contact(tenant=company.tenant, name="Quirino"), company.ana)
    work_off()
    assert len(receiver.got) == 1
    assert WebhookDelivery.objects.get().state == DeliveryState.RETRYING


def test_nobody_there_for_long_switches_it_off_and_tells_the_administrators(
    company: Company, receiver: Receiver
) -> None:
    webhook = subscribe(company, receiver.url, "contact.updated")
    receiver.status = 500
    Webhook.objects.update(failure_count=18, failing_since=timezone.now() - timedelta(hours=2))
    for name in ("Um", "Dois", "Três"):
        save_contact(Contact(tenant=company.tenant, name=name), company.ana)
    work_off()
    webhook.refresh_from_db()
    assert not webhook.is_active
    assert webhook.off_since is not None
    assert len(receiver.got) == 2
    line = CRMNotification.objects.get()
    assert (line.user, line.type, line.link) == (company.alice, "SYSTEM", f"{PAGE}{webhook.pk}/")
    assert AuditLog.objects.filter(action="webhook.disabled", object_id=webhook.pk).exists()
    save_contact(Contact(tenant=company.tenant, name="Quatro"), company.ana)
    assert WebhookDelivery.objects.count() == 3


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://localhost/",
        "https://10.0.0.7/",
        "https://169.254.169.254/latest",
        "https://[::1]/",
    ],
)
def test_nothing_inside_our_network_is_posted_to(company: Company, url: str) -> None:
    subscribe(company, url, "contact.updated")
    save_contact(Contact(tenant=company.tenant, name="Quirino"), company.ana)
    work_off()
    delivery = WebhookDelivery.objects.get()
    assert (delivery.status, delivery.error) == (None, "The address is not allowed.")


@pytest.mark.parametrize("url", ["http://erp.example/", "ftp://erp.example/", "https://ana:senha@erp.example/"])
def test_an_address_that_is_no_https_one_is_refused(company: Company, browse: Browse, url: str) -> None:
    answer = browse(company.alice).post(f"{PAGE}novo/", {"name": "ERP", "url": url, "events": ["lead.created"]})
    assert answer.status_code == 422
    assert not Webhook.objects.exists()


def test_the_secret_is_shown_once_and_never_again(company: Company, browse: Browse) -> None:
    admin = browse(company.alice)
    data = {"name": "ERP", "url": "https://erp.example/x", "events": ["lead.created"]}
    answer = admin.post(f"{PAGE}novo/", data)
    webhook = Webhook.objects.get()
    assert answer.headers["Location"] == f"{PAGE}{webhook.pk}/"
    assert webhook.secret in admin.get(f"{PAGE}{webhook.pk}/").content.decode()
    for page in (f"{PAGE}{webhook.pk}/", f"{PAGE}{webhook.pk}/edit/", PAGE):
        assert webhook.secret not in admin.get(page).content.decode()
    old = webhook.secret
    admin.post(f"{PAGE}{webhook.pk}/secret/")
    webhook.refresh_from_db()
    assert webhook.secret != old
    assert webhook.secret in admin.get(f"{PAGE}{webhook.pk}/").content.decode()
    assert webhook.secret not in str(list(AuditLog.objects.values()))


def test_a_test_arrives_and_a_delivery_can_be_posted_again(
    company: Company, receiver: Receiver, browse: Browse
) -> None:
    webhook, admin = subscribe(company, receiver.url, "lead.created"), browse(company.alice)
    assert admin.post(f"{PAGE}{webhook.pk}/test/").status_code == 302
    work_off()
    assert receiver.events()[0]["event"] == "test"
    delivery = WebhookDelivery.objects.get()
    page = admin.get(f"{PAGE}{webhook.pk}/deliveries/{delivery.pk}/").content.decode()
    assert "HTTP 200" in page
    assert "recebido" in page
    assert admin.post(f"{PAGE}{webhook.pk}/deliveries/{delivery.pk}/posting/").status_code == 302
    work_off()
    first, second = receiver.events()
    assert first["data"] == second["data"]
    assert [first["number"], second["number"]] == [1, 2]


def test_switched_off_it_is_told_nothing_and_on_again_it_is(
    company: Company, receiver: Receiver, browse: Browse
) -> None:
    webhook, admin = subscribe(company, receiver.url, "contact.updated"), browse(company.alice)
    admin.post(f"{PAGE}{webhook.pk}/state/", {"on": "0"})
    save_contact(Contact(tenant=company.tenant, name="Quirino"), company.ana)
    admin.post(f"{PAGE}{webhook.pk}/state/", {"on": "1"})
    save_contact(Contact(tenant=company.tenant, name="Zuleica"), company.ana)
    work_off()
    assert [event["data"]["name"] for event in receiver.events()] == ["Zuleica"]


def test_webhooks_are_for_administrators(company: Company, strangers: Strangers, browse: Browse) -> None:
    webhook = subscribe(company, "https://erp.example/", "lead.created")
    assert browse(company.alice).get(PAGE).status_code == 200
    assert browse(company.marta).get(PAGE).status_code == 403
    assert browse(company.ana).get(PAGE).status_code == 403
    assert browse(strangers.olga).get(f"{PAGE}{webhook.pk}/").status_code == 404
