"""What every template keeps: the strict policy for scripts and styles, and icons that exist."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

from crm.templatetags.icons import ICONS, sprite

FOLDER = Path(settings.BASE_DIR) / "templates"
TEMPLATES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.html"))
# A browser refuses these under our Content-Security-Policy; htmx would have to evaluate them.
FORBIDDEN = re.compile(
    r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=|hx-on|hx-vars|javascript:|js:|https?://(?!www\.openstreetmap)"
)


def source(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_compiles_and_needs_nothing_the_policy_forbids(name: str) -> None:
    get_template(name)
    found = FORBIDDEN.findall(source(name))
    # An e-mail is no page: its reader knows no policy of ours, and no stylesheet.
    assert set(found) <= ({"<style"} if name.startswith("crm/mail/") else set())


def test_the_page_carries_exactly_the_icons_that_are_named() -> None:
    named = {icon for name in TEMPLATES for icon in re.findall(r'{% icon "([\w-]+)"', source(name))}
    assert named == ICONS
    assert all(f'id="icon-{icon}"' in sprite() for icon in ICONS)


@pytest.mark.parametrize("name", ["_row", "_message", "_header", "_panel"])
def test_a_fragment_knows_no_viewer(name: str) -> None:
    text = source(f"chats/{name}.html")
    assert not re.search(r"\b(?:request|user|perms|csrf_token)\b", text.replace('"user', ""))
