"""Nobody sees, chooses or changes another company's rows in Django's admin."""

import json
import re
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import translation

from chats.models import Chat, ChatStatus
from crm.models import Team, Tenant, User

from .pages import MODELS, PAGES, address_of, admin_of, rows_of


@pytest.mark.parametrize("model", PAGES)
def test_a_company_administrator_lists_only_the_own_company(stranger: Client, model: Any) -> None:
    with translation.override("en"):
        page = stranger.get(address_of(model, "changelist"))
    assert page.status_code == 200
    strangers = set(rows_of(model, "casa-aurora").values_list("pk", flat=True))
    assert strangers, "the test proves nothing without rows of the other company"
    assert not strangers & set(page.context["cl"].queryset.values_list("pk", flat=True))
    html = page.content.decode()
    assert "Casa Aurora" not in html
    assert "Gabriela Moura" not in html


@pytest.mark.parametrize("model", PAGES)
def test_a_company_administrator_opens_no_page_of_another_company(stranger: Client, model: Any) -> None:
    other = rows_of(model, "casa-aurora").first()
    for name in ("change", "delete", "history"):
        assert stranger.get(address_of(model, name, other.pk)).status_code in {302, 403, 404}
    own = rows_of(model, "pet-feliz").first()
    if own is not None:
        page = stranger.get(address_of(model, "change", own.pk))
        assert page.status_code == 200
        assert "Casa Aurora" not in page.content.decode()


@pytest.mark.parametrize("model", PAGES)
def test_autocomplete_offers_only_the_own_company(stranger: Client, model: Any) -> None:
    for field_name in admin_of(model).autocomplete_fields:
        related = model._meta.get_field(field_name).related_model
        if related is Group:
            continue
        where = {
            "app_label": model._meta.app_label,
            "model_name": model._meta.model_name,
            "field_name": field_name,
        }
        answer = stranger.get(reverse("admin:autocomplete"), where)
        assert answer.status_code in {200, 403}
        if answer.status_code == 200:
            offered = {row["id"] for row in json.loads(answer.content)["results"]}
            theirs = {str(pk) for pk in rows_of(related, "casa-aurora").values_list("pk", flat=True)}
            assert not offered & theirs


def test_another_companys_people_are_refused_in_a_form(stranger: Client) -> None:
    team = Team.objects.filter(tenant__slug="pet-feliz").first()
    foreign = User.objects.get(email="ana@casaaurora.example")
    assert team
    form = {"name": team.name, "colour": team.colour, "members": [str(foreign.pk)]}
    page = stranger.post(address_of(Team, "change", team.pk), form)
    assert page.status_code == 200
    assert page.context["adminform"].errors["members"]
    assert not team.members.filter(pk=foreign.pk).exists()


def test_what_company_staff_add_belongs_to_their_company(stranger: Client) -> None:
    aurora = Tenant.objects.get(slug="casa-aurora")
    stranger.post(address_of(Team, "add"), {"name": "Nova", "colour": "#000000", "tenant": str(aurora.pk)})
    assert Team.objects.get(name="Nova").tenant.slug == "pet-feliz"


def test_company_staff_cannot_make_themselves_superusers(stranger: Client) -> None:
    marta = User.objects.get(email="marta@petfeliz.example")
    form = {
        "email": marta.email,
        "name": "Marta",
        "role": marta.role,
        "is_active": "on",
        "presence": marta.presence,
        "language": marta.language,
        "muted_kinds": "[]",
        "is_superuser": "on",
    }
    assert stranger.post(address_of(User, "change", marta.pk), form).status_code == 302
    marta.refresh_from_db()
    assert marta.name == "Marta"
    assert not marta.is_superuser


@pytest.mark.parametrize("model", PAGES)
def test_no_choice_no_filter_and_no_line_of_history_is_another_companys(stranger: Client, model: Any) -> None:
    """Every option of every form and sidebar, by its key: rows of the other company are offered nowhere."""
    theirs = {str(pk) for other in MODELS for pk in rows_of(other, "casa-aurora").values_list("pk", flat=True)[:500]}
    pages = [stranger.get(address_of(model, "changelist")), stranger.get(address_of(model, "add"))]
    if row := rows_of(model, "pet-feliz").first():
        pages += [stranger.get(address_of(model, name, row.pk)) for name in ("change", "history")]
    for page in pages:
        found = set(re.findall(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", page.content.decode()))
        assert not found & theirs


def test_a_filter_that_names_another_companys_row_finds_nothing(stranger: Client) -> None:
    """By hand in the address: nothing answers; where a filter has one choice only, Django shows and applies none."""
    asked, applied, theirs = 0, 0, Tenant.objects.get(slug="casa-aurora")
    for model in MODELS:
        for filtered in admin_of(model).list_filter:
            name = filtered[0] if isinstance(filtered, tuple) else filtered
            field = model._meta.get_field(name) if isinstance(name, str) else None
            if field is None or not field.is_relation:
                continue
            other = rows_of(field.related_model, "casa-aurora").first()
            page = stranger.get(address_of(model, "changelist"), {f"{name}__id__exact": str(other.pk)})
            asked += 1
            assert page.status_code in {302, 200}
            if page.status_code == 200:
                shown = page.context["cl"]
                is_applied = any(getattr(each, "field_path", "") == name for each in shown.filter_specs)
                applied += is_applied
                found = shown.queryset
                if not is_applied:
                    found = found.filter(**{admin_of(model).company_lookup: theirs.pk})
                assert not found.exists(), f"{model.__name__}.{name}"
    assert asked
    assert applied


def test_no_act_of_any_list_touches_another_companys_rows(stranger: Client) -> None:
    """Every act that a list offers, on rows of the other company."""
    asked = 0
    for model in MODELS:
        page = stranger.get(address_of(model, "changelist"))
        acts = (
            [name for name, _label in page.context["action_form"].fields["action"].choices if name]
            if (page.context.get("action_form"))
            else []
        )
        rows = rows_of(model, "casa-aurora")
        before = list(rows.order_by("pk").values())
        for act in acts:
            chosen = [str(pk) for pk in rows.values_list("pk", flat=True)[:3]]
            stranger.post(address_of(model, "changelist"), {"action": act, "_selected_action": chosen, "post": "yes"})
            asked += 1
        assert list(rows.order_by("pk").values()) == before, model.__name__
    assert asked


def test_the_recent_acts_of_the_platform_are_on_no_companys_page(superuser: Client) -> None:
    """The admin's front page lists what one has done oneself, and nothing of anybody else's."""
    team = Team.objects.filter(tenant__slug="casa-aurora")[0]
    form = {"tenant": str(team.tenant_id), "name": "Equipe da plataforma", "colour": "#000000", "members": []}
    assert superuser.post(address_of(Team, "change", team.pk), form).status_code == 302
    marta = Client()
    marta.force_login(User.objects.get(email="marta@petfeliz.example"), "crm.backends.PersonBackend")
    assert "Equipe da plataforma" not in marta.get(reverse("admin:index")).content.decode()


def test_acts_on_another_companys_chats_do_nothing(stranger: Client) -> None:
    chat = Chat.objects.filter(tenant__slug="casa-aurora", status=ChatStatus.OPEN).first()
    assert chat
    stranger.post(address_of(Chat, "changelist"), {"action": "resolve", "_selected_action": [str(chat.pk)]})
    assert Chat.objects.get(pk=chat.pk).status == ChatStatus.OPEN
