"""An agent's page, as far as the server can tell: it repeats a send until it has an answer, under one id."""

import time
from uuid import UUID, uuid4

import requests
from django.test import Client

from crm.models import User
from tests.processes import Web

from .proxy import Proxy

CSRF = "a" * 32
PATIENCE_SECONDS = 240.0


class Agent:
    """Writes through the web process, or the proxy before several, and keeps what was confirmed."""

    def __init__(self, door: Web | Proxy, user: User) -> None:
        client = Client()
        client.force_login(user, backend="crm.backends.PersonBackend")
        self._door = door
        self.cookie = client.cookies["sessionid"].value
        self.confirmed: list[str] = []

    def answers(self, chat: UUID, body: str) -> None:
        """Send it, again and again under the same id, until the server says that it has it."""
        form = {"body": body, "client_id": str(uuid4())}
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self._posted(f"{self._door.url}/atendimento/{chat}/messages/", form):
            assert time.monotonic() < deadline, f"{body!r} was never taken"
            time.sleep(0.3)
        self.confirmed.append(body)

    def _posted(self, address: str, form: dict[str, str]) -> bool:
        cookies, headers = {"sessionid": self.cookie, "csrftoken": CSRF}, {"X-CSRFToken": CSRF}
        try:
            answer = requests.post(address, form, cookies=cookies, headers=headers, timeout=30)
        except requests.RequestException:
            return False
        assert answer.status_code in {200, 500, 503}, answer.text[:300]
        return answer.status_code == 200
