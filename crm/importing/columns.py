"""What a column of a file may be, and what its header suggests that it is."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from crm.search import WORD, fold

CUSTOM = "custom:"

FIELDS = {
    "name": _("Name"),
    "surname": _("Surname"),
    "phone": _("Phone"),
    "email": _("E-mail"),
    "company": _("Company name"),
    "tags": _("Tags"),
    "notes": _("Notes"),
    "id": _("Code of the contact"),
}
# As spreadsheets, address books and other programs call them; folded, words alone.
HEADERS = {
    "id": "codigo; id; codigo do contato; contact id; id do contato",
    "name": "nome; nome completo; contato; cliente; primeiro nome; nome do contato; nome do cliente; name; full name;"
    " first name; given name; display name; contact; customer; contact name",
    "surname": "sobrenome; ultimo nome; last name; surname; family name",
    "phone": "telefone; celular; whatsapp; fone; tel; telefone celular; telefone 1; numero; numero de telefone;"
    " telefone whatsapp; phone; mobile; mobile phone; phone number; cell phone; phone 1 value; whatsapp number",
    "email": "e mail; email; correio eletronico; endereco de e mail; e mail 1 value; e mail address; email address",
    "company": "empresa; nome da empresa; organizacao; razao social; company; company name; organization;"
    " organization name; organization 1 name",
    "tags": "etiquetas; etiqueta; tags; tag; marcadores; grupos; labels; groups; group membership",
    "notes": "observacoes; observacao; obs; notas; anotacoes; comentarios; notes; comments; remarks",
}
KNOWN_HEADERS = {header.strip(): field for field, headers in HEADERS.items() for header in headers.split(";")}


@dataclass(frozen=True)
class Target:
    """Where a column can go: `key` is what `ContactImport.mapping` holds."""

    key: str
    label: str


def targets(custom: Iterable[str]) -> list[Target]:
    """All there is to choose from; `custom` are the names of the company's own fields."""
    return [
        *(Target(key, str(label)) for key, label in FIELDS.items()),
        *(Target(f"{CUSTOM}{name}", name) for name in custom),
    ]


def guess(headers: Iterable[str], custom: Iterable[str]) -> list[str]:
    """A target for each header, "" where nothing is plain; none is proposed twice."""
    own = {_plain(name): f"{CUSTOM}{name}" for name in custom}
    taken: set[str] = set()
    found = []
    for header in headers:
        key = own.get(_plain(header)) or KNOWN_HEADERS.get(_plain(header), "")
        found.append("" if key in taken else key)
        taken.add(key)
    return found


def _plain(header: str) -> str:
    return " ".join(WORD.findall(fold(header)))
