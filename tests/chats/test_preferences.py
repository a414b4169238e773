"""What a person sets for themselves."""

import re
from collections.abc import Callable

from django.test import Client

from crm.models import User
from tests.cast import Company

Browse = Callable[[User], Client]
PAGE = "/configuracoes/preferencias/"
FILLED = {
    "language": "pt-br",
    "enter_sends": "on",
    "sounds": "on",
    "volume": "40",
    "sound_rules": ["mine", "others"],
    "kinds": ["NEW_MESSAGE", "MENTION"],
    "sounding_kinds": ["MENTION", "SESSION_DOWN"],
    "popping_kinds": ["NEW_MESSAGE"],
    "reminder_minutes": "30",
}


def test_an_agent_sets_how_they_work(company: Company, browse: Browse) -> None:
    response = browse(company.ana).post(PAGE, FILLED, follow=True)
    assert "Suas preferências foram salvas." in response.content.decode()
    ana = User.objects.get(pk=company.ana.pk)
    assert (ana.enter_sends, ana.signs, ana.sounds, ana.volume) == (True, False, True, 40)
    assert (ana.sound_rules, ana.desktop_notifications) == (["mine", "others"], False)
    assert "NEW_MESSAGE" not in ana.muted_kinds
    assert {"CHAT_ASSIGNED", "ACTIVITY_DUE"} <= set(ana.muted_kinds)
    # Somebody relies on these, whatever one prefers.
    assert not {"SESSION_DOWN", "SYSTEM"} & set(ana.muted_kinds)


def test_what_is_saved_is_what_the_page_shows(company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    client.post(PAGE, FILLED)
    page = client.get(PAGE).content.decode()
    ticked = {
        ("sound_rules", "mine"): True,
        ("sound_rules", "queue"): False,
        ("kinds", "MENTION"): True,
        ("kinds", "ACTIVITY_DUE"): False,
        ("kinds", "SYSTEM"): True,  # always
        ("sounding_kinds", "SESSION_DOWN"): True,
        ("sounding_kinds", "NEW_MESSAGE"): False,
        ("popping_kinds", "NEW_MESSAGE"): True,
        ("popping_kinds", "MENTION"): False,
    }
    for (name, value), is_ticked in ticked.items():
        boxes = re.findall(rf'<input[^>]*name="{name}"[^>]*>', page)
        box = next(box for box in boxes if f'value="{value}"' in box)
        assert ("checked" in box) == is_ticked, (name, value)
    assert '<option value="30" selected>' in page


def test_what_each_kind_of_notification_does_is_kept(company: Company, browse: Browse) -> None:
    browse(company.ana).post(PAGE, FILLED)
    ana = User.objects.get(pk=company.ana.pk)
    assert {"NEW_MESSAGE", "SYSTEM"} <= set(ana.silent_kinds)
    assert not {"MENTION", "SESSION_DOWN"} & set(ana.silent_kinds)
    assert "NEW_MESSAGE" not in ana.still_kinds
    assert ana.reminder_minutes == 30


def test_the_page_speaks_the_language_just_chosen(company: Company, browse: Browse) -> None:
    response = browse(company.ana).post(PAGE, FILLED | {"language": "en"}, follow=True)
    assert "Your preferences are saved." in response.content.decode()
    assert '<html lang="en">' in response.content.decode()


def test_a_volume_beyond_what_there_is_is_refused(company: Company, browse: Browse) -> None:
    response = browse(company.ana).post(PAGE, FILLED | {"volume": "400"})
    assert response.status_code == 422
    assert User.objects.get(pk=company.ana.pk).volume == 70


def test_nobody_gives_themselves_more_rights_here(company: Company, browse: Browse) -> None:
    browse(company.ana).post(PAGE, FILLED | {"role": "ADMIN", "is_staff": "on", "is_superuser": "on"})
    ana = User.objects.get(pk=company.ana.pk)
    assert (ana.role, ana.is_staff, ana.is_superuser) == ("AGENT", False, False)


def test_a_new_password_asks_for_the_old_one_and_keeps_one_signed_in(company: Company, browse: Browse) -> None:
    company.ana.set_password("aquela de antes 1")
    company.ana.save()
    client = browse(company.ana)
    words = {"new_password1": "cavalo bateria grampo", "new_password2": "cavalo bateria grampo"}
    assert client.post(f"{PAGE}senha/", words | {"old_password": "errada"}).status_code == 422
    response = client.post(f"{PAGE}senha/", words | {"old_password": "aquela de antes 1"}, follow=True)
    assert "Sua senha foi alterada." in response.content.decode()
    assert User.objects.get(pk=company.ana.pk).check_password("cavalo bateria grampo")
