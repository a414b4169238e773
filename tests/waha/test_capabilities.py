"""What a page may offer for a number, by the engine and version of its WAHA."""

import pytest
from django.utils.translation import override

from chats.waha.capabilities import Capabilities, Feature
from chats.waha.models import WhatsAppSession


@pytest.mark.parametrize(
    ("engine", "version", "feature", "can"),
    [
        ("NOWEB", "2026.2.1", Feature.TEXT, True),
        ("NOWEB", "2026.2.1", Feature.IMAGE, False),
        ("NOWEB", "2026.6.0", Feature.VOICE, False),
        ("NOWEB", "2026.6.1", Feature.VOICE, True),
        ("GOWS", "2026.10.1", Feature.VIDEO, True),
        ("NOWEB", "2026.7.1", Feature.STICKER, False),
        ("WEBJS", "2026.8.2", Feature.STICKER, True),
        ("WEBJS", "2025.9.1", Feature.CONTACT, False),
        ("NOWEB", "2026.2.1", Feature.FORWARD, True),
        ("GOWS", "2026.7.1", Feature.FORWARD, False),
        ("WEBJS", "2026.7.1", Feature.CALLER_IDS, False),
        ("GOWS", "2026.4.3", Feature.CALLER_IDS, True),
        ("NOWEB", "2026.4.2", Feature.CALLER_IDS, False),
        ("WEBJS", "2026.7.1", Feature.SEEN_BY_ID, False),
        ("", "", Feature.IMAGE, True),
        ("NEWENGINE", "next", Feature.POLL, True),
    ],
)
def test_the_table(engine: str, version: str, feature: Feature, can: bool) -> None:
    assert Capabilities(engine, version).can(feature) is can


def test_what_cannot_be_done_says_why_and_what_can_says_nothing() -> None:
    old = Capabilities("NOWEB", "2026.2.1")
    with override("pt-br"):
        assert old.refusal(Feature.IMAGE).startswith("O WAHA deste número (2026.2.1) é antigo demais")
        assert Capabilities("WEBJS", "2026.7.1").refusal(Feature.CALLER_IDS) == (
            "O WAHA deste número não consegue fazer isso."
        )
        assert old.refusal(Feature.TEXT) == ""


def test_a_template_asks_by_name() -> None:
    offers = WhatsAppSession(engine="NOWEB", version="2026.7.1").offers
    assert (offers.poll, offers.image, offers.sticker) == (True, True, False)
    with pytest.raises(AttributeError):
        _ = offers.teleport


def test_files_have_no_id_of_ours() -> None:
    offers = Capabilities("NOWEB", "2026.7.1")
    assert offers.names_beforehand(Feature.TEXT)
    assert not offers.names_beforehand(Feature.IMAGE)
    assert not Capabilities("NOWEB", "").names_beforehand(Feature.TEXT)
