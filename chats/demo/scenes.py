"""How a conversation is written down: once as a scene, told many times in other words.

A turn holds several wordings of the same thing; each telling picks one. In a wording, `{produto}`,
`{preco}` and the other names of `wording.Words` are filled in.
"""

from dataclasses import dataclass
from enum import Enum


class Who(Enum):
    """Who speaks a turn."""

    CUSTOMER = "customer"
    AGENT = "agent"
    PHONE = "phone"  # one of us, on the company's own telephone
    NOTE = "note"  # an agent, to colleagues only


@dataclass(frozen=True)
class Turn:
    """One message. `file` names an attachment; `quotes` is how many messages back it answers (0: none)."""

    who: Who
    wordings: tuple[str, ...]
    file: str = ""
    quotes: int = 0
    reaction: str = ""
    edited_from: str = ""
    revoked: bool = False

    @property
    def is_ours(self) -> bool:
        return self.who is not Who.CUSTOMER


@dataclass(frozen=True)
class Product:
    """What the conversation is about; `price` in whole reais."""

    name: str
    price: int


@dataclass(frozen=True)
class Scene:
    """A conversation from the first question to the end. `deal` is the opportunity it makes, if any."""

    team: str
    turns: tuple[Turn, ...]
    products: tuple[Product, ...] = ()
    deal: str = ""
    tag: str = ""
    known_customer: bool = False


def customer(*wordings: str, file: str = "", quotes: int = 0, reaction: str = "", revoked: bool = False) -> Turn:
    """The customer writes; `reaction` is ours."""
    return Turn(Who.CUSTOMER, wordings, file, quotes, reaction, revoked=revoked)


def agent(*wordings: str, file: str = "", quotes: int = 0, reaction: str = "", edited_from: str = "") -> Turn:
    """An agent writes here; `reaction` is the customer's."""
    return Turn(Who.AGENT, wordings, file, quotes, reaction, edited_from)


def phone(*wordings: str, file: str = "") -> Turn:
    """Somebody of the company writes on the telephone itself."""
    return Turn(Who.PHONE, wordings, file)


def note(*wordings: str) -> Turn:
    """An agent tells colleagues something."""
    return Turn(Who.NOTE, wordings)
