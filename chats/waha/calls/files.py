"""Calls about files: to read one, and to have WAHA get one from WhatsApp again."""

from urllib.parse import quote

import requests
from pydantic import ValidationError

from chats.waha.client import CONNECT_TIMEOUT_SECONDS, WahaClient, WahaError
from chats.waha.payloads import Media

# Between two pieces of a file, and for WAHA to download one from WhatsApp (its own limit is ten minutes).
READ_SECONDS = 30
ASK_SECONDS = 180
# Without it `requests` would offer to unpack the answer, whose length then says nothing.
AS_IT_IS = {"Accept-Encoding": "identity"}


def open_file(client: WahaClient, path: str) -> requests.Response:
    """A file at WAHA itself, its content still to be read."""
    return client.request("GET", path, stream=True, headers=AS_IT_IS, timeout_seconds=READ_SECONDS)


def open_elsewhere(url: str) -> requests.Response:
    """A file at an origin of `MEDIA_EXTRA_ORIGINS`; the address itself is the permission, so no key goes there."""
    try:
        answer = requests.get(
            url,
            stream=True,
            headers=AS_IT_IS,
            timeout=(CONNECT_TIMEOUT_SECONDS, READ_SECONDS),
            allow_redirects=False,
        )
    except requests.RequestException as error:
        raise WahaError(f"The storage does not answer: {type(error).__name__}") from error
    if answer.status_code != requests.codes.ok:
        answer.close()
        raise WahaError(f"The storage answered {answer.status_code}", status=answer.status_code)
    return answer


def ask_for_file(client: WahaClient, chat: str, message_id: str) -> Media | None:
    """Where the file of this message lies now, after WAHA has fetched it from WhatsApp once more; None when nowhere.

    `message_id` is the full id on WEBJS, the bare one on the others.
    """
    path = f"/api/{client.name}/chats/{quote(chat, safe='')}/messages/{quote(message_id, safe='')}"
    answer = client.call("GET", path, query={"downloadMedia": "true"}, timeout_seconds=ASK_SECONDS)
    media = answer.get("media") if isinstance(answer, dict) else None
    try:
        return Media.model_validate(media) if isinstance(media, dict) else None
    except ValidationError:
        return None
