"""A journal of its own for each test, on the shared database: emptied by the owner with the guards off."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, connections, transaction
from psycopg.conninfo import conninfo_to_dict

from port2port.base import clock
from port2port.base.heads import Head, Signer
from port2port.base.ids import new_id
from port2port.base.journal import SALT_LENGTH, Acting, Happening, acting, payload_of
from port2port.base.outside import Outside
from port2port.base.sealing import run_round
from port2port.base.verifying import verify
from port2port.base.witnesses import Report
from port2port.members.actor import nobody

ANTWERP, GHENT = UUID(int=0xA0), UUID(int=0xB0)
ALICE = Acting(UUID(int=0xA1), UUID(int=0xA2), ANTWERP)
BOB = Acting(UUID(int=0xB1), UUID(int=0xB2), GHENT)
AUDITOR = Acting(UUID(int=0xA3), UUID(int=0xA4), ANTWERP)
SEALER = Acting(UUID(int=0x1), None, None)
WORKER = Acting(UUID(int=0x2), None, None)
TABLES = ("base_journal_entry", "base_journal_leaf", "base_journal_head")


def scope(who: Acting) -> str:
    """Return the name of a system principal, `member` for all others."""
    return {SEALER: "sealer", WORKER: "worker"}.get(who, "member")


@contextmanager
def session(app: psycopg.Connection[Any], who: Acting, acts: str = "") -> Iterator[psycopg.Connection[Any]]:
    """Open a transaction with the settings that acting_as would set."""
    with app.transaction():
        app.execute(
            "select set_config('p2p.person', %s, true), set_config('p2p.hat', %s, true),"
            " set_config('p2p.organisation', %s, true), set_config('p2p.acts', %s, true),"
            " set_config('p2p.scope', %s, true)",
            [str(who.person), str(who.hat or ""), str(who.organisation or ""), acts, scope(who)],
        )
        yield app


@contextmanager
def acting_as(who: Acting, acts: str = "") -> Iterator[None]:
    """The same on Django's connection, with `acting` set too."""
    token = acting.set(who)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            for name in ("person", "hat", "organisation"):
                cursor.execute("select set_config(%s, %s, true)", [f"p2p.{name}", str(getattr(who, name) or "")])
            cursor.execute("select set_config('p2p.acts', %s, true)", [acts])
            cursor.execute("select set_config('p2p.scope', %s, true)", [scope(who)])
            yield
    finally:
        acting.reset(token)


def row(who: Acting, happening: Happening, salt: bytes = bytes(SALT_LENGTH)) -> list[Any]:
    """Return id, moment, salt and payload as `write` makes them."""
    entry, at = new_id(), clock.now()
    return [entry, at, salt, payload_of(entry, at, who, happening)]


def insert(app: psycopg.Connection[Any], *columns: Any) -> None:
    """Insert an entry with raw SQL."""
    app.execute("insert into base_journal_entry (id, at, salt, payload) values (%s, %s, %s, %s)", columns)


class Journal:
    """The journal under test: a connection of each role, the signer and the folder outside."""

    def __init__(self, owner: psycopg.Connection[Any], app: psycopg.Connection[Any], folder: Path) -> None:
        self.owner, self.app = owner, app
        self.outside = Outside(folder)
        self.signer = Signer(Ed25519PrivateKey.generate())

    def write(self, number: int = 1, who: Acting = ALICE, act: str = "report.read") -> list[UUID]:
        """Write entries as the serving role and return their ids."""
        rows = [row(who, Happening(act, details={"number": n})) for n in range(number)]
        with session(self.app, who):
            for one in rows:
                insert(self.app, *one)
        return [one[0] for one in rows]

    def seal(self) -> Head | None:
        """Do one round of the sealer."""
        return run_round(self.app, self.signer, self.outside, lambda: session(self.app, SEALER))

    def fill(self, rounds: int = 3, number: int = 4) -> list[UUID]:
        """Write and seal a few times; the entries come back in the order of their places."""
        written = []
        for _ in range(rounds):
            written += self.write(number)
            self.seal()
        return written

    def verify(self, given: Path | None = None) -> Report:
        """Verify as the owner."""
        return verify(self.owner, self.outside, self.signer.public, given=given)

    def tamper(self, *statements: str) -> None:
        """Run SQL as the owner with the guards off, as somebody with the owner's password could."""
        guards(self.owner, on=False)
        for statement in statements:
            self.owner.execute(statement)
        guards(self.owner, on=True)


def guards(owner: psycopg.Connection[Any], *, on: bool) -> None:
    """Switch the journal's triggers."""
    for table in TABLES:
        owner.execute(f"alter table {table} {'enable' if on else 'disable'} trigger user")


@pytest.fixture
def journal(db: None, owner_dsn: str, app_dsn: str, tmp_path: Path) -> Iterator[Journal]:
    """An empty journal."""
    with psycopg.connect(owner_dsn, autocommit=True) as owner, psycopg.connect(app_dsn, autocommit=True) as app:
        guards(owner, on=False)
        owner.execute(f"truncate {', '.join(TABLES)}, base_journal_unsealed, base_idempotency")
        guards(owner, on=True)
        yield Journal(owner, app, tmp_path / "journal")


@pytest.fixture
def serving(app_dsn: str, journal: Journal) -> Iterator[Any]:
    """Django's default connection, as the serving role, on the same database."""
    with on(app_dsn) as default:
        yield default


@pytest.fixture
def owning(owner_dsn: str, journal: Journal) -> Iterator[Any]:
    """Django's default connection, as the owner."""
    with on(owner_dsn) as default:
        yield default


@contextmanager
def on(dsn: str) -> Iterator[Any]:
    """Put Django's default connection of this thread on another database for a while."""
    parts = conninfo_to_dict(dsn)
    before = connections["default"]
    wanted = before.settings_dict | {
        "NAME": parts["dbname"],
        "USER": parts.get("user", ""),
        "PASSWORD": parts.get("password", ""),
        "HOST": parts.get("host", ""),
        "PORT": parts.get("port", ""),
    }
    connections["default"] = type(before)(wanted, "default")
    try:
        with nobody():  # these tests enter sessions by hand, below `sharing`
            yield connections["default"]
    finally:
        connections["default"].close()
        connections["default"] = before
