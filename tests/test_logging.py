"""A line of the log says of which request, person and company it is."""

import json
import re
from collections.abc import Callable
from uuid import uuid4

import requests
from django.test import Client

from crm.models import User
from tests.cast import make_company
from tests.processes import Web

Browse = Callable[[User], Client]


def test_a_line_of_a_request_carries_its_id_its_person_and_their_company(
    transactional_db: None, browse: Browse
) -> None:
    web = Web(LOG_FORMAT="json", LOG_LEVEL="INFO")
    company = make_company()
    web.start()
    try:
        cookies = {"sessionid": browse(company.ana).cookies["sessionid"].value}
        path, marker, nowhere = f"{web.url}/configuracoes/auditoria/", f"proxy-777.{uuid4().hex}", uuid4().hex
        answer = requests.get(path, cookies=cookies, headers={"X-Request-Id": marker}, timeout=100)
        assert answer.status_code == 403
        requests.get(f"{web.url}/{nowhere}/", timeout=100)
    finally:
        web.stop()
    lines = [json.loads(line) for line in web.log().splitlines() if line.startswith("{")]
    refused = next(line for line in lines if line.get("request") == marker)
    assert (refused["user"], refused["tenant"]) == (str(company.ana.pk), str(company.tenant.pk))
    # The next request of the same thread inherits nothing.
    strange = next(line for line in lines if nowhere in line["event"])
    assert "user" not in strange
    assert re.fullmatch(r"[0-9a-f]{32}", strange["request"])
