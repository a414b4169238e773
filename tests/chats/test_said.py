"""A search in what was said: a company's own words, the latest first, however long ago it was."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chats import actions
from chats.models import Chat, Message
from crm.models import User, VisibilityPolicy
from crm.words_by_month import FIRST_MONTH, month_of
from tests.cast import Company, Strangers
from tests.factories import ChatFactory, MessageFactory
from tests.webhooks import says

Browse = Callable[[User], Client]


def found(client: Client, typed: str) -> list[str]:
    """The messages that the page leads to, from top to bottom."""
    text = client.get("/atendimento/said/", {"q": typed}).content.decode()
    return re.findall(r'href="[^"]*\?m=([^"]*)"', text)


def say(chat: Chat, body: str, count: int, *, before: timedelta = timedelta()) -> None:
    """So many lines of one chat, a second apart, the last of them so long ago."""
    last = timezone.now() - before
    Message.objects.bulk_create(
        MessageFactory.build(chat=chat, tenant=chat.tenant, body=body, timestamp=last - timedelta(seconds=number))
        for number in range(count)
    )


@pytest.mark.parametrize("typed", ["orcamento", "ORÇAMENTO", "cozinha orç", "82118", "1.500", "example"])
def test_what_was_said_is_found_by_its_words(company: Company, browse: Browse, typed: str) -> None:
    message = MessageFactory(
        chat__tenant=company.tenant,
        body="Segue o orçamento da cozinha, pedido #82118: 1.500,00\n🙂reais, vendas@casa.example",
    )
    MessageFactory(chat__tenant=company.tenant, body="Outra coisa")
    text = browse(company.ana).get("/atendimento/said/", {"q": typed}).content.decode()
    assert text.count("said__line") == 1
    assert f"/atendimento/{message.chat.pk}/?m={message.pk}" in text
    assert "<mark>" in text


@pytest.mark.parametrize("typed", ["", "or", "???", "orcamentos", "\x00", "()&|!:*"])
def test_what_was_not_said_is_not_found(company: Company, browse: Browse, typed: str) -> None:
    MessageFactory(chat__tenant=company.tenant, body="Segue o orçamento da cozinha")
    text = browse(company.ana).get("/atendimento/said/", {"q": typed}).content.decode()
    assert "said__line" not in text


def test_what_was_said_where_one_may_not_look_is_not_found(
    company: Company, strangers: Strangers, browse: Browse
) -> None:
    MessageFactory(chat__tenant=company.tenant, chat__assigned_to=company.bruno, body="Segue o orçamento")
    company.tenant.visibility = VisibilityPolicy.OWN
    company.tenant.save()
    for person in (company.ana, strangers.olga):
        assert "said__line" not in browse(person).get("/atendimento/said/", {"q": "orçamento"}).content.decode()


def test_system_lines_are_not_what_somebody_said(company: Company, browse: Browse) -> None:
    chat = ChatFactory(tenant=company.tenant)
    actions.resolve(chat, company.ana)
    assert "said__line" not in browse(company.ana).get("/atendimento/said/", {"q": "resolved"}).content.decode()


@pytest.mark.parametrize(
    "typed, said",
    [("98765-4321", "987654321"), ("987654321", "98765 4321 987654321"), ("98765-4321", "ligue 98765.4321")],
)
def test_a_number_is_found_as_it_was_typed_and_as_one(company: Company, browse: Browse, typed: str, said: str) -> None:
    message = MessageFactory(chat__tenant=company.tenant, body=said)
    assert found(browse(company.ana), typed) == [str(message.pk)]


def test_an_excerpt_begins_with_a_word_shortly_before_what_was_looked_for(company: Company, browse: Browse) -> None:
    body = "Boa tarde, o prazo é de vinte dias. Quer que eu peça um orçamento com o frete?"
    MessageFactory(chat__tenant=company.tenant, body=body)
    text = browse(company.ana).get("/atendimento/said/", {"q": "orçam"}).content.decode()
    assert "…eu peça um <mark>orçam</mark>ento com o frete?" in text


def test_the_latest_come_first_however_long_ago_they_were_said(company: Company, browse: Browse) -> None:
    now = timezone.now()
    moments = [now + timedelta(minutes=5), now, *(now - timedelta(days=days) for days in (3, 40, 100, 300, 900, 3000))]
    moments += [datetime(2008, 12, 31, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC)]
    said = [MessageFactory(chat__tenant=company.tenant, body="Segue o boleto", timestamp=moment) for moment in moments]
    assert found(browse(company.ana), "boleto") == [str(message.pk) for message in said]


def test_a_day_is_of_one_month_wherever_the_company_is(company: Company, browse: Browse) -> None:
    """The first hours of a month in UTC are still the last of the month before in São Paulo."""
    month = datetime(2024, 3, 1, tzinfo=UTC)
    for moment in (month - timedelta(seconds=1), month, month + timedelta(hours=2)):
        MessageFactory(chat__tenant=company.tenant, body="Segue o boleto", timestamp=moment)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TIME ZONE 'America/Sao_Paulo'")
    rows = Message.objects.said_in([month_of(month)], "boleto", company.tenant.pk)
    assert rows.count() == 2
    assert len(found(browse(company.ana), "boleto")) == 3


def test_who_sees_few_conversations_finds_theirs_behind_those_of_all_others(company: Company, browse: Browse) -> None:
    company.tenant.visibility = VisibilityPolicy.OWN
    company.tenant.save()
    hers, his = (ChatFactory(tenant=company.tenant, assigned_to=owner) for owner in (company.ana, company.bruno))
    say(his, "Segue o boleto", 2_050)
    say(hers, "Segue o boleto", 2, before=timedelta(hours=5))
    say(hers, "Segue o boleto", 1, before=timedelta(days=500))
    keys = [str(message.pk) for message in Message.objects.filter(chat=hers).newest_first()]
    assert found(browse(company.ana), "boleto") == keys


def test_what_was_said_lately_is_found_without_a_look_at_what_was_said_before(company: Company, browse: Browse) -> None:
    chat = ChatFactory(tenant=company.tenant)
    say(chat, "Segue o boleto", 20)
    say(chat, "Segue o boleto", 20, before=timedelta(days=200))
    client = browse(company.ana)
    with CaptureQueriesContext(connection) as queries:
        assert len(found(client, "boleto")) == 20
    assert sum("to_tsquery" in query["sql"] for query in queries) == 1


def test_a_search_reads_no_other_companys_words_and_no_other_months(company: Company, strangers: Strangers) -> None:
    """Of what the index finds, nothing is thrown away: companies and months share its table."""
    say(ChatFactory(tenant=strangers.tenant), "Segue o boleto", 300)
    ours = ChatFactory(tenant=company.tenant)
    say(ours, "Segue o boleto", 200, before=timedelta(days=60))
    say(ours, "Segue o boleto", 3)
    analyze_messages()
    months = {month_of(timezone.now()), month_of(timezone.now() - timedelta(minutes=1))}
    plan = Message.objects.said_in(months, "boleto", company.tenant.pk).explain(analyze=True)
    assert re.search(r"Bitmap Index Scan on message_words .*actual .*rows=3[. ]", plan), plan


def test_a_word_that_nobody_said_is_looked_for_in_no_table_however_many_months_there_are(company: Company) -> None:
    """While other words wait to be sorted into the index, too; PostgreSQL thinks little of either."""
    chat = ChatFactory(tenant=company.tenant)
    say(chat, "Segue o boleto", 3_000)
    analyze_messages()
    say(chat, "Segue o contrato", 300)
    ever = range(month_of(timezone.now()) + 1, FIRST_MONTH - 1, -1)
    plan = Message.objects.said_in(ever, "nada disso", company.tenant.pk).explain(analyze=True)
    assert "Seq Scan on messages" not in plan, plan
    assert re.search(r"Bitmap Index Scan on message_words .*actual .*rows=0[. ]", plan), plan


def analyze_messages() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE messages")


def test_every_line_tells_the_company_of_its_chat(company: Company, browse: Browse) -> None:
    """Received, sent, a note, a line of the timeline: each may be searched for, or is beside what may."""
    assert says("Bom dia").deliver(company.number).status_code == 200
    chat = Chat.objects.get()
    actions.assign(chat, company.ana, by=company.ana)
    actions.add_note(chat, company.ana, "Ligar amanhã")
    browse(company.ana).post(f"/atendimento/{chat.pk}/messages/", {"client_id": str(uuid4()), "body": "Olá"})
    kinds = set(Message.objects.values_list("type", "from_me"))
    assert kinds == {("TEXT", False), ("TEXT", True), ("NOTE", True), ("SYSTEM", True)}
    assert not Message.objects.exclude(tenant=F("chat__tenant")).exists()
