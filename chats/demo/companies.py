"""Who the two invented companies are: their people, teams, tags and numbers."""

from dataclasses import dataclass

from crm.models import Role

from . import finance_scenes, home_scenes, pet_scenes, sales_scenes, support_scenes
from .scenes import Scene

PASSWORD = "atendimento"  # noqa: S105 printed at the end of every seed, on purpose
PLATFORM_ADMIN = "admin@atendimento.example"


@dataclass(frozen=True)
class Colleague:
    """Somebody who works there; `article` is the one Portuguese puts before the name."""

    name: str
    email: str
    article: str
    role: Role = Role.AGENT
    teams: tuple[str, ...] = ()

    @property
    def first_name(self) -> str:
        return self.name.split()[0]


@dataclass(frozen=True)
class Number:
    """A connected WhatsApp number."""

    name: str
    waha_name: str
    phone: str
    team: str


@dataclass(frozen=True)
class Company:
    """All that is known of a company before its first conversation.

    `groups` are subjects of WhatsApp groups, `replies` the company's quick replies by their shortcuts.
    """

    name: str
    slug: str
    people: tuple[Colleague, ...]
    teams: dict[str, str]
    tags: dict[str, str]
    numbers: tuple[Number, ...]
    scenes: tuple[Scene, ...]
    replies: dict[str, str]
    groups: tuple[str, ...] = ()


CASA_AURORA = Company(
    name="Casa Aurora Móveis e Decoração",
    slug="casa-aurora",
    people=(
        Colleague("Helena Duarte", "helena@casaaurora.example", "a", Role.ADMIN),
        Colleague("Ricardo Tavares", "ricardo@casaaurora.example", "o", Role.MANAGER, ("Vendas", "Suporte")),
        Colleague("Ana Souza", "ana@casaaurora.example", "a", teams=("Vendas",)),
        Colleague("Bruno Lima", "bruno@casaaurora.example", "o", teams=("Vendas",)),
        Colleague("Camila Rocha", "camila@casaaurora.example", "a", teams=("Vendas",)),
        Colleague("Diego Nunes", "diego@casaaurora.example", "o", teams=("Vendas",)),
        Colleague("Elisa Prado", "elisa@casaaurora.example", "a", teams=("Suporte",)),
        Colleague("Fábio Teixeira", "fabio@casaaurora.example", "o", teams=("Suporte",)),
        Colleague("Gabriela Moura", "gabriela@casaaurora.example", "a", teams=("Suporte", "Financeiro")),
        Colleague("Igor Santana", "igor@casaaurora.example", "o", teams=("Financeiro",)),
    ),
    teams={"Vendas": "#2563eb", "Suporte": "#7c3aed", "Financeiro": "#0d9488"},
    tags={
        "VIP": "#d97706",
        "Arquiteta": "#7c3aed",
        "Sala de estar": "#2563eb",
        "Sala de jantar": "#0891b2",
        "Dormitório": "#4f46e5",
        "Decoração": "#db2777",
        "Corporativo": "#475569",
        "Projeto": "#9333ea",
        "Entrega": "#ea580c",
        "Montagem": "#0d9488",
        "Troca": "#dc2626",
        "Peças": "#b45309",
        "Cuidados": "#65a30d",
        "Reclamação": "#be123c",
        "Pagamento": "#16a34a",
        "Boleto": "#15803d",
        "Estorno": "#a16207",
    },
    numbers=(
        Number("Vendas", "vendas", "5511960001000", "Vendas"),
        Number("Suporte", "suporte", "5511960002000", "Suporte"),
    ),
    scenes=(*sales_scenes.SCENES, *home_scenes.SCENES, *support_scenes.SCENES, *finance_scenes.SCENES),
    replies={
        "saudacao": "{{saudacao}}, {{primeiro_nome}}! Aqui é {{atendente}}, da {{nossa_empresa}}. Como posso ajudar?",
        "prazo": "O prazo de entrega para a sua região é de 8 dias úteis, com montagem inclusa.",
        "pix": "Nossa chave Pix é 12.345.678/0001-90. Assim que pagar, mande o comprovante por aqui.",
        "medidas": "{{primeiro_nome}}, pode me mandar a largura da parede e a da porta? Assim já vejo o que cabe.",
        "endereco": "Estamos na Alameda das Acácias, 120, de segunda a sábado, das 9h às 19h.",
    },
    groups=("Montadores Casa Aurora", "Obra Jardins: Casa Aurora + Studio Linha"),
)

PET_FELIZ = Company(
    name="Pet Feliz",
    slug="pet-feliz",
    people=(
        Colleague("Marta Campos", "marta@petfeliz.example", "a", Role.ADMIN),
        Colleague("Paulo Reis", "paulo@petfeliz.example", "o", Role.MANAGER),
        Colleague("Lívia Torres", "livia@petfeliz.example", "a", teams=("Banho e tosa",)),
        Colleague("Jonas Freitas", "jonas@petfeliz.example", "o", teams=("Veterinária",)),
    ),
    teams={"Banho e tosa": "#0891b2", "Veterinária": "#16a34a"},
    tags={"VIP": "#d97706", "Banho": "#0891b2", "Ração": "#a16207", "Consulta": "#dc2626"},
    numbers=(Number("Pet Feliz", "petfeliz", "5511960003000", "Banho e tosa"),),
    scenes=pet_scenes.SCENES,
    replies={
        "saudacao": "{{saudacao}}, {{primeiro_nome}}! Aqui é {{atendente}}, da {{nossa_empresa}}.",
        "banho": "O banho sai a partir de R$ 60,00 e leva umas duas horas. Qual é o porte do pet?",
    },
)

DEMO_SLUGS = {CASA_AURORA.slug, PET_FELIZ.slug}
BULK_SLUG = "empresa-demo-"  # and a number
