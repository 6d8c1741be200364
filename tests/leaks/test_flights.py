"""The leak property of flights: every way out agrees with `decide()`, for each audience and each watcher."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from port2port.base.clock import now
from port2port.base.errors import Invalid
from port2port.base.ids import new_id
from port2port.flights import actions, queries
from port2port.flights.near import Sighting
from port2port.flights.queries import Filters
from port2port.members.acting import acting_as
from port2port.members.models import Circle, Organisation, Person
from port2port.sharing import queries as sharing
from port2port.sharing.addressing import Addressing
from port2port.sharing.models import Record
from port2port.sharing.rules import Envelope, decide
from port2port.sharing.tlp import Tlp
from tests.flights.writing import LOCK, draft
from tests.leaks.test_property import WATCHERS, clean

AUTHORS = ("pso@antwerp.demo", "pso@northsea.demo", "analyst@police.demo")
TO = ("all-members", "ports-and-police", "port-beanr", "insider-desk", "own", "person")


def entered(author: str, to: str, tlp: Tlp, cast: dict[str, Any]) -> tuple[UUID, str, Envelope] | None:
    """Enter a flight with a word of its own, or return None when this audience does not go with this TLP."""
    word = f"zq{author[:5].replace('@', '')}{to.replace('-', '')}{tlp.name.lower().replace('_', '')}"
    at = now()
    with acting_as(cast[author].person, cast[author].hat) as actor:
        slug = f"organisation-{Organisation.objects.get(id=actor.organisation).slug}" if to == "own" else to
        keys = list(Circle.objects.filter(slug=slug).values_list("id", flat=True))
        if to == "person":
            keys = list(Person.objects.filter(name="Demo PSO North Sea Port").values_list("id", flat=True))
        try:
            plan = draft(at, remark=f"Word {word}.", contact=f"Desk {word}", operator=f"Fleet {word}", reference=word)
            made = actions.enter_flight(draft=plan, to=Addressing(tuple(keys), tlp), at=at)
        except Invalid:
            return None
        return made.record_id, word, sharing.envelope(Record.objects.get(id=made.record_id))


def test_every_way_out_agrees_with_decide(db, cast, owner, client_for, bearer_for):
    owner.execute(
        "update members_membership set verified_until = null where id = %s", [cast["officer@outside.demo"].hat]
    )
    found = [
        one
        for number, author in enumerate(AUTHORS)
        for place, to in enumerate(TO)
        if (one := entered(author, to, list(Tlp)[1 + (number + place) % 4], cast)) is not None
    ]
    assert len(found) > 8
    here = Sighting(now(), now(), "BEANR", LOCK.lat, LOCK.lon)
    for email in WATCHERS:
        member = cast[email]
        with acting_as(member.person, member.hat) as actor:
            allowed = {i for i, _w, e in found if decide(actor, "see", e, at=datetime.now(UTC)).allowed}
            assert {one.record.id for one in queries.ahead(at=now())} == allowed
            assert {one.record.id for one in queries.page(Filters(), at=now(), size=100).rows} == allowed
            near = queries.authorised(here, at=now())
            assert {one.record.id for one in near} <= allowed and len(near) == min(len(allowed), 10)
            assert all(queries.recognised(i) == [] for i, _w, _e in found)
            words = {word: word for _i, word, _e in found}
            known = queries.known_references(list(words), actor.organisation) if actor.organisation else {}
            assert set(known.values()) <= allowed
        ways_out(client_for(email), Client(headers=bearer_for(email)), found, allowed)


def ways_out(browser: Client, machine: Client, found: list[tuple[UUID, str, Envelope]], allowed: set[UUID]) -> None:
    """Pages and API show what is allowed and no word of anything else."""
    moment = now()
    form = {"threat": "drone_misuse", "where": "landmark:kallo-lock", "when": "now"}
    seen_at = {"occurred_at": moment.isoformat(), "lat": LOCK.lat, "lon": LOCK.lon}
    bodies = {
        "list": browser.get("/flights/").content.decode(),
        "narrowed": browser.get("/flights/?when=now&port=BEANR").content.decode(),
        "form": browser.get("/reports/flights/", form).content.decode(),
        "home": browser.get("/").content.decode(),
        "api": machine.get("/api/v1/flights?size=100").content.decode(),
        "at": machine.get("/api/v1/flights/at", seen_at).content.decode(),
    }
    absent = clean(browser.get(f"/flights/{new_id()}/"))
    for identifier, word, _envelope in found:
        seen = identifier in allowed
        for place, body in bodies.items():
            assert seen or (word not in body and str(identifier) not in body), (place, word)
        assert (str(identifier) in bodies["api"]) == seen
        page = browser.get(f"/flights/{identifier}/")
        assert (page.status_code == 200) == seen
        assert seen or clean(page) == absent, "hidden and absent must be the same page"
        answer = machine.get(f"/api/v1/flights/{identifier}")
        assert (answer.status_code == 200) == seen
        assert seen or word not in answer.content.decode()
        if not seen:
            for act in ("start", "finish", "cancel", "recognise"):
                assert browser.post(f"/flights/{identifier}/{act}/").status_code in (403, 404), act
    later = {"occurred_at": (moment + timedelta(days=2)).isoformat(), "port": "BEANR"}
    assert machine.get("/api/v1/flights/at", later).json() == {"items": []}


@pytest.fixture(autouse=True)
def quiet_log(caplog):
    caplog.set_level("ERROR")
