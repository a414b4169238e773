"""Whatever two agents do with leads, sales and plans, in whatever order, and whoever turns out to be whom meanwhile:
what the conversations say of them stays true.
"""

import os
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from chats import actions
from chats.actions.next_step import refresh
from chats.actions.undo import undo, undoable
from chats.models import Chat, ChatStatus, UndoStep
from crm.actions import TooLate, create_lead_once, merge_contacts, open_company, recognise, stage_before_closing
from crm.identity import Address
from crm.models import Activity, Contact, ContactMerge, Lead, Opportunity, Stage, StageChange, StageKind, User
from tests.cast import Company
from tests.factories import ChatFactory

# More in a night than in a working day: EXAMPLES=500 finds what a dozen do not.
EXAMPLES = int(os.environ.get("EXAMPLES", "12"))
STEPS = 20
PHONE, HIDDEN = "5511988887777", "99887766554433@lid"
WHICH = st.integers(0, 9)
AMOUNTS = st.decimals(0, 99_999, places=2)
DAYS = st.integers(-3, 9)
MODELS = (Opportunity, Activity, Lead)


class Sales(RuleBasedStateMachine):
    """Two agents, three customers; one of them writes by phone and by a hidden id, which nobody knows yet."""

    company: ClassVar[Company]
    stages: ClassVar[list[Stage]]

    def __init__(self) -> None:
        super().__init__()
        self.before = transaction.savepoint()
        self.amounts: dict[Any, Decimal] = {}
        self.moves: Counter[Any] = Counter()
        tenant = self.company.tenant
        for address in (PHONE, HIDDEN, "5521977776666"):
            parsed = Address.parse(address)
            contact = recognise(tenant.pk, parsed, name=f"Cliente {address[:4]}")
            ChatFactory(tenant=tenant, contact=contact, phone=parsed.key, session=self.company.number)
        # One of them also writes from a second phone.
        ChatFactory(tenant=tenant, contact=contact, phone="5521966665555", session=self.company.number)

    def teardown(self) -> None:
        transaction.set_rollback(False)
        transaction.savepoint_rollback(self.before)

    # What can be done.

    @rule(who=WHICH, where=WHICH, amount=AMOUNTS, stage=WHICH)
    def open_a_sale(self, who: int, where: int, amount: Decimal, stage: int) -> None:
        first = _one([stage for stage in self.stages if stage.kind == StageKind.OPEN], stage)
        deal = actions.open_deal(self.chat(where), self.agent(who), "Sofá", first, amount)
        self.amounts[deal.pk], self.moves[deal.pk] = amount, 1

    @precondition(lambda self: self.amounts)
    @rule(who=WHICH, which=WHICH, amount=AMOUNTS, owner=WHICH)
    def describe_a_sale(self, who: int, which: int, amount: Decimal, owner: int) -> None:
        deal = self.deal(which)
        actions.describe_deal(None, self.agent(who), deal, "Sofá e tapete", amount, owner=self.agent(owner))
        self.amounts[deal.pk] = amount

    @precondition(lambda self: self.amounts)
    @rule(who=WHICH, which=WHICH, where=WHICH, stage=WHICH)
    def move_a_sale(self, who: int, which: int, where: int, stage: int) -> None:
        deal, to = self.deal(which), _one(self.stages, stage)
        self.moves[deal.pk] += deal.stage_id != to.pk
        here = Chat.objects.filter(contact=deal.contact, merged_into=None).order_by("pk").first()
        actions.move_deal(here if where % 2 else None, self.agent(who), deal, to, "Preço" if where % 3 else "")

    @precondition(lambda self: self.amounts)
    @rule(who=WHICH, which=WHICH)
    def reopen_a_sale(self, who: int, which: int) -> None:
        deal = self.deal(which)
        if before := stage_before_closing(deal):
            actions.move_deal(None, self.agent(who), deal, before)
            self.moves[deal.pk] += 1

    @precondition(lambda self: self.amounts)
    @rule(where=WHICH, which=WHICH)
    def put_in_focus(self, where: int, which: int) -> None:
        chat, deal = self.chat(where), self.deal(which)
        if deal.contact_id == chat.contact_id:
            actions.focus_deal(chat, deal)
            return
        try:
            actions.focus_deal(chat, deal)
        except Opportunity.DoesNotExist:
            return
        raise AssertionError("Somebody else's sale came into focus.")

    @rule(who=WHICH, where=WHICH, days=DAYS)
    def plan(self, who: int, where: int, days: int) -> None:
        actions.plan(self.chat(where), self.agent(who), "Ligar", timezone.now() + timedelta(days=days))

    @precondition(lambda self: Activity.objects.exists())
    @rule(who=WHICH, which=WHICH, days=DAYS, to=WHICH)
    def change_a_plan(self, who: int, which: int, days: int, to: int) -> None:
        step, by = _one(Activity.objects.order_by("pk"), which), self.agent(who)
        due_at = timezone.now() + timedelta(days=days)
        acts: list[Callable[[], object]] = [
            lambda: actions.complete(None, by, step),
            lambda: actions.take_up_again(None, by, step),
            lambda: actions.postpone(None, by, step, due_at),
            lambda: actions.replan(None, by, step, due_at=due_at, assignee=self.agent(to)),
            lambda: actions.call_off(None, by, step),
        ]
        _one(acts, to)()

    @rule(where=WHICH)
    def make_a_lead(self, where: int) -> None:
        chat = self.chat(where)
        assert chat.contact
        lead, _is_new = create_lead_once(chat.contact)
        Chat.objects.filter(pk=chat.pk).update(lead=lead)

    @rule(who=WHICH, where=WHICH, takes_back=st.booleans())
    def resolve_with_a_next_step(self, who: int, where: int, *, takes_back: bool) -> None:
        chat, by = self.chat(where), self.agent(who)
        before = set(Activity.objects.values_list("pk", flat=True))
        had_step = chat.next_step_id is not None
        with undoable(by, "resolved", [chat.pk]) as step:
            actions.plan(chat, by, "Voltar", timezone.now() + timedelta(days=1))
            actions.resolve(chat, by)
        if takes_back and UndoStep.objects.filter(pk=step.pk).exists():
            undo(step, by)
            assert Chat.objects.get(pk=chat.pk).status == chat.status or chat.status == ChatStatus.RESOLVED
            if not had_step:
                assert set(Activity.objects.values_list("pk", flat=True)) == before

    @rule(one=WHICH, other=WHICH, takes_back=st.booleans())
    def two_are_one(self, one: int, other: int, *, takes_back: bool) -> None:
        survivor, absorbed = self.contact(one), self.contact(other)
        if survivor == absorbed:
            return
        before = _belongings()
        merge = merge_contacts(survivor, absorbed, self.agent(one))
        refresh(survivor)
        self.holds()
        if takes_back:
            actions.undo_merge(merge, self.agent(other))
            assert _belongings() == before

    @rule()
    def whatsapp_tells_who_is_behind_the_hidden_id(self) -> None:
        actions.learn_pair(self.company.tenant.pk, Address.parse(HIDDEN), Address.parse(PHONE))

    @precondition(lambda self: ContactMerge.objects.filter(undone_at=None).exists())
    @rule(who=WHICH, which=WHICH)
    def they_are_two_after_all(self, who: int, which: int) -> None:
        merge = _one(ContactMerge.objects.filter(undone_at=None).order_by("-merged_at"), which)
        # As the page offers it: the latest of those who became part of somebody who is still there.
        if merge.survivor.merged_into_id is None:
            actions.undo_merge(merge, self.agent(who))

    # What always holds.

    @invariant()
    def holds(self) -> None:
        self.each_chat_is_about_a_sale_of_its_own_person()
        self.the_log_of_stages_leads_to_the_stage()
        self.no_amount_is_lost_or_made_up()
        self.what_is_closed_is_known_to_be()
        self.each_chat_knows_what_is_next()
        self.nothing_is_left_between_two_people()

    def each_chat_is_about_a_sale_of_its_own_person(self) -> None:
        about = Chat.objects.filter(opportunity__isnull=False)
        assert not about.exclude(opportunity__contact=F("contact")).exists()

    def the_log_of_stages_leads_to_the_stage(self) -> None:
        for deal in Opportunity.objects.all():
            log = list(StageChange.objects.filter(opportunity=deal).order_by("changed_at", "id"))
            assert log[0].from_stage_id is None
            assert all(before.to_stage_id == after.from_stage_id for before, after in pairwise(log))
            assert log[-1].to_stage_id == deal.stage_id
            assert len(log) == self.moves[deal.pk]

    def no_amount_is_lost_or_made_up(self) -> None:
        assert dict(Opportunity.objects.values_list("pk", "amount")) == self.amounts
        by_contact = Opportunity.objects.values("contact").annotate(sum=Sum("amount"))
        assert sum((row["sum"] for row in by_contact), Decimal(0)) == sum(self.amounts.values(), Decimal(0))
        assert Opportunity.objects.all().totals().amount == sum(self.amounts.values(), Decimal(0))

    def what_is_closed_is_known_to_be(self) -> None:
        for deal in Opportunity.objects.select_related("stage"):
            assert (deal.closed_at is None) == deal.is_open
            assert not (deal.is_open and deal.close_reason)

    def each_chat_knows_what_is_next(self) -> None:
        for chat in Chat.objects.filter(merged_into=None):
            first = Activity.objects.filter(contact=chat.contact).open().first()
            assert (chat.next_step, chat.next_step_at) == (first, first.due_at if first else None)

    def nothing_is_left_between_two_people(self) -> None:
        for model in MODELS:
            assert not model._default_manager.filter(contact=None).exists()
            assert not model._default_manager.filter(contact__merged_into__isnull=False).exists()
        for rows, name in (
            (Opportunity.objects, "lead"),
            (Activity.objects, "lead"),
            (Activity.objects, "opportunity"),
            (Activity.objects, "chat"),
            (Chat.objects.filter(merged_into=None), "lead"),
        ):
            strays = rows.filter(**{f"{name}__isnull": False}).exclude(**{f"{name}__contact": F("contact")})
            assert not strays.exists(), (rows.model, name)
        assert not Activity.objects.filter(chat__merged_into__isnull=False).exists()

    # Whom and what a number means.

    def agent(self, number: int) -> User:
        return _one([self.company.ana, self.company.bruno], number)

    def chat(self, number: int) -> Chat:
        return _one(Chat.objects.filter(merged_into=None).select_related("contact").order_by("pk"), number)

    def deal(self, number: int) -> Opportunity:
        return _one(Opportunity.objects.select_related("stage", "contact", "owner").order_by("pk"), number)

    def contact(self, number: int) -> Contact:
        return _one(Contact.objects.filter(merged_into=None).order_by("pk"), number)


def _one(rows: Any, number: int) -> Any:
    every = list(rows)
    return every[number % len(every)]


def _belongings() -> dict[str, dict[Any, Any]]:
    """Whose everything is, and what the conversations say."""
    found = {model.__name__: dict(model._default_manager.values_list("pk", "contact")) for model in MODELS}
    columns = ("contact", "opportunity", "lead", "next_step", "merged_into")
    return found | {"Chat": {row[0]: row[1:] for row in Chat.objects.values_list("pk", *columns)}}


def test_what_the_conversations_say_of_sales_and_plans_is_always_true(company: Company) -> None:
    pipeline = open_company("Modelo", "modelo").pipelines.get()
    pipeline.stages.update(tenant=company.tenant)
    Sales.company, Sales.stages = company, list(pipeline.stages.order_by("position"))
    run_state_machine_as_test(
        Sales,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
        ),
    )


def test_a_merge_is_undone_once(company: Company) -> None:
    one, other = (ChatFactory(tenant=company.tenant).contact for _ in range(2))
    merge = merge_contacts(one, other, company.ana)
    actions.undo_merge(merge, company.ana)
    try:
        actions.undo_merge(merge, company.ana)
    except TooLate:
        return
    raise AssertionError("It was undone twice.")
