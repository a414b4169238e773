"""The menu of what can be attached, and the dialogs of places, contact cards and polls."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from chats import actions
from chats.models import Chat, Message, MessageType
from chats.places import read_place
from crm.models import User, VisibilityPolicy
from tests.cast import Company
from tests.webhooks import says

Browse = Callable[[User], Client]
IN_DIALOG = {"HX-Request": "true", "HX-Target": "dialog"}


@pytest.fixture
def chat(company: Company) -> Chat:
    """A customer waits in the queue."""
    says("onde fica a loja?").deliver(company.number)
    return Chat.objects.get()


def client_id_in(html: str) -> str:
    found = re.search(r'name="client_id" value="([0-9a-f-]{36})"', html)
    assert found
    return found[1]


def sent() -> list[Message]:
    return list(Message.objects.filter(from_me=True).exclude(type=MessageType.SYSTEM))


@pytest.mark.parametrize(
    ("version", "refused"),
    [("2026.8.2", []), ("2026.7.1", ["sticker"]), ("2026.2.1", ["image", "document", "audio", "sticker"])],
)
def test_what_the_number_cannot_send_is_shown_with_the_reason(
    chat: Chat, company: Company, browse: Browse, version: str, refused: list[str]
) -> None:
    company.number.version = version
    company.number.save()
    menu = browse(company.ana).get(f"/atendimento/{chat.pk}/attaching/").content.decode()
    assert menu.count("disabled") == menu.count("menu__why") == len(refused)
    assert menu.count('role="menuitem"') == 7


@pytest.mark.parametrize(
    ("name", "data", "type_"),
    [
        ("place", {"place": "https://www.google.com/maps/@-23.5505,-46.6333,17z", "place_name": "Loja"}, "LOCATION"),
        ("card", {"contact_name": "Maria", "contact_phone": "(21) 97777-6666"}, "CONTACT"),
        ("poll", {"poll_name": "Que dia?", "poll_options": ["Segunda", "Terça", "", ""]}, "POLL"),
    ],
)
def test_a_dialogs_form_sends_one_message_however_often_it_is_pressed(
    chat: Chat, company: Company, browse: Browse, name: str, data: dict[str, str], type_: str
) -> None:
    client = browse(company.ana)
    dialog = client.get(f"/atendimento/{chat.pk}/attaching/{name}/").content.decode()
    wanted = {"client_id": client_id_in(dialog), **data}
    for _press in range(2):
        answer = client.post(f"/atendimento/{chat.pk}/messages/", wanted, headers=IN_DIALOG)
        assert (answer.status_code, answer["HX-Trigger"]) == (200, '{"dialog:close": {}}')
    assert [message.type for message in sent()] == [type_]


def test_a_place_that_is_none_is_refused_in_the_dialog(chat: Chat, company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    dialog = client.get(f"/atendimento/{chat.pk}/attaching/place/").content.decode()
    wanted = {"client_id": client_id_in(dialog), "place": "https://maps.app.goo.gl/abc"}
    answer = client.post(f"/atendimento/{chat.pk}/messages/", wanted, headers=IN_DIALOG)
    assert answer.status_code == 422
    assert 'id="dialog-error"' in answer.content.decode()
    assert "Não encontramos um lugar" in answer.content.decode()
    assert sent() == []


@pytest.mark.parametrize(
    "text",
    [
        "-23.5505, -46.6333",
        "(-23.5505 -46.6333)",
        "-23,5505; -46,6333",
        "geo:-23.5505,-46.6333",
        "https://www.google.com/maps?q=-23.5505,-46.6333",
        "https://www.google.com/maps/place/Loja/@-23.1,-46.1,17z/data=!3m1!4b1!4m5!3m4!1s0x0:0x0!8m2!3d-23.5505!4d-46.6333",
        "https://www.google.com/maps/search/?api=1&query=-23.5505%2C-46.6333",
        "https://maps.apple.com/?ll=-23.5505,-46.6333&q=Loja",
        "https://www.openstreetmap.org/?mlat=-23.5505&mlon=-46.6333#map=17/-23.1/-46.1",
        "https://waze.com/ul?ll=-23.5505,-46.6333&navigate=yes",
    ],
)
def test_a_pasted_place_is_read(text: str) -> None:
    assert read_place(text) == (-23.5505, -46.6333)


@pytest.mark.parametrize("text", ["", "Rua Augusta, 100", "95.0, 10.0", "10.0, 190.0", "https://example.com/"])
def test_what_is_no_place_on_earth_is_not_read(text: str) -> None:
    assert read_place(text) is None


def test_a_contact_is_found_and_fills_in_the_card(chat: Chat, company: Company, browse: Browse) -> None:
    says("oi", phone="5521977776666", name="Marceneiro Zé").deliver(company.number)
    joiner = Chat.objects.get(phone="5521977776666")
    client, door = browse(company.ana), f"/atendimento/{chat.pk}/attaching/card/"
    found = client.get(door, {"parte": "lista", "q": "marceneiro"}).content.decode()
    assert "Marceneiro Zé" in found
    assert "Marceneiro" not in client.get(door, {"parte": "lista", "q": "padeiro"}).content.decode()
    fields = client.get(door, {"parte": "quem", "person": str(joiner.pk)}).content.decode()
    assert 'value="Marceneiro Zé"' in fields
    assert "97777-6666" in fields


def test_people_one_may_not_see_are_not_found(chat: Chat, company: Company, browse: Browse) -> None:
    says("oi", phone="5521977776666", name="Marceneiro Zé").deliver(company.number)
    joiner = Chat.objects.get(phone="5521977776666")
    company.tenant.visibility = VisibilityPolicy.OWN
    company.tenant.save()
    actions.assign(joiner, company.bruno, by=company.bruno)
    client, door = browse(company.ana), f"/atendimento/{chat.pk}/attaching/card/"
    assert "Marceneiro" not in client.get(door, {"parte": "lista", "q": "marceneiro"}).content.decode()
    assert client.get(door, {"parte": "quem", "person": str(joiner.pk)}).status_code == 404
    assert client.get(door, {"parte": "quem", "person": "nonsense"}).status_code == 404
