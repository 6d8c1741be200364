"""Attacks with raw SQL as the serving role on the register of systems."""

from typing import Any

import psycopg
import pytest

from port2port.base.ids import new_id
from tests.attacks import FORBIDDEN, refused
from tests.knowledge.systems.writing import OUTSIDER, OWNER, PARTNER, installation, procurement, result

TABLES = ("installation", "measurement", "procurement")


@pytest.fixture
def made(acting: Any) -> Any:
    with acting(OWNER):
        one = installation()
        return one, result(one), procurement(one, "own")


def test_nobody_deletes_or_rewrites_what_was_measured(enter, made):
    db = enter(OWNER)
    for table in TABLES:
        assert refused(db, f"delete from knowledge_{table}") == FORBIDDEN, table
    for table, column in (
        ("measurement", "true_alarms"), ("measurement", "installation_id"), ("procurement", "price"),
        ("procurement", "installation_id"), ("installation", "record_id"),
    ):  # fmt: skip
        assert refused(db, f"update knowledge_{table} set {column} = {column}") == FORBIDDEN, (table, column)
    assert refused(db, "select knowledge_installation_follow()") == FORBIDDEN


def test_a_recipient_changes_nothing_and_adds_nothing_to_what_is_not_theirs(enter, made, acting):
    one, _measured, _bought = made
    db = enter(PARTNER)
    assert db.execute("update knowledge_installation set maker = 'forged'").rowcount == 0
    with acting(PARTNER):
        theirs = installation(place="BEGNE")
        spare = result(theirs)
    db = enter(PARTNER)
    columns = (
        "since, until, hours, alarms, true_alarms, false_alarms, missed, truth, light, weather, traffic, threshold,"
        " remarks, language"
    )
    forged = (
        f"insert into knowledge_measurement (record_id, installation_id, {columns})"
        f" select %s, %s, {columns} from knowledge_measurement where record_id = %s"
    )
    envelope = (
        "insert into sharing_record select (jsonb_populate_record(r, jsonb_build_object('id', %s::text))).*"
        " from sharing_record r where r.id = %s"
    )
    fresh = new_id()
    db.execute(envelope, [fresh, spare])
    assert refused(db, forged, fresh, one, spare) == FORBIDDEN  # the installation is another organisation's
    db.execute(forged, [fresh, theirs, spare])  # under one's own it is possible: what was refused is the installation


def test_without_its_installation_a_part_is_not_read(enter, made, owner, cast):
    one, measured, _bought = made
    db = enter(PARTNER)
    count = "select (select count(*) from knowledge_measurement), (select count(*) from knowledge_procurement)"
    assert db.execute(count).fetchone() == (1, 0)
    db.execute("rollback")
    keys = [cast[OWNER].person]
    owner.execute("update sharing_record set audience = %s where id = %s", [keys, one])
    db = enter(PARTNER)
    assert db.execute("select count(*) from sharing_record where id = %s", [measured]).fetchone() == (1,)
    assert db.execute(count).fetchone() == (0, 0)
    assert enter(OWNER).execute(count).fetchone() == (1, 1)
    assert enter(OUTSIDER).execute(count).fetchone() == (0, 0)


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("measurement", "true_alarms = alarms + 1"), ("measurement", "hours = 0"),
        ("measurement", "until = since - 1"), ("installation", "rights = 'done', rights_on = null"),
        ("installation", "privacy = 'not_needed', privacy_on = null, privacy_reason = ' '"),
        ("installation", "legal_basis = '', legal_citation = ''"), ("installation", "until = since - 1"),
    ],
)  # fmt: skip
def test_the_database_holds_what_the_rules_say(made, owner, table, change):
    with pytest.raises(psycopg.errors.CheckViolation):
        owner.execute(f"update knowledge_{table} set {change}")
