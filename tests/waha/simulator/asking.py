"""Requests to a simulator; every answer is held against WAHA's OpenAPI document."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import requests

from chats.waha.simulator import WahaSimulator

from . import document

KEY = "s3cr3t-chave-ção"
JOAO = "5511988887777"
CHAT = f"{JOAO}@c.us"
GROUP = "120363041234567890@g.us"
QUICK = {"policy": "constant", "delaySeconds": 1, "attempts": 3}


@dataclass
class Api:
    waha: WahaSimulator
    key: str | None = "test-key"

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
        keyed = {"X-Api-Key": self.key} if self.key else {}
        url = self.waha.url + path
        answer = requests.request(method, url, json=body, headers={**keyed, **headers}, timeout=60)
        complaints = document.complaints_about_answer(method, path, answer)
        assert not complaints, complaints
        return answer

    def send(self, text: str = "Olá", **more: Any) -> requests.Response:
        return self("POST", "/api/sendText", {"session": "default", "chatId": CHAT, "text": text, **more})


def wait_until(true: Callable[[], bool], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "It never came true"
        time.sleep(0.005)
