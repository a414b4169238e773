"""The import contracts name rooms one by one; a new file must not slip past them."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# The app itself, its tables' history, and the room that is not to be known.
FREE = {"__init__", "apps", "migrations", "waha", "__pycache__"}


def test_every_room_of_conversations_is_held_not_to_know_waha() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    contract = next(each for each in contracts if each["name"] == "Conversations never know WAHA")
    rooms = {f"chats.{path.stem}" for path in (ROOT / "chats").iterdir() if path.stem not in FREE}
    assert rooms == set(contract["source_modules"])
