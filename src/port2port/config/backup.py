"""Backup and restore. What was withdrawn after a backup does not come back with it.

A backup is one tar file: the database (pg_dump, custom format), the journal's heads and leaves, attachments (which are
encrypted), and a manifest. Keys stay out unless asked for: who finds the file alone reads no attachment and
signs nothing. Tombstones live beside it, in <data_dir>/tombstones.jsonl, because those written later are the
ones that count.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from ..base import noted
from ..base.errors import Conflict, Invalid, Problem
from .options import Options
from .postgres_programs import binaries
from .roles import connect
from .tombstones import STONES, burial, keep_tombstones, query_tombstones, read_tombstones

FORMAT = 1
KNOWS_TRANSACTION_TIMEOUT = 17  # the first server that knows this setting
DUMP, MANIFEST = "database.dump", "manifest.json"
FOLDERS = ("journal", "attachments")  # of data_dir; encrypted or public by nature
KEYS = tuple(
    f"{name}.key"
    for name in ("secret", "journal", "mfa", "match", "attachments", "webhook", "vapid", "desk", "certificate", "seal")
)
# libpq's environment variables: credentials never appear on a command line, which everyone on the machine
# can read
LIBPQ = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
}


def client(name: str, server_major: int) -> Path:
    """Return pg_dump, pg_restore or psql: of the server's own version if this machine has it, else the
    wheel's 18.
    """
    for candidate in (shutil.which(name), f"/usr/lib/postgresql/{server_major}/bin/{name}"):
        if candidate and Path(candidate).exists():
            said = subprocess.run([candidate, "--version"], capture_output=True, text=True, check=False).stdout
            if f" {server_major}." in said:
                return Path(candidate)
    return binaries() / name


def environment(url: str) -> dict[str, str]:
    """Return the environment with which PostgreSQL's own programs reach this address."""
    parts = conninfo_to_dict(url)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {LIBPQ[name]: str(value) for name, value in parts.items() if name in LIBPQ and value}


def run(words: list[str], url: str, what: str, **channels: Any) -> None:
    """Run a PostgreSQL program. Raises Conflict with its last words when it fails."""
    done = subprocess.run(words, env=environment(url), stderr=subprocess.PIPE, text=True, check=False, **channels)
    if done.returncode:
        raise Conflict(f"{what} failed: {' '.join(done.stderr.strip().splitlines()[-3:])}")


def sha256(path: Path) -> str:
    """Return the hash of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def server_major(url: str) -> int:
    """Return the server's major version."""
    with connect(url) as connection:
        return connection.info.server_version // 10_000


def existing(data_dir: Path, names: Iterable[str]) -> Iterator[tuple[str, Path]]:
    """Yield (name, path) of those things of data_dir that exist."""
    for name in names:
        if (data_dir / name).exists():
            yield name, data_dir / name


def write_backup(options: Options, target: Path, *, with_keys: bool) -> list[str]:
    """Write a new backup file (0600); return what to tell. Raises Conflict, Invalid."""
    if target.exists():
        raise Conflict(f"{target} exists already; nothing was overwritten.")
    url = options.database_owner_url
    major = server_major(url)
    stones = keep_tombstones(options.data_dir, query_tombstones(url))
    part = target.with_name(f".{target.name}.part")
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".port2port-backup-") as folder:
        dump = Path(folder) / DUMP
        run(
            [str(client("pg_dump", major)), "--format=custom", "--no-owner", "--schema=public", f"--file={dump}"],
            url,
            "Saving the database",
        )
        manifest = Path(folder) / MANIFEST
        about = {"format": FORMAT, "made": datetime.now(UTC).isoformat(), "postgresql": major, "sha256": sha256(dump)}
        manifest.write_text(json.dumps(about, indent=1))
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            with tarfile.open(fileobj=file, mode="w") as tar:
                tar.add(manifest, MANIFEST)
                tar.add(dump, DUMP)
                for name, path in existing(options.data_dir, FOLDERS):
                    tar.add(path, name)
                for name, path in existing(options.data_dir, KEYS if with_keys else ()):
                    tar.add(path, f"keys/{name}")
            file.flush()
            os.fsync(file.fileno())
    part.rename(target)
    keys = "with the keys: guard it as you guard them" if with_keys else "without the keys: keep those elsewhere"
    return [
        f"{target}: {target.stat().st_size // 1024} kB, {keys} ({', '.join(KEYS)} in {options.data_dir}).",
        f"Tombstones: {stones} new in {options.data_dir / STONES}. Copy that file often, apart from the backup: with "
        "it a restore leaves out what was withdrawn since.",
    ]


def unpack(source: Path, folder: Path) -> Mapping[str, Any]:
    """Unpack a backup and check it; return its manifest. Raises Invalid naming what is wrong, with nothing
    changed.
    """
    if not source.exists():
        raise Invalid([Problem(str(source), "there is no such file")])
    try:
        with tarfile.open(source) as tar:
            tar.extractall(folder, filter="data")
        about: Mapping[str, Any] = json.loads((folder / MANIFEST).read_text())
    except (tarfile.TarError, OSError, ValueError) as problem:
        raise Invalid([Problem(str(source), f"not a backup of this program: {problem}")]) from problem
    if about.get("format") != FORMAT:
        raise Invalid([Problem(str(source), f"format {about.get('format')} is not known here; use a newer version")])
    if not (folder / DUMP).exists() or sha256(folder / DUMP) != about.get("sha256"):
        raise Invalid([Problem(str(source), "the database in it is damaged (its hash differs)")])
    return about


# The archive makes the schema and its rights again (it was made with --schema=public).
BEFORE = """set lock_timeout = '30s';
drop schema public cascade;
"""
# The tables must be there and readable; then all of it is taken back. psql's own commit finds nothing to do.
CHECKED = """select count(*) from public.sharing_record;
select count(*) from public.base_journal_leaf;
rollback;
"""


def refuse_while_served(url: str) -> None:
    """Refuse while serving processes are connected. Raises Conflict."""
    with connect(url) as connection:
        row = connection.execute(
            "select count(*) from pg_stat_activity where datname = current_database() and usename = 'port2port_app'"
        ).fetchone()
    if row and row[0]:
        raise Conflict(f"{row[0]} serving processes are connected to this database: stop them, then restore.")


def restore_backup(options: Options, source: Path, more_stones: Path | None) -> Iterator[str]:
    """Put a backup back in one transaction: all of it, without what was withdrawn since, or nothing.

    Yields what to tell. Raises Conflict, Invalid; then the database is as it was.
    """
    url = options.database_owner_url
    refuse_while_served(url)
    try:
        keep_tombstones(options.data_dir, query_tombstones(url))
    except psycopg.Error as problem:
        yield f"The database as it is now gave no tombstones ({problem}); using those kept before."
    stones = read_tombstones(options.data_dir / STONES)
    if more_stones is not None:
        if not more_stones.exists():
            raise Invalid([Problem(str(more_stones), "there is no such file")])
        stones |= read_tombstones(more_stones)
    with tempfile.TemporaryDirectory(dir=options.data_dir, prefix=".restore-") as name:
        folder = Path(name)
        about = unpack(source, folder)
        yield f"Backup of {about['made']}, PostgreSQL {about['postgresql']}."
        replay(url, folder, burial(stones.values()) if stones else "")
        note_restored(url, about)
        for part in FOLDERS:
            if (folder / part).exists() and not (options.data_dir / part).exists():
                shutil.move(folder / part, options.data_dir / part)
        add_missing(folder / "attachments", options.data_dir / "attachments")
        yield from put_keys_back(folder / "keys", options.data_dir)
    keep_tombstones(options.data_dir, stones.values())
    yield (
        f"Restored; {len(stones)} tombstones applied. Run `port2port migrate` if the backup is of an older version. "
        "If the journal now says that the database is older, that is this restore: `port2port journal accept-restore`."
    )


def check_backup(options: Options, source: Path) -> Iterator[str]:
    """Put a backup back into this very server, whole, and take it back again: nothing is changed, but it is noted.

    Yields what to tell. Raises Conflict, Invalid.
    """
    url = options.database_owner_url
    refuse_while_served(url)
    with tempfile.TemporaryDirectory(dir=options.data_dir, prefix=".restore-") as name:
        folder = Path(name)
        about = unpack(source, folder)
        yield f"Backup of {about['made']}, PostgreSQL {about['postgresql']}."
        replay(url, folder, CHECKED)
        note_restored(url, about)
    yield "It can be restored. Nothing was changed; members read on the page of health that it was tested."


def note_restored(url: str, about: Mapping[str, Any]) -> None:
    """Leave the fact that a backup was put back, for the page of the platform's health."""
    with connect(url) as connection:
        said = noted.said(at=datetime.now(UTC), backup_made=about["made"], postgresql=about["postgresql"])
        connection.execute(noted.WRITE, [noted.RESTORE_TESTED, said])


def add_missing(saved: Path, here: Path) -> None:
    """Put back the files of a folder that are not here any more: swept since, and wanted again by what is restored."""
    for path in saved.rglob("*"):
        target = here / path.relative_to(saved)
        if path.is_file() and not target.exists():
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.move(path, target)


def put_keys_back(saved: Path, data_dir: Path) -> Iterator[str]:
    """Put those keys of a backup back that are missing here; one that is here stays. Yields what to tell."""
    for name, path in existing(saved, KEYS):
        here = data_dir / name
        if not here.exists():
            path.chmod(0o600)
            shutil.move(path, here)
            yield f"{name} was missing and is back from the backup."
        elif here.read_bytes() != path.read_bytes():
            yield f"{name} here differs from the backup's and stays; what the other protected cannot be read with it."


def replay(url: str, folder: Path, after: str) -> None:
    """Turn the archive into SQL and run it with what goes before and after, as one transaction. Raises
    Conflict.
    """
    major = server_major(url)
    script = folder / "restore.sql"
    run(
        [str(client("pg_restore", major)), "--no-owner", f"--file={script}", str(folder / DUMP)],
        url,
        "Reading the backup",
    )
    whole = folder / "whole.sql"
    with whole.open("wb") as target:
        target.write(BEFORE.encode())
        with script.open("rb") as part:
            settings = True  # until the first line that is no setting: data is never touched
            for line in part:
                settings = settings and not line.startswith((b"CREATE ", b"COPY "))
                if settings and major < KNOWS_TRANSACTION_TIMEOUT and line.startswith(b"SET transaction_timeout"):
                    continue  # unknown to a server before 17
                target.write(line)
        target.write(b"\n" + after.encode())
    run(
        [
            *(str(client("psql", major)), "--no-psqlrc", "--quiet", "--single-transaction"),
            *("--set=ON_ERROR_STOP=1", f"--file={whole}", "--output=/dev/null"),
        ],
        url,
        "Restoring (the database is as it was)",
        stdout=subprocess.DEVNULL,
    )


def verify_journal() -> int:
    """Run `port2port journal verify`, whose words go to the same place as ours; return its exit code."""
    return subprocess.run([sys.executable, "-m", "port2port", "journal", "verify"], check=False).returncode
