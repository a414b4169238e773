"""What the documentation says is shown is shown by tests that exist, and no complaint is left without one."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parent.parent
PROOF = (TESTS.parent / "docs" / "waha-proof.md").read_text(encoding="utf-8")
# Complaints that users of WAHA wrote down, as `docs/waha.md` numbers them.
COMPLAINTS = range(1, 26)


def names_in(file: Path) -> set[str]:
    return set(re.findall(r"^(?:async )?def (test_\w+)", file.read_text(encoding="utf-8"), re.M))


@pytest.mark.parametrize("named", sorted(set(re.findall(r"`tests/([\w/]+\.py(?:::\w+)?)`", PROOF))))
def test_what_is_named_as_proof_exists(named: str) -> None:
    path, _, name = named.partition("::")
    found = names_in(TESTS / path)
    assert name in found if name else found


def test_each_complaint_has_a_test_named_after_it() -> None:
    names = {name for file in (TESTS / "waha").glob("test_*.py") for name in names_in(file)}
    numbered = (re.match(r"test_complaints?_((?:\d+_)+)", name) for name in names)
    shown = {int(number) for found in numbered if found for number in found[1].split("_") if number}
    assert shown == set(COMPLAINTS)
