"""Rows for tests, believable enough to read in a failure."""

from datetime import UTC, datetime

import factory
from factory.django import DjangoModelFactory

from chats.models import Chat, Message
from chats.waha.models import WhatsAppSession
from crm.models import Contact, Role, Team, Tenant, User

NOON = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


class TenantFactory(DjangoModelFactory[Tenant]):
    class Meta:
        model = Tenant

    name = factory.Sequence(lambda n: f"Empresa {n}")
    slug = factory.Sequence(lambda n: f"empresa-{n}")


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User

    tenant = factory.SubFactory(TenantFactory)
    name = factory.Sequence(lambda n: f"Pessoa {n}")
    email = factory.Sequence(lambda n: f"pessoa{n}@empresa.example")
    role = Role.AGENT
    password = "!"  # unusable: tests log in by session


class TeamFactory(DjangoModelFactory[Team]):
    class Meta:
        model = Team

    tenant = factory.SubFactory(TenantFactory)
    name = factory.Sequence(lambda n: f"Equipe {n}")


class WhatsAppSessionFactory(DjangoModelFactory[WhatsAppSession]):
    class Meta:
        model = WhatsAppSession

    tenant = factory.SubFactory(TenantFactory)
    name = factory.Sequence(lambda n: f"Número {n}")
    waha_name = factory.Sequence(lambda n: f"numero-{n}")
    base_url = "http://127.0.0.1:9"  # nobody listens: a test that sends names its simulator
    api_key = "test-key"
    webhook_secret = "segredo-ção"
    status = "WORKING"
    engine = "NOWEB"
    version = "2026.7.1"


class ContactFactory(DjangoModelFactory[Contact]):
    class Meta:
        model = Contact

    tenant = factory.SubFactory(TenantFactory)
    name = factory.Sequence(lambda n: f"Cliente {n}")
    phone = factory.Sequence(lambda n: f"55119{80000000 + n}")


class ChatFactory(DjangoModelFactory[Chat]):
    class Meta:
        model = Chat

    tenant = factory.SubFactory(TenantFactory)
    contact = factory.SubFactory(ContactFactory, tenant=factory.SelfAttribute("..tenant"))
    phone = factory.LazyAttribute(lambda chat: chat.contact.phone)
    address = factory.LazyAttribute(lambda chat: f"{chat.phone}@c.us")
    last_message_at = NOON


class MessageFactory(DjangoModelFactory[Message]):
    class Meta:
        model = Message

    chat = factory.SubFactory(ChatFactory)
    tenant = factory.LazyAttribute(lambda message: message.chat.tenant)
    phone = factory.LazyAttribute(lambda message: message.chat.phone)
    body = factory.Sequence(lambda n: f"Mensagem {n}")
    timestamp = NOON
