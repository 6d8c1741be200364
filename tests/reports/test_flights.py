"""Authorised flights before a report about a drone is sent and beside it after: for who sees both, else no trace."""

from typing import Any

import psycopg
import pytest
from django.test import Client

from port2port.base.clock import now
from port2port.base.ids import new_id
from port2port.flights import queries as flights
from port2port.reports import queries
from port2port.reports.authorised import flights_at, shown_before
from port2port.reports.models import FlightShown, Report
from port2port.reports.queries import Filters
from port2port.reports.shown import shown
from port2port.sharing.tlp import Tlp
from tests.attacks import refused
from tests.flights.writing import LOCK, flight
from tests.reports.writing import report

PORT, PARTNER, QUAY, POLICE = "pso@antwerp.demo", "pso@northsea.demo", "pfso@quay1.demo", "analyst@police.demo"
WORDS = "A drone hung above the inner gate for four minutes."


def typed(**changes: Any) -> dict[str, Any]:
    return {"threat": "drone_misuse", "text": WORDS, "where": "landmark:kallo-lock", "when": "now"} | changes


@pytest.fixture
def flown(acting: Any) -> Any:
    """A patrol of Antwerp over Kallo lock, for ports and police."""
    with acting(PORT):
        return flight().record_id


def count(acting: Any, email: str) -> int:
    with acting(email):
        return queries.count(Filters())


def test_the_form_asks_once_and_sends_all_the_same(acting, client_for, flown):
    browser = client_for(PARTNER)
    asked = browser.post("/reports/new/", typed())
    assert asked.status_code == 200 and str(flown) in asked.content.decode()
    assert "03 555 01 00" in asked.content.decode() and WORDS in asked.content.decode()
    assert count(acting, PARTNER) == 0
    sent = browser.post("/reports/new/", typed(flights_shown=[str(flown)]))
    assert sent.status_code == 302
    with acting(PARTNER):
        made = Report.objects.get()
        assert shown_before(made.record_id) == {flown}
    page = browser.get(sent.headers["Location"].partition("?")[0])
    assert [before for _card, before in page.context["flights"]["rows"]] == [True]


def test_it_is_this_one_sends_nothing_and_is_counted(acting, client_for, flown):
    answer = client_for(PARTNER).post("/reports/new/", typed(text="", flight=str(flown)))
    assert answer.status_code == 302 and answer.headers["Location"] == f"/flights/{flown}/?recognised=1"
    assert count(acting, PARTNER) == 0
    with acting(PORT):
        assert len(flights.recognised(flown)) == 1
    assert client_for(QUAY).post("/reports/new/", typed(flight=str(flown))).status_code == 404
    assert client_for(QUAY).post("/reports/new/", typed(flight=str(new_id()))).status_code == 404


def test_who_may_not_see_the_flight_is_asked_nothing(acting, client_for, flown):
    browser = client_for(QUAY)
    room = browser.get("/reports/flights/", typed())
    assert room.status_code == 200 and room.content.strip() == b""
    assert browser.post("/reports/new/", typed()).status_code == 302
    # an id that was guessed is written down nowhere
    assert browser.post("/reports/new/", typed(flights_shown=[str(flown), "no id"])).status_code == 302
    with acting(QUAY):
        assert FlightShown.objects.count() == 0 and queries.count(Filters()) == 2


def test_the_outbox_is_never_held_up_and_says_what_was_shown(acting, client_for, flown):
    browser = client_for(PARTNER)
    script = {"Accept": "application/json"}
    assert browser.post("/reports/new/", typed(), headers=script).status_code == 201
    sent = browser.post("/reports/new/", typed(flights_shown=str(flown)), headers=script)
    assert sent.status_code == 201
    with acting(PARTNER):
        assert [one.flight_id for one in FlightShown.objects.all()] == [flown]


def test_the_part_of_the_form_follows_what_place_and_time(client_for, flown):
    browser = client_for(PARTNER)

    def found(**changes: str) -> bool:
        return str(flown) in browser.get("/reports/flights/", typed(**changes)).content.decode()

    assert found() and found(threat="physical_intrusion", modus_operandi="UA01")
    assert found(where="port:BEANR")
    assert not found(threat="cyber_attack") and not found(where="port:BEOST") and not found(where="")
    assert not found(when="other", occurred_at="2026-01-01T12:00")
    assert not found(when="60")  # it began a quarter of an hour ago
    assert found(when="30")  # and a window is a quarter wide


def test_a_report_tells_of_a_flight_only_to_who_sees_both(acting, client_for, bearer_for, flown):
    with acting(PARTNER):
        made = report("ports-and-police", occurred_at=now()).record_id
        narrow = report("organisation-north-sea-port", tlp=Tlp.AMBER_STRICT, occurred_at=now()).record_id
    with acting(QUAY):
        theirs = report("port-beanr", occurred_at=now()).record_id
    for email, ids in ((PORT, {made}), (POLICE, {made}), (PARTNER, {made, narrow})):
        machine = Client(headers=bearer_for(email))
        for identifier in (made, narrow):
            answer = machine.get(f"/api/v1/reports/{identifier}/flights")
            assert (answer.status_code == 200) == (identifier in ids), (email, identifier)
            assert (str(flown) in answer.content.decode()) == (identifier in ids)
    page = client_for(QUAY).get(f"/reports/{theirs}/")
    assert page.status_code == 200 and page.context["flights"] == {}
    assert str(flown) not in page.content.decode()


def test_the_answer_of_the_api_names_the_flights(bearer_for, flown):
    body = {
        "threat": "drone_misuse", "text": WORDS, "occurred_at": now().isoformat(),
        "place": {"kind": "point", "lat": LOCK.lat, "lon": LOCK.lon}, "flights_shown": [str(flown)],
    }  # fmt: skip
    for email, ids in ((PARTNER, [str(flown)]), (QUAY, [])):
        answer = Client(headers=bearer_for(email)).post("/api/v1/reports", body, "application/json")
        assert answer.status_code == 201
        assert [one["id"] for one in answer.json()["flights"]] == ids


def test_a_time_that_is_hardly_known_names_no_flight(acting, flown):
    with acting(PARTNER):
        made = report("ports-and-police", occurred_at=now(), occurred_precision="month").record_id
        assert flights_at(shown([made])[0], at=now()) == []
        day = report("ports-and-police", occurred_at=now(), occurred_precision="day").record_id
        assert [one.record.id for one in flights_at(shown([day])[0], at=now())] == [flown]


NOTE = "insert into reports_flightshown (id, report_id, flight_id) values (new_uuid7(), %s, %s)"


def test_nobody_writes_that_a_flight_was_shown_on_what_is_not_theirs(enter, acting, flown):
    with acting(PARTNER):
        made = report("ports-and-police", occurred_at=now()).record_id
    with acting(QUAY):
        theirs = report("port-beanr", occurred_at=now()).record_id
    forbidden = "42501"
    db: psycopg.Connection[Any] = enter(PORT)
    assert refused(db, NOTE, made, flown) == forbidden
    db = enter(QUAY)
    assert refused(db, NOTE, theirs, flown) == forbidden
    db = enter(PARTNER)
    db.execute(NOTE, [made, flown])
    assert refused(db, "update reports_flightshown set flight_id = flight_id") == forbidden
    assert refused(db, "delete from reports_flightshown") == forbidden
    db.execute("commit")
    for email, seen in ((PORT, 1), (POLICE, 1), (QUAY, 0)):
        assert enter(email).execute("select count(*) from reports_flightshown").fetchone() == (seen,), email


def test_an_expired_flight_leaves_the_report_without_a_trace(acting, owner, flown):
    with acting(PARTNER):
        made = report("ports-and-police", occurred_at=now()).record_id
        FlightShown.objects.create(report_id=made, flight_id=flown)
    owner.execute("delete from sharing_record where id = %s", [flown])
    with acting(PARTNER):
        assert shown_before(made) == set() and shown([made])
