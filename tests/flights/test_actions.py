"""Entering, turning, recognising and importing flights, on a real database."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, NotFound, Refused
from port2port.base.ids import new_id
from port2port.flights import actions, importing, queries
from port2port.flights.actions import Entry
from port2port.flights.near import Sighting
from port2port.flights.queries import Filters
from port2port.flights.vocabulary import words
from port2port.members.areas import PortArea
from port2port.sharing.models import Record
from port2port.sharing.tlp import Tlp
from tests.flights.writing import LOCK, draft, flight

PORT, PARTNER, QUAY, OUTSIDER = "pso@antwerp.demo", "pso@northsea.demo", "pfso@quay1.demo", "officer@outside.demo"
COLLEAGUE = "director@antwerp.demo"


def here(at: datetime) -> Sighting:
    return Sighting(at, at, "BEANR", LOCK.lat, LOCK.lon)


def ids(found: list[queries.Shown]) -> set[Any]:
    return {one.record.id for one in found}


def test_a_flight_goes_to_ports_and_police_and_is_kept_thirty_days_after_its_end(acting):
    at = now()
    with acting(PORT):
        made = flight(at=at)
        record = Record.objects.get(id=made.record_id)
        assert record.tlp == Tlp.AMBER and record.purpose == "drone_safety"
        kept = record.expires_at - made.ends_at
        assert timedelta(days=words().limits.kept_days) <= kept < timedelta(days=words().limits.kept_days + 1)
    with acting(PARTNER):
        assert queries.flight(made.record_id, at=at).flight.operator == "Port of Antwerp-Bruges"
    for email in (QUAY, OUTSIDER):
        with acting(email), pytest.raises(NotFound):
            queries.flight(made.record_id, at=at)


def test_who_sees_a_flight_is_told_of_it_where_and_when_it_is_and_nobody_else(acting):
    at = now()
    with acting(PORT):
        made = flight(at=at)
    with acting(PARTNER):
        assert ids(queries.authorised(here(at), at=at)) == {made.record_id}
        assert queries.authorised(here(at + timedelta(hours=2)), at=at) == []
        assert queries.authorised(Sighting(at, at, "BEGNE", 51.2, 3.8), at=at) == []
    for email in (QUAY, OUTSIDER):
        with acting(email):
            assert queries.authorised(here(at), at=at) == []


def test_a_cancelled_or_ended_flight_is_not_what_is_seen_later(acting):
    at = now()
    with acting(PORT):
        first, second = flight(at=at), flight(at=at)
        actions.turn_flight(first.record_id, act="cancel", at=at)
        actions.turn_flight(second.record_id, act="start", at=at)
        actions.turn_flight(second.record_id, act="finish", at=at + timedelta(minutes=5))
        assert ids(queries.authorised(here(at), at=at)) == {second.record_id}
        assert queries.authorised(here(at + timedelta(minutes=40)), at=at + timedelta(minutes=40)) == []
        with pytest.raises(Conflict):
            actions.turn_flight(second.record_id, act="finish", at=at + timedelta(minutes=6))
        with pytest.raises(Conflict):
            actions.recognise_flight(first.record_id, at=at)


def test_a_flight_begins_an_hour_early_at_most(acting):
    at = now()
    with acting(PORT):
        soon = flight(at=at, starts_at=at + timedelta(minutes=59), ends_at=at + timedelta(hours=2))
        later = flight(at=at, starts_at=at + timedelta(minutes=61), ends_at=at + timedelta(hours=2))
        assert actions.turn_flight(soon.record_id, act="start", at=at).starts_at == at
        with pytest.raises(Conflict):
            actions.turn_flight(later.record_id, act="start", at=at)
        with pytest.raises(Conflict):
            actions.turn_flight(later.record_id, act="finish", at=at)
        assert ids(queries.authorised(here(at), at=at)) == {soon.record_id}


def test_only_who_looks_after_a_flight_turns_it(acting):
    with acting(PORT):
        made = flight()
    with acting(PARTNER), pytest.raises(Refused):
        actions.turn_flight(made.record_id, act="cancel", at=now())
    with acting(OUTSIDER), pytest.raises(NotFound):
        actions.turn_flight(made.record_id, act="cancel", at=now())


def test_an_older_version_is_not_turned(acting):
    at = now()
    with acting(PORT):
        made = flight(at=at)
        actions.turn_flight(made.record_id, act="start", at=at, expected=1)
        with pytest.raises(Conflict):
            actions.turn_flight(made.record_id, act="finish", at=at, expected=1)


def test_what_identifies_stays_in_the_own_organisation(acting):
    at = now()
    with acting(PORT):
        made = flight(at=at, serial="1581F4TEST01", operator_number="BEL1234567890abc")
        assert queries.identifier_of(made.record_id) == queries.Identifier("1581F4TEST01", "BEL1234567890abc")
        own = flight("organisation-port-of-antwerp-bruges", tlp=Tlp.AMBER_STRICT, at=at, serial="1581F4TEST02")
    with acting(COLLEAGUE):
        assert queries.identifier_of(own.record_id) == queries.Identifier("1581F4TEST02", "")
        assert queries.identifier_of(made.record_id) is None  # the flight is for operational people
    with acting(PARTNER):
        assert queries.flight(made.record_id, at=at)
        assert queries.identifier_of(made.record_id) is None
        flight(at=at, serial="1581F4TEST01")  # another's drone of the same serial is nobody's business


def test_one_drone_does_not_fly_twice_at_once(acting):
    at = now()
    with acting(PORT):
        first = flight(at=at, serial="1581F4TEST01")
        with pytest.raises(Invalid) as caught:
            flight(
                at=at, serial="1581F4TEST01", starts_at=first.ends_at - timedelta(minutes=1),
                ends_at=first.ends_at + timedelta(hours=1),
            )  # fmt: skip
        assert [problem.field for problem in caught.value.problems] == ["starts_at"]
        flight(at=at, serial="1581F4TEST01", starts_at=first.ends_at, ends_at=first.ends_at + timedelta(hours=1))


def test_entries_are_all_or_none_and_a_reference_is_entered_once(acting):
    at = now()
    with acting(PORT):
        with pytest.raises(Invalid) as caught:
            actions.enter_flights(entries=[Entry(draft(at), 2), Entry(draft(at, task="stunt"), 3)], at=at)
        assert [(problem.row, problem.field) for problem in caught.value.problems] == [(3, "task")]
        assert queries.page(Filters(), at=at).count == 0
        flight(at=at, reference="P-7")
        with pytest.raises(Conflict):
            flight(at=at, reference="P-7")
    with acting(PARTNER):
        flight(at=at, reference="P-7")  # each organisation numbers its own


def test_lists_are_in_the_order_of_the_clock(acting):
    at = now()
    with acting(PORT):
        flying = flight(at=at).record_id
        late = flight(at=at, starts_at=at + timedelta(days=2), ends_at=at + timedelta(days=2, hours=1)).record_id
        soon = flight(at=at, starts_at=at + timedelta(hours=3), ends_at=at + timedelta(hours=4)).record_id
        past = flight(at=at, starts_at=at - timedelta(days=1), ends_at=at - timedelta(hours=23)).record_id
        assert [one.record.id for one in queries.ahead(at=at)] == [flying, soon, late]
        assert [one.record.id for one in queries.page(Filters(), at=at).rows] == [late, soon, flying, past]
        for filters, found in (
            (Filters(when="now"), {flying}), (Filters(when="coming"), {soon, late}), (Filters(when="past"), {past}),
            (Filters(state="done"), {past}), (Filters(state="planned"), {flying, soon, late}),
            (Filters(state="cancelled"), set()), (Filters(port="BEANR"), {flying, soon, late, past}),
            (Filters(port="BEGNE"), set()),
        ):  # fmt: skip
            assert ids(queries.page(filters, at=at).rows) == found, filters


def test_recognising_counts_once_a_person_and_names_nobody(acting):
    at = now()
    with acting(PORT):
        made = flight(at=at).record_id
    with acting(PARTNER):
        actions.recognise_flight(made, at=at)
        actions.recognise_flight(made, at=at)
        assert len(queries.recognised(made)) == 1
    with acting("analyst@police.demo"):
        assert queries.recognised(made) == []
        actions.recognise_flight(made, at=at)
    with acting(PORT):
        assert len(queries.recognised(made)) == 2
    with acting(OUTSIDER), pytest.raises(NotFound):
        actions.recognise_flight(made, at=at)
    with acting(OUTSIDER), pytest.raises(NotFound):
        actions.recognise_flight(new_id(), at=at)


def test_who_may_not_report_enters_nothing(acting):
    with acting("admin@antwerp.demo"), pytest.raises(Refused):
        flight()


HEAD = "reference,task,starts_at,ends_at,contact,landmark,radius_km,port_unlocode,serial\n"


def rows(*lines: str) -> bytes:
    return (HEAD + "\n".join(lines) + "\n").encode()


def row(reference: str, at: datetime, **changes: str) -> str:
    start = at.astimezone(UTC)
    values = {
        "reference": reference, "task": "patrol", "starts_at": start.isoformat(timespec="minutes"),
        "ends_at": (start + timedelta(hours=1)).isoformat(timespec="minutes"), "contact": "Drone desk",
        "landmark": "kallo-lock", "radius_km": "1.5", "port_unlocode": "", "serial": "",
    } | changes  # fmt: skip
    return ",".join(values.values())


def test_a_file_is_looked_at_then_taken_in_then_changes_nothing(acting):
    at = now()
    data = rows(row("F-1", at), row("F-2", at + timedelta(hours=2), landmark="", radius_km="", port_unlocode="BEANR"))
    with acting(PORT):
        planned = importing.plan(data, at=at)
        assert [line.row for line in planned.new] == [2, 3] and planned.known == []
        assert queries.page(Filters(), at=at).count == 0
        importing.import_flights(data=data, at=at)
        assert queries.page(Filters(), at=at).count == 2
        again = importing.import_flights(data=data, at=at)
        assert again.new == [] and len(again.known) == 2
        assert queries.page(Filters(), at=at).count == 2
        assert {type(one.area) for one in queries.ahead(at=at)} >= {PortArea}


def test_a_file_with_one_wrong_row_writes_nothing_and_says_row_and_column(acting):
    at = now()
    data = rows(
        row("F-1", at), row("F-2", at, task="stunt"), row("F-3", at, starts_at="tomorrow"), row("F-3", at),
        row("", at), row("F-4", at, landmark="nowhere"), row("F-5", at, radius_km="wide"),
    )  # fmt: skip
    with acting(PORT):
        with pytest.raises(Invalid) as caught:
            importing.import_flights(data=data, at=at)
        found = [(problem.row, problem.field) for problem in caught.value.problems]
        assert found == [(4, "starts_at"), (6, "reference"), (7, "landmark"), (8, "radius_km")]
        data = rows(row("F-1", at), row("F-2", at, task="stunt"), row("F-1", at))
        with pytest.raises(Invalid) as caught:
            importing.import_flights(data=data, at=at)
        assert [(p.row, p.field) for p in caught.value.problems] == [(3, "task"), (4, "reference")]
        assert queries.page(Filters(), at=at).count == 0


def test_a_reference_with_other_facts_is_a_problem_and_changes_nothing(acting):
    at = now()
    with acting(PORT):
        importing.import_flights(data=rows(row("F-1", at)), at=at)
        with pytest.raises(Invalid) as caught:
            importing.import_flights(data=rows(row("F-1", at + timedelta(hours=1))), at=at)
        assert [(p.row, p.field) for p in caught.value.problems] == [(2, "reference")]
        found = queries.ahead(at=at)[0]
        actions.turn_flight(found.record.id, act="cancel", at=at)
        assert importing.plan(rows(row("F-1", at)), at=at).new == []  # cancelled, and not entered again


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (b"\xff\xfe", "file"),
        (b"reference,task\nA,patrol\n", "file"),
        (HEAD.replace("serial", "colour").encode(), "file"),
        (HEAD.encode() + b"a,b\n", "row"),
        (b'"reference\n', "file"),
    ],
)
def test_what_is_no_such_csv_is_refused(acting, data, field):
    with acting(PORT), pytest.raises(Invalid) as caught:
        importing.plan(data, at=now())
    assert caught.value.problems[0].field == field
