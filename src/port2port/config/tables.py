"""Whether the tables are those of this version, told without starting Django: a fingerprint kept in the database.

It stands in the database, not beside it, so that a restored older database is brought up to date again.
"""

import hashlib
from pathlib import Path

from .roles import connect

SOURCE = Path(__file__).resolve().parent.parent
LOCK = SOURCE.parent.parent / "requirements" / "run.txt"  # migrations of others come with their packages


def fingerprint() -> str:
    """Return what the tables depend on as a SHA-256: migrations, their SQL, the roles, the starter texts,
    the locked packages."""
    files = [*SOURCE.glob("*/migrations/*.py"), *SOURCE.glob("*/sql/*.sql"), SOURCE / "members" / "roles.py", LOCK]
    files += [path for path in (SOURCE / "governance" / "charter" / "data").rglob("*") if path.is_file()]
    sum_of = hashlib.sha256()
    for path in sorted(files):
        if path.exists():
            sum_of.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return sum_of.hexdigest()


def recorded(url: str) -> str:
    """Return the fingerprint that the last migration left, or nothing. Raises psycopg.Error."""
    with connect(url) as connection:
        if connection.execute("select to_regclass('base_setting') is null").fetchone() == (True,):
            return ""
        row = connection.execute("select value from base_setting where key = 'tables'").fetchone()
    return row[0] if row else ""


def record(url: str) -> None:
    """Leave this version's fingerprint, as the owner, after migrating. Raises psycopg.Error."""
    with connect(url) as connection:
        connection.execute(
            "insert into base_setting (key, value) values ('tables', %s)"
            " on conflict (key) do update set value = excluded.value",
            [fingerprint()],
        )
