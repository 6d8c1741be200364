"""Attacks with raw SQL as the serving role: what an injection could try on flights and what hangs on them."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest

from port2port.base.clock import now
from port2port.base.ids import new_id
from port2port.flights import actions
from tests.attacks import FORBIDDEN, refused
from tests.flights.writing import flight

PORT, PARTNER, OUTSIDER, COLLEAGUE = (
    "pso@antwerp.demo", "pso@northsea.demo", "officer@outside.demo", "director@antwerp.demo",
)  # fmt: skip


@pytest.fixture
def entered(acting: Any) -> Any:
    with acting(PORT):
        return flight(serial="1581F4TEST01").record_id


def test_what_was_entered_stays(enter, entered, owner):
    found = owner.execute("select attname from pg_attribute where attrelid = 'flights_flight'::regclass and attnum > 0")
    columns = {row[0] for row in found.fetchall()} - {"state", "starts_at", "ends_at"}
    db = enter(PORT)
    for column in columns:
        assert refused(db, f"update flights_flight set {column} = {column}") == FORBIDDEN, column
    for table in ("flights_flight", "flights_flightidentifier", "flights_recognition"):
        assert refused(db, f"delete from {table}") == FORBIDDEN
        assert refused(db, f"truncate {table}") == FORBIDDEN
    assert refused(db, "update flights_flightidentifier set serial = ''") == FORBIDDEN
    assert refused(db, "update flights_recognition set at = now()") == FORBIDDEN


def test_a_plan_is_never_stretched_over_a_sighting(enter, entered):
    db = enter(PORT)
    turn = "update flights_flight set state = 'flying', "
    assert refused(db, turn + "ends_at = ends_at + interval '1 minute'") == "PP422"
    assert refused(db, turn + "starts_at = starts_at - interval '61 minutes'") == "PP422"
    assert refused(db, turn + "starts_at = starts_at + interval '1 minute'") == "PP422"
    assert refused(db, "update flights_flight set ends_at = ends_at - interval '1 minute'") == "PP409"
    db.execute("update flights_flight set state = 'cancelled'")
    assert refused(db, "update flights_flight set state = 'planned'") == "PP409"


def test_another_organisation_reads_and_turns_nothing_of_it(enter, entered):
    db = enter(PARTNER)
    assert db.execute("select count(*) from flights_flight").fetchone() == (1,)
    assert db.execute("update flights_flight set state = 'cancelled'").rowcount == 0
    assert db.execute("select count(*) from flights_flightidentifier").fetchone() == (0,)
    db = enter(OUTSIDER)
    for table in ("flights_flight", "flights_flightidentifier"):
        assert db.execute(f"select count(*) from {table}").fetchone() == (0,)
    for email in (COLLEAGUE, "admin@antwerp.demo"):  # of the organisation, and not among those who know of the flight
        db = enter(email)
        assert db.execute("select count(*) from flights_flightidentifier").fetchone() == (0,), email


IDENTIFY = (
    "insert into flights_flightidentifier (flight_id, organisation_id, serial, operator_number)"
    " values (%s, %s, 'X', '')"
)
RECOGNISE = "insert into flights_recognition (id, flight_id, person_id, at) values (new_uuid7(), %s, %s, now())"


def test_nobody_identifies_the_flight_of_another(enter, entered, cast, acting):
    with acting(PORT):
        bare = flight(starts_at=now() + timedelta(hours=3), ends_at=now() + timedelta(hours=4)).record_id
    db = enter(PARTNER)
    assert refused(db, IDENTIFY, bare, cast[PARTNER].organisation) == FORBIDDEN
    assert refused(db, IDENTIFY, bare, cast[PORT].organisation) == FORBIDDEN
    assert refused(db, IDENTIFY, new_id(), cast[PARTNER].organisation) == FORBIDDEN
    db = enter(PORT)
    assert refused(db, IDENTIFY, bare, cast[PARTNER].organisation) == FORBIDDEN


def test_one_recognises_for_oneself_what_one_sees_and_who_did_is_in_no_grant(enter, entered, cast):
    db = enter(PARTNER)
    assert refused(db, RECOGNISE, entered, cast[PORT].person) == FORBIDDEN
    assert refused(db, RECOGNISE, new_id(), cast[PARTNER].person) == FORBIDDEN
    db.execute(RECOGNISE, [entered, cast[PARTNER].person])
    assert refused(db, RECOGNISE, entered, cast[PARTNER].person) == "23505"
    db.execute("commit")
    db = enter(OUTSIDER)
    assert refused(db, RECOGNISE, entered, cast[OUTSIDER].person) == FORBIDDEN
    db = enter(PORT)
    assert db.execute("select count(at) from flights_recognition").fetchone() == (1,)
    assert refused(db, "select person_id from flights_recognition") == FORBIDDEN
    db = enter("analyst@police.demo")
    assert db.execute("select count(at) from flights_recognition").fetchone() == (0,)


def test_a_flight_needs_an_envelope_of_its_kind_and_its_own(enter, entered, cast):
    copy = (
        "insert into flights_flight select %s, operator, task, area, height_m, starts_at, ends_at, %s, contact,"
        " authorisation, remark from flights_flight where record_id = %s"
    )
    db = enter(PARTNER)
    assert refused(db, copy, entered, "planned", entered) in (FORBIDDEN, "23505")
    assert refused(db, copy, new_id(), "planned", entered) == FORBIDDEN
    assert refused(db, copy, entered, "done", entered) == FORBIDDEN


def test_expiry_takes_the_flight_along_with_all_that_hangs_on_it(entered, owner, acting):
    with acting(PARTNER):
        actions.recognise_flight(entered, at=now())
    owner.execute("delete from sharing_record where id = %s", [entered])
    for table in ("flights_flight", "flights_flightidentifier", "flights_recognition"):
        assert owner.execute(f"select count(*) from {table}").fetchone() == (0,)


def test_the_function_of_the_trigger_is_nobodys_to_call(enter, entered):
    db: psycopg.Connection[Any] = enter(PORT)
    assert refused(db, "select flights_turn()") in (FORBIDDEN, "0A000")
