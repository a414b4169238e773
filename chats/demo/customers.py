"""Invented customers: names, phones and what a company writes down about them."""

import random
from dataclasses import dataclass, field

WOMEN = (
    "Adriana",
    "Aline",
    "Amanda",
    "Beatriz",
    "Bianca",
    "Carla",
    "Cecília",
    "Cláudia",
    "Daniela",
    "Débora",
    "Eliane",
    "Fernanda",
    "Flávia",
    "Inês",
    "Isabela",
    "Jaqueline",
    "Júlia",
    "Juliana",
    "Larissa",
    "Letícia",
    "Lorena",
    "Luana",
    "Luíza",
    "Márcia",
    "Maria",
    "Mariana",
    "Mônica",
    "Natália",
    "Patrícia",
    "Paula",
    "Priscila",
    "Raquel",
    "Regina",
    "Renata",
    "Rosângela",
    "Sandra",
    "Simone",
    "Sônia",
    "Tatiane",
    "Thaís",
    "Valéria",
    "Vanessa",
    "Yasmin",
)
MEN = (
    "Alexandre",
    "André",
    "Caio",
    "Carlos",
    "Cristiano",
    "Davi",
    "Eduardo",
    "Emanuel",
    "Francisco",
    "Gabriel",
    "Gilberto",
    "Gustavo",
    "Heitor",
    "João",
    "Joaquim",
    "Leandro",
    "Lucas",
    "Luís",
    "Marcelo",
    "Mateus",
    "Otávio",
    "Pedro",
    "Rafael",
    "Roberto",
    "Rodrigo",
    "Sérgio",
    "Tiago",
    "Vinícius",
    "Vítor",
)
FAMILY_NAMES = (
    "Almeida",
    "Alves",
    "Andrade",
    "Antunes",
    "Araújo",
    "Assunção",
    "Barbosa",
    "Barros",
    "Batista",
    "Borges",
    "Brandão",
    "Camargo",
    "Campos",
    "Cardoso",
    "Carvalho",
    "Castro",
    "Cavalcanti",
    "Corrêa",
    "Cunha",
    "Dias",
    "Farias",
    "Fernandes",
    "Figueiredo",
    "Fonseca",
    "Freitas",
    "Garcia",
    "Gomes",
    "Gonçalves",
    "Guimarães",
    "Leite",
    "Machado",
    "Magalhães",
    "Meireles",
    "Melo",
    "Mendonça",
    "Miranda",
    "Monteiro",
    "Moraes",
    "Nogueira",
    "Oliveira",
    "Pacheco",
    "Peixoto",
    "Pinheiro",
    "Pires",
    "Queiroz",
    "Ramos",
    "Ribeiro",
    "Sampaio",
    "Silveira",
    "Siqueira",
    "Tavares",
    "Toledo",
    "Vasconcelos",
    "Viana",
    "Vieira",
)
# City, its area code, some of its quarters.
CITIES = (
    ("São Paulo", "11", ("Moema", "Pinheiros", "Tatuapé", "Vila Mariana", "Santana", "Perdizes")),
    ("Guarulhos", "11", ("Vila Augusta", "Macedo", "Gopoúva")),
    ("Campinas", "19", ("Cambuí", "Taquaral", "Barão Geraldo")),
    ("Santos", "13", ("Gonzaga", "Boqueirão", "Embaré")),
    ("São José dos Campos", "12", ("Aquarius", "Vila Ema", "Urbanova")),
    ("Rio de Janeiro", "21", ("Tijuca", "Botafogo", "Méier")),
    ("Belo Horizonte", "31", ("Savassi", "Lourdes", "Pampulha")),
    ("Curitiba", "41", ("Batel", "Água Verde", "Portão")),
)
EMPLOYERS = (
    "Studio Linha Arquitetura",
    "Clínica Bem-Estar",
    "Escola Pequeno Príncipe",
    "Padaria Santa Rita",
    "Advocacia Moraes & Lima",
    "Hotel Pousada do Vale",
    "Construtora Horizonte",
    "Café Torrado",
)
REMARKS = (
    "Prefere contato por WhatsApp, depois das 18h.",
    "Mora no 12º andar; o elevador de serviço precisa de reserva.",
    "Cliente desde 2021, sempre indica amigos.",
    "Já comprou na loja física. Gosta de madeira clara.",
    "Tem dois cachorros: oferecer tecidos resistentes.",
    "Pede nota no CNPJ da empresa.",
    "Arquiteta parceira: 5% de reserva técnica.",
    "Casamento marcado para o fim do ano, está montando o apartamento.",
)


@dataclass(frozen=True)
class Customer:
    """Somebody who writes to a company. `phone` is canonical E.164 digits."""

    name: str
    phone: str
    city: str
    quarter: str
    details: dict[str, object] = field(default_factory=dict)

    @property
    def article(self) -> str:
        """ "a" for a woman, "o" for a man: Portuguese says thank you by it."""
        return "o" if self.first_name in MEN else "a"

    @property
    def first_name(self) -> str:
        return self.name.split()[0]


HEARD_OF_US = ("Indicação", "Instagram", "Google", "Loja física")


def invent_customers(rng: random.Random, count: int) -> list[Customer]:
    """`count` people with different names and phones."""
    names = [f"{given} {family}" for given in WOMEN + MEN for family in FAMILY_NAMES]
    return [_invent(rng, name, number) for number, name in enumerate(rng.sample(names, count))]


def _invent(rng: random.Random, name: str, number: int) -> Customer:
    city, area, quarters = rng.choice(CITIES)
    phone = f"55{area}9{rng.choice('6789')}00{number:04d}{rng.randrange(10)}"
    return Customer(name, phone, city, rng.choice(quarters), _details(rng, name, city))


def _details(rng: random.Random, name: str, city: str) -> dict[str, object]:
    """Columns of `Contact` that an agent filled in; empty for the quarter nobody got round to."""
    if rng.random() < 0.25:
        return {}
    given, family = name.split()
    birthday = f"{rng.randrange(1960, 2003)}-{rng.randrange(1, 13):02d}-{rng.randrange(1, 28):02d}"
    return {
        "email": _ascii(f"{given}.{family}@exemplo.example"),
        "company": rng.choice(EMPLOYERS) if rng.random() < 0.3 else "",
        "notes": rng.choice(REMARKS) if rng.random() < 0.6 else "",
        "custom_fields": {
            "Cidade": city,
            "Nascimento": birthday,
            "Aceita promoções": rng.random() < 0.7,
            "Compras anteriores": rng.randrange(6),
            **_standing(rng),
        },
    }


def _standing(rng: random.Random) -> dict[str, object]:
    """What some are known to be good for, and where some heard of the company."""
    standing: dict[str, object] = {}
    if rng.random() < 0.4:
        standing["Limite de crédito"] = f"{rng.choice((1500, 3000, 5000, 12500))}.00"
    if rng.random() < 0.7:
        standing["Como nos conheceu"] = rng.choice(HEARD_OF_US)
    return standing


def _ascii(text: str) -> str:
    plain = str.maketrans("áâãàéêíóôõúüç", "aaaaeeiooouuc")
    return text.lower().translate(plain)
