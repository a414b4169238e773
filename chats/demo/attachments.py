"""What the messages of a scene carry besides text, each as WhatsApp would report it."""

from dataclasses import dataclass, field
from typing import Any

from chats.models import MediaState, MessageType

CAPTIONED = {MessageType.IMAGE, MessageType.VIDEO, MessageType.DOCUMENT}


@dataclass(frozen=True)
class Attachment:
    """A typed message. `drawing` names the file of `files` behind it; without one the file is gone."""

    type: MessageType
    file_name: str = ""
    mime_type: str = ""
    drawing: str = ""
    size_bytes: int | None = None
    duration_seconds: int | None = None
    metadata: dict[str, Any] = field(default_factory=dict)

    @property
    def takes_caption(self) -> bool:
        return self.type in CAPTIONED

    @property
    def media_state(self) -> MediaState:
        if not self.mime_type:
            return MediaState.NONE
        return MediaState.READY if self.drawing else MediaState.FAILED


def _photo(drawing: str) -> Attachment:
    return Attachment(MessageType.IMAGE, "", "image/jpeg", f"{drawing}.jpg")


def _pdf(drawing: str, file_name: str) -> Attachment:
    return Attachment(MessageType.DOCUMENT, file_name, "application/pdf", f"{drawing}.pdf")


def _place(latitude: float, longitude: float, name: str, address: str) -> Attachment:
    where = {"latitude": latitude, "longitude": longitude, "name": name, "address": address}
    return Attachment(MessageType.LOCATION, metadata=where)


def _card(name: str, phone: str) -> Attachment:
    return Attachment(MessageType.CONTACT, metadata={"contacts": [{"name": name, "phone": phone}]})


ATTACHMENTS = {
    "sofa": _photo("sofa"),
    "sala": _photo("sala"),
    "mesa": _photo("mesa"),
    "quarto": _photo("quarto"),
    "risco": _photo("risco"),
    "montado": _photo("montado"),
    "manual": _photo("manual"),
    "comprovante": _photo("comprovante"),
    "pet": _photo("pet"),
    "orcamento": _pdf("orcamento", "Orçamento Casa Aurora.pdf"),
    "planta": _pdf("planta", "planta-apartamento.pdf"),
    "ficha": _pdf("ficha", "Ficha técnica.pdf"),
    "guia": _pdf("guia", "Guia de cuidados.pdf"),
    "boleto": _pdf("boleto", "boleto-2a-via.pdf"),
    "nota_fiscal": _pdf("nota_fiscal", "NF-e 000.412.377.pdf"),
    "carta": _pdf("carta", "Carta de estorno.pdf"),
    "voz_cliente": Attachment(MessageType.VOICE, "", "audio/wav", "voz.wav", duration_seconds=6),
    "audio_musica": Attachment(MessageType.AUDIO, "musica.wav", "audio/wav", "musica.wav", duration_seconds=4),
    "video_produto": Attachment(MessageType.VIDEO, "", "video/mp4", "sofa.mp4", duration_seconds=4),
    # What a file that is gone looks like.
    "video_defeito": Attachment(MessageType.VIDEO, "", "video/mp4", "", 5_120_118, 23),
    "figurinha": Attachment(MessageType.STICKER, "", "image/webp", "figurinha.webp"),
    "loja": _place(-23.5614, -46.6559, "Casa Aurora Móveis e Decoração", "Av. das Acácias, 1200 - São Paulo, SP"),
    "endereco": _place(-23.5987, -46.6732, "", "Rua dos Jacarandás, 82 - São Paulo, SP"),
    "clinica": _place(-23.5432, -46.6290, "Pet Feliz", "Rua das Palmeiras, 45 - São Paulo, SP"),
    "contato": _card("Paula Brandão Arquitetura", "5511960007001"),
    "montador": _card("Valdir (montagem)", "5511960007002"),
    "enquete": Attachment(
        MessageType.POLL,
        metadata={
            "poll": {"name": "Qual combina mais com você?", "options": ["Clássico", "Escandinavo", "Industrial"]}
        },
    ),
    "ligacao": Attachment(MessageType.CALL, duration_seconds=184),
    "ligacao_perdida": Attachment(MessageType.CALL),
    "desconhecida": Attachment(MessageType.UNKNOWN),
}
