"""Conversations of the sales team of Casa Aurora about bedrooms, decoration and the home office."""

from .scenes import Product, Scene, agent, customer, phone

BEDS = (
    Product("cama box queen Serena", 3150),
    Product("cama box king Imperial", 4690),
    Product("cama de solteiro com baú Pipa", 1740),
)
DECOR = (
    Product("tapete Marrakech 2,00 x 2,50", 1290),
    Product("tapete Atacama 2,50 x 3,00", 1690),
    Product("espelho orgânico Orla", 890),
    Product("pendente Norte", 640),
)
DESKS = (Product("escrivaninha Cedro", 1390), Product("estação de trabalho Foco", 2250))
ARMCHAIRS = (Product("poltrona Capri", 1890), Product("poltrona giratória Lua", 2340))

SCENES = (
    Scene(
        "Vendas",
        (
            customer(
                "A {produto} acompanha o colchão?",
                "{saudacao}! Quero trocar minha cama, a {produto} é boa para quem tem dor nas costas?",
                "Oi, a {produto} já vem com o colchão?",
            ),
            agent(
                "{saudacao}, {cliente}! {aqui}. Acompanha, sim: molas ensacadas, 32 cm de altura e suporte de até 150 kg por pessoa.",
                "Olá, {cliente}! {aqui}. Para a coluna eu indico o modelo firme, de molas ensacadas.",
            ),
            customer("Tem garantia de quanto tempo?", "E dá para testar na loja?", "E a garantia, como funciona?"),
            agent(
                "São 5 anos nas molas e 1 ano no tecido. E dá para testar aqui na loja:",
                "Dá, sim! Ela está exposta aqui na loja:",
            ),
            agent("", file="loja"),
            customer("Chego aí umas {hora}, tem estacionamento?", "Ótimo, passo aí no sábado", reaction="👍"),
            agent(
                "Temos, gratuito na rua de trás. Procure por mim, {agente} 😊",
                "Combinado! No sábado abrimos das 9h às 13h.",
            ),
            phone("{cliente}, estou na loja, pode entrar pela porta lateral que a da frente está em obra."),
            customer("Acabei de chegar", "Estou a caminho!"),
            agent(
                "Foi um prazer te receber, {cliente}! A {produto} ficou em {preco_pix} no Pix, e entregamos {dia}.",
                "{Obrigado} pela visita! O valor que combinamos é {preco} em 10x de {parcela}.",
            ),
            customer(
                "Amei o atendimento, pode emitir o pedido", "{Obrigado}! Vou falar em casa e aviso", file="figurinha"
            ),
        ),
        BEDS,
        deal="{produto}",
        tag="Dormitório",
    ),
    Scene(
        "Vendas",
        (
            customer(
                "Oi, esse {produto} tem em estoque?",
                "{saudacao}! A cor do {produto} é fiel à foto?",
                "Oi! O {produto} do site ainda está disponível?",
            ),
            agent(
                "Oi, {cliente}! {aqui}. Temos três unidades. Quer que eu grave um vídeo de perto?",
                "{saudacao}, {cliente}! {aqui}. A cor é bem fiel; veja um vídeo com luz natural:",
            ),
            agent("Olha o detalhe do acabamento", "", file="video_produto"),
            customer("Que perfeito 😍", "Nossa, é mais bonito que na foto", reaction="😊"),
            customer("Esqueci de dizer: é presente. Embrulham?", "Faz diferença pagar no Pix?"),
            agent("Embrulhamos, e vai com um cartão escrito à mão.", "Faz! Fica {preco_pix} em vez de {preco}."),
            customer("Então quero dois", "Quero um, entrega em {bairro}?"),
            agent(
                "Entregamos em {bairro} até {dia}. Posso mandar o link de pagamento?",
                "Maravilha! Frete grátis para {cidade} acima de R$ 1.000,00.",
            ),
            customer("Pode sim, por favor", "Pode mandar", "Manda!"),
        ),
        DECOR,
        deal="{produto}",
        tag="Decoração",
    ),
    Scene(
        "Vendas",
        (
            customer(
                "{saudacao}! Preciso montar um home office em {largura} m de parede. A {produto} serve?",
                "Vocês vendem a {produto} para empresa com nota no CNPJ?",
                "Oi! A {produto} tem passa-fio?",
            ),
            agent(
                "{saudacao}, {cliente}! {aqui}. Serve muito bem e já vem com passa-fio: são 1,40 m e duas gavetas.",
                "Olá, {cliente}! {aqui}. Vendemos, sim, e acima de cinco unidades há tabela de empresa.",
            ),
            customer("São dois monitores grandes, aguenta?", "Seriam seis estações", "Aguenta uma impressora grande?"),
            agent("Aguenta até 60 kg, sem problema.", "Para seis, consigo {preco} cada, com montagem."),
            customer(
                "Meu sócio vai te chamar para tratar da parte financeira, este é o contato dele",
                "Fala com a arquiteta, por favor, segue o contato",
                file="contato",
            ),
            agent("{Obrigado}! Já vou chamar.", "Perfeito, entro em contato ainda hoje.", reaction="👍"),
            customer("Valeu!", "{Obrigado}"),
        ),
        DESKS,
        deal="Home office: {produto}",
        tag="Corporativo",
    ),
    Scene(
        "Vendas",
        (
            customer(
                "Oi! Estou em dúvida entre dois tecidos para a {produto}",
                "{saudacao}, a {produto} vem em quais tecidos?",
            ),
            customer("Tenho dois gatos 🐱", "Tenho criança pequena, precisa ser fácil de limpar"),
            agent(
                "{saudacao}, {cliente}! {aqui}. Com bichinhos ou crianças eu indico o suede impermeável.",
                "Oi, {cliente}! {aqui}. O linho é lindo, mas o suede limpa só com pano úmido.",
            ),
            agent("Separei as amostras, qual você prefere?", file="enquete"),
            customer("Votei! Pode ser na cor {cor}", "A cor {cor} é maravilhosa"),
            customer("mandei para a pessoa errada, desculpa", "ops, mensagem errada 🙈", revoked=True),
            agent(
                "Acontece 😄 A {produto} em {cor} fica {preco}.",
                "Sem problemas! Em {cor} ela sai por {preco_pix} no Pix.",
            ),
            customer("Me liga? Acho mais fácil explicar", "Posso te ligar?"),
            customer("", file="ligacao"),
            agent(
                "Conforme conversamos por telefone: {preco_pix} no Pix e entrega {dia}.",
                "Foi ótimo falar com você! Deixo o pedido pronto, é só confirmar.",
                edited_from="Foi otimo falar com vc! Deixo o pedido pronto.",
            ),
            customer("Confirmado ✅", "Confirmo amanhã cedo, tá?", "Pode fechar!"),
            agent(
                "Pedido {pedido} confirmado. Muito {obrigado} pela preferência!", "Combinado, {cliente}. Até amanhã!"
            ),
        ),
        ARMCHAIRS,
        deal="{produto} em {cor}",
        tag="Sala de estar",
    ),
)
