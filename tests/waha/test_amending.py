"""Reactions, edits and deletions of ours reach WhatsApp, and the row changes once, whoever tells of it first."""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from functools import partial

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from chats import actions
from chats.actions import NotSendable
from chats.actions.amend import record_amended
from chats.models import Amendment, Message, MessageEdit, Reaction, SendState
from chats.waha import amending, outbox
from chats.waha.tasks import sending
from crm.models import ReplyPolicy, User
from tests.faults.beside import Beside, somebody_waits_for_a_lock
from tests.processes import until
from tests.webhooks import JOAO, says

from . import engines
from .desk import Desk, bubble, deliver, finish_jobs, fresh, path
from .engines import GROUP, LID
from .jobs import run

AMEND = "waha.amend"
watch = sending.watch.func.__wrapped__
ENGINES = pytest.mark.parametrize("engine", ["NOWEB", "GOWS", "WEBJS"])


@pytest.fixture
def ours(desk: Desk) -> Message:
    """A text of ours that is out."""
    return deliver(desk.write(desk.chat(), "Custa 100 reais."))


@pytest.fixture
def theirs(desk: Desk) -> Message:
    """A customer's message that WAHA knows."""
    full = desk.waha.customer_says("default", JOAO, "quanto custa?", name="João")
    says("quanto custa?", message_id=full.split("_")[2]).deliver(desk.company.number)
    return Message.objects.get(body="quanto custa?")


def asked(desk: Desk) -> list[tuple[str, str, str]]:
    """What WhatsApp was asked to change."""
    return [(change.kind, change.message_id, change.value) for change in desk.waha.amended]


# --- It goes well ---


@ENGINES
def test_our_reaction_reaches_whatsapp_and_stands_on_the_bubble(
    desk: Desk, theirs: Message, engine: str, browse: Callable[[User], Client]
) -> None:
    response = browse(desk.company.ana).post(path(theirs, "reaction"), {"emoji": "👍"})
    assert "Reagindo com 👍…" in response.content.decode()
    run(AMEND)
    assert asked(desk) == [("reaction", theirs.message_id, "👍")]
    assert Reaction.objects.get().emoji == "👍"
    shown = bubble(browse(desk.company.ana), theirs)
    assert "👍" in shown
    assert "Reagindo" not in shown


@ENGINES
@pytest.mark.parametrize("told", [{"also": f"{JOAO}@s.whatsapp.net"}, {}], ids=["phone known", "phone unknown"])
def test_in_a_group_the_message_is_named_by_the_address_it_bears(desk: Desk, engine: str, told: dict[str, str]) -> None:
    """By the phone of somebody who wrote by hidden id WhatsApp takes the reaction, and shows it to nobody."""
    heard = engines.says(engine, "quem vem?", chat=GROUP, writer=LID, message_id="3EB0AA", **told)
    heard.deliver(desk.company.number)
    theirs = Message.objects.get(message_id="3EB0AA")
    assert (theirs.phone == JOAO) is (bool(told) and engine != "WEBJS")
    actions.react(theirs, desk.company.ana, "👍")
    run(AMEND)
    deliver(desk.write(theirs.chat, "eu vou", quoted=theirs))
    (reaction,) = [call.body["messageId"] for call in desk.waha.calls if call.operation == "reaction"]
    assert reaction == desk.waha.sent[0].reply_to == f"false_{GROUP}_3EB0AA_{LID}"


def test_a_reaction_is_changed_and_taken_back(desk: Desk, theirs: Message) -> None:
    for emoji in ("👍", "❤️", ""):
        actions.react(theirs, desk.company.ana, emoji)
        run(AMEND)
        assert Reaction.objects.get().emoji == emoji
    assert [value for _kind, _id, value in asked(desk)] == ["👍", "❤️", ""]


def test_the_same_reaction_again_asks_nothing(desk: Desk, theirs: Message) -> None:
    actions.react(theirs, desk.company.ana, "👍")
    run(AMEND)
    assert actions.react(theirs, desk.company.ana, "👍") is None
    assert run(AMEND) == 0


def test_only_the_last_of_several_wishes_is_brought_to_whatsapp(desk: Desk, theirs: Message) -> None:
    for emoji in ("👍", "❤️", "🙏"):
        actions.react(theirs, desk.company.ana, emoji)
    run(AMEND)
    assert [value for _kind, _id, value in asked(desk)] == ["🙏"]


@ENGINES
def test_an_edit_reaches_whatsapp_and_keeps_the_older_text(
    desk: Desk, ours: Message, engine: str, browse: Callable[[User], Client]
) -> None:
    response = browse(desk.company.ana).post(path(ours, "text"), {"body": "Custa 90 reais."})
    assert "Editando…" in response.content.decode()
    assert fresh(ours).body == "Custa 100 reais."
    run(AMEND)
    assert asked(desk) == [("edit", ours.message_id, "Custa 90 reais.")]
    assert (fresh(ours).body, MessageEdit.objects.get().old_body) == ("Custa 90 reais.", "Custa 100 reais.")
    assert fresh(ours).edited_at is not None


@ENGINES
def test_a_deletion_reaches_whatsapp_and_the_text_stays_marked(
    desk: Desk, ours: Message, engine: str, browse: Callable[[User], Client]
) -> None:
    browse(desk.company.ana).post(path(ours, "deletion"))
    run(AMEND)
    assert asked(desk) == [("revoke", ours.message_id, "")]
    assert (fresh(ours).body, fresh(ours).revoked_at is not None) == ("Custa 100 reais.", True)


# --- Its echo ---


@ENGINES
def test_the_echo_of_our_changes_is_no_second_change(at_work: Desk, engine: str) -> None:
    ours = deliver(at_work.write(at_work.chat(), "Custa 100 reais."))
    actions.edit_message(ours, at_work.company.ana, "Custa 90 reais.")
    run(AMEND)
    actions.react(ours, at_work.company.ana, "👍")
    run(AMEND)
    actions.delete_for_everyone(ours, at_work.company.ana)
    run(AMEND)
    at_work.waha.wait_idle()
    assert MessageEdit.objects.count() == 1
    assert [reaction.emoji for reaction in Reaction.objects.all()] == ["👍"]
    assert fresh(ours).body == "Custa 90 reais."


@pytest.mark.parametrize("times", ["before", "after"])
def test_an_echo_under_another_id_is_still_the_same_edit(desk: Desk, ours: Message, times: str) -> None:
    def echo() -> None:
        at = timezone.now() + timedelta(seconds=1)
        number = desk.company.number.pk
        actions.record_edit(number, str(ours.message_id), edit_id="3EB0ANOTHER", body="Custa 90 reais.", at=at)

    actions.edit_message(ours, desk.company.ana, "Custa 90 reais.")
    if times == "before":
        echo()
    run(AMEND)
    if times == "after":
        echo()
    assert (MessageEdit.objects.count(), fresh(ours).body) == (1, "Custa 90 reais.")


def test_an_echo_that_is_being_handled_at_this_moment_is_waited_for(at_work: Desk) -> None:
    """The answer to our call and the echo come by different roads, and end in one line of history."""
    ours = deliver(at_work.write(at_work.chat(), "Custa 100 reais."))
    amendment = actions.edit_message(ours, at_work.company.ana, "Custa 90 reais.")
    assert amendment
    number, now = at_work.company.number.pk, timezone.now()
    with ExitStack() as beside, transaction.atomic():
        actions.record_edit(number, str(ours.message_id), edit_id="3EB0ECHO", body="Custa 90 reais.", at=now)
        answer = partial(record_amended, amendment.pk, action_id="3EB0ANSWER", at=now)
        beside.enter_context(Beside(answer))
        until(somebody_waits_for_a_lock)
    assert MessageEdit.objects.values_list("edit_id", flat=True).get() == "3EB0ECHO"
    assert Amendment.objects.get(kind="EDIT").state == SendState.SENT


# --- It goes wrong ---


@pytest.mark.parametrize("fault", ["500", "500-but-sent", "drop-but-sent"])
def test_a_doubtful_change_is_made_again(desk: Desk, ours: Message, fault: str) -> None:
    amendment = actions.edit_message(ours, desk.company.ana, "Custa 90 reais.")
    assert amendment
    desk.waha.faults.next("edit", fault)
    with pytest.raises(outbox.TryLater):
        amending.amend(amendment.pk)
    amending.amend(amendment.pk)
    assert (fresh(ours).body, MessageEdit.objects.count()) == ("Custa 90 reais.", 1)


def test_a_refused_change_is_told_at_the_bubble_and_tried_again(
    desk: Desk, ours: Message, browse: Callable[[User], Client]
) -> None:
    amendment = actions.edit_message(ours, desk.company.ana, "Custa 90 reais.")
    assert amendment
    desk.waha.faults.next("edit", "400")
    run(AMEND)
    client = browse(desk.company.ana)
    assert "A edição não chegou ao WhatsApp." in bubble(client, ours)
    assert client.post(f"/atendimento/{ours.chat_id}/amendments/{amendment.pk}/sending/").status_code == 200
    run(AMEND)
    assert fresh(ours).body == "Custa 90 reais."
    assert "A edição não chegou" not in bubble(client, ours)


def test_a_refused_change_can_be_given_up(desk: Desk, ours: Message, browse: Callable[[User], Client]) -> None:
    amendment = actions.edit_message(ours, desk.company.ana, "Custa 90 reais.")
    assert amendment
    desk.waha.faults.next("edit", "400")
    run(AMEND)
    client = browse(desk.company.ana)
    client.post(f"/atendimento/{ours.chat_id}/amendments/{amendment.pk}/cancellation/")
    assert (Amendment.objects.count(), fresh(ours).body) == (0, "Custa 100 reais.")
    assert "A edição não chegou" not in bubble(client, ours)


def test_a_change_waits_while_the_number_is_disconnected_and_is_found_again(desk: Desk, ours: Message) -> None:
    type(desk.company.number).objects.update(status="STARTING")
    actions.react(ours, desk.company.ana, "👍")
    run(AMEND)
    assert asked(desk) == []
    type(desk.company.number).objects.update(status="WORKING")
    Amendment.objects.update(created_at=timezone.now() - timedelta(minutes=3))
    watch(timestamp=0)
    run(AMEND)
    assert [kind for kind, _id, _value in asked(desk)] == ["reaction"]


def test_a_change_nobody_could_make_is_given_back(desk: Desk, ours: Message) -> None:
    amendment = actions.react(ours, desk.company.ana, "👍")
    assert amendment
    Amendment.objects.update(created_at=timezone.now() - timedelta(hours=1))
    desk.waha.faults.next("reaction", "500")
    amending.amend(amendment.pk)
    assert Amendment.objects.get().state == SendState.FAILED


# --- What WhatsApp does not allow ---


def age(message: Message, **ago: float) -> Message:
    Message.objects.filter(pk=message.pk).update(timestamp=timezone.now() - timedelta(**ago))
    return message


def test_an_edit_after_a_quarter_of_an_hour_is_refused_in_plain_words(
    desk: Desk, ours: Message, browse: Callable[[User], Client]
) -> None:
    response = browse(desk.company.ana).post(path(age(ours, minutes=16), "text"), {"body": "outro"})
    assert response.status_code == 422
    assert "O WhatsApp só deixa editar uma mensagem por 15 minutos." in response.content.decode()


def test_a_deletion_after_days_is_refused_in_plain_words(
    desk: Desk, ours: Message, browse: Callable[[User], Client]
) -> None:
    response = browse(desk.company.ana).post(path(age(ours, days=3), "deletion"))
    assert response.status_code == 422
    assert "por cerca de dois dias" in response.content.decode()
    assert not Amendment.objects.exists()


def test_a_customers_words_are_not_ours_to_change(desk: Desk, theirs: Message) -> None:
    with pytest.raises(NotSendable, match="própria empresa"):
        actions.edit_message(theirs, desk.company.ana, "outro")
    with pytest.raises(NotSendable, match="própria empresa"):
        actions.delete_for_everyone(theirs, desk.company.ana)


def test_what_has_not_left_cannot_be_changed_on_whatsapp(desk: Desk) -> None:
    queued = desk.write(desk.chat())
    finish_jobs()
    with pytest.raises(NotSendable, match="não está no WhatsApp"):
        actions.react(queued, desk.company.ana, "👍")


def test_where_only_the_owner_may_answer_only_the_owner_may_change(
    desk: Desk, ours: Message, browse: Callable[[User], Client]
) -> None:
    desk.company.tenant.who_may_reply = ReplyPolicy.OWNER
    desk.company.tenant.save()
    for act, data in (("reaction", {"emoji": "👍"}), ("text", {"body": "outro"}), ("deletion", {})):
        assert browse(desk.company.bruno).post(path(ours, act), data).status_code == 422
    assert not Amendment.objects.exists()
