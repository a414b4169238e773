"""The words of a telling: names, prices, days and greetings, filled into a scene's turns."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from .companies import Colleague
from .customers import Customer
from .scenes import Product, Scene, Turn, Who

COLOURS = ("areia", "cinza-claro", "verde-musgo", "azul-petróleo", "terracota", "off-white", "grafite")
WEEKDAYS = ("segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado", "domingo")
PIX_SHARE = Decimal("0.92")
INSTALMENTS = 10


@dataclass(frozen=True)
class Words:
    """What stays the same through one telling."""

    customer: Customer
    agent: Colleague
    product: Product
    fixed: Mapping[str, str]
    path: int  # question and answer must fit, so all turns take the wording of the same place

    @property
    def price(self) -> Decimal:
        return Decimal(self.product.price)

    def say(self, turn: Turn, at: datetime) -> str:
        """The turn's wording on this telling's path, as said at this local time."""
        return self.fill(turn.wordings[self.path % len(turn.wordings)], turn.who, at)

    def fill(self, text: str, who: Who, at: datetime) -> str:
        """`text` as said by `who` at this local time."""
        speaker = self.customer.article if who is Who.CUSTOMER else self.agent.article
        hello, thanks = greeting(at), f"obrigad{speaker}"
        return text.format(
            **self.fixed, saudacao=hello, saudacao_min=hello.lower(), obrigado=thanks, Obrigado=thanks.capitalize()
        )


def choose_words(rng: random.Random, scene: Scene, customer: Customer, agent: Colleague, ends_at: datetime) -> Words:
    """Invent the particulars of one telling; `ends_at` is local, promises lie a few days after it."""
    product = rng.choice(scene.products)
    price = Decimal(product.price)
    who = f"{agent.article} {agent.first_name}"
    fixed = {
        "cliente": customer.first_name,
        "agente": agent.first_name,
        "aqui": f"Aqui é {who}",
        "aqui_min": f"aqui é {who}",
        "produto": product.name,
        "cor": rng.choice(COLOURS),
        "preco": reais(price),
        "preco_pix": reais(price * PIX_SHARE),
        "parcela": reais(price / INSTALMENTS),
        "prazo": str(rng.randrange(5, 21)),
        "largura": rng.choice(("2,60", "2,85", "3,10", "3,40", "3,75")),
        "bairro": customer.quarter,
        "cidade": customer.city,
        "pedido": str(rng.randrange(48_100, 49_900)),
        "dia": WEEKDAYS[(ends_at + timedelta(days=rng.randrange(2, 6))).weekday() % 6],
        "hora": rng.choice(("9h", "10h", "11h", "14h", "15h30", "16h")),
    }
    return Words(customer, agent, product, fixed, rng.randrange(6))


def greeting(at: datetime) -> str:
    """What one says in Brazil at this local hour."""
    if 5 <= at.hour < 12:
        return "Bom dia"
    return "Boa tarde" if 12 <= at.hour < 18 else "Boa noite"


def reais(amount: Decimal) -> str:
    """`R$ 1.234,56`."""
    return "R$ " + f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))
