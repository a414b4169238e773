"""The small pictures, papers and sounds behind the demo's media messages, drawn once and shared by many."""

import io
import math
import wave
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageDraw, ImageFont

from chats.media import describe, thumbnail
from chats.media.waveforms import drawn

FOLDER = "media/demo"
SIZE = (960, 720)
PAPER = (595, 842)
SAMPLES_PER_SECOND = 8000
WAVE_HEAD_BYTES = 44
Box = tuple[int, int, int, int]
# Boxes of furniture with their colours, on a wall and a floor.
SHAPES: dict[str, list[tuple[Box, str]]] = {
    "sofa": [((180, 330, 780, 480), "#7d8f86"), ((140, 430, 820, 590), "#8fa399"), ((200, 590, 230, 630), "#4b3a2f")],
    "sala": [((90, 120, 400, 400), "#dbe7f0"), ((430, 470, 900, 620), "#c9b8a3"), ((60, 600, 300, 640), "#a58866")],
    "mesa": [((160, 380, 800, 420), "#8b5e3c"), ((210, 420, 240, 640), "#6d4a30"), ((720, 420, 750, 640), "#6d4a30")],
    "quarto": [((120, 140, 380, 640), "#b59878"), ((460, 440, 900, 620), "#dfe3ea"), ((480, 400, 640, 460), "#fff")],
    "risco": [((120, 90, 840, 650), "#9c7248"), ((300, 330, 690, 338), "#3b2514"), ((350, 352, 600, 357), "#3b2514")],
    "montado": [
        ((200, 110, 760, 640), "#b98d5f"),
        ((220, 130, 470, 620), "#c9a076"),
        ((490, 130, 740, 620), "#c9a076"),
    ],
    "manual": [((240, 60, 720, 660), "#ffffff"), ((300, 140, 660, 360), "#d0d5db"), ((420, 400, 520, 500), "#dc2626")],
    "comprovante": [
        ((280, 40, 680, 680), "#ffffff"),
        ((330, 110, 630, 150), "#16a34a"),
        ((330, 220, 600, 236), "#64748b"),
    ],
    "pet": [((330, 250, 630, 560), "#d9b38c"), ((300, 200, 400, 330), "#a9805a"), ((560, 200, 660, 330), "#a9805a")],
}
PAPERS = {
    "orcamento": "Orçamento",
    "planta": "Planta do apartamento",
    "ficha": "Ficha técnica",
    "guia": "Guia de cuidados",
    "boleto": "Boleto - segunda via",
    "nota_fiscal": "Nota fiscal",
    "carta": "Carta de estorno",
}
SOUNDS = {"voz": (6, 170.0), "musica": (4, 440.0)}


# Moving pictures cannot be drawn here: four seconds of the sofa, made once.
FILM = Path(__file__).with_name("film.mp4")


@dataclass(frozen=True)
class Stored:
    """A file in the storage, and what the product would have found out about it."""

    path: str = ""
    size_bytes: int | None = None
    thumbnail: str = ""
    width: int | None = None
    height: int | None = None
    waveform: list[int] = field(default_factory=list)


NOTHING = Stored()
Files = dict[str, Stored]


def stored_files() -> Files:
    """Every drawing by its file name, in the storage; made where missing."""
    return {name: _store(name, draw) for name, draw in _drawings().items()}


def _drawings() -> dict[str, Callable[[], bytes]]:
    made: dict[str, Callable[[], bytes]] = {"figurinha.webp": _sticker, "sofa.mp4": FILM.read_bytes}
    made |= {f"{name}.jpg": lambda shapes=shapes: _photo(shapes) for name, shapes in SHAPES.items()}  # type: ignore[misc]
    made |= {f"{name}.pdf": lambda title=title: _paper(title) for name, title in PAPERS.items()}  # type: ignore[misc]
    made |= {f"{name}.wav": lambda tone=tone: _sound(*tone) for name, tone in SOUNDS.items()}  # type: ignore[misc]
    return made


def _store(name: str, draw: Callable[[], bytes]) -> Stored:
    content = draw()
    facts = describe(ContentFile(content), name=name)
    small = thumbnail(io.BytesIO(_photo(SHAPES["sofa"]) if name == "sofa.mp4" else content))
    return Stored(
        path=_keep(name, content),
        size_bytes=facts.size_bytes,
        thumbnail=_keep(f"{name}.webp", small) if small else "",
        width=facts.width,
        height=facts.height,
        waveform=drawn(content[WAVE_HEAD_BYTES:]) if name == "voz.wav" else [],
    )


def _keep(name: str, content: bytes) -> str:
    path = f"{FOLDER}/{name}"
    if not default_storage.exists(path):
        default_storage.save(path, ContentFile(content))
    return path


def _photo(shapes: list[tuple[Box, str]]) -> bytes:
    image = Image.new("RGB", SIZE, "#efe9e1")
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 560, *SIZE), fill="#c8ac8b")
    for box, colour in shapes:
        pen.rounded_rectangle(box, radius=12, fill=colour)
    return _bytes_of(image, "JPEG", quality=80)


def _sticker() -> bytes:
    image = Image.new("RGBA", (256, 256), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    pen.ellipse((24, 40, 136, 152), fill="#e11d48")
    pen.ellipse((120, 40, 232, 152), fill="#e11d48")
    pen.polygon([(34, 126), (222, 126), (128, 236)], fill="#e11d48")
    return _bytes_of(image, "WEBP")


def _paper(title: str) -> bytes:
    image = Image.new("RGB", PAPER, "white")
    pen = ImageDraw.Draw(image)
    pen.text((60, 60), title, fill="black", font=ImageFont.load_default(28))
    for line in range(18):
        pen.rectangle((60, 140 + 34 * line, 535 - 60 * (line % 3), 148 + 34 * line), fill="#cbd5e1")
    return _bytes_of(image, "PDF")


def _bytes_of(image: Image.Image, kind: str, **options: int) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def _sound(seconds: int, hertz: float) -> bytes:
    """A tone that swells and fades, eight bits, mono."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(1)
        out.setframerate(SAMPLES_PER_SECOND)
        out.writeframes(bytes(_sample(hertz, n / SAMPLES_PER_SECOND) for n in range(seconds * SAMPLES_PER_SECOND)))
    return buffer.getvalue()


def _sample(hertz: float, second: float) -> int:
    loudness = 60 * abs(math.sin(math.pi * second))
    return int(128 + loudness * math.sin(2 * math.pi * hertz * second))
