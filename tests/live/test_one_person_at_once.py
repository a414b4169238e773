"""A new person's first messages, fifty at once and under every address WhatsApp has for one."""

import itertools
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from django.db import connection

from chats.models import Chat, EarlyChange, Message
from chats.waha.models import EventState, WahaEvent
from crm.models import Contact, Lead
from tests.cast import Company, make_company
from tests.processes import Web
from tests.webhooks import JOAO, Event, says, signature

OLD_JOAO = "551188887777"  # without the ninth digit
LID = "99887766554433@lid"
MESSAGES, THREADS, ROUNDS = 50, 16, 3
PAIRED = {"_data": {"key": {"remoteJid": LID, "remoteJidAlt": f"{JOAO}@s.whatsapp.net"}, "pushName": "João"}}
ADDRESSES = [
    {"phone": JOAO},
    {"phone": OLD_JOAO},
    {"phone": LID, **PAIRED},
    {"phone": LID, "name": "João"},
]


def post(web: Web, company: Company, event: Event) -> int:
    body = event.body(company.number)
    signed = {"X-Webhook-Hmac": signature(company.number.webhook_secret, body), "Content-Type": "application/json"}
    return requests.post(web.url + company.number.webhook_path, body, headers=signed, timeout=60).status_code


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_one_contact_one_chat_one_lead_and_every_message(web: Web, transactional_db: None, round_: int) -> None:
    company = make_company()
    spellings = itertools.cycle(ADDRESSES[round_:] + ADDRESSES[:round_])
    events = [says(f"mensagem {each}", at=each, **next(spellings)) for each in range(MESSAGES)]  # type: ignore[arg-type]
    with ThreadPoolExecutor(THREADS) as senders:
        statuses = list(senders.map(lambda event: post(web, company, event), events))
    connection.close()
    assert set(statuses) == {200}
    assert not WahaEvent.objects.filter(state=EventState.FAILED).exists()
    people = Contact.objects.filter(tenant=company.tenant, merged_into=None)
    assert (people.count(), Lead.objects.count()) == (1, 1)
    chat = Chat.objects.get(merged_into=None)
    assert (chat.phone, chat.unread_count) == (JOAO, MESSAGES)
    assert Message.objects.filter(chat=chat, from_me=False).count() == MESSAGES
    assert not EarlyChange.objects.exists()
