"""What the sales people made of their conversations: leads, opportunities, next steps."""

import random
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import cycle

from chats.actions.locking import changing
from chats.actions.next_step import refresh
from crm.actions import create_opportunity, move_stage, schedule_activity, write_note
from crm.models import ActivityKind, LeadStatus, Opportunity, Stage, StageKind

from . import past
from .customers import REMARKS
from .opening import Opened
from .plots import Cut, Ending
from .storyteller import Told

LOST_REASONS = ("Preço acima do orçamento", "Comprou na concorrência", "Adiou a reforma", "Prazo de entrega longo")
WON_REASONS = ("Pagamento confirmado no Pix", "Aprovado no cartão em 10x")
STEPS = (
    ("Retornar com a proposta ajustada", ActivityKind.FOLLOW_UP),
    ("Ligar para confirmar as medidas", ActivityKind.CALL),
    ("Enviar amostras de tecido", ActivityKind.TASK),
    ("Visita ao showroom", ActivityKind.MEETING),
    ("Confirmar a data de entrega", ActivityKind.TASK),
    ("Cobrar a resposta sobre o orçamento", ActivityKind.FOLLOW_UP),
)
# When next steps fall due, in hours from now: late, today, the coming days.
DUE_IN_HOURS = (-50, -26, -3, -1, 1, 2, 4, 22, 27, 46, 70, 98)
TIMES_THE_PRICE = (Decimal(1), Decimal(1), Decimal(1), Decimal("1.35"), Decimal(2))
CENTS = Decimal("0.01")


class SalesBook:
    """Writes the sales of one company down, in order; stages and due times go round."""

    def __init__(self, opened: Opened, rng: random.Random, now: datetime) -> None:
        self.opened, self.rng, self.now = opened, rng, now
        stages = list(Stage.objects.filter(tenant=opened.tenant, pipeline__is_default=True).order_by("position"))
        self._stages = stages
        self._open = cycle(stage for stage in stages if stage.kind == StageKind.OPEN)
        self._closed = cycle(
            [stage for stage in stages if stage.kind == StageKind.WON]
            + [stage for stage in stages if stage.kind == StageKind.LOST]
        )
        self._remarks = cycle(REMARKS)
        self._due, self._steps = cycle(DUE_IN_HOURS), cycle(STEPS)

    def write(self, told: Told) -> None:
        """What came of this conversation."""
        if told.plot.standing.cut is Cut.OPENING:
            return
        deal = self._deal(told) if told.plot.scene.deal else None
        self._move_lead(told, deal)
        if told.chat.contact and self.rng.random() < 0.4:
            note = write_note(told.chat.contact, told.owner, next(self._remarks))
            past.noted_at(note, told.plot.ends_at)
        if told.plot.standing.ending not in {Ending.RESOLVED, Ending.THANKED, Ending.ARCHIVED}:
            self._plan(told, deal)
        elif self.rng.random() < 0.3:
            self._plan(told, deal, done=True)

    def _deal(self, told: Told) -> Opportunity | None:
        chat, contact = told.chat, told.chat.contact
        if contact is None:
            return None
        is_over = told.plot.standing.ending in {Ending.RESOLVED, Ending.THANKED, Ending.ARCHIVED}
        target = next(self._closed if is_over else self._open)
        deal = create_opportunity(
            contact,
            _title(told),
            self._stages[0],
            amount=(told.words.price * self.rng.choice(TIMES_THE_PRICE)).quantize(CENTS),
            lead=chat.lead,
            owner=told.owner,
            expected_close_on=(self.now + timedelta(days=self.rng.randrange(3, 40))).date(),
        )
        self._walk(deal, target, told)
        past.deal_went(deal, chat.first_response_at or told.plot.ends_at, told.plot.ends_at)
        with changing(chat.pk) as locked:
            locked.opportunity = deal
            locked.outcome = target.kind if is_over else locked.outcome
        return Opportunity.objects.select_related("stage").get(pk=deal.pk)

    def _walk(self, deal: Opportunity, target: Stage, told: Told) -> None:
        """Stage by stage to the target; lost ones stop on the way."""
        way = [stage for stage in self._stages[1:] if stage.kind == StageKind.OPEN]
        if target.kind == StageKind.OPEN:
            way = [stage for stage in way if stage.position <= target.position]
        elif target.kind == StageKind.LOST:
            way = way[: self.rng.randrange(1, len(way) + 1)]
        for stage in way:
            move_stage(deal, stage, told.owner)
        if target.kind != StageKind.OPEN:
            reasons = WON_REASONS if target.kind == StageKind.WON else LOST_REASONS
            move_stage(deal, target, told.owner, self.rng.choice(reasons))

    def _move_lead(self, told: Told, deal: Opportunity | None) -> None:
        lead = told.chat.lead
        if lead is None:
            return
        status, reason = LeadStatus.CONTACTED, ""
        if deal and deal.stage.kind == StageKind.WON:
            status = LeadStatus.CONVERTED
        elif deal and deal.stage.kind == StageKind.LOST:
            status, reason = LeadStatus.LOST, deal.close_reason
        elif deal and deal.stage.position > 0:
            status = LeadStatus.QUALIFIED
        past.lead_became(lead, status, told.owner, reason, told.plot.ends_at)

    def _plan(self, told: Told, deal: Opportunity | None, *, done: bool = False) -> None:
        contact = told.chat.contact
        if contact is None or (not done and self.rng.random() < 0.3):
            return
        title, kind = next(self._steps)
        hour = self.now.replace(minute=0, second=0, microsecond=0)
        due_at = told.plot.ends_at if done else hour + timedelta(hours=next(self._due))
        activity = schedule_activity(
            contact,
            title,
            due_at,
            kind=kind,
            assignee=told.owner,
            chat=told.chat,
            opportunity=deal,
            lead=told.chat.lead,
        )
        past.planned_at(activity, told.plot.ends_at, done_at=due_at if done else None)
        refresh(contact)


def _title(told: Told) -> str:
    title = told.plot.scene.deal.format(**told.words.fixed)
    return title[0].upper() + title[1:]
