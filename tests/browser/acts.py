"""What colleagues and the product itself do to João's conversation, each with all that has to be there for it."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from chats import actions
from chats.actions import joining, links, muting, people, scheduled, snoozing, undo
from chats.models import Amendment, Chat, Message, Outcome, ScheduledMessage
from crm.actions import save_contact
from crm.identity import Address
from crm.models import (
    Activity,
    Contact,
    ContactField,
    ContactMerge,
    Distribution,
    LeadStatus,
    Opportunity,
    Pipeline,
    Stage,
    StageKind,
    Tag,
)
from tests.conftest import Running
from tests.factories import NOON
from tests.presence import come
from tests.processes import until
from tests.webhooks import JOAO, says

HIDDEN_ID = "99887766554433@lid"


def joao() -> Chat:
    return Chat.objects.get(phone=JOAO)


def person_of(chat: Chat) -> Contact:
    assert chat.contact
    return chat.contact


def snoozed(running: Running) -> None:
    actions.snooze(joao(), running.company.ana, timezone.now() + timedelta(days=1))


def awake_again(running: Running) -> None:
    actions.snooze(joao(), running.company.ana, timezone.now() - timedelta(seconds=1))
    assert snoozing.wake(joao().pk)


def pending(running: Running) -> None:
    actions.pend(joao(), running.company.bruno)


def archived(running: Running) -> None:
    actions.archive(joao(), running.company.bruno)


def resolved_as_lost(running: Running) -> None:
    actions.resolve(joao(), running.company.bruno, Outcome.LOST, "Preço acima do orçamento")


def resolved_and_taken_back(running: Running) -> None:
    bruno = running.company.bruno
    with undo.undoable(bruno, "resolved", [joao().pk]) as step:
        actions.resolve(joao(), bruno)
    assert undo.undo(step, bruno) == [joao().pk]


def pinned(running: Running) -> None:
    actions.pin(joao(), True)


def tagged(running: Running) -> None:
    vip, late = (Tag.objects.create(tenant=running.company.tenant, name=name) for name in ("VIP", "Atrasado"))
    actions.put_tag(joao(), vip)
    actions.put_tag(joao(), late)
    actions.take_tag(joao(), late)


def transferred_with_a_word(running: Running) -> None:
    actions.transfer(joao(), running.company.sales, by=running.company.marta, note="Quer fechar hoje")


def watched(running: Running) -> None:
    actions.watch(joao(), running.company.bruno, by=running.company.marta)


def given_by_the_rotation(running: Running) -> None:
    tenant = running.company.tenant
    tenant.distribution = Distribution.ROTATION
    tenant.save()
    come(running.company.bruno)
    assert actions.distribute_queue(tenant)


def marked_unread(running: Running) -> None:
    bruno = running.company.bruno
    actions.assign(joao(), bruno, by=bruno)
    actions.read(joao(), bruno)
    actions.mark_unread(joao(), bruno)


def muted(running: Running) -> None:
    muting.mute_chat(joao(), running.company.ana, muting.Quiet.ALWAYS)


def a_new_opportunity(running: Running) -> None:
    _sell(running)


def a_stage_moved(running: Running) -> None:
    sofa = _sell(running)
    actions.move_deal(joao(), running.company.ana, sofa, _stage(running, "Negociação", 2))


def an_opportunity_won(running: Running) -> None:
    sofa = _sell(running)
    actions.move_deal(joao(), running.company.ana, sofa, _stage(running, "Ganho", 3, StageKind.WON), "Prazo")


def another_opportunity_in_focus(running: Running) -> None:
    sofa = _sell(running)
    actions.open_deal(joao(), running.company.ana, "Poltrona", sofa.stage, sofa.amount)
    actions.focus_deal(joao(), sofa)


def an_activity_scheduled(running: Running) -> None:
    _plan(running)


def an_activity_postponed(running: Running) -> None:
    actions.postpone(joao(), running.company.ana, _plan(running), timezone.now() + timedelta(days=3))


def an_activity_done(running: Running) -> None:
    actions.complete(joao(), running.company.ana, _plan(running))


def a_note_that_calls_ana(running: Running) -> None:
    actions.add_note(joao(), running.company.bruno, "@Ana Souza, ele já comprou em março")


def a_message_scheduled(running: Running) -> None:
    _schedule(running)


def a_scheduled_message_paused(running: Running) -> None:
    _schedule(running)
    running.customer_says("Antes disso, uma pergunta")


def a_scheduled_message_cancelled(running: Running) -> None:
    assert scheduled.call_off(_schedule(running))
    _schedule(running)


def a_link_preview_shown(running: Running) -> None:
    preview = links.preview_of(running.company.tenant.pk, "https://casaaurora.example/sofa")
    preview.title, preview.description = "Sofá Ipanema", "Retrátil, 2,30 m"
    preview.save()
    links.show_preview(Message.objects.get(body="Bom dia!").pk, preview)


def an_edit_refused(running: Running) -> None:
    sent = actions.send_message(joao(), running.company.ana, "Custa 80")
    until(lambda: Message.objects.get(pk=sent.pk).ack == 3)
    running.waha.faults.next("edit", "400")
    amendment = actions.edit_message(Message.objects.get(pk=sent.pk), running.company.ana, "Custa 90")
    assert amendment
    until(lambda: Amendment.objects.get(pk=amendment.pk).state == "FAILED")


def two_who_are_one(running: Running) -> None:
    _join(running)


def two_who_were_not_one(running: Running) -> None:
    _join(running)
    actions.undo_merge(ContactMerge.objects.get(), running.company.marta)


def a_lead_accepted(running: Running) -> None:
    actions.accept(joao(), running.company.bruno)


def a_lead_discarded(running: Running) -> None:
    actions.discard(joao(), running.company.bruno)


def a_lead_moved_on(running: Running) -> None:
    actions.change_lead(joao(), running.company.bruno, LeadStatus.QUALIFIED)


def a_person_described(running: Running) -> None:
    field = ContactField.objects.create(tenant=running.company.tenant, name="Limite", kind="MONEY")
    people.describe_person(person_of(joao()), running.company.bruno, "name", "João Pereira")
    people.fill_person(person_of(joao()), running.company.bruno, field, "1234.50")
    people.tag_person(person_of(joao()), "Arquiteta")
    people.note_person(person_of(joao()), running.company.bruno, "Prefere à tarde")


def two_contacts_joined(running: Running) -> None:
    _join_contacts(running)


def two_contacts_parted(running: Running) -> None:
    _join_contacts(running)
    joining.part_people(ContactMerge.objects.get(), running.company.marta)


ACTS: list[Callable[[Running], None]] = [
    snoozed,
    awake_again,
    pending,
    archived,
    resolved_as_lost,
    resolved_and_taken_back,
    pinned,
    tagged,
    transferred_with_a_word,
    watched,
    given_by_the_rotation,
    marked_unread,
    muted,
    a_new_opportunity,
    a_stage_moved,
    an_opportunity_won,
    another_opportunity_in_focus,
    an_activity_scheduled,
    an_activity_postponed,
    an_activity_done,
    a_note_that_calls_ana,
    a_message_scheduled,
    a_scheduled_message_paused,
    a_scheduled_message_cancelled,
    a_link_preview_shown,
    an_edit_refused,
    a_lead_accepted,
    a_lead_discarded,
    a_lead_moved_on,
    a_person_described,
    two_contacts_joined,
    two_contacts_parted,
    two_who_are_one,
    two_who_were_not_one,
]


def _stage(running: Running, name: str, position: int, kind: StageKind = StageKind.OPEN) -> Stage:
    tenant = running.company.tenant
    pipeline, _new = Pipeline.objects.get_or_create(tenant=tenant, name="Vendas", defaults={"is_default": True})
    return Stage.objects.create(tenant=tenant, pipeline=pipeline, name=name, position=position, kind=kind)


def _sell(running: Running) -> Opportunity:
    stage = _stage(running, "Proposta", 1)
    return actions.open_deal(joao(), running.company.ana, "Sofá Ipanema", stage, Decimal(4890))


def _plan(running: Running) -> Activity:
    return actions.plan(joao(), running.company.ana, "Enviar o prazo", timezone.now() + timedelta(hours=3))


def _schedule(running: Running) -> ScheduledMessage:
    return scheduled.schedule(joao(), running.company.ana, "Chegou?", timezone.now() + timedelta(hours=2))


def _join(running: Running) -> None:
    """João also writes by a hidden id, and WhatsApp tells later that both are one."""
    now = int((timezone.now() - NOON).total_seconds()) + 1
    says("Sou eu também", phone=HIDDEN_ID, name="", at=now).deliver(running.company.number)
    assert actions.learn_pair(running.company.tenant.pk, Address.parse(HIDDEN_ID), Address.parse(JOAO))


def _join_contacts(running: Running) -> None:
    """João was entered long ago, with another number."""
    known = save_contact(Contact(tenant=running.company.tenant, name="João Pereira", phone="5521977776666"))
    here = joao().contact
    assert here
    joining.join_people(here, known, running.company.ana)
