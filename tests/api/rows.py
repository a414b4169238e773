"""One row of everything for every relation it can have to Ana: her own, her team's, a colleague's, a stranger's."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.utils import timezone

from chats.models import Chat, MediaState, Message, QuickReply, ReplyScope, SendState
from chats.waha.models import WhatsAppSession
from crm.actions import open_company, save_contact
from crm.models import Activity, Contact, Invitation, Lead, Opportunity, Tag, Team, Tenant, User
from notifications.models import CRMNotification
from tests.cast import Company, Strangers, make_company, make_strangers
from tests.factories import NOON, ChatFactory, MessageFactory, TeamFactory, UserFactory
from tests.filemaking import png

RELATIONS = ("own", "team", "colleague", "other")
# By these words a row is known wherever it is shown.
WORDS = {"own": "Zuleica", "team": "Waldemar", "colleague": "Quiteria", "other": "Ximenes"}


@dataclass(frozen=True)
class Rows:
    """The cast, a colleague of Ana's team, and the rows by relation and by the name they bear in addresses."""

    company: Company
    strangers: Strangers
    mate: User
    by_relation: dict[str, dict[str, UUID]]

    def ids(self, relation: str) -> dict[str, str]:
        return {name: str(key) for name, key in self.by_relation[relation].items()}


def make_rows() -> Rows:
    company, strangers = make_company(), make_strangers()
    mate = UserFactory(tenant=company.tenant, name="Mila Prado", email="mila@aurora.example")
    company.sales.members.add(mate)
    foreign_team = TeamFactory(tenant=strangers.tenant, name="Banho")
    for tenant in (company.tenant, strangers.tenant):
        lend_pipeline(tenant)
    made = {
        "own": _rows_of("own", company.ana, company.sales, company.number),
        "team": _rows_of("team", mate, company.sales, company.number),
        "colleague": _rows_of("colleague", company.bruno, None, company.number),
        "other": _rows_of("other", strangers.otto, foreign_team, strangers.number),
    }
    made["colleague"]["team_id"] = company.sales.pk
    return Rows(company, strangers, mate, made)


def lend_pipeline(tenant: Tenant) -> None:
    """The pipeline that a company starts with."""
    model = open_company(f"{tenant.name} II", f"{tenant.slug}-2")
    pipeline = model.pipelines.get()
    pipeline.tenant = tenant
    pipeline.save()
    pipeline.stages.update(tenant=tenant)


def _rows_of(relation: str, owner: User, team: Team | None, number: WhatsAppSession) -> dict[str, UUID]:
    tenant, word = owner.tenant, WORDS[relation]
    assert tenant
    phone = f"55119{80000000 + RELATIONS.index(relation)}"
    contact = save_contact(Contact(tenant=tenant, name=f"{word} Cliente", phone=phone))
    lead = Lead.objects.create(tenant=tenant, contact=contact, name=f"{word} Cliente", phone=phone, owner=owner)
    chat: Chat = ChatFactory(
        tenant=tenant, contact=contact, lead=lead, session=number, assigned_to=owner, team=team, phone=phone
    )
    Chat.objects.filter(pk=chat.pk).update(last_message=word, last_message_at=NOON, seq=3)
    message = _message(chat, word, owner)
    tag = Tag.objects.get_or_create(tenant=tenant, name="etiqueta")[0]
    chat.tags.add(tag)
    contact.tags.add(tag)
    stage = tenant.pipelines.get().stages.order_by("position")[0]
    deal = Opportunity.objects.create(
        tenant=tenant, contact=contact, lead=lead, title=f"Venda {word}", stage=stage, owner=owner, amount="10.50"
    )
    activity = Activity.objects.create(
        tenant=tenant,
        contact=contact,
        lead=lead,
        opportunity=deal,
        chat=chat,
        title=f"Ligar para {word}",
        due_at=timezone.now() + timedelta(days=1),
        assignee=owner,
    )
    reply = QuickReply.objects.create(
        tenant=tenant, owner=owner, scope=ReplyScope.PERSONAL, shortcut=word.lower(), body=f"Olá de {word}"
    )
    line = CRMNotification.objects.create(
        tenant=tenant, user=owner, type="SYSTEM", title=word, created_at=NOON, subject=f"chat:{chat.pk}"
    )
    rows: dict[str, Any] = {
        "chat_id": chat,
        "message_id": message,
        "contact_id": contact,
        "lead_id": lead,
        "opportunity_id": deal,
        "activity_id": activity,
        "reply_id": reply,
        "notification_id": line,
        "tag_id": tag,
        "team_id": team or tenant.teams.first(),
        "user_id": owner,
        "session_id": number,
        "number_id": number,
        "stage_id": stage,
        "takes_over_id": stage,
        "pipeline_id": stage.pipeline,
        "invitation_id": Invitation.objects.get_or_create(tenant=tenant, email=f"convite@{tenant.slug}.example")[0],
        "owner_id": owner,
        "assignee_id": owner,
        "quoted_id": message,
    }
    return {name: row.pk for name, row in rows.items() if row is not None}


def _message(chat: Chat, word: str, author: User) -> Message:
    """Ours, out, with a picture."""
    message: Message = MessageFactory(
        chat=chat,
        session=chat.session,
        body=f"{word} mandou um recado",
        from_me=True,
        author=author,
        message_id=f"3EB0{word.upper()}",
        send_state=SendState.SENT,
        type="IMAGE",
        media_state=MediaState.READY,
        mime_type="image/png",
        ack=2,
        seq=3,
    )
    message.media_file.save("foto.png", ContentFile(png((4, 4))), save=False)
    message.thumbnail.save("foto.webp", ContentFile(png((2, 2))), save=False)
    message.save()
    return message
