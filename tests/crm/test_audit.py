"""What is done is written down: by whom, on what, from what to what, and from where."""

import csv
import io
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from chats import actions as chats
from chats.models import Outcome
from crm.actions import create_opportunity, merge_contacts, move_stage, open_company, save_contact
from crm.models import AuditAct, AuditLog, Contact, Role, User
from tests.cast import Company, Strangers
from tests.factories import ChatFactory, ContactFactory

Browse = Callable[[User], Client]
AUDIT = "/configuracoes/auditoria/"


def line_of(act: AuditAct) -> AuditLog:
    return AuditLog.objects.filter(action=act).latest("created_at")


def test_a_changed_contact_leaves_only_what_changed(company: Company) -> None:
    contact = save_contact(Contact(tenant=company.tenant, name="João", phone="5511988887777"), company.ana)
    contact.name = "João da Silva"
    save_contact(contact, company.ana)
    line = line_of(AuditAct.CONTACT_CHANGED)
    assert (line.user, line.tenant, line.object_id) == (company.ana, company.tenant, contact.pk)
    assert (line.before, line.after) == ({"name": "João"}, {"name": "João da Silva"})


def test_a_contact_saved_as_it_was_leaves_no_line(company: Company) -> None:
    contact = save_contact(Contact(tenant=company.tenant, name="João"), company.ana)
    save_contact(contact, company.ana)
    assert not AuditLog.objects.filter(action=AuditAct.CONTACT_CHANGED).exists()


def test_a_chat_that_is_given_away_ended_and_brought_back_leaves_its_trace(company: Company) -> None:
    chat = ChatFactory(tenant=company.tenant, session=company.number)
    chats.assign(chat, company.ana, by=company.marta)
    chats.transfer(chat, company.bruno, by=company.ana)
    chats.resolve(chat, company.bruno, Outcome.NO_ANSWER)
    trace = AuditLog.objects.filter(object_id=chat.pk).order_by("created_at", "id")
    assert [(line.action, line.user, line.before, line.after) for line in trace] == [
        ("chat.assigned", company.marta, {"assigned_to": None}, {"assigned_to": "Ana Souza"}),
        ("chat.transferred", company.ana, {"assigned_to": "Ana Souza"}, {"assigned_to": "Bruno Lima"}),
        ("chat.status_changed", company.bruno, {"status": "OPEN", "outcome": ""},
         {"status": "RESOLVED", "outcome": "NO_ANSWER"}),
    ]  # fmt: skip


def test_an_opportunity_says_when_it_was_won(company: Company) -> None:
    other = open_company("Filial", "filial")
    contact = ContactFactory(tenant=other)
    stages = {stage.kind: stage for stage in other.pipelines.get().stages.order_by("-position")}
    deal = create_opportunity(contact, "Cofre", stages["OPEN"], amount=Decimal("10.50"), by=company.ana)
    move_stage(deal, stages["WON"], company.ana, "melhor preço")
    line = line_of(AuditAct.DEAL_WON)
    assert line.before == {"stage": str(stages["OPEN"]), "close_reason": ""}
    assert line.after == {"stage": str(stages["WON"]), "close_reason": "melhor preço"}


def test_a_merge_names_both_contacts(company: Company) -> None:
    one, other = ContactFactory(tenant=company.tenant, name="Zé"), ContactFactory(tenant=company.tenant, name="José")
    merge_contacts(one, other, company.ana)
    line = line_of(AuditAct.CONTACT_MERGED)
    assert (line.object_id, line.before["name"], line.after["name"]) == (one.pk, "José", "Zé")


def test_the_companys_rules_and_teams_are_kept_with_names_for_people(company: Company, browse: Browse) -> None:
    data = {"name": "Vendas", "colour": "#2563eb", "members": [company.ana.pk, company.bruno.pk]}
    assert browse(company.marta).post(f"/configuracoes/setores/{company.sales.pk}/", data).status_code == 200
    line = line_of(AuditAct.TEAM_CHANGED)
    assert (line.user, line.object_id) == (company.marta, company.sales.pk)
    assert line.before == {"members": ["Ana Souza"]}
    assert sorted(line.after["members"]) == ["Ana Souza", "Bruno Lima"]


def test_coming_in_failing_to_and_going_out_are_kept_with_the_address(company: Company, client: Client) -> None:
    company.ana.set_password("certo-e-longo")
    company.ana.save()
    for password in ("errado", "certo-e-longo"):
        client.post("/entrar/", {"username": "ANA@aurora.example", "password": password}, REMOTE_ADDR="203.0.113.9")
    client.post("/sair/", REMOTE_ADDR="203.0.113.9")
    kept = AuditLog.objects.filter(object_id=company.ana.pk).order_by("created_at", "id")
    assert [line.action for line in kept] == ["person.sign_in_failed", "person.signed_in", "person.signed_out"]
    assert {(line.tenant, line.ip) for line in kept} == {(company.tenant, "203.0.113.9")}
    assert "errado" not in str(list(kept.values()))


def test_an_address_nobody_has_is_not_kept(company: Company, client: Client) -> None:
    client.post("/entrar/", {"username": "minha-senha-secreta", "password": "x"})
    assert not AuditLog.objects.filter(action=AuditAct.SIGN_IN_FAILED).exists()


def test_a_line_and_the_answer_carry_the_id_of_the_request(company: Company, browse: Browse) -> None:
    client = browse(company.marta)
    answer = client.post(
        f"/configuracoes/setores/{company.sales.pk}/",
        {"name": "Vendas SP", "colour": "#2563eb"},
        headers={"x-request-id": "proxy-0001.a"},
    )
    assert answer.headers["X-Request-Id"] == "proxy-0001.a"
    assert line_of(AuditAct.TEAM_CHANGED).request_id == "proxy-0001.a"


@pytest.mark.parametrize("given", ["", "x", "a b c d e f g h", "<script>alert(1)</script>", "x" * 65])
def test_an_id_that_could_disturb_the_log_is_replaced(client: Client, given: str) -> None:
    answer = client.get("/healthz", headers={"x-request-id": given})
    assert len(answer.headers["X-Request-Id"]) == 32


def test_behind_a_proxy_the_address_is_the_one_it_saw_itself(company: Company) -> None:
    company.ana.set_password("certo-e-longo")
    company.ana.save()
    Client().post(
        "/entrar/",
        {"username": company.ana.email, "password": "certo-e-longo"},
        REMOTE_ADDR="127.0.0.1",
        headers={"x-forwarded-for": "203.0.113.66, 198.51.100.7"},
    )
    assert line_of(AuditAct.SIGNED_IN).ip == "198.51.100.7"


def test_what_is_changed_in_the_administration_is_kept_without_secrets(company: Company, browse: Browse) -> None:
    root = User.objects.create_superuser("raiz@plataforma.example", "segredo-de-raiz")
    page = f"/admin/waha/whatsappsession/{company.number.pk}/change/"
    client = browse(root)
    form = client.get(page).context["adminform"].form
    data = {name: form.initial.get(name) or "" for name in form.fields} | {"name": "Vendas 2"}
    data |= {name: "outra-chave-secreta" for name in form.fields if name == "api_key"}
    answer = client.post(page, {name: value for name, value in data.items() if value != ""})
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    line = line_of(AuditAct.ADMIN_CHANGED)
    assert (line.user, line.tenant) == (root, company.tenant)
    assert line.after["name"] == "Vendas 2"
    assert "secreta" not in str(list(AuditLog.objects.values()))


def test_managers_read_it_and_nobody_else(company: Company, strangers: Strangers, browse: Browse) -> None:
    contact = save_contact(Contact(tenant=company.tenant, name="Zuleica"), company.ana)
    contact.email = "zu@cliente.example"
    save_contact(contact, company.ana)
    page = browse(company.marta).get(AUDIT)
    assert page.status_code == 200
    html = page.content.decode()
    assert "Alterou um contato" in html
    assert "Zuleica" in html
    assert "zu@cliente.example" in html
    assert browse(company.ana).get(AUDIT).status_code == 403
    assert "Zuleica" not in browse(strangers.olga).get(AUDIT).content.decode()


def test_the_filter_narrows_by_person_act_object_and_day(company: Company, browse: Browse) -> None:
    save_contact(Contact(tenant=company.tenant, name="Zuleica"), company.ana)
    save_contact(Contact(tenant=company.tenant, name="Quirino"), company.bruno)
    client = browse(company.marta)

    def shown(**asked: object) -> set[str]:
        html = client.get(AUDIT, asked).content.decode()
        return {name for name in ("Zuleica", "Quirino") if f": {name}" in html}

    assert shown() == {"Zuleica", "Quirino"}
    assert shown(pessoa=company.ana.pk) == {"Zuleica"}
    assert shown(acao="contact.created") == {"Zuleica", "Quirino"}
    assert shown(acao="chat.assigned") == set()
    assert shown(objeto="zulei") == {"Zuleica"}
    assert shown(objeto=Contact.objects.get(name="Quirino").pk) == {"Quirino"}
    assert shown(ate="2020-01-01") == set()
    assert shown(de="2020-01-01", ate="9999-12-31") == {"Zuleica", "Quirino"}


def test_older_lines_follow_page_by_page_and_a_longer_log_asks_no_more(company: Company, browse: Browse) -> None:
    client = browse(company.marta)
    AuditLog.objects.all().delete()
    lines = [
        AuditLog(tenant=company.tenant, user=company.ana, action="contact.created", object_type="crm.Contact",
                 object_name=f"n{number:03}")
        for number in range(120)
    ]  # fmt: skip
    AuditLog.objects.bulk_create(lines)
    names: list[str] = []
    below, asked = "", []
    for _page in range(3):
        with CaptureQueriesContext(connection) as queries:
            context = client.get(AUDIT, {"abaixo": below}, headers={"hx-request": "true"}).context
        asked.append(len(queries))
        names += [line["row"].object_name for line in context["lines"]]
        below = context["below"]
    assert below == ""
    assert sorted(names) == [f"n{number:03}" for number in range(120)]
    assert len(set(asked)) == 1


def test_the_csv_holds_every_line_and_no_formula(company: Company, browse: Browse) -> None:
    save_contact(Contact(tenant=company.tenant, name='=HYPERLINK("http://x")'), company.ana)
    answer = browse(company.marta).get(f"{AUDIT}csv/", {"acao": "contact.created"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert rows[0][:3] == ["Quando", "Pessoa", "Ação"]
    assert rows[1][1:5] == ["Ana Souza", "Criou um contato", "Contato", '\'=HYPERLINK("http://x")']
    assert line_of(AuditAct.EXPORTED).user == company.marta


def test_every_act_has_words_in_portuguese() -> None:
    from django.utils.translation import override

    with override("en"):
        english = dict(AuditAct.choices)
        assert all(map(str, english.values()))
        words = {act: str(label) for act, label in english.items()}
    with override("pt-br"):
        assert [act for act, label in AuditAct.choices if str(label) == words[act]] == []


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ADMIN])
def test_both_kinds_of_keepers_see_the_link(company: Company, browse: Browse, role: str) -> None:
    person = company.marta if role == Role.MANAGER else company.alice
    assert AUDIT in browse(person).get("/configuracoes/preferencias/").content.decode()
