"""docs/api.md: each of its commands is run, in their order, against a real process."""

import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from chats.models import Message
from crm.actions import create_token
from crm.models import Activity, ApiScope, Opportunity
from tests.cast import make_company
from tests.processes import Web

from .rows import lend_pipeline

PAGE = Path(__file__).resolve().parents[2] / "docs" / "api.md"
# The one filter that the page uses, for machines without jq.
JQ = f"""#!{sys.executable}
import json, sys
print(json.load(sys.stdin)[sys.argv[2].removeprefix(".")])
"""
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.mark.django_db(transaction=True)
def test_every_command_of_the_page_works(web: Web, tmp_path: Path) -> None:
    company = make_company()
    lend_pipeline(company.tenant)
    _token, secret = create_token(company.alice, "docs", list(ApiScope))
    jq = tmp_path / "jq"
    jq.write_text(JQ)
    jq.chmod(jq.stat().st_mode | stat.S_IEXEC)
    (tmp_path / "boleto.pdf").write_bytes(PDF)
    commands = re.findall(r"```sh\n(.*?)```", re.sub(r"^ {2,}", "", PAGE.read_text(), flags=re.M), re.S)
    assert len(commands) >= 8
    script = "\n".join(['set -euo pipefail; curl() { command curl --fail "$@"; }', *commands])
    ran = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env={"PATH": f"{tmp_path}:/usr/bin:/bin:/usr/local/bin", "URL": web.url, "TOKEN": secret},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    sent = Message.objects.filter(from_me=True).exclude(type="SYSTEM").order_by("created_at")
    assert [message.type for message in sent] == ["TEXT", "DOCUMENT"]
    assert Opportunity.objects.get().stage.kind == "WON"
    assert Activity.objects.get().kind == "CALL"
