"""Conversations of the sales team of Casa Aurora about rooms to live and eat in, and whole homes."""

from .scenes import Product, Scene, agent, customer, note

SOFAS = (
    Product("sofá retrátil Lisboa", 3890),
    Product("sofá-cama Cancun", 2790),
    Product("sofá de canto Siena", 5490),
    Product("sofá modular Brisa", 6850),
    Product("sofá retrátil Porto", 4290),
)
TABLES = (
    Product("mesa de jantar Toscana", 2980),
    Product("mesa de jantar redonda Oslo", 2390),
    Product("mesa extensível Ipê", 3640),
    Product("mesa de centro Duna", 1180),
)
WARDROBES = (
    Product("guarda-roupa Verona de 6 portas", 4180),
    Product("guarda-roupa casal Alpes", 3290),
    Product("guarda-roupa com espelho Lumière", 4790),
)

SCENES = (
    Scene(
        "Vendas",
        (
            customer(
                "{saudacao}! Vi o {produto} no Instagram, ainda tem?",
                "{saudacao}, tudo bem? Vocês têm o {produto} a pronta entrega?",
                "Oi! O {produto} ainda está disponível?",
            ),
            customer(
                "É para uma sala pequena",
                "Minha sala tem {largura} m de parede, será que cabe?",
                "Preciso dele na cor {cor}",
            ),
            agent(
                "{saudacao}, {cliente}! {aqui}, da Casa Aurora. Temos sim! O {produto} mede 2,30 m de largura e, aberto, 1,60 m de profundidade.",
                "Olá, {cliente}, {saudacao_min}! {aqui}. Temos, sim, na cor {cor} e em mais cinco. Ele mede 2,30 x 1,10 m fechado e 1,60 m aberto.",
            ),
            agent(
                "Olha como ele ficou na casa de uma cliente 😊",
                "Esta é uma foto dele no nosso showroom",
                file="sofa",
                reaction="😍",
            ),
            customer(
                "Que lindo! Essa é a parede onde ele vai ficar",
                "Adorei! Minha sala é assim, olha",
                "A sala é esta aqui",
                file="sala",
            ),
            customer("Tem {largura} metros de uma ponta à outra", "A parede tem {largura} m", quotes=1),
            agent(
                "Cabe com folga! Sobra espaço para uma mesinha lateral de 45 cm.",
                "Perfeito, cabe direitinho e ainda dá para circular bem.",
                reaction="👍",
            ),
            customer("E quanto fica?", "Qual é o preço à vista?", "Vocês parcelam em quantas vezes?"),
            agent(
                "Ele sai por {preco} em até 10x sem juros, ou *{preco_pix}* no Pix (8% de desconto).",
                "À vista no Pix fica *{preco_pix}*; no cartão, {preco} em 10x de {parcela} sem juros.",
            ),
            agent(
                "Segue o orçamento com o frete para {bairro} incluso.",
                "Montei o orçamento para você, com entrega em {prazo} dias úteis.",
                file="orcamento",
            ),
            note(
                "Cliente comparando com a concorrente do shopping. Se pedir, posso chegar a 10% no Pix.",
                "Gostou muito da cor {cor}. Retornar se não responder até {dia}.",
            ),
            customer(
                "Vou conversar com meu marido e já te falo",
                "Fechado! Pode mandar a chave Pix?",
                "Gostei muito! Você segura esse preço até a semana que vem?",
            ),
            agent(
                "Combinado, {cliente}! Deixo reservado até {dia} para você.",
                "Maravilha! A entrega em {bairro} pode ser {dia}, das 8h às 13h. Fica bom?",
                edited_from="Combinado! Deixo reservado até amanha.",
            ),
            customer("Perfeito, muito {obrigado}!", "Ótimo, {obrigado} pela atenção 🙏", "Show! Até logo"),
        ),
        SOFAS,
        deal="{produto} - {cor}",
        tag="Sala de estar",
    ),
    Scene(
        "Vendas",
        (
            customer(
                "{saudacao}! A {produto} tem em outras medidas?",
                "Olá! A {produto} vem com as cadeiras?",
                "Oi, {saudacao_min}. Qual é a medida da {produto}?",
            ),
            agent(
                "{saudacao}, {cliente}! {aqui}. A {produto} padrão tem 1,60 x 0,90 m, e fazemos também em 1,80 m e 2,20 m.",
                "Oi, {cliente}! {aqui}, da Casa Aurora. Ela é vendida sozinha ou com 4, 6 ou 8 cadeiras.",
            ),
            customer(
                "Somos seis em casa, mas domingo vem a família toda 😂",
                "Preciso para seis lugares",
                "Seria para oito pessoas",
            ),
            agent(
                "Então a de 2,20 m é a ideal: oito pessoas sentam com conforto.",
                "Recomendo a de 1,80 m com seis cadeiras Oslo estofadas, é o conjunto que mais sai.",
                file="mesa",
                reaction="❤️",
            ),
            customer("Esse tampo mancha com copo quente?", "O tampo é de madeira maciça?", quotes=1),
            agent(
                "O tampo é de lâmina natural sobre MDF, com verniz resistente a manchas e calor até 90 °C.",
                "A base é maciça (tauari) e o tampo é laminado, bem mais leve e estável.",
                quotes=1,
            ),
            customer("Explico melhor por áudio, um minutinho", "", file="voz_cliente"),
            agent(
                "Entendi! No seu caso eu faria com a base preta. Fica {preco}, com entrega e montagem em {bairro}.",
                "Perfeito. O conjunto completo sai por {preco}, ou {preco_pix} no Pix.",
            ),
            customer(
                "Consegue melhorar um pouquinho?",
                "Tem desconto se eu levar o aparador também?",
                "E à vista, tem desconto?",
            ),
            agent(
                "Consigo {preco_pix} no Pix, e o frete fica por nossa conta 😉",
                "Levando o aparador junto, faço 10% nos dois.",
            ),
            customer("Aí sim! Vamos fechar então", "Vou pensar e retorno amanhã, pode ser?", "Fechado 🎉"),
            agent(
                "Oba! Me passa o CPF e o endereço completo para eu emitir o pedido?",
                "Claro! Se ficar alguma dúvida, é só chamar.",
            ),
            customer("Prontinho, enviei por e-mail", "{Obrigado}, {agente}!", "Beleza, {obrigado}"),
        ),
        TABLES,
        deal="{produto} com cadeiras",
        tag="Sala de jantar",
    ),
    Scene(
        "Vendas",
        (
            customer(
                "Oi! O {produto} já vem montado?",
                "{saudacao}! Vocês fazem a montagem do {produto}?",
                "{saudacao}, a montagem do {produto} é paga?",
            ),
            agent(
                "{saudacao}, {cliente}! {aqui}. A montagem é gratuita em {cidade} e feita por equipe própria.",
                "Olá, {cliente}! {aqui}. Ele vai desmontado, e a montagem está inclusa no preço.",
            ),
            customer(
                "A altura do meu teto é 2,45 m, dá certo?",
                "O corredor tem 80 cm, será que passa?",
                "O quarto é este, será que cabe?",
                file="quarto",
            ),
            agent(
                "Dá sim, ele tem 2,35 m. Só confirme se o rodapé tem menos de 2 cm, por favor.",
                "Passa tranquilo. O importante é ter 62 cm de profundidade livres.",
            ),
            agent("Aqui está o manual com todas as medidas", "Mandei a ficha técnica em PDF", file="ficha"),
            customer("E as portas são de correr?", "As corrediças são metálicas?", quotes=1),
            agent(
                "São de correr, com amortecedor e puxador em alumínio.",
                "Sim! Corrediças telescópicas e espelho lapidado.",
            ),
            customer("Gostei. Qual é o prazo?", "E para entregar, demora muito?"),
            agent(
                "Para {cidade}, {prazo} dias úteis. O valor é {preco}, em 10x de {parcela}.",
                "Tenho duas unidades no estoque: entrego até {dia}. Sai por {preco_pix} no Pix.",
            ),
            customer("Ok, vou medir de novo e te confirmo", "Hmm, achei um pouco caro", "Pode reservar para mim"),
            agent(
                "Sem problema! Reservei em seu nome até {dia}.",
                "Entendo. Posso ver uma condição especial com a gerência, me dá um minutinho?",
            ),
        ),
        WARDROBES,
        deal="{produto}",
        tag="Dormitório",
    ),
    Scene(
        "Vendas",
        (
            customer(
                "{saudacao}! Estou mobiliando um apartamento inteiro em {bairro}, vocês fazem orçamento?",
                "Oi! Comprei um apê e preciso de tudo 😅 Como funciona com vocês?",
            ),
            customer("Esta é a planta", "Segue a planta com as medidas", file="planta"),
            agent(
                "{saudacao}, {cliente}! Parabéns pelo apartamento! {aqui}, e vou cuidar do seu projeto.",
                "Que notícia boa, {cliente}! {aqui}. Fazemos o projeto sem custo acima de R$ 10.000,00.",
            ),
            agent("Qual destes estilos combina mais com você?", file="enquete"),
            customer("O segundo! Gosto de madeira clara", "Mais para o escandinavo, com bastante branco"),
            note(
                "Projeto grande. {agente} fica com ele até o fechamento; não repassar.",
                "Cliente pediu visita da projetista na semana que vem.",
            ),
            agent(
                "Anotado. Você prefere começar pela sala ou pelos quartos?",
                "Perfeito! Consigo te apresentar a proposta {dia}, às {hora}. Pode ser?",
            ),
            customer("Pela sala, que é o mais urgente", "Pode ser sim", "Tanto faz, mas a sala é mais urgente"),
            agent(
                "Combinado! Segue a proposta da sala e do jantar.",
                "Preparei a primeira versão. O total ficou em {preco}, com 12% de desconto pelo pacote.",
                file="orcamento",
            ),
            customer(
                "Uau, ficou lindo! Vou mostrar para minha esposa",
                "Gostei bastante, só achei o rack grande demais",
                reaction="🙏",
            ),
            agent(
                "Fique à vontade! Qualquer ajuste eu refaço na hora.",
                "Troco pelo rack de 1,60 m, então. Mando a versão nova até {dia}.",
            ),
            customer("Fechamos! Como faço o sinal?", "Perfeito, aguardo", "Combinado 👏"),
        ),
        (Product("projeto completo", 38500), Product("projeto completo", 27900), Product("projeto completo", 61200)),
        deal="Apartamento em {bairro}",
        tag="Projeto",
    ),
)
