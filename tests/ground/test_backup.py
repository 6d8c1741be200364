"""Backup and restore: whole or not at all, and what was withdrawn since does not come back."""

import json
import stat
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from port2port.base.errors import Conflict, Invalid
from port2port.base.ids import new_id
from port2port.base.noted import RESTORE_TESTED
from port2port.config.backup import check_backup, refuse_while_served, restore_backup, write_backup
from port2port.config.options import Options
from port2port.config.roles import check_serving_role, create_roles_and_database, failures
from port2port.config.tombstones import STONES, keep_tombstones, query_tombstones, read_tombstones

Connection = psycopg.Connection[tuple[Any, ...]]


@dataclass(frozen=True)
class World:
    """Three records to two persons each, and two databases: the one that is saved, the one that is restored into."""

    withdrawn: UUID
    narrowed: UUID
    untouched: UUID
    author: UUID
    other: UUID
    saved: Options
    fresh: Options


@pytest.fixture
def second(admin_dsn: str, owner_dsn: str, app_dsn: str) -> Iterator[str]:
    """The owner's address of an empty second database on the server."""
    words = {
        "app_password": str(conninfo_to_dict(app_dsn)["password"]),
        "owner_password": str(conninfo_to_dict(owner_dsn)["password"]),
    }
    create_roles_and_database(admin_dsn, database="second", **words)
    yield owner_dsn.replace("/port2port?", "/second?")
    with psycopg.connect(admin_dsn, autocommit=True) as admin:
        admin.execute("drop database second with (force)")


@pytest.fixture
def world(db: None, cast: dict[str, Any], admin_dsn: str, owner_dsn: str, second: str, options: Options) -> World:
    sender, reader = cast["pso@antwerp.demo"], cast["pso@northsea.demo"]
    first, second_one, third = records = [new_id() for _ in range(3)]
    with psycopg.connect(admin_dsn, autocommit=True) as admin:
        # As if three members had shared them: the guard that asks who acts is not what is tested here.
        admin.execute("alter table sharing_record disable trigger guard")
        for record in records:
            admin.execute(
                """insert into sharing_record (id, kind, owner_id, author_id, audience, addressed, tlp, pap, purpose,
                     legal_basis, personal_data, provenance, origin, origin_id, threat, at, updated_at, expires_at,
                     version)
                   values (%(id)s, 'report', %(owner)s, %(author)s, %(to)s, %(to)s, 2, 2, 'security', 'none', 'none',
                     'invented', '', '', 'drugs', now(), now(), now() + interval '1 year', 1)""",
                {
                    "id": record,
                    "owner": sender.organisation,
                    "author": sender.person,
                    "to": [sender.person, reader.person],
                },
            )
        admin.execute("alter table sharing_record enable trigger guard")
    saved = msgspec.structs.replace(options, database_owner_url=owner_dsn, embedded=False)
    fresh = msgspec.structs.replace(saved, database_owner_url=second)
    return World(first, second_one, third, sender.person, reader.person, saved, fresh)


def audiences(url: str) -> dict[UUID, set[UUID]]:
    with psycopg.connect(url) as owner:
        return {row[0]: set(row[1]) for row in owner.execute("select id, audience from sharing_record")}


def test_what_was_withdrawn_since_does_not_come_back(
    world: World, folder: Path, owner: Connection, app_dsn: str
) -> None:
    target = folder / "p2p.backup"
    write_backup(world.saved, target, with_keys=False)
    owner.execute("select sharing_bury(%s)", [[world.withdrawn]])
    owner.execute("update sharing_record set audience = %s where id = %s", [[world.author], world.narrowed])
    stones = folder / "elsewhere"
    stones.mkdir()
    assert keep_tombstones(stones, query_tombstones(world.saved.database_owner_url)) == 2

    told = list(restore_backup(world.fresh, target, stones / STONES))

    assert "2 tombstones applied" in told[-1]
    url = world.fresh.database_owner_url
    assert audiences(url) == {
        world.withdrawn: {world.author},
        world.narrowed: {world.author},
        world.untouched: {world.author, world.other},
    }
    with psycopg.connect(url) as restored:
        seen = restored.execute("select record_id from sharing_posting where key = %s", [world.other]).fetchall()
        assert seen == [(world.untouched,)], "lists follow the narrowed audience"
        granted = restored.execute("select has_table_privilege('port2port_app', 'sharing_record', 'select')")
        assert granted.fetchone() == (True,)
    assert failures(check_serving_role(app_dsn.replace("/port2port?", "/second?"))) == []
    assert set(read_tombstones(world.fresh.data_dir / STONES)) == {str(world.withdrawn), str(world.narrowed)}


def test_a_restore_over_a_living_database_asks_it_first(world: World, folder: Path) -> None:
    target = folder / "p2p.backup"
    write_backup(world.saved, target, with_keys=False)
    list(restore_backup(world.fresh, target, None))
    url = world.fresh.database_owner_url
    assert audiences(url)[world.untouched] == {world.author, world.other}
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute("set search_path = public")
        owner.execute("select sharing_bury(%s)", [[world.untouched]])
    list(restore_backup(world.fresh, target, None))
    assert audiences(url)[world.untouched] == {world.author}


def test_a_restore_that_fails_changes_nothing(world: World, folder: Path) -> None:
    target = folder / "p2p.backup"
    write_backup(world.saved, target, with_keys=False)
    list(restore_backup(world.fresh, target, None))
    stones = folder / "stones.jsonl"
    stones.write_text('{"record": "no identifier", "keys": [], "at": "", "why": "withdrawn", "gone": true}\n')
    before = audiences(world.fresh.database_owner_url)
    with pytest.raises(Invalid, match="not a tombstone"):
        list(restore_backup(world.fresh, target, stones))
    assert audiences(world.fresh.database_owner_url) == before


def test_a_check_restores_and_takes_it_back(world: World, folder: Path) -> None:
    target = folder / "p2p.backup"
    write_backup(world.saved, target, with_keys=False)
    list(restore_backup(world.fresh, target, None))
    url = world.fresh.database_owner_url
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute("delete from sharing_record where id = %s", [world.withdrawn])
        owner.execute("delete from base_setting where key = %s", [RESTORE_TESTED])
    before = audiences(url)
    told = list(check_backup(world.fresh, target))
    assert "It can be restored" in told[-1]
    assert audiences(url) == before, "what was deleted since the backup did not come back"
    with psycopg.connect(url) as owner:
        (value,) = owner.execute("select value from base_setting where key = %s", [RESTORE_TESTED]).fetchone() or ("",)
    assert json.loads(value)["backup_made"]


def test_a_check_of_a_damaged_backup_notes_nothing(world: World, folder: Path) -> None:
    target = folder / "p2p.backup"
    target.write_bytes(b"no backup")
    with pytest.raises(Invalid):
        list(check_backup(world.fresh, target))


def test_the_keys_stay_out_unless_asked_for(world: World, folder: Path) -> None:
    told = write_backup(world.saved, folder / "without", with_keys=False)
    write_backup(world.saved, folder / "with", with_keys=True)
    assert "without the keys" in told[0]
    assert stat.S_IMODE((folder / "without").stat().st_mode) == 0o600
    secret = world.saved.secret_key.encode()
    assert secret not in (folder / "without").read_bytes()
    with tarfile.open(folder / "with") as tar:
        assert "keys/secret.key" in tar.getnames()


def test_missing_keys_come_back_and_present_ones_stay(world: World, folder: Path) -> None:
    target = folder / "p2p.backup"
    own = folder / "fresh"
    own.mkdir()
    (own / "journal.key").write_bytes(b"another")
    (world.saved.data_dir / "mfa.key").write_bytes(b"saved mfa")
    (world.saved.data_dir / "journal.key").write_bytes(b"saved journal")
    write_backup(world.saved, target, with_keys=True)
    told = list(restore_backup(msgspec.structs.replace(world.fresh, data_dir=own), target, None))
    assert (own / "mfa.key").read_bytes() == b"saved mfa"
    assert stat.S_IMODE((own / "mfa.key").stat().st_mode) == 0o600
    assert (own / "journal.key").read_bytes() == b"another", "what is here is never overwritten"
    assert any("mfa.key was missing" in line for line in told)
    assert any("journal.key here differs" in line for line in told)


def test_attachments_swept_since_are_there_again(world: World, folder: Path) -> None:
    vault = world.fresh.data_dir / "attachments"
    for name, content in (("ab/kept", b"as it is"), ("cd/swept", b"sealed")):
        (world.saved.data_dir / "attachments" / name).parent.mkdir(parents=True, exist_ok=True)
        (world.saved.data_dir / "attachments" / name).write_bytes(content)
    write_backup(world.saved, folder / "p2p.backup", with_keys=False)
    (vault / "cd/swept").unlink(missing_ok=True)
    (vault / "ab").mkdir(parents=True, exist_ok=True)
    (vault / "ab/kept").write_bytes(b"newer")
    list(restore_backup(world.fresh, folder / "p2p.backup", None))
    assert (vault / "cd/swept").read_bytes() == b"sealed"
    assert (vault / "ab/kept").read_bytes() == b"newer"


def test_nothing_is_overwritten(world: World, folder: Path) -> None:
    target = folder / "kept"
    target.write_text("mine")
    with pytest.raises(Conflict, match="exists already"):
        write_backup(world.saved, target, with_keys=False)
    assert target.read_text() == "mine"


def test_a_database_that_is_served_is_not_restored_over(app: Connection, world: World) -> None:
    app.execute("select 1")
    with pytest.raises(Conflict, match="serving processes are connected"):
        refuse_while_served(world.saved.database_owner_url)


@pytest.mark.parametrize("damage", ["absent", "no tar", "other hash", "other format"])
def test_a_file_that_is_no_backup_is_refused(world: World, folder: Path, damage: str) -> None:
    source = folder / "strange"
    if damage == "no tar":
        source.write_bytes(b"nothing of the sort")
    elif damage != "absent":
        about = {"format": 99 if damage == "other format" else 1, "made": "", "postgresql": 18, "sha256": "0"}
        (folder / "manifest.json").write_text(json.dumps(about))
        (folder / "database.dump").write_bytes(b"x")
        with tarfile.open(source, "w") as tar:
            for name in ("manifest.json", "database.dump"):
                tar.add(folder / name, name)
    with pytest.raises(Invalid):
        list(restore_backup(world.fresh, source, None))


def test_a_broken_tombstone_is_named_by_its_row(folder: Path) -> None:
    path = folder / "stones.jsonl"
    path.write_text('{"record": "01"}\n')
    with pytest.raises(Invalid) as refused:
        read_tombstones(path)
    assert refused.value.problems[0].row == 1
