"""A loaded database, kept aside: migrations and the cast take longer than most tests.

It is kept under a digest of everything it was made from, and of the day, since the cast's dates count from it. Several
runs at once wait for the first. Nothing of it is used on a server elsewhere, whose version may be another.
"""

import fcntl
import hashlib
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from port2port.config.postgres_programs import binaries

ROOT = Path(__file__).parent.parent
LOAD = """
import django; django.setup()
from django.core.management import call_command
from port2port.base.clock import now
from port2port.governance.charter.seeding import seed_acceptances
from port2port.helpdesk.desks import load_desks
from port2port.members import loading
from port2port.members.network_data import load_network
call_command("migrate", verbosity=0, skip_checks=True)
loading.load_roles()
loading.load_facts(load_network(), now())
loading.load_cast(load_network(), now())
load_desks()
seed_acceptances(at=now())
"""  # facts, cast and what the cast has accepted
KEPT = ROOT / ".pytest_cache" / "databases"
SOURCES = ("*.py", "*.sql", "*.toml", "*.csv", "*.json", "*.md")


def as_owner(script: str, environment: Mapping[str, str]) -> None:
    """Run a script as the owner of the database that these variables name."""
    command = [sys.executable, "-c", script]
    subprocess.run(command, check=True, env={**environment, "PORT2PORT_AS": "owner"}, timeout=600)


def digest() -> str:
    """Return what stands for the sources of the program, the day, and how the database is loaded."""
    found = hashlib.sha256(f"{datetime.now(UTC).date()} {LOAD}".encode())
    source = ROOT / "src" / "port2port"
    for path in sorted(one for pattern in SOURCES for one in source.rglob(pattern)):
        content = path.read_bytes()
        found.update(f"\0{path.relative_to(source)}\0{len(content)}\0".encode() + content)
    return found.hexdigest()[:32]


def fill(admin_url: str, environment: Mapping[str, str]) -> None:
    """Fill an empty embedded database (its superuser's address) from what is kept, or load it and keep it."""
    address = admin_url.replace("/postgres?", "/port2port?")
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept = KEPT / f"{digest()}.dump"
        if not kept.exists():
            as_owner(LOAD, environment)
            for old in sorted(KEPT.glob("*.dump"), key=lambda one: one.stat().st_mtime)[:-3]:
                old.unlink()
            part = kept.with_suffix(".part")
            _run("pg_dump", "--format=custom", "--compress=0", f"--file={part}", f"--dbname={address}")
            part.rename(kept)
            return
    _run("pg_restore", "--exit-on-error", "--single-transaction", f"--dbname={address}", str(kept))


def _run(program: str, *words: str) -> None:
    subprocess.run([str(binaries() / program), *words], check=True)
