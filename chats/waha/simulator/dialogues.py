"""Who writes to Casa Aurora Móveis e Decoração, and what they say.

A dialogue is a list of turns, a turn a list of messages sent in a row; after each turn the
customer waits for an answer. A message that begins with [kind] or [kind:file name] is of that
kind; beside those of contents.KINDS there are [call] (missed), [album] (captions between "; "),
[edit] (before => after) and [revoke] (soon deleted). {produto} (with its article), {pedido},
{cep}, {bairro} and {preco} are filled in.
"""

PEOPLE: tuple[tuple[str, str], ...] = (
    ("João da Silva", "5511988887777"),
    ("Maria Aparecida Souza", "5511976543210"),
    ("Ana Beatriz Lima", "5521987654321"),
    ("Carlos Eduardo Ramos", "5531988112233"),
    ("Fernanda Oliveira", "5541991234567"),
    ("Rafael Monteiro", "5551998765432"),
    ("Juliana Castro", "5561982345678"),
    ("Pedro Henrique Alves", "5571988776655"),
    ("Camila Nogueira", "5581996547788"),
    ("Lucas Ferreira", "5585987651122"),
    ("Patrícia Gomes", "5511945678901"),
    ("Bruno Cardoso", "5519981234599"),
    ("Larissa Mendes", "5513974561230"),
    ("Gustavo Pereira", "5516992233445"),
    ("Renata Barbosa", "5512981456677"),
    ("Thiago Martins", "5527998112244"),
    ("Aline Ribeiro", "5548991556677"),
    ("Marcelo Teixeira", "5562985443322"),
    ("Vanessa Duarte", "5567992211334"),
    ("Diego Santana", "5565981237788"),
    ("Sônia Regina Prado", "5511967891234"),
    ("Eduardo Kenji Tanaka", "5511953217890"),
    ("Beatriz Cavalcanti", "5583988124567"),
    ("Roberto Assunção", "5591982003344"),
    ("Daniela Figueiredo", "5511938765432"),
    ("Felipe Araújo", "5584991237654"),
    ("Cláudia Meireles", "5521976540987"),
    ("Vinícius Rocha", "5531975318642"),
    ("Mônica Silveira", "5543999881122"),
    ("Leandro Batista", "5515981726354"),
    ("Tatiane Moreira", "5511923456789"),
    ("André Luiz Campos", "5547988997766"),
    ("Priscila Andrade", "5524981112233"),
    ("Otávio Bittencourt", "5554991827364"),
    ("Gabriela Pacheco", "5511914725836"),
    ("Sérgio Vasconcelos", "5581987412365"),
    ("Isabela Fontes", "5521965432109"),
    ("Márcio Guimarães", "5537988001122"),
    ("Letícia Bernardes", "5511981470258"),
    ("Dona Neide", "5511972583691"),
)
# These are seen by a hidden id; the first two at times with no phone at all.
LIDS: dict[str, str] = {
    "5511945678901": "99887766554433",
    "5585987651122": "148206390517722",
    "5531975318642": "203847561029384",
    "5547988997766": "77120394857610",
    "5511914725836": "191827364554637",
}
PRODUCTS = (
    "o sofá Lisboa de 3 lugares", "a mesa de jantar Toscana", "a poltrona Capri", "o tapete Marrakech 2x3",
    "o pendente Norte", "o guarda-roupa Siena", "a cadeira Oslo", "o espelho Orla", "a estante Cedro",
    "o rack Ipanema", "a cama box Serena queen", "o aparador Minas", "a cristaleira Olinda",
)  # fmt: skip
DISTRICTS = ("Pinheiros", "Tatuapé", "Moema", "Vila Mariana", "Santana", "Perdizes", "Butantã")

DIALOGUES: tuple[tuple[tuple[str, ...], ...], ...] = (
    (
        ("Oi, bom dia!", "Vi {produto} no site", "Ainda tem disponível?"),
        ("Que bom 😊", "E qual o prazo de entrega pra {bairro}?"),
        ("Perfeito, vou fechar pelo site então",),
        ("Valeu!",),
    ),
    (
        ("Boa tarde", "Meu pedido {pedido} já saiu pra entrega?"),
        ("É que estava previsto pra ontem e até agora nada",),
        ("Tá certo, fico no aguardo",),
    ),
    (
        ("Olá! Quanto fica o frete pro CEP {cep}?",),
        ("É pra entregar {produto}",),
        ("Hmm, achei um pouco caro", "Não tem frete grátis acima de algum valor?"),
        ("Ah, legal! Vou ver o que mais preciso pra completar 😄",),
    ),
    (
        ("[image] Olha como chegou a mesa", "Veio com o tampo riscado 😞", "Pedido {pedido}"),
        ("[image] Dá pra ver melhor aqui", "Quero a troca, por favor"),
        ("Ok. Quando vocês passam pra retirar?",),
        ("Combinado, agradeço a atenção",),
    ),
    (
        ("Oi, vocês parcelam em quantas vezes?", "Sem juros?"),
        ("E no Pix tem desconto?",),
        ("Boa! Me manda a chave Pix então",),
        ("[document:comprovante-pix.pdf] Segue o comprovante", "Pago ✅"),
        ("Valeu!",),
    ),
    (
        ("Bom dia, não recebi o boleto do pedido {pedido}",),
        ("O e-mail tá certo sim, já olhei no spam também", "Pode mandar por aqui?"),
        ("Recebi agora, valeu 🙏",),
    ),
    (
        ("[voice]", "Desculpa o áudio, tô dirigindo rsrs"),
        ("Isso, é pra medir a sala mesmo", "Pode ser quinta à tarde?"),
        ("[location:Minha casa; Rua dos Pinheiros, 480 - {bairro}, São Paulo]",),
        ("Fechado, até quinta!",),
    ),
    (
        ("Vocês têm loja física?", "Queria ver {produto} de perto"),
        ("Abre no sábado?",),
        ("Ótimo, vou passar aí no sábado de manhã",),
    ),
    (
        ("Olá, gostaria de agendar a montagem", "Pedido {pedido}, chegou hoje"),
        ("De preferência de manhã", "Aqui é prédio, precisa avisar a portaria antes"),
        ("[contact:Seu Zé (portaria); +55 11 97777-6666]", "Esse é o contato do porteiro"),
        ("Show, agradeço muito!",),
    ),
    (
        ("Já é a terceira vez que eu entro em contato!!", "Ninguém resolve o meu problema"),
        ("Pedido {pedido}", "Comprei faz 40 dias e até hoje não chegou"),
        ("Eu quero é o meu dinheiro de volta", "Senão vou no Procon"),
        ("Ok, vou aguardar até amanhã então",),
    ),
    (
        ("Oii", "Vocês têm {produto} em outra cor?", "Queria num tom mais claro, tipo areia"),
        ("Tem foto?",),
        ("Amei 😍", "Quanto fica?"),
        ("Vou conversar aqui em casa e te aviso",),
    ),
    (
        ("Boa noite, vocês fazem móvel sob medida?",),
        ("[document:planta-do-apartamento.pdf] Essa é a planta", "A parede tem 3,20 m"),
        ("Quanto tempo demora o orçamento?",),
        ("Tá ótimo, fico esperando",),
    ),
    (
        ("Passando só pra agradecer!", "[image] Ficou lindo na minha sala", "Atendimento nota 10 👏👏"),
        ("Com certeza vou indicar pros amigos ❤️",),
    ),
    (
        ("Oi! Quanto de peso aguenta {produto}?",),
        ("E a garantia é de quanto tempo?",),
        ("[sticker]",),
    ),
    (
        ("Bom dia! Trabalho com arquitetura, vocês têm parceria para profissionais?",),
        ("Tenho um projeto em {bairro} e preciso de umas 12 cadeiras Oslo", "Qual o desconto?"),
        ("Pode mandar a proposta no meu e-mail? projetos@exemplo.com.br",),
        ("Recebido, vou apresentar pro cliente",),
    ),
    (
        ("Oi, quero cancelar o pedido {pedido}",),
        ("Comprei errado, era o de 2 lugares", "Dá pra só trocar?"),
        ("Ufa! Pago a diferença como?",),
        ("Feito 👍",),
    ),
    (
        ("Alguém pode me ajudar?", "O rastreio não atualiza faz 5 dias", "{pedido}"),
        ("Hmm entendi", "Mas tá em qual cidade?"),
        ("Blz, valeu",),
    ),
    (
        ("Boa tarde, o cupom BEMVINDO10 não tá funcionando",),
        ("Aparece 'cupom inválido'", "[image] Olha o print"),
        ("Agora foi! Valeuuu",),
    ),
    (
        ("Oi, é verdade que {produto} tá por {preco}?", "Vi no Instagram"),
        ("Até quando vai a promoção?",),
        ("Então separa um pra mim, por favor 🙏",),
        ("Posso pagar metade no Pix e metade no cartão?",),
    ),
    (
        ("[ad] Oi! Vi o anúncio, ainda vale?; Sofá Lisboa com 20% de desconto; https://fb.me/casaaurora",),
        ("[edit] Quero 2 unidades => Quero 3 unidades", "Pode separar?"),
        ("Obrigada! 💛",),
    ),
    (
        ("[call]", "Tentei ligar agora, mas ninguém atendeu", "É sobre o pedido {pedido}"),
        ("[album] A caixa chegou assim; Amassada do lado; E por dentro", "O que eu faço?"),
        ("[revoke] Vou pedir o reembolso então", "Tá bom, espero a retirada"),
    ),
    (
        ("[contacts:Seu Zé (portaria); +55 11 97777-6666; Dona Lu (síndica); +55 11 96666-5555]",),
        ("Um dos dois recebe a entrega", "[video] O corredor do prédio é esse, passa?"),
        ("Show, valeu!",),
    ),
    (
        ("Faltou uma peça na caixa", "O saquinho dos parafusos não veio", "Pedido {pedido}"),
        ("[image] Só veio isso aqui",),
        ("Quanto tempo pra chegar?",),
        ("Ok então, no aguardo",),
    ),
)
REACTIONS = ("👍", "❤️", "🙏", "😂", "😮")
NUDGES = ("Oi?", "Alguém aí?", "Conseguiu ver?", "?", "Ainda aguardo um retorno, por favor", "Olá??")
ANSWERS = (
    "Pode ser sim",
    "Isso mesmo",
    "Sim, por favor",
    "Acho que sim",
    "Ainda não decidi",
    "Prefiro à tarde",
)
THANKS = (
    "Ok, valeu!",
    "Agradeço 😊",
    "Entendi",
    "Perfeito",
    "👍",
    "Tá bom",
    "Show, valeu!",
    "Maravilha",
    "Certo",
)
