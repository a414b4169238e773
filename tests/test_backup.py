"""Backup, destruction, restore: the same rows, the same files, and pages that work."""

import io
import os
import re
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import environ
import psycopg
import pytest
import requests
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connection
from psycopg import sql

from chats import actions
from chats.models import Chat, Message
from tests.cast import Company, Strangers, make_company, make_strangers
from tests.factories import ChatFactory, MessageFactory
from tests.processes import ROOT, Web, database_url

PASSWORD = "certo-e-longo"


@dataclass(frozen=True)
class Elsewhere:
    """Another machine: an empty database of its own, and an empty folder for files."""

    url: str
    media: Path

    @property
    def environment(self) -> dict[str, str]:
        return {"DATABASE_URL": self.url, "MEDIA_ROOT": str(self.media)}

    def manage(self, *command: str) -> "subprocess.CompletedProcess[str]":
        given = {**os.environ, **self.environment}
        line = [sys.executable, "manage.py", *command]
        return subprocess.run(line, cwd=ROOT, env=given, capture_output=True, text=True, timeout=150, check=False)


@pytest.fixture
def elsewhere(transactional_db: None, tmp_path: Path) -> Iterator[Elsewhere]:
    name = f"{connection.settings_dict['NAME']}_elsewhere"
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    url = re.sub(r"/[^/?]+(\?|$)", rf"/{name}\1", database_url(), count=1)
    yield Elsewhere(url, tmp_path / "media elsewhere")
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@dataclass(frozen=True)
class House:
    company: Company
    strangers: Strangers
    chat: Chat
    message: Message


@pytest.fixture
def house(transactional_db: None, settings: Any, tmp_path: Path) -> House:
    settings.MEDIA_ROOT = tmp_path / "media"
    company, strangers = make_company(), make_strangers()
    company.ana.set_password(PASSWORD)
    company.ana.save()
    chat = ChatFactory(tenant=company.tenant, session=company.number)
    actions.assign(chat, company.ana, by=company.marta)
    actions.send_message(chat, company.ana, "Olá, “Zuleica” — tudo bem? 😀\n\\N\tfim")
    picture = MessageFactory(
        chat=chat, type="DOCUMENT", media_state="READY", mime_type="application/pdf", size_bytes=9,
        file_name="contrato.pdf", message_id="M1", session=company.number,
    )  # fmt: skip
    picture.media_file.save("contrato.pdf", ContentFile(b"%PDF-1.4\n"))
    return House(company, strangers, chat, picture)


def connected(url: str) -> "psycopg.Connection[Any]":
    """To the database of a URL as the settings read it, which of a socket is not what libpq's URLs are."""
    at = environ.Env.db_url_config(url)
    return psycopg.connect(
        host=at["HOST"], port=at["PORT"] or None, user=at["USER"], password=at["PASSWORD"], dbname=at["NAME"]
    )


def rows_of(url: str) -> dict[str, list[str]]:
    """Every row of every table, as text."""
    with connected(url) as there:
        tables = there.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
        query = sql.SQL("SELECT t::text FROM {} AS t ORDER BY 1")
        return {name: [row for (row,) in there.execute(query.format(sql.Identifier(name)))] for (name,) in tables}


def test_what_was_backed_up_comes_back_whole_and_works(house: House, elsewhere: Elsewhere, tmp_path: Path) -> None:
    file = tmp_path / "backup.tar"
    call_command("backup", str(file), stdout=io.StringIO())
    before = rows_of(database_url())
    assert before["messages"] and before["procrastinate_jobs"]
    restored = elsewhere.manage("restore", str(file))
    assert restored.returncode == 0, restored.stderr
    assert rows_of(elsewhere.url) == before
    name = house.message.media_file.name
    assert (elsewhere.media / name).read_bytes() == b"%PDF-1.4\n"
    web = Web(**elsewhere.environment)
    web.start()
    try:
        _look_around(web, house)
    finally:
        web.stop()


def _look_around(web: Web, house: House) -> None:
    """Ana logs in, reads the conversation, and opens the file."""
    browser = requests.Session()
    login = f"{web.url}/entrar/"
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', browser.get(login).text)
    assert token
    data = {"username": house.company.ana.email, "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
    browser.post(login, data, headers={"Referer": login})
    page = browser.get(f"{web.url}/atendimento/{house.chat.pk}/")
    assert page.status_code == 200
    assert "tudo bem? 😀" in page.text
    address = re.search(rf'href="([^"]*{house.message.pk}[^"]*)"', page.text)
    assert address, "the document has a link"
    file = browser.get(web.url + address[1].replace("&amp;", "&"))
    assert (file.status_code, file.content) == (200, b"%PDF-1.4\n")


def test_it_refuses_to_restore_over_data_and_does_when_forced(
    house: House, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    file = tmp_path / "backup.tar"
    call_command("backup", str(file), stdout=io.StringIO())
    before = rows_of(database_url())
    assert elsewhere.manage("restore", str(file)).returncode == 0
    with connected(elsewhere.url) as there:
        there.execute("UPDATE messages SET body = 'estragada'")
        there.execute("CREATE TABLE resto (x int)")
    refused = elsewhere.manage("restore", str(file))
    assert refused.returncode != 0
    assert "--force" in refused.stderr
    assert rows_of(elsewhere.url)["messages"] != before["messages"]
    forced = elsewhere.manage("restore", str(file), "--force")
    assert forced.returncode == 0, forced.stderr
    assert rows_of(elsewhere.url) == before


def test_a_backup_that_fails_leaves_nothing_behind(house: House, tmp_path: Path, monkeypatch: Any) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    monkeypatch.setattr("config.backup._tool", lambda name: "false")
    with pytest.raises(CommandError, match="pg_dump"):
        call_command("backup", str(folder / "backup.tar"))
    assert list(folder.iterdir()) == []


def test_a_file_that_is_gone_is_told_and_the_rest_is_kept(house: House, tmp_path: Path, capsys: Any) -> None:
    house.message.media_file.storage.delete(house.message.media_file.name)
    call_command("backup", str(tmp_path / "backup.tar"))
    assert "Not found: 1 files" in capsys.readouterr().out
    with tarfile.open(tmp_path / "backup.tar") as tar:
        assert tar.getnames() == ["manifest.json", "database.dump"]
    assert (tmp_path / "backup.tar").stat().st_mode & 0o077 == 0


def test_what_is_no_backup_is_refused_and_nothing_is_touched(
    house: House, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    with tarfile.open(tmp_path / "other.tar", "w") as tar:
        tar.add(ROOT / "manage.py", "manage.py")
    refused = elsewhere.manage("restore", str(tmp_path / "other.tar"), "--force")
    assert refused.returncode != 0
    assert "no backup of ours" in refused.stderr
    (tmp_path / "torn.tar").write_bytes(b"x" * 100)
    assert elsewhere.manage("restore", str(tmp_path / "torn.tar"), "--force").returncode != 0
