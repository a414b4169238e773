"""How the company works is changed while its pages are open: they obey at once."""

from collections.abc import Callable

from django.test import Client
from django.utils import timezone

from chats import actions
from chats.models import Chat
from crm.actions import change_person
from crm.actions.tags import coin_tag, save_tag
from crm.models import Tenant, User, VisibilityPolicy
from tests.cast import make_strangers
from tests.conftest import Running

from .listening import listening

Browse = Callable[[User], Client]
BESIDE = "/ws/paginas/"
# Where a conversation was, there is none.
CLOSED = 'id="thread"'


def test_who_left_the_team_loses_its_open_conversation_at_once(running: Running, browse: Browse) -> None:
    company = running.company
    Tenant.objects.filter(pk=company.tenant.pk).update(visibility=VisibilityPolicy.TEAM)
    running.customer_says("Segredo do setor")
    chat = Chat.objects.get()
    actions.transfer(chat, company.sales, company.marta)
    actions.assign(chat, company.marta, by=company.marta)
    with listening(running.web, browse(company.ana), chat) as ana:
        assert "Segredo do setor" in ana.heard
        change_person(company.ana, company.marta, teams=[])
        heard = ana.hear('data-live="start-over"')
        assert f'id="chat-{chat.pk}"' in heard
        ana.heard = ""
        running.customer_says("Outro segredo")
        ana.hear_nothing_of("Outro segredo")


def test_a_page_that_was_away_starts_over_and_loses_what_is_not_its_own_any_more(
    running: Running, browse: Browse
) -> None:
    company = running.company
    running.customer_says("Segredo do setor")
    chat, away_since = Chat.objects.get(), timezone.now()
    actions.assign(chat, company.marta, by=company.marta)
    Tenant.objects.filter(pk=company.tenant.pk).update(visibility=VisibilityPolicy.OWN)
    change_person(company.ana, company.marta, teams=[])
    with listening(running.web, browse(company.ana), chat, since=away_since.isoformat()) as ana:
        assert 'data-live="start-over"' in ana.heard
        assert CLOSED in ana.heard
        assert "Segredo do setor" not in ana.heard


def test_a_page_of_another_company_is_told_nothing_of_a_conversation_that_it_names(
    running: Running, browse: Browse
) -> None:
    running.customer_says("Segredo do setor")
    with listening(running.web, browse(make_strangers().olga), Chat.objects.get()) as olga:
        olga.hear_nothing_of("Segredo do setor", str(Chat.objects.get().pk))


def test_word_of_a_change_that_got_lost_is_made_good_by_looking(running: Running, browse: Browse) -> None:
    with listening(running.web, browse(running.company.ana)) as ana:
        Tenant.objects.filter(pk=running.company.tenant.pk).update(changed_at=timezone.now())
        ana.hear('data-live="start-over"')


def test_a_tag_of_another_name_has_it_on_every_page(running: Running, browse: Browse) -> None:
    tag = coin_tag(running.company.tenant.pk, "VIP")
    with (
        listening(running.web, browse(running.company.ana)) as inbox,
        listening(running.web, browse(running.company.ana), path=BESIDE) as beside,
    ):
        tag.name = "Ouro"
        save_tag(tag)
        inbox.hear('data-live="start-over"')
        beside.hear('data-subjects="*"')
