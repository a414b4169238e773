"""What `{{nome}}` and its like become in a ready-made answer."""

import re
from collections.abc import Callable

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chats.models import Chat
from crm.models import Contact, Team, User

VARIABLE = re.compile(r"\{\{\s*([^{}\n]{1,40}?)\s*\}\}")


def greeting() -> str:
    """By the company's clock, which is the active one; in Portuguese, as the customer reads it."""
    hour = timezone.localtime().hour
    if hour < 5 or hour >= 18:
        return "boa noite"
    return "bom dia" if hour < 12 else "boa tarde"


def _contact(name: str) -> Callable[[Chat, User], str]:
    return lambda chat, user: str(getattr(chat.contact, name, "") or "")


VARIABLES: dict[str, Callable[[Chat, User], str]] = {
    "nome": _contact("name"),
    "primeiro_nome": lambda chat, user: next(iter(_contact("name")(chat, user).split()), ""),
    "telefone": lambda chat, user: "" if chat.is_group or "@" in chat.phone else chat.pretty_phone,
    "email": _contact("email"),
    "empresa": _contact("company"),
    "atendente": lambda chat, user: user.get_short_name(),
    "setor": lambda chat, user: chat.team.name if chat.team else "",
    "nossa_empresa": lambda chat, user: chat.tenant.name,
    "saudacao": lambda chat, user: greeting(),
    "data": lambda chat, user: timezone.localtime().strftime("%d/%m/%Y"),
}
MEANINGS = {
    "nome": _("the customer's name"),
    "primeiro_nome": _("the customer's first name"),
    "telefone": _("the customer's phone"),
    "email": _("the customer's e-mail"),
    "empresa": _("the customer's company"),
    "atendente": _("your first name"),
    "setor": _("the conversation's team"),
    "nossa_empresa": _("your company"),
    "saudacao": _("bom dia, boa tarde or boa noite, by the clock"),
    "data": _("today's date"),
}


def fill(text: str, chat: Chat, user: User) -> str:
    """The text for this customer. What is not known stays as it is written, for the agent to fill in."""

    def value(match: re.Match[str]) -> str:
        known = VARIABLES.get(match[1].lower())
        return (known(chat, user) if known else "") or match[0]

    filled = VARIABLE.sub(value, text)
    # A text that begins with a greeting begins with a capital.
    return filled[:1].upper() + filled[1:] if VARIABLE.match(text) else filled


def left_in(text: str) -> list[str]:
    """The variables that nobody has filled in, as they are written, each once."""
    return list(dict.fromkeys(match[0] for match in VARIABLE.finditer(text)))


def unknown_in(text: str) -> list[str]:
    """Those that mean nothing here: a slip of the pen."""
    return [match[0] for match in VARIABLE.finditer(text) if match[1].lower() not in VARIABLES]


def preview(text: str, user: User) -> str:
    """The text as a made-up customer would get it, for whoever writes it."""
    contact = Contact(name="Maria Silva", email="maria@exemplo.com.br", company="Padaria Sol")
    team = Team(name="Vendas")
    chat = Chat(tenant=user.tenant, contact=contact, team=team, phone="5511988887777")
    return fill(text, chat, user)
