"""Conversations of Pet Feliz, the second company."""

from .scenes import Product, Scene, agent, customer, note

SERVICES = (Product("banho e tosa", 95), Product("hidratação", 70), Product("tosa higiênica", 60))

SCENES = (
    Scene(
        "Banho e tosa",
        (
            customer("{saudacao}! Tem horário para {produto} no sábado?", "Oi, quero agendar {produto} para a Mel 🐶"),
            agent(
                "{saudacao}, {cliente}! {aqui}, da Pet Feliz. Tenho às {hora}. Qual é o porte?",
                "Oi, {cliente}! {aqui}. Sábado às {hora} está livre!",
            ),
            customer("Porte pequeno, é uma shih-tzu", "Olha ela", file="pet"),
            agent(
                "Que fofura! Fica {preco}. Posso confirmar?",
                "Linda demais 😍 Confirmado, então: {preco}.",
                reaction="❤️",
            ),
            customer("Pode confirmar", "Confirmado, {obrigado}!"),
        ),
        SERVICES,
        deal="{produto} - Mel",
        tag="Banho",
    ),
    Scene(
        "Banho e tosa",
        (
            customer("Vocês têm ração para gato castrado?", "{saudacao}, a ração de 10 kg chegou?"),
            agent(
                "Temos, {cliente}! {aqui}. O saco de 10 kg está R$ 189,90, com entrega grátis.",
                "{saudacao}, {cliente}! {aqui}. Chegou hoje cedo 😺",
            ),
            note("Cliente compra todo mês: oferecer assinatura."),
            customer("Me manda uma, por favor", "Entregam hoje?"),
            agent("Sai na entrega das {hora}.", "Entregamos até {hora}."),
        ),
        SERVICES,
        tag="Ração",
    ),
    Scene(
        "Veterinária",
        (
            customer(
                "Meu cachorro não quer comer desde ontem, tem veterinário hoje?",
                "{saudacao}, preciso de uma consulta com urgência",
            ),
            customer("", file="voz_cliente"),
            agent(
                "{cliente}, {aqui_min}. Tem, sim. Consegue trazer agora? A Dra. Renata está de plantão.",
                "{saudacao}, {cliente}. {aqui}. Encaixo às {hora}, pode vir.",
            ),
            customer("Estou indo", "Chego em 15 minutos"),
            agent("Estamos esperando. A clínica é aqui:", file="clinica"),
        ),
        SERVICES,
        tag="Consulta",
    ),
)
