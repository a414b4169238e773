"""What the composer says of the conversation it writes to, on loading and live."""

from collections.abc import Callable

import pytest
from django.test import Client

from chats import actions, frames
from chats.models import Chat
from chats.waha.models import WhatsAppSession
from crm.models import ReplyPolicy, User
from tests.cast import Company
from tests.webhooks import says

Browse = Callable[[User], Client]


@pytest.fixture
def chat(company: Company) -> Chat:
    says("quanto custa?").deliver(company.number)
    return Chat.objects.get()


def head() -> str:
    return frames.head(Chat.objects.for_thread().get())


def test_where_only_the_owner_answers_others_may_take_over_or_leave_a_note(
    chat: Chat, company: Company, browse: Browse
) -> None:
    company.tenant.who_may_reply = ReplyPolicy.OWNER
    company.tenant.save()
    assert "data-closed" not in head()
    actions.assign(chat, company.bruno, by=company.bruno)
    page = browse(company.ana).get(f"/atendimento/{chat.pk}/").content.decode()
    for shown in (page, head()):
        assert f'data-assigned-to="{company.bruno.pk}" data-closed' in shown
    assert "Só Bruno Lima responde aqui." in page
    client_id = "0192f0c1-0000-7000-8000-000000000001"
    note = {"client_id": client_id, "note": "1", "body": "vi isto"}
    assert browse(company.ana).post(f"/atendimento/{chat.pk}/messages/", note).status_code == 200


def test_a_number_that_is_down_says_how_many_messages_wait_for_it(chat: Chat, company: Company, browse: Browse) -> None:
    WhatsAppSession.objects.filter(pk=company.number.pk).update(status="FAILED")
    actions.send_message(chat, company.ana, "já vejo")
    actions.send_message(chat, company.ana, "um minuto")
    assert "2 mensagens na fila" in browse(company.ana).get(f"/atendimento/{chat.pk}/").content.decode()
