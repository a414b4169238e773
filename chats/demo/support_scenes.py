"""Conversations of the support team of Casa Aurora."""

from .scenes import Product, Scene, agent, customer, note, phone

ORDERED = (
    Product("sofá", 3890),
    Product("guarda-roupa", 4180),
    Product("rack", 1590),
    Product("buffet", 2120),
    Product("painel de TV", 1480),
    Product("criado-mudo", 690),
)

SCENES = (
    Scene(
        "Suporte",
        (
            customer(
                "{saudacao}, meu pedido {pedido} era para chegar ontem e até agora nada",
                "Oi, cadê meu {produto}? O prazo era ontem!",
                "{saudacao}. Podem me dizer quando chega o pedido {pedido}?",
            ),
            customer(
                "Já é a segunda vez que remarcam",
                "Fiquei em casa o dia inteiro esperando",
                "Preciso de uma resposta hoje, por favor",
            ),
            agent(
                "{saudacao}, {cliente}. {aqui}, do suporte. Sinto muito pelo atraso, já estou verificando com a transportadora.",
                "Oi, {cliente}, {aqui_min}. Você tem razão, e peço desculpas. Vou resolver isso agora.",
            ),
            note(
                "Transportadora confirmou avaria no caminhão. Remarcar com prioridade.",
                "Segundo atraso deste cliente: oferecer frete de volta como crédito.",
            ),
            agent(
                "O caminhão teve um problema, e a nova data é {dia}, das 8h às 12h. Seu {produto} está inteiro e já saiu do depósito.",
                "Consegui prioridade: entregamos {dia} pela manhã, com ligação 30 minutos antes.",
            ),
            customer(
                "Tá bom, mas por favor não falhem de novo",
                "Certo. Vou ter que faltar ao trabalho de novo...",
                "Ok, {dia} eu consigo receber",
            ),
            agent(
                "Anotei como prioridade máxima e acompanho pessoalmente. Pelo transtorno, estornamos o valor do frete.",
                "Pode contar comigo. Deixei um crédito de R$ 150,00 no seu cadastro pelo transtorno.",
                reaction="🙏",
            ),
            customer(
                "Chegou! {Obrigado} por resolver",
                "Recebi agora, tudo certo",
                "Entregaram, {obrigado} {agente}",
                reaction="🎉",
            ),
        ),
        ORDERED,
        tag="Entrega",
        known_customer=True,
    ),
    Scene(
        "Suporte",
        (
            customer(
                "{saudacao}, quando vem o montador do {produto}?",
                "{saudacao}! Gostaria de agendar a montagem do pedido {pedido}",
                "Oi, já recebi as caixas. Como agendo a montagem?",
            ),
            agent(
                "{saudacao}, {cliente}! {aqui}. Tenho {dia} às {hora} ou na manhã seguinte. Qual prefere?",
                "Oi, {cliente}! {aqui}. O montador da sua região atende {dia}. Serve às {hora}?",
            ),
            customer(
                "{dia} às {hora} está ótimo", "Pode ser, mas o prédio só permite até 17h", "Prefiro de manhã, se tiver"
            ),
            agent(
                "Agendado! O montador é o Sr. Valdir, e leva crachá da Casa Aurora.",
                "Perfeito. Este é o contato do montador, ele avisa quando estiver a caminho:",
                file="montador",
            ),
            customer(
                "A entrada é por esta rua aqui", "O endereço é este, a entrada é pela rua de trás", file="endereco"
            ),
            phone("Oi, {cliente}, aqui é o Valdir, da montagem. Chego em 20 minutos."),
            customer("Ok, estou em casa", "Pode subir, apartamento 82"),
            agent("Como ficou a montagem, {cliente}?", "Deu tudo certo com a montagem?"),
            customer("Ficou ótimo! Olha só", "Perfeito, o Valdir é muito caprichoso", file="montado", reaction="😍"),
        ),
        ORDERED,
        tag="Montagem",
        known_customer=True,
    ),
    Scene(
        "Suporte",
        (
            customer(
                "O {produto} chegou com um risco na lateral 😕",
                "{saudacao}. Abri a caixa e a porta veio lascada",
                "Meu {produto} veio com defeito, e agora?",
            ),
            customer("Olha a foto", "Dá para ver bem aqui", file="risco"),
            customer("", "Gravei um vídeo também", file="video_defeito"),
            agent(
                "{saudacao}, {cliente}. {aqui}. Sinto muito! {Obrigado} pelas imagens, elas ajudam bastante.",
                "Oi, {cliente}, {aqui_min}. Que chato isso. Vamos resolver, sim.",
            ),
            agent(
                "Você prefere a troca da peça ou um desconto para ficar com ela assim?",
                "Posso trocar só a lateral, sem precisar desmontar o resto. Tudo bem?",
                quotes=2,
            ),
            customer("Quero a troca", "Pode trocar a peça", "Prefiro trocar a peça"),
            note(
                "Autorizada a troca da lateral pelo gerente. Lote com histórico de avaria.",
                "Abrir ocorrência com a fábrica: mesmo defeito do pedido da semana passada.",
            ),
            agent(
                "A troca do pedido {pedido} está autorizada. A peça chega em {prazo} dias úteis, e o montador vai junto.",
                "Abri a troca. Você recebe o protocolo por e-mail em alguns minutos.",
            ),
            customer("{Obrigado} pela agilidade", "Tudo bem, fico no aguardo", "ok"),
        ),
        ORDERED,
        tag="Troca",
        known_customer=True,
    ),
    Scene(
        "Suporte",
        (
            customer(
                "Faltou o saquinho de parafusos do {produto}",
                "{saudacao}! Na caixa do {produto} faltou uma prateleira",
                "Veio peça faltando no pedido {pedido}",
            ),
            agent(
                "Oi, {cliente}! {aqui}. Consegue me dizer o código que está na etiqueta da caixa?",
                "{saudacao}, {cliente}. {aqui}. Me manda uma foto do manual com a peça marcada, por favor?",
            ),
            customer("É este aqui", "Marquei no manual", file="manual"),
            agent(
                "Achei: é o kit F-12. Envio hoje por transportadora, sem custo.",
                "{Obrigado}! A peça sai hoje do depósito e chega {dia}.",
                reaction="👍",
            ),
            customer("{Obrigado}, nota 10", "Valeu pela rapidez"),
            customer("", file="audio_musica"),
            customer("Desculpa, mandei a música sem querer 😂", "Ops, áudio errado kkkk", quotes=1, reaction="😂"),
            agent("Adoramos a trilha sonora 🎶", "Kkkk, ótimo gosto musical!"),
        ),
        ORDERED,
        tag="Peças",
        known_customer=True,
    ),
    Scene(
        "Suporte",
        (
            customer(
                "Como eu limpo o tecido do sofá? Caiu vinho 😱",
                "{saudacao}! Posso passar pano úmido no {produto}?",
                "Socorro, derrubei café no sofá! O que eu faço?",
            ),
            agent(
                "Calma, tem solução! {aqui}. Seque sem esfregar e passe pano úmido com sabão neutro.",
                "{saudacao}, {cliente}! {aqui}. Pano levemente úmido e sabão neutro; nada de álcool nem multiuso.",
            ),
            agent("Deixo aqui o nosso guia de cuidados", file="guia"),
            customer("Saiu tudo! Muito {obrigado}", "Ótimo, vou fazer isso", reaction="❤️"),
            customer("Vocês impermeabilizam também?", "Qual é o preço da impermeabilização?"),
            agent(
                "Sim! Para três lugares fica R$ 290,00, em casa, e seca em quatro horas.",
                "Temos parceiro para isso. Quer que eu peça um orçamento?",
            ),
            customer("Vou querer, pode agendar", "Depois eu vejo, {obrigado}"),
        ),
        ORDERED,
        tag="Cuidados",
        known_customer=True,
    ),
    Scene(
        "Suporte",
        (
            customer(
                "Isto é um absurdo, três semanas esperando o {produto}",
                "Quero cancelar o pedido {pedido}. Ninguém me responde!",
                "Péssimo atendimento. Vou abrir reclamação no Procon",
            ),
            customer("Liguei duas vezes e ninguém atende", "Alguém pode me responder?"),
            customer("", file="ligacao_perdida"),
            agent(
                "{cliente}, {saudacao_min}. {aqui}. Lamento muito, e vou cuidar do seu caso pessoalmente até o fim.",
                "{saudacao}, {cliente}. {aqui}, da supervisão do suporte. Peço desculpas pela falta de retorno.",
            ),
            customer("Quero uma solução, não desculpas", "Então resolve, por favor", quotes=1),
            note(
                "Cliente muito irritado. Avisei a gerência. Não deixar sem retorno hoje.",
                "Autorizado pela gerência: entrega em 48 h ou cancelamento com estorno integral.",
            ),
            agent(
                "Duas opções: entrega garantida {dia}, ou cancelamento com estorno integral em até 5 dias úteis. Qual prefere?",
                "Falei com o depósito agora: seu {produto} está carregado e chega {dia}. Se preferir cancelar, faço na hora.",
            ),
            customer("Pode entregar {dia}, mas é a última chance", "Prefiro cancelar", "Vou esperar até {dia}"),
            agent(
                "{Obrigado} pela confiança. Acompanho e te aviso em cada etapa.",
                "Feito. Mando o comprovante assim que sair.",
            ),
            customer("Ok", "Tá certo, {obrigado}", "Veremos"),
        ),
        ORDERED,
        tag="Reclamação",
        known_customer=True,
    ),
    Scene(
        "Suporte",
        (
            customer(
                "Preciso mudar o endereço de entrega do pedido {pedido}",
                "{saudacao}! Mudei de casa, dá para alterar a entrega?",
            ),
            customer("O novo é este", "Segue a localização nova", file="endereco"),
            agent(
                "{saudacao}, {cliente}! {aqui}. Alterado! Como é outro bairro, a nova data é {dia}.",
                "Oi, {cliente}! {aqui}. Sem problema, já mudei e não há custo.",
            ),
            customer("", file="desconhecida"),
            agent(
                "Não consegui abrir a última mensagem. Pode mandar de novo?",
                "Recebi algo que o sistema não mostra; era importante?",
                quotes=1,
            ),
            customer("Era só um agradecimento 😄", "Deixa, não era nada"),
            agent("Combinado! Qualquer coisa, estou por aqui.", "Perfeito, {cliente}. Boa mudança!", reaction="🥰"),
        ),
        ORDERED,
        tag="Entrega",
        known_customer=True,
    ),
)
