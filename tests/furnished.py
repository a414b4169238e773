"""Casa Aurora with one row of everything, so that every address of the map has something of its own to show.

An address that takes something that cannot be filled in fails the tests: whoever adds it says here which row it
would show.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.contrib.admin import site
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.test import Client
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from chats import actions
from chats.actions.importing import take_file
from chats.actions.scheduled import schedule
from chats.models import Amendment, Chat, Draft, DraftFile, Message, QuickReply, SavedView, ScheduledMessage, UndoStep
from chats.waha.models import WhatsAppSession
from crm.actions import (
    create_lead_once,
    create_opportunity,
    create_token,
    merge_contacts,
    open_company,
    save_contact,
    schedule_activity,
    write_note,
)
from crm.models import (
    Activity,
    ApiScope,
    Contact,
    ContactField,
    ContactImport,
    ContactMerge,
    ContactNote,
    Invitation,
    Lead,
    Opportunity,
    PrivacyRequest,
    Stage,
    StageChange,
    Tag,
    User,
    UserSession,
    Webhook,
)
from notifications.models import CRMNotification
from tests.cast import Company
from tests.site_map import Address
from tests.webhooks import says

PHONE = "5511912340987"
# Words that stand in no template: wherever one turns up, a row of Casa Aurora's was shown.
TOLD = "o-segredo-do-cofre"
CUSTOMER = "Zuleica Quaresma"
CUSTOMER_WORDS = (TOLD, CUSTOMER, "Zuleica", PHONE, "91234-0987", "zuleica@cliente.example", "Cofre de parede")


@dataclass(frozen=True)
class House:
    """Casa Aurora with one row of everything, and both of its chats: Ana's, and the one in the queue."""

    company: Company
    chat: Chat
    message: Message
    amendment: Amendment
    merge: ContactMerge
    line: CRMNotification

    def _first(self, model: Any) -> object:
        """Of its rows, of which more may have come meanwhile, the one that stands here from the beginning."""
        return model.objects.filter(tenant=self.company.tenant).earliest("pk").pk

    def fill(self, address: Address) -> str:
        """The address of Casa Aurora's own row; a parameter nobody knows fails the test."""
        known: dict[str, Callable[[], object]] = {
            "chat_id": lambda: self.chat.pk,
            "message_id": lambda: self.message.pk,
            "amendment_id": lambda: self.amendment.pk,
            "merge_id": lambda: self.merge.pk,
            "contact_id": lambda: self.chat.contact_id,
            "other_id": lambda: self.chat.contact_id,
            "import_id": lambda: self._first(ContactImport),
            "team_id": lambda: self.company.sales.pk,
            "view_id": lambda: self._view().pk,
            "session_id": lambda: self.company.number.pk,
            "lead_id": lambda: self._first(Lead),
            "opportunity_id": lambda: self._deal().pk,
            "pipeline_id": lambda: self._deal().stage.pipeline_id,
            "stage_id": lambda: self._deal().stage_id,
            "change_id": lambda: StageChange.objects.get(opportunity=self._deal()).pk,
            "activity_id": lambda: self._first(Activity),
            "person_id": lambda: self.company.bruno.pk,
            "invitation_id": lambda: self._invitation().pk,
            "login_id": lambda: UserSession.objects.filter(user=self.company.ana).latest("used_at").pk,
            "token": lambda: "made-up",
            "uidb64": lambda: urlsafe_base64_encode(force_bytes(self.company.ana.pk)),
            "notification_id": lambda: self.line.pk,
            "number": lambda: 0,
            "token_id": lambda: create_token(self.company.ana, TOLD, [ApiScope.CHATS_READ])[0].pk,
            "user_id": lambda: self.company.ana.pk,
            "tag_id": lambda: self._first(Tag),
            "field_id": lambda: self._first(ContactField),
            "note_id": lambda: self._first(ContactNote),
            "step_id": lambda: UndoStep.objects.get_or_create(user=self.company.ana, before={}, after={})[0].pk,
            "reply_id": lambda: self._first(QuickReply),
            "scheduled_id": lambda: ScheduledMessage.objects.get(chat=self.chat).pk,
            "file_id": lambda: DraftFile.objects.get(draft__chat=self.chat).pk,
            "request_id": lambda: self._privacy_request().pk,
            "webhook_id": lambda: self._webhook().pk,
            "delivery_id": lambda: self._webhook().deliveries.get_or_create(event="test", defaults={"data": {}})[0].pk,
            "object_id": lambda: self._row_of(address.model),
            "content_type_id": lambda: ContentType.objects.get_for_model(Chat).pk,
            "app_label": lambda: "chats",
            "url": lambda: "nowhere/",
            "id": lambda: self._row_of(address.model),
        }
        for name in address.parameters:
            if name not in known:
                pytest.fail(f"{address} takes {name!r}: say in House.fill which row of Casa Aurora's that is.")
        return address.path % {name: known[name]() for name in address.parameters}

    def _deal(self) -> Opportunity:
        return Opportunity.objects.select_related("stage").get(tenant=self.company.tenant)

    def _view(self) -> SavedView:
        named = {"user": self.company.ana, "name": f"visão de {TOLD}"}
        return SavedView.objects.get_or_create(**named, defaults={"tenant": self.company.tenant})[0]

    def _privacy_request(self) -> PrivacyRequest:
        named = {"tenant": self.company.tenant, "contact": self.chat.contact, "kind": "EXPORT"}
        return PrivacyRequest.objects.get_or_create(**named, defaults={"state": "DONE", "file": "privacy/x.zip"})[0]

    def _webhook(self) -> Webhook:
        named = {"tenant": self.company.tenant, "name": f"ERP de {TOLD}"}
        return Webhook.objects.get_or_create(**named, defaults={"url": "https://erp.example/", "events": []})[0]

    def _invitation(self) -> Invitation:
        asked = {"tenant": self.company.tenant, "email": "convidada@aurora.example"}
        return Invitation.objects.get_or_create(**asked, defaults={"invited_by": self.company.alice})[0]

    def _row_of(self, model: type[Model] | None) -> object:
        """A row of Casa Aurora's in this table; a made-up key where it has none."""
        if model is None:
            return self.chat.pk
        rows = model._base_manager.order_by("pk")
        if lookup := getattr(site._registry.get(model), "company_lookup", None):
            rows = rows.filter(**{lookup: self.company.tenant.pk})
        row = rows.first()
        return row.pk if row else UUID(int=7)

    def state(self) -> list[Any]:
        """What a stranger's POST must leave as it is."""
        chats = Chat.objects.filter(tenant=self.company.tenant).order_by("pk")
        return [
            list(chats.values_list("pk", "seq", "status", "assigned_to", "unread_count")),
            Message.objects.filter(chat__in=chats).count(),
            list(CRMNotification.objects.filter(tenant=self.company.tenant).order_by("pk").values_list("pk", "read")),
            list(User.objects.filter(tenant=self.company.tenant).order_by("pk").values_list("pk", "name", "is_active")),
            list(Contact.objects.filter(tenant=self.company.tenant).order_by("pk").values_list("pk", "name")),
            list(Opportunity.objects.filter(tenant=self.company.tenant).values_list("pk", "title", "stage", "owner")),
            list(Stage.objects.filter(tenant=self.company.tenant).order_by("pk").values_list("pk", "name", "position")),
            list(WhatsAppSession.objects.filter(tenant=self.company.tenant).order_by("pk").values()),
        ]


def visit(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="crm.backends.PersonBackend")
    return client


def furnish(company: Company) -> House:
    """One row of everything for Casa Aurora, through the front doors."""
    says(TOLD, phone=PHONE, name=CUSTOMER).deliver(company.number)
    chat = Chat.objects.get()
    contact = chat.contact
    assert contact
    contact.email = "zuleica@cliente.example"
    save_contact(contact)
    lead, _ = create_lead_once(contact)
    template = open_company("Casa Aurora Filial", "filial")  # its pipeline is borrowed below
    pipeline = template.pipelines.get()
    pipeline.tenant = company.tenant
    pipeline.save()
    pipeline.stages.update(tenant=company.tenant)
    stage = pipeline.stages.order_by("position")[0]
    create_opportunity(contact, "Cofre de parede", stage, lead=lead, owner=company.ana)
    schedule_activity(contact, "Ligar para Zuleica", timezone.now() + timedelta(days=1), chat=chat)
    ContactField.objects.create(tenant=company.tenant, name="Cofre", kind="CHOICE", options=["opcao-da-casa"])
    write_note(contact, company.ana, f"nota sobre {TOLD}")
    chat.tags.add(Tag.objects.create(tenant=company.tenant, name="etiqueta-da-casa"))
    actions.assign(chat, company.ana, by=company.marta)
    message = actions.send_message(chat, company.ana, f"Sobre {TOLD}")
    actions.add_note(chat, company.ana, f"nota: {TOLD}")
    says(f"{TOLD} de novo", phone=PHONE, name=CUSTOMER, at=60).deliver(company.number)
    chat.refresh_from_db()
    amendment = Amendment.objects.create(message=message, kind="EDIT", value=f"Ainda sobre {TOLD}", by=company.ana)
    draft = Draft.objects.create(user=company.ana, chat=chat, text=f"rascunho sobre {TOLD}")
    DraftFile.objects.create(draft=draft, file="uploads/cofre.pdf", name=f"{TOLD}.pdf", type="DOCUMENT", size_bytes=1)
    QuickReply.objects.create(tenant=company.tenant, owner=company.ana, shortcut="cofre", body=TOLD)
    schedule(chat, company.ana, f"depois: {TOLD}", timezone.now() + timedelta(days=1))
    take_file(company.marta, f"{TOLD}.csv", f"nome;telefone\n{CUSTOMER};1\n".encode())
    merge = merge_contacts(contact, save_contact(Contact(tenant=company.tenant, name=f"antes de {TOLD}")))
    visit(company.ana)  # who is logged in somewhere
    return House(company, chat, message, amendment, merge, CRMNotification.objects.filter(user=company.ana)[0])
