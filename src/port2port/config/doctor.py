"""`port2port doctor`: what is missing or unsafe here, and what to do about it. Reads only."""

import json
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from django.db import Error
from django.db import connection as django_connection
from django.db.migrations.executor import MigrationExecutor

from ..members.actor import nobody
from . import embedded
from .backup import KEYS
from .demo import why_not_demo
from .options import LOOPBACK, SHORTEST_SECRET, Options
from .private_files import account
from .ready import setup
from .roles import Finding, Level, check_serving_role, connect

OLDEST_PYTHON = (3, 11)
CLOCK_WARN, CLOCK_FAIL = 2.0, 60.0  # seconds; UUIDv7 keys and expiry compare the host's clock with the database's
DISK_WARN, DISK_FAIL = 2_000_000_000, 200_000_000  # bytes
UNSEALED_WARN, UNSEALED_FAIL = 30.0, 600.0  # seconds; the sealer works every second
CLOSED = 0o700  # the one mode of a private folder
PLAINEST_SECRET = 5  # different characters (Django's security.W009)
SECRET_FILES = (*KEYS, "database.json", "database-owner.json", "tombstones.jsonl")
VENDORED = Path(__file__).resolve().parent.parent / "site" / "static" / "vendor" / "manifest.json"


def mode(path: Path) -> int:
    """Return the permission bits of a file or folder."""
    return stat.S_IMODE(path.stat().st_mode)


def graded(value: float, warn: float, fail: float) -> Level:
    """Grade a figure of which more is worse."""
    return "ok" if value < warn else "warn" if value < fail else "fail"


def check_python(options: Options) -> Iterator[Finding]:
    """Python's version."""
    text = sys.version.split()[0]
    if sys.version_info >= OLDEST_PYTHON:
        yield Finding("ok", "Python", text)
    else:
        yield Finding("fail", "Python", text, "Use Python 3.11 or newer.")


def check_files(options: Options) -> Iterator[Finding]:
    """Modes of the data folder and of the keys in it."""
    folder = options.data_dir
    if not folder.exists():
        yield Finding("fail", "data folder", f"{folder} does not exist", "Run `make run` or `port2port up` once.")
        return
    who = account() if options.embedded else None
    allowed = {CLOSED}
    if who is not None and folder.stat().st_gid == who.gid:
        allowed.add(0o710)  # the database's account passes through and reads nothing
    if mode(folder) in allowed:
        yield Finding("ok", "data folder", f"{folder} is closed to others ({mode(folder):o})")
    else:
        yield Finding("fail", "data folder", f"{folder} has mode {mode(folder):o}", f"chmod 700 {folder}")
    keys = [folder / name for name in SECRET_FILES]
    for path in keys:
        if path.exists() and mode(path) & 0o077:
            yield Finding("fail", "key files", f"{path} can be read by others ({mode(path):o})", f"chmod 600 {path}")
    if not any(path.exists() and mode(path) & 0o077 for path in keys):
        yield Finding("ok", "key files", "only this account reads them")


def check_secret(options: Options) -> Iterator[Finding]:
    """Strength of the key that signs sessions (Django's rule, security.W009)."""
    if len(options.secret_key) >= SHORTEST_SECRET and len(set(options.secret_key)) >= PLAINEST_SECRET:
        yield Finding("ok", "secret key", f"{len(options.secret_key)} characters")
    else:
        yield Finding("fail", "secret key", "too short or too plain", "Remove PORT2PORT_SECRET_KEY: one is made.")


def check_demo(options: Options) -> Iterator[Finding]:
    """Whether demo mode is on, and safe."""
    reason = why_not_demo(options) if options.demo else ""
    if reason:
        yield Finding("fail", "demo", f"on, although {reason}", "Take PORT2PORT_DEMO out of the settings.")
    elif options.demo:
        yield Finding("warn", "demo", "on: whoever sits at this machine signs in as anyone", "Invented data only.")
    else:
        yield Finding("ok", "demo", "off")


def check_embedded(options: Options) -> Iterator[Finding]:
    """The embedded database: passwords asked, socket closed, no network port; and that it is for the demo."""
    if not options.embedded:
        return
    yield Finding(
        "warn",
        "database",
        "the embedded one, beside the program and under the same account",
        "Good for a demo. For real reports give DATABASE_URL and DATABASE_OWNER_URL of a PostgreSQL server.",
    )
    home = options.data_dir / "pg"
    rules = home / "data" / "pg_hba.conf"
    try:
        lines = [line.split() for line in rules.read_text().splitlines() if line.split() and line[0] != "#"]
        modes = {folder: mode(folder) for folder in (home, home / "data", home / "run")}
    except FileNotFoundError:
        yield Finding("warn", "embedded database", "not made yet", "Run `make run`.")
        return
    except PermissionError:
        yield Finding("ok", "embedded database", "closed even to this account")
        return
    if any("trust" in line for line in lines):
        yield Finding("fail", "pg_hba", f"{rules} trusts whoever asks", "Write scram-sha-256 for trust, then restart.")
    else:
        yield Finding("ok", "pg_hba", "every connection needs its password")
    for folder, bits in modes.items():
        if bits != CLOSED:
            yield Finding("fail", "socket folder", f"{folder} has mode {bits:o}", f"chmod 700 {folder}")
    if set(modes.values()) == {CLOSED}:
        yield Finding("ok", "socket folder", "closed to others")
    who = account()
    if who is not None and who.name == "nobody":
        yield Finding(
            "warn", "database account", "runs as nobody, as other services may", "adduser --system --group port2port"
        )


def check_database(options: Options) -> Iterator[Finding]:
    """Version and role, then what is asked of the database itself."""
    if options.embedded and embedded.running(options.data_dir / "pg" / "data") is None:
        yield Finding("warn", "database server", "the embedded one does not run now", "It runs while `make run` does.")
        return
    findings = check_serving_role(options.database_url)
    yield from findings
    if any(one.topic == "database" for one in findings):
        return
    with connect(options.database_url) as connection:
        before = datetime.now(UTC)
        row = connection.execute("select clock_timestamp()").fetchone()
        middle = before + (datetime.now(UTC) - before) / 2
    skew = abs((row[0] - middle).total_seconds()) if row else 0.0
    level = graded(skew, CLOCK_WARN, CLOCK_FAIL)
    yield Finding(level, "clock", f"{skew:.2f} s from the database's", "" if level == "ok" else "Run NTP on both.")
    yield from check_unsealed(options)


def check_unsealed(options: Options) -> Iterator[Finding]:
    """How long the oldest journal entry waits for its place."""
    try:
        with connect(options.database_url) as connection:
            if connection.execute("select to_regclass('base_journal_unsealed') is null").fetchone() == (True,):
                return
            row = connection.execute(
                "select extract(epoch from clock_timestamp() - min(e.at))::float8 "
                "from base_journal_unsealed u join base_journal_entry e on e.id = u.entry"
            ).fetchone()
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedObject):
        yield Finding("ok", "journal", "not readable for the serving role; `port2port journal verify` looks inside")
        return
    age = float(row[0]) if row and row[0] is not None else 0.0
    level = graded(age, UNSEALED_WARN, UNSEALED_FAIL)
    todo = "" if level == "ok" else "Does a worker run? It seals every second."
    yield Finding(level, "journal", f"the oldest entry without a place is {age:.0f} s old", todo)


def pending_migrations() -> list[str]:
    """Return the names of migrations that are not applied. Django must be set up."""
    with nobody():
        executor = MigrationExecutor(django_connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def check_migrations(options: Options) -> Iterator[Finding]:
    """Whether the tables are those of this version."""
    if options.embedded and embedded.running(options.data_dir / "pg" / "data") is None:
        return
    setup()
    try:
        missing = pending_migrations()
    except Error as problem:
        yield Finding("warn", "migrations", f"could not be looked up: {str(problem).strip()}", "port2port migrate")
        return
    if missing:
        yield Finding(
            "fail", "migrations", f"{len(missing)} not applied: {', '.join(missing[:5])}", "port2port migrate"
        )
    else:
        yield Finding("ok", "migrations", "all applied")


def check_disk(options: Options) -> Iterator[Finding]:
    """Free space where the data is."""
    free = shutil.disk_usage(next(p for p in (options.data_dir, *options.data_dir.parents) if p.exists())).free
    level = graded(-free, -DISK_WARN, -DISK_FAIL)
    yield Finding(level, "disk", f"{free / 1e9:.1f} GB free", "" if level == "ok" else "Make room: writes will stop.")


def check_outside(options: Options) -> Iterator[Finding]:
    """Mail, and whether the journal's heads leave this machine."""
    if options.mail_url.startswith("console:"):
        yield Finding("warn", "mail", "goes to the log", "Set PORT2PORT_MAIL_URL: invitations and alerts need it.")
    else:
        yield Finding("ok", "mail", "configured")
    if options.heads_mail_to:
        yield Finding("ok", "journal heads", f"leave this machine, to {options.heads_mail_to}")
    else:
        yield Finding(
            "warn",
            "journal heads",
            "stay on this machine: whoever holds it could put back an older journal unnoticed",
            "Set PORT2PORT_HEADS_MAIL_TO to a mailbox elsewhere.",
        )


def check_front_end(options: Options) -> Iterator[Finding]:
    """The vendored front-end files, by their manifest."""
    if not VENDORED.exists():
        yield Finding("fail", "front-end files", "missing", "Run `make run`, or `python tools/bootstrap.py run`.")
        return
    missing = [name for name in json.loads(VENDORED.read_text()) if not (VENDORED.parent / name).exists()]
    if missing:
        yield Finding("fail", "front-end files", f"missing: {', '.join(missing)}", "python tools/bootstrap.py run")
    else:
        yield Finding("ok", "front-end files", "all there")


def check_address(options: Options) -> Iterator[Finding]:
    """Whether people reach us encrypted, and by a name."""
    if options.secure:
        yield Finding("ok", "address", f"{options.site_url}, encrypted by what stands in front")
    elif options.site_host in LOOPBACK and options.host in LOOPBACK:
        yield Finding("ok", "address", f"{options.site_url}, this machine only")
    else:
        yield Finding(
            "warn",
            "address",
            f"{options.site_url} is not encrypted: passwords and reports could be read on the way",
            "Put a TLS proxy in front and set PORT2PORT_PUBLIC_URL=https://...",
        )
    if options.site_host.replace(".", "").isdigit():
        yield Finding("fail", "passkeys", f"{options.site_host} is an address", "Passkeys need a name.")


def check_packages(options: Options) -> Iterator[Finding]:
    """Where courses made as packages are opened; that it is another site is checked at every start."""
    if not options.packages_origin:
        yield Finding("ok", "packages", "off: PORT2PORT_PACKAGES_URL is not set")
    elif options.secure or options.packages_host in LOOPBACK:
        yield Finding("ok", "packages", f"opened at {options.packages_origin}, another site than {options.site_url}")
    else:
        yield Finding(
            "warn", "packages", f"opened at {options.packages_origin}, not encrypted", "Give it an https:// address."
        )


CHECKS: tuple[Callable[[Options], Iterator[Finding]], ...] = (
    check_python,
    check_files,
    check_secret,
    check_demo,
    check_embedded,
    check_database,
    check_migrations,
    check_disk,
    check_outside,
    check_front_end,
    check_address,
    check_packages,
)


def examine(options: Options) -> list[Finding]:
    """Run every check, in order."""
    return [finding for check in CHECKS for finding in check(options)]
