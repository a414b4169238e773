"""The people everybody in the tests knows: a company, and a second one whose people must see nothing."""

from dataclasses import dataclass

from chats.waha.models import WhatsAppSession
from crm.models import Role, Team, Tenant, User

from .factories import TeamFactory, TenantFactory, UserFactory, WhatsAppSessionFactory


@dataclass(frozen=True)
class Company:
    """Aurora: Ana and Bruno answer customers, Marta manages, Alice administers; Vendas is Ana's team."""

    tenant: Tenant
    ana: User
    bruno: User
    marta: User
    alice: User
    sales: Team
    number: WhatsAppSession


@dataclass(frozen=True)
class Strangers:
    """Another company: Otto is its agent, Olga its administrator."""

    tenant: Tenant
    otto: User
    olga: User
    number: WhatsAppSession


def make_company() -> Company:
    tenant = TenantFactory(name="Casa Aurora", slug="aurora")
    ana = UserFactory(tenant=tenant, name="Ana Souza", email="ana@aurora.example")
    sales = TeamFactory(tenant=tenant, name="Vendas")
    sales.members.add(ana)
    return Company(
        tenant=tenant,
        ana=ana,
        bruno=UserFactory(tenant=tenant, name="Bruno Lima", email="bruno@aurora.example"),
        marta=UserFactory(tenant=tenant, name="Marta Dias", email="marta@aurora.example", role=Role.MANAGER),
        alice=UserFactory(tenant=tenant, name="Alice Rocha", email="alice@aurora.example", role=Role.ADMIN),
        sales=sales,
        number=WhatsAppSessionFactory(tenant=tenant, name="Vendas", waha_name="default"),
    )


def make_strangers() -> Strangers:
    tenant = TenantFactory(name="Pet Feliz", slug="pet-feliz")
    return Strangers(
        tenant=tenant,
        otto=UserFactory(tenant=tenant, name="Otto Braga", email="otto@petfeliz.example"),
        olga=UserFactory(tenant=tenant, name="Olga Braga", email="olga@petfeliz.example", role=Role.ADMIN),
        number=WhatsAppSessionFactory(tenant=tenant, name="Pet", waha_name="pet"),
    )
