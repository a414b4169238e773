"""What sounds and pops up, for whom."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from chats.actions.muting import Quiet, mute_chat, mute_number
from chats.frames import bell, counters
from chats.models import Chat, ChatStatus
from chats.people.ringing import LATELY, Ring, rings_of
from crm.models import User, VisibilityPolicy
from notifications.actions import Line, notify
from notifications.models import NotificationType
from tests.cast import Company, Strangers
from tests.factories import ChatFactory, ContactFactory, MessageFactory


def written(company: Company, *, to: User | None, ago: timedelta = timedelta(), from_me: bool = False) -> Chat:
    """A chat into which somebody wrote a moment ago."""
    moment = timezone.now() - ago
    chat = ChatFactory(
        tenant=company.tenant,
        contact=ContactFactory(tenant=company.tenant, name="João da Silva"),
        session=company.number,
        assigned_to=to,
        last_message="Ainda tem o sofá?",
        last_message_at=moment,
    )
    chat.latest_message = MessageFactory(chat=chat, body="Ainda tem o sofá?", timestamp=moment, from_me=from_me)
    chat.save()
    return chat


def heard(user: User) -> list[Ring]:
    return list(rings_of(User.objects.get(pk=user.pk)).items)


def test_a_message_in_ones_own_chat_rings_with_who_wrote_and_what(company: Company) -> None:
    chat = written(company, to=company.ana)
    (ring,) = heard(company.ana)
    assert (ring.tone, ring.title, ring.text) == ("message", "João da Silva", "Ainda tem o sofá?")
    assert (ring.about, ring.link) == (f"chat:{chat.pk}", f"/atendimento/{chat.pk}/")


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (["mine"], {"mine", "watched"}),
        (["queue"], {"queue"}),
        (["others"], {"others"}),
        (["mine", "queue", "others"], {"mine", "watched", "queue", "others"}),
        ([], set()),
    ],
)
def test_each_hears_of_what_they_chose(company: Company, rules: list[str], expected: set[str]) -> None:
    chats = {
        "mine": written(company, to=company.ana),
        "queue": written(company, to=None),
        "others": written(company, to=company.bruno),
        "watched": written(company, to=company.bruno),
    }
    chats["watched"].watchers.add(company.ana)
    User.objects.filter(pk=company.ana.pk).update(sound_rules=rules)
    assert {ring.about for ring in heard(company.ana)} == {f"chat:{chats[name].pk}" for name in expected}


def test_what_one_may_not_see_does_not_ring(company: Company, strangers: Strangers) -> None:
    company.tenant.visibility = VisibilityPolicy.OWN
    company.tenant.save()
    User.objects.update(sound_rules=["mine", "queue", "others"])
    written(company, to=company.bruno)
    assert heard(company.ana) == []
    assert heard(strangers.otto) == []
    assert len(heard(company.marta)) == 1


def test_old_messages_own_messages_and_closed_chats_do_not_ring(company: Company) -> None:
    written(company, to=company.ana, ago=LATELY + timedelta(seconds=5))
    written(company, to=company.ana, from_me=True)
    done = written(company, to=company.ana)
    Chat.objects.filter(pk=done.pk).update(status=ChatStatus.RESOLVED)
    assert heard(company.ana) == []


def test_a_muted_chat_and_a_muted_number_do_not_ring_for_whoever_muted_them(company: Company) -> None:
    chat = written(company, to=None)
    mute_chat(chat, company.ana, Quiet.ALWAYS)
    mute_number(chat, company.bruno, Quiet.WEEK)
    assert (heard(company.ana), heard(company.bruno), len(heard(company.marta))) == ([], [], 1)


def test_nothing_rings_for_whoever_does_not_want_to_be_disturbed(company: Company) -> None:
    written(company, to=company.ana)
    User.objects.filter(pk=company.ana.pk).update(quiet_until=timezone.now() + timedelta(hours=1))
    assert heard(company.ana) == []


def test_sounds_and_pop_ups_are_switched_apart(company: Company) -> None:
    written(company, to=company.ana)
    for sounds, pops_up, volume, count in [(True, False, 70, 1), (False, True, 0, 1), (False, False, 0, 0)]:
        company.ana.sounds, company.ana.desktop_notifications = sounds, pops_up
        rings = rings_of(company.ana)
        assert (rings.volume, rings.pops_up, len(rings.items)) == (volume, pops_up, count)


def test_a_mention_has_its_own_tone(company: Company) -> None:
    notify([company.ana], Line(NotificationType.MENTION, subject="chat:1", title="Bruno mencionou você"))
    assert [(ring.tone, ring.title) for ring in heard(company.ana)] == [("mention", "Bruno mencionou você")]


@pytest.mark.parametrize(
    ("silent", "still", "told"),
    [([], [], [("message", True)]), (["SYSTEM"], [], [("", True)]), ([], ["SYSTEM"], [("message", False)])],
)
def test_each_kind_sounds_and_pops_up_as_the_person_wishes(
    company: Company, silent: list[str], still: list[str], told: list[tuple[str, bool]]
) -> None:
    User.objects.filter(pk=company.ana.pk).update(silent_kinds=silent, still_kinds=still)
    notify([company.ana], Line(NotificationType.SYSTEM, subject="x", title="Aviso"))
    assert [(ring.tone, ring.pops_up) for ring in heard(company.ana)] == told


def test_a_kind_that_neither_sounds_nor_pops_up_is_not_told(company: Company) -> None:
    User.objects.filter(pk=company.ana.pk).update(silent_kinds=["MENTION"], still_kinds=["MENTION"])
    notify([company.ana], Line(NotificationType.MENTION, subject="chat:1", title="Bruno mencionou você"))
    assert heard(company.ana) == []


def test_silent_messages_pop_up_all_the_same(company: Company) -> None:
    written(company, to=company.ana)
    User.objects.filter(pk=company.ana.pk).update(silent_kinds=["NEW_MESSAGE"])
    assert [(ring.tone, ring.pops_up) for ring in heard(company.ana)] == [("", True)]


def test_a_message_that_also_stands_in_the_bell_rings_once(company: Company) -> None:
    chat = written(company, to=company.ana)
    notify([company.ana], Line(NotificationType.NEW_MESSAGE, subject=f"chat:{chat.pk}", title="João"))
    assert len(heard(company.ana)) == 1


def test_a_line_about_a_muted_chat_does_not_ring(company: Company) -> None:
    chat = written(company, to=company.bruno, ago=timedelta(hours=1))
    mute_chat(chat, company.ana, Quiet.EIGHT_HOURS)
    notify([company.ana], Line(NotificationType.CHAT_ASSIGNED, subject=f"chat:{chat.pk}", title="João"))
    assert heard(company.ana) == []


@pytest.mark.parametrize("frame", [bell, counters])
def test_every_page_of_the_person_is_sent_what_rings(company: Company, frame: Callable[[User], str]) -> None:
    written(company, to=company.ana)
    text = frame(company.ana)
    assert 'id="rings"' in text
    assert 'data-volume="70"' in text
    assert "João da Silva" in text
    assert "João da Silva" not in frame(company.bruno)


def test_it_takes_a_fixed_number_of_queries(
    company: Company, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(4):
        written(company, to=company.ana)
    with django_assert_num_queries(2):
        assert len(rings_of(company.ana).items) == 4
