"""What a bubble says about a message that is more than its text."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from chats.models import Chat, Message
from crm.models import User
from tests.cast import Company
from tests.waha.engines import CHAT, GROUP, ME, NOWEB, WEBJS, calls, edits, message, reacts, revokes, says, votes

Browse = Callable[[User], Client]
FULL = f"false_{CHAT}_TARGET"
POLL = {"name": "Que dia?", "options": [{"optionName": "Sexta"}, {"optionName": "Sábado"}]}


@pytest.fixture
def bubble(company: Company, browse: Browse) -> Callable[..., str]:
    """Deliver these events and read the bubble of the first message of the conversation."""

    def bubble(*events: Any) -> str:
        for each in events:
            assert each.deliver(company.number).status_code == 200
        chat = Chat.objects.get()
        text = browse(company.ana).get(f"/atendimento/{chat.pk}/").content.decode()
        start = text.index(f'id="message-{Message.objects.earliest("pk").pk}"')
        end = text.find('<li id="message-', start + 1)
        return text[start : end if end > 0 else text.index("composer", start)]

    return bubble


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (["received"], "Chamada de voz recebida"),
        (["received", "rejected"], "Chamada de voz perdida"),
        (["received", "accepted"], "Chamada de voz atendida no celular"),
    ],
)
def test_a_call_says_what_became_of_it(bubble: Callable[..., str], told: list[str], words: str) -> None:
    assert words in bubble(*map(calls, told))


def test_a_video_call_is_called_so(bubble: Callable[..., str]) -> None:
    assert "Chamada de vídeo perdida" in bubble(calls("rejected", isVideo=True))


def test_a_poll_counts_its_votes_and_names_the_voters(bubble: Callable[..., str]) -> None:
    poll = message(NOWEB, {"pollCreationMessage": POLL}, chat=GROUP, writer=CHAT, message_id="TARGET")
    full = f"false_{GROUP}_TARGET_{CHAT}"
    maria = votes(NOWEB, ["Sexta"], full, chat=GROUP, writer="5521977776666@c.us")
    text = bubble(poll, maria, votes(NOWEB, ["Sábado", "Sexta"], full, chat=GROUP, from_me=True, at=1))
    assert 'title="+55 21 97777-6666, Você"' in text
    assert 'width="100%"' in text
    assert 'width="50%"' in text


def test_reactions_of_one_kind_are_counted_and_named(bubble: Callable[..., str]) -> None:
    text = bubble(
        says(NOWEB, "oi", message_id="TARGET"),
        reacts(NOWEB, "👍", FULL, at=1),
        reacts(NOWEB, "👍", FULL, at=2, from_me=True),
    )
    assert 'title="Cliente, Você"' in text
    assert '<span class="reactions__count">2</span>' in text


def test_an_edited_message_shows_its_earlier_texts(bubble: Callable[..., str]) -> None:
    text = bubble(says(NOWEB, "Custa 90", message_id="TARGET"), edits(NOWEB, "Custa 100", "TARGET"))
    assert "Texto anterior" in text
    assert "Custa 90" in text
    assert "editada" in text


def test_a_deleted_message_keeps_its_text_and_says_so(bubble: Callable[..., str]) -> None:
    text = bubble(says(NOWEB, "preço errado", message_id="TARGET"), revokes(NOWEB, "TARGET"))
    assert "preço errado" in text
    assert "is-revoked" in text


@pytest.mark.parametrize(("participant", "author"), [(f"{ME}@c.us", "Você"), (CHAT, "+55 11 98888-7777")])
def test_a_quote_says_whose_words_they_are(bubble: Callable[..., str], participant: str, author: str) -> None:
    reply = {"id": "OLD", "participant": participant, "body": None, "_data": {"imageMessage": {"url": "x"}}}
    text = bubble(says(NOWEB, "essa", replyTo=reply))
    assert f'<p class="quote__author">{author}</p>' in text
    assert '<p class="quote__body">Foto</p>' in text


def test_a_message_from_an_ad_shows_the_ad(bubble: Callable[..., str]) -> None:
    shown = {"title": "Sofá <b>", "sourceType": "ad", "sourceUrl": "https://fb.me/x?a=1&b=2"}
    raw = {"extendedTextMessage": {"text": "Oi", "contextInfo": {"externalAdReply": shown}}}
    text = bubble(message(NOWEB, raw, body="Oi"))
    assert "Veio de um anúncio" in text
    assert "Sofá &lt;b&gt;" in text
    assert 'href="https://fb.me/x?a=1&amp;b=2"' in text


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({"orderMessage": {"orderTitle": "Pedido 7"}}, "Pedido do catálogo. Veja no celular."),
        ({"groupInviteMessage": {"groupName": "Turma"}}, "Convite para um grupo. Veja no celular."),
        ({"hologramMessage": {"x": 1}}, "Veja no celular."),
    ],
)
def test_what_cannot_be_shown_says_what_it_is(bubble: Callable[..., str], raw: dict[str, Any], words: str) -> None:
    assert words in bubble(message(NOWEB, raw))


def test_what_is_waited_for_says_so(bubble: Callable[..., str]) -> None:
    assert "Aguardando mensagem" in bubble(message(WEBJS, {}, {"type": "ciphertext"}, name="message.waiting"))


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({"liveLocationMessage": {"degreesLatitude": 1.5, "degreesLongitude": 2.5}}, "Localização em tempo real"),
        ({"locationMessage": {}}, "Localização que não pôde ser lida"),
    ],
)
def test_a_place_that_moves_or_cannot_be_read_says_so(
    bubble: Callable[..., str], raw: dict[str, Any], words: str
) -> None:
    assert words in bubble(message(NOWEB, raw))
