"""A file is what its bytes are, whatever it is called."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pytest_django.fixtures import Settings

from chats.media import Facts, Refused, describe, has_ffmpeg, playable_twin, thumbnail
from chats.media.sound import as_voice
from chats.models import MessageType
from tests import filemaking


def of(content: bytes, name: str = "") -> Facts:
    return describe(io.BytesIO(content), name=name)


@pytest.mark.parametrize(
    ("content", "type_", "mime"),
    [
        (filemaking.jpeg(), MessageType.IMAGE, "image/jpeg"),
        (filemaking.png(), MessageType.IMAGE, "image/png"),
        (filemaking.webp(), MessageType.IMAGE, "image/webp"),
        (filemaking.voice(), MessageType.AUDIO, "audio/ogg; codecs=opus"),
        (filemaking.wav(), MessageType.AUDIO, "audio/wav"),
        (filemaking.mp4(), MessageType.VIDEO, "video/mp4"),
        (filemaking.mp4(handler=b"soun"), MessageType.AUDIO, "audio/mp4"),
        (filemaking.webm(), MessageType.AUDIO, "audio/webm"),
        (filemaking.webm(size=(640, 480)), MessageType.VIDEO, "video/webm"),
        (filemaking.pdf(), MessageType.DOCUMENT, "application/pdf"),
    ],
)
def test_a_file_is_told_by_its_content(content: bytes, type_: MessageType, mime: str) -> None:
    facts = of(content, name="planilha.xls")
    assert (facts.type, facts.mime_type, facts.size_bytes) == (type_, mime, len(content))


def test_a_picture_is_measured_as_it_is_shown() -> None:
    facts = of(filemaking.jpeg((640, 480), orientation=6))
    assert (facts.width, facts.height) == (480, 640)


def test_recordings_are_timed_without_help() -> None:
    assert of(filemaking.voice(seconds=3)).duration_seconds == 3
    assert of(filemaking.wav(seconds=2)).duration_seconds == 2
    film = of(filemaking.mp4(size=(1280, 720), seconds=7))
    assert (film.width, film.height, film.duration_seconds) == (1280, 720, 7)
    recorded = of(filemaking.webm(size=(640, 480), seconds=5))
    assert (recorded.width, recorded.height, recorded.duration_seconds) == (640, 480, 5)


def test_a_film_held_upright_stands_upright() -> None:
    film = of(filemaking.mp4(size=(1280, 720), upright=True))
    assert (film.width, film.height) == (720, 1280)


def test_an_unknown_document_keeps_the_kind_its_name_tells_and_nothing_a_browser_opens() -> None:
    assert of(b"nome;valor\n", name="preços.csv").mime_type == "text/csv"
    assert of(b'<?xml version="1.0"?><nfeProc/>', name="nota.xml").mime_type in {"application/xml", "text/xml"}
    assert of(b"\x00\x01nothing", name="foto.jpg").mime_type == "application/octet-stream"
    assert of(b"\x00\x01nothing").type == MessageType.DOCUMENT


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<!DOCTYPE html><h1>502 Bad Gateway</h1>", "foto.jpg"),
        (b"\xef\xbb\xbf  <html><body>", ""),
        (b'<?xml version="1.0"?>\n<!-- x --><svg xmlns="http://www.w3.org/2000/svg">', "desenho.png"),
        (b"<script>alert(1)</script>", "a.txt"),
        (b"MZ" + bytes(200), "boleto.pdf"),
        (b"\x7fELF" + bytes(200), ""),
        (b"#!/bin/sh\nrm -rf /", "leia.txt"),
        (b"echo", "instalar.BAT"),
        (filemaking.png(), "foto.png.exe"),
    ],
)
def test_what_could_run_is_refused(content: bytes, name: str) -> None:
    with pytest.raises(Refused):
        of(content, name)


def test_nothing_at_all_is_refused() -> None:
    with pytest.raises(Refused, match="vazio"):
        of(b"")


def test_too_much_is_refused_with_the_limit(settings: Settings) -> None:
    settings.UPLOAD_MAX_BYTES = 1024
    with pytest.raises(Refused, match="1,0\u00a0KB"):
        of(bytes(1025))
    assert describe(io.BytesIO(bytes(1025)), most_bytes=2048).size_bytes == 1025


def test_half_a_picture_is_refused() -> None:
    whole = filemaking.jpeg((800, 600))
    with pytest.raises(Refused, match="danificada"):
        of(whole[: len(whole) // 2])


def test_a_small_file_that_would_become_a_huge_picture_is_never_opened() -> None:
    bomb = filemaking.huge_png(40_000, 40_000)
    facts = of(bomb, name="foto.png")
    assert (facts.type, facts.mime_type) == (MessageType.DOCUMENT, "application/octet-stream")
    assert thumbnail(io.BytesIO(bomb)) is None


def test_an_upload_is_left_at_its_start() -> None:
    upload = SimpleUploadedFile("foto.jpg", filemaking.jpeg())
    describe(upload)
    thumbnail(upload)
    assert upload.tell() == 0


def test_a_thumbnail_is_small_upright_and_tells_nothing_of_the_camera() -> None:
    made = thumbnail(io.BytesIO(filemaking.jpeg((1600, 1200), orientation=6)))
    assert made
    with Image.open(io.BytesIO(made)) as image:
        assert (image.format, image.size, dict(image.getexif())) == ("WEBP", (360, 480), {})


def test_what_is_small_already_needs_no_thumbnail() -> None:
    assert thumbnail(io.BytesIO(filemaking.jpeg((300, 200)))) is None


def test_a_voice_gets_an_mp3_twin_exactly_where_ffmpeg_is() -> None:
    twin = playable_twin(io.BytesIO(filemaking.voice()), "audio/ogg; codecs=opus")
    assert (twin is not None) == has_ffmpeg()
    assert twin is None or of(twin).mime_type == "audio/mpeg"


def test_any_sound_becomes_a_voice_message_exactly_where_ffmpeg_is() -> None:
    voice = as_voice(io.BytesIO(filemaking.wav(seconds=2)), "audio/wav")
    assert (voice is not None) == has_ffmpeg()
    assert voice is None or (of(voice).mime_type, of(voice).duration_seconds) == ("audio/ogg; codecs=opus", 2)


def test_ffmpeg_is_never_given_a_playlist_to_follow() -> None:
    playlist = b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"
    assert playable_twin(io.BytesIO(playlist), "audio/ogg") is None
    assert playable_twin(io.BytesIO(playlist), "application/vnd.apple.mpegurl") is None
