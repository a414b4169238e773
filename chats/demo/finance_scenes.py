"""Conversations of the finance team of Casa Aurora."""

from .scenes import Scene, agent, customer, note
from .support_scenes import ORDERED

SCENES = (
    Scene(
        "Financeiro",
        (
            customer(
                "Fiz o Pix do pedido {pedido}", "{saudacao}! Acabei de pagar, segue o comprovante", "Pix feito ✅"
            ),
            customer("Comprovante", "Segue", file="comprovante"),
            agent(
                "Recebido, {cliente}! {aqui}. Pagamento confirmado e pedido liberado para entrega.",
                "{saudacao}, {cliente}! {aqui}. Já caiu aqui, {obrigado}!",
                reaction="👍",
            ),
            customer("A nota fiscal vem por e-mail?", "Quando sai a nota?"),
            agent(
                "Vai por e-mail no dia do faturamento. Se quiser, mando por aqui também.",
                "Assim que o {produto} sair do depósito. Mando por aqui.",
                file="nota_fiscal",
            ),
            customer("Recebi, {obrigado}", "Perfeito, {obrigado}!"),
        ),
        ORDERED,
        tag="Pagamento",
        known_customer=True,
    ),
    Scene(
        "Financeiro",
        (
            customer(
                "Não recebi o boleto deste mês",
                "{saudacao}, preciso da segunda via do boleto",
                "Oi! Meu boleto venceu ontem, tem como atualizar?",
            ),
            agent(
                "{saudacao}, {cliente}! {aqui}, do financeiro. Segue a segunda via, com vencimento em 3 dias e sem juros.",
                "Oi, {cliente}! {aqui}. Atualizei para você, sem multa:",
                file="boleto",
            ),
            customer(
                "Posso pagar por Pix em vez do boleto?", "Consigo pagar pelo código de barras no aplicativo?", quotes=1
            ),
            agent(
                "Pode! A chave é o CNPJ 12.345.678/0001-95, Casa Aurora Móveis e Decoração.",
                "Consegue, sim. O código também está no PDF.",
            ),
            customer("Pago", "Paguei agora, pode conferir?", "{Obrigado}, já agendei"),
            agent("Confirmado, {cliente}. {Obrigado}!", "Conferido e baixado. Até a próxima!"),
            customer("{Obrigado}!", "Valeu", file="figurinha"),
        ),
        ORDERED,
        tag="Boleto",
        known_customer=True,
    ),
    Scene(
        "Financeiro",
        (
            customer(
                "Cancelei o pedido {pedido} e o estorno ainda não apareceu no cartão",
                "{saudacao}, quando cai o estorno do {produto}?",
            ),
            agent(
                "{saudacao}, {cliente}. {aqui}. O estorno foi pedido e aparece em até duas faturas, conforme o banco.",
                "Oi, {cliente}. {aqui}. Já enviamos à operadora; o número do protocolo é {pedido}-E.",
            ),
            customer("Duas faturas?! É muito tempo", "Meu banco disse que não recebeu nada", quotes=1),
            note(
                "Confirmar com a operadora o NSU antes de responder de novo.",
                "Estorno de {preco} autorizado. Anexei o comprovante no ERP.",
            ),
            agent(
                "Segue a carta de estorno: com ela o banco consegue adiantar.",
                "Entendo. Mando o comprovante da operadora para você apresentar ao banco.",
                file="carta",
            ),
            customer("Vou levar ao banco, {obrigado}", "Ok, vou tentar"),
        ),
        ORDERED,
        tag="Estorno",
        known_customer=True,
    ),
    Scene(
        "Financeiro",
        (
            customer(
                "Vocês dividem em mais de 10 vezes?",
                "{saudacao}! Dá para pagar metade no Pix e metade no cartão?",
                "Oi, em quantas vezes vocês parcelam?",
            ),
            agent(
                "{saudacao}, {cliente}! {aqui}. Em até 10x sem juros, ou 18x com juros de 1,49% ao mês.",
                "Oi, {cliente}! {aqui}. Dá, sim: mando um link para cada parte.",
            ),
            customer("Então faço em 10x", "Pode mandar os dois links", "Pode ser em 10x, então"),
            agent(
                "Ficam 10 parcelas de {parcela}. Segue o link: https://pagamento.casaaurora.example/{pedido}",
                "Pronto: https://pagamento.casaaurora.example/{pedido}",
                edited_from="Ficam 10 parcelas. Segue o link:",
            ),
            customer("Deu erro no cartão 😕", "Pago!", "O link expirou"),
            agent(
                "Gerei outro agora, válido por 24 h: https://pagamento.casaaurora.example/{pedido}-2",
                "Tudo certo por aqui. {Obrigado}, {cliente}!",
            ),
            customer("Agora foi! {Obrigado}", "Deu certo, {obrigado}"),
        ),
        ORDERED,
        tag="Pagamento",
    ),
)
