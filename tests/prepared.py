"""A loaded database, kept aside: migrations and the cast take longer than most tests.

It is kept under a digest of everything it was made from, and of the day, since the cast's dates count from it. Several
runs at once wait for the first. Nothing of it is used on a server elsewhere, whose version may be another.
"""

import fcntl
import hashlib
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from port2port.config.postgres_programs import binaries

ROOT = Path(__file__).parent.parent
KEPT = ROOT / ".pytest_cache" / "databases"
SOURCES = ("*.py", "*.sql", "*.toml", "*.csv", "*.json", "*.md")


def digest(how: str) -> str:
    """Return what stands for the sources of the program, the day, and how the database is loaded."""
    found = hashlib.sha256(f"{datetime.now(UTC).date()} {how}".encode())
    source = ROOT / "src" / "port2port"
    for path in sorted(one for pattern in SOURCES for one in source.rglob(pattern)):
        content = path.read_bytes()
        found.update(f"\0{path.relative_to(source)}\0{len(content)}\0".encode() + content)
    return found.hexdigest()[:32]


def fill(address: str, how: str, load: Callable[[], None]) -> None:
    """Fill an empty database (superuser's address) from what is kept, or load it and keep it."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept = KEPT / f"{digest(how)}.dump"
        if not kept.exists():
            load()
            for old in sorted(KEPT.glob("*.dump"), key=lambda one: one.stat().st_mtime)[:-3]:
                old.unlink()
            part = kept.with_suffix(".part")
            _run("pg_dump", "--format=custom", "--compress=0", f"--file={part}", f"--dbname={address}")
            part.rename(kept)
            return
    _run("pg_restore", "--exit-on-error", "--single-transaction", f"--dbname={address}", str(kept))


def _run(program: str, *words: str) -> None:
    subprocess.run([str(binaries() / program), *words], check=True)
