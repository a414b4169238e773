"""A company of the demo opens: people, teams, tags and numbers, before the first message."""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group, Permission

from chats.models import QuickReply, ReplyScope
from crm.actions import open_company
from crm.models import ContactField, FieldKind, Presence, Role, Tag, Team, Tenant, User

from .companies import PASSWORD, PLATFORM_ADMIN, Company, Number
from .customers import HEARD_OF_US

# What tells a number of the demo from a real one: the simulator takes these numbers along to its port.
DEMO_API_KEY = "demo-key"

WORKING = "WORKING"
WEEKDAY_HOURS, SATURDAY_HOURS = "08:00-18:00", "09:00-13:00"
BUSINESS_HOURS = {**{str(day): WEEKDAY_HOURS for day in range(5)}, "5": SATURDAY_HOURS}
ADMINISTRATORS = "Administradores de empresa"
# What a company's own administrator may work on in the Django admin.
ADMINISTERED_APPS = ["crm", "chats", "waha", "notifications"]


# What `customers.py` knows of some customers.
FIELDS: tuple[tuple[str, FieldKind, list[str]], ...] = (
    ("Cidade", FieldKind.TEXT, []),
    ("Nascimento", FieldKind.DATE, []),
    ("Aceita promoções", FieldKind.BOOLEAN, []),
    ("Compras anteriores", FieldKind.NUMBER, []),
    ("Limite de crédito", FieldKind.MONEY, []),
    ("Como nos conheceu", FieldKind.CHOICE, list(HEARD_OF_US)),
)


@dataclass(frozen=True)
class Opened:
    """A company in the database, each row found by the name the script gives it."""

    company: Company
    tenant: Tenant
    people: dict[str, User]
    teams: dict[str, Team]
    tags: dict[str, Tag]
    sessions: dict[str, Any]  # `WhatsAppSession` by its team: this room does not know that model

    @property
    def agents(self) -> list[User]:
        return [user for user in self.people.values() if user.role == Role.AGENT]

    @property
    def manager(self) -> User:
        return next(user for user in self.people.values() if user.role == Role.MANAGER)

    @property
    def administrator(self) -> User:
        return next(user for user in self.people.values() if user.role == Role.ADMIN)

    def members(self, team: str) -> list[User]:
        """The agents of a team."""
        return [
            self.people[colleague.email]
            for colleague in self.company.people
            if team in colleague.teams and colleague.role == Role.AGENT
        ]

    def session_of(self, team: str) -> Any:
        """The number a team's customers write to; the last one serves teams without their own."""
        return self.sessions.get(team) or list(self.sessions.values())[-1]


def open_demo_company(company: Company) -> Opened:
    """The company with everybody who works there and the numbers that are connected."""
    tenant = open_company(company.name, company.slug, business_hours=BUSINESS_HOURS)
    teams = {
        name: Team.objects.create(tenant=tenant, name=name, colour=colour) for name, colour in company.teams.items()
    }
    tags = {name: Tag.objects.create(tenant=tenant, name=name, colour=colour) for name, colour in company.tags.items()}
    for position, (name, kind, options) in enumerate(FIELDS):
        ContactField.objects.create(tenant=tenant, name=name, kind=kind, options=options, position=position)
    for shortcut, body in company.replies.items():
        QuickReply.objects.create(tenant=tenant, scope=ReplyScope.TENANT, shortcut=shortcut, body=body)
    people = {
        colleague.email: _hire(tenant, colleague.email, colleague.name, colleague.role) for colleague in company.people
    }
    for colleague in company.people:
        people[colleague.email].teams.set([teams[name] for name in colleague.teams])
    sessions = {number.team: _connect(tenant, number, teams[number.team]) for number in company.numbers}
    return Opened(company, tenant, people, teams, tags, sessions)


def reopened(company: Company, tenant: Tenant) -> Opened:
    """The same of a company that is open already."""
    session = apps.get_model("waha", "WhatsAppSession")
    numbers = {number.name: number.team for number in company.numbers}
    return Opened(
        company,
        tenant,
        {user.email: user for user in tenant.users.all()},
        {team.name: team for team in tenant.teams.all()},
        {tag.name: tag for tag in tenant.tags.all()},
        {numbers[row.name]: row for row in session._default_manager.filter(tenant=tenant).order_by("created_at")},
    )


def open_platform() -> User:
    """The superuser of the whole installation; the one that is there is kept."""
    found = User.objects.filter(email=PLATFORM_ADMIN).first()
    return found or User.objects.create_superuser(PLATFORM_ADMIN, PASSWORD, name="Administração da plataforma")


def _hire(tenant: Tenant, email: str, name: str, role: Role) -> User:
    presence = Presence.OFFLINE if role == Role.ADMIN else Presence.ONLINE
    user = User.objects.create_user(
        email, PASSWORD, tenant=tenant, name=name, role=role, presence=presence, is_staff=role == Role.ADMIN
    )
    if role == Role.ADMIN:
        user.groups.add(_administrators())
    return user


def _administrators() -> Group:
    group, created = Group.objects.get_or_create(name=ADMINISTRATORS)
    if created:
        group.permissions.set(Permission.objects.filter(content_type__app_label__in=ADMINISTERED_APPS))
    return group


def _connect(tenant: Tenant, number: Number, team: Team) -> Any:
    session = apps.get_model("waha", "WhatsAppSession")
    return session._default_manager.create(
        tenant=tenant,
        name=number.name,
        waha_name=number.waha_name,
        base_url=settings.WAHA_SIMULATOR_URL,
        api_key=DEMO_API_KEY,
        webhook_secret=f"demo-secret-{number.waha_name}",
        status=WORKING,
        phone=number.phone,
        push_name=tenant.name,
        default_team=team,
    )
