"""The leak property of alerts: every way out agrees with `decide()`, for each audience and each watcher."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from port2port.alerts import actions, queries
from port2port.alerts.queries import Filters
from port2port.alerts.rules import Draft
from port2port.base.clock import now
from port2port.base.errors import Invalid
from port2port.base.ids import new_id
from port2port.exchange.misp.records import event_id
from port2port.exchange.stix.ids import object_id
from port2port.members.acting import acting_as
from port2port.members.areas import PortArea
from port2port.members.models import Circle, Organisation, Person
from port2port.reports.addressing import terms_for
from port2port.sharing import queries as sharing
from port2port.sharing.addressing import Addressing, reporter
from port2port.sharing.models import Record
from port2port.sharing.rules import Envelope, decide
from port2port.sharing.tlp import Tlp
from tests.exchange.rendered import render
from tests.leaks.test_property import WATCHERS, clean

AUTHORS = ("pso@antwerp.demo", "pso@northsea.demo", "analyst@police.demo")
EXPORT, FILE = "/alerts/export/?format=csv", "/api/v1/alerts/file"
STIX = "/taxii2/p2p/collections/all/objects/?limit=1000"
MISP, MISP_HASHES = "/feeds/misp/manifest.json", "/feeds/misp/hashes.csv"
TO = ("all-members", "ports-and-police", "port-beanr", "insider-desk", "own", "person")


def raised(author: str, to: str, tlp: Tlp, cast: dict[str, Any]) -> tuple[UUID, str, Envelope] | None:
    """Raise an alert with a word of its own, or return None when this audience does not go with this TLP."""
    word = f"zq{author[:5].replace('@', '')}{to.replace('-', '')}{tlp.name.lower().replace('_', '')}"
    at = now()
    with acting_as(cast[author].person, cast[author].hat) as actor:
        slug = f"organisation-{Organisation.objects.get(id=actor.organisation).slug}" if to == "own" else to
        keys = list(Circle.objects.filter(slug=slug).values_list("id", flat=True))
        if to == "person":
            keys = list(Person.objects.filter(name="Demo PSO North Sea Port").values_list("id", flat=True))
        draft = Draft(
            event="drone_over_port", urgency="Immediate", severity="Moderate", certainty="Observed", status="Actual",
            instructions=("report_sightings",), text=f"It came from the water, word {word}.", language="en",
            areas=(PortArea(port="BEANR"),), valid_from=at, valid_until=at + timedelta(hours=6),
        )  # fmt: skip
        try:
            made = actions.raise_alert(
                draft=draft, to=Addressing(tuple(keys), tlp), terms=terms_for("drone_misuse", reporter()), at=at
            )
        except Invalid:
            return None
        actions.acknowledge(made.record_id, done=f"Done {word}.", at=now())
        return made.record_id, word, sharing.envelope(Record.objects.get(id=made.record_id))


def test_every_way_out_agrees_with_decide(db, cast, owner, client_for, bearer_for):
    owner.execute(
        "update members_membership set verified_until = null where id = %s", [cast["officer@outside.demo"].hat]
    )
    found = [
        one
        for number, author in enumerate(AUTHORS)
        for place, to in enumerate(TO)
        if (one := raised(author, to, list(Tlp)[1 + (number + place) % 4], cast)) is not None
    ]
    assert len(found) > 8
    render()
    for email in WATCHERS:
        member = cast[email]
        with acting_as(member.person, member.hat) as actor:
            allowed = {i for i, _w, e in found if decide(actor, "see", e, at=datetime.now(UTC)).allowed}
            listed = {one.record.id for one in queries.in_force(Filters(), at=now())}
            assert listed == allowed
            assert set(sharing.newest("alert", size=100).ids) == allowed
            assert all(queries.recipients(i) == [] for i, _w, _e in found if i not in allowed)
        ways_out(client_for(email), Client(headers=bearer_for(email)), found, allowed)


def ways_out(browser: Client, machine: Client, found: list[tuple[UUID, str, Envelope]], allowed: set[UUID]) -> None:
    """Pages, feed and API show what is allowed and no word of anything else."""
    bodies = {
        path: client.get(path).content.decode()
        for client, paths in (
            (browser, ("/", "/alerts/", "/alerts/desk/", "/alerts/desk/now/", "/alerts/?threat=drone_misuse", EXPORT)),
            (
                machine,
                (
                    "/feeds/alerts.atom",
                    "/feeds/alerts.geojson",
                    "/api/v1/alerts?size=100",
                    FILE,
                    STIX,
                    MISP,
                    MISP_HASHES,
                ),
            ),
        )
        for path in paths
    }
    absent = clean(browser.get(f"/alerts/{new_id()}/"))
    for identifier, word, envelope in found:
        seen = identifier in allowed
        for path, body in bodies.items():
            assert seen or (word not in body and str(identifier) not in body), (path, word)
        assert (str(identifier) in bodies["/api/v1/alerts?size=100"]) == seen
        assert (str(identifier) in bodies["/feeds/alerts.atom"]) == seen
        assert (str(identifier) in bodies["/feeds/alerts.geojson"]) == seen
        leaves = seen and envelope.tlp < Tlp.RED
        assert (object_id("report", identifier, "alert") in bodies[STIX]) == leaves
        for path in (EXPORT, FILE, STIX):
            assert leaves or word not in bodies[path], path
        event = event_id(identifier)
        assert (str(event) in bodies[MISP]) == (str(event) in bodies[MISP_HASHES]) == leaves
        answer = machine.get(f"/feeds/misp/{event}.json")
        assert (answer.status_code == 200) == (word in answer.content.decode()) == leaves
        page = browser.get(f"/alerts/{identifier}/")
        assert (page.status_code == 200) == seen
        assert seen or clean(page) == absent, "hidden and absent must be the same page"
        for address in (
            f"/alerts/{identifier}/cap.xml", f"/alerts/{identifier}/alert.geojson", f"/alerts/{identifier}/recipients/",
        ):  # fmt: skip
            assert (browser.get(address).status_code == 200) == seen, address
        for address in (
            f"/api/v1/alerts/{identifier}", f"/feeds/alerts/{identifier}/cap.xml",
            f"/feeds/alerts/{identifier}/alert.geojson",
        ):  # fmt: skip
            answer = machine.get(address)
            assert (answer.status_code == 200) == seen, address
            assert seen or word not in answer.content.decode()
        posted = browser.post(f"/alerts/{identifier}/acknowledge/", {}) if not seen else None
        assert posted is None or posted.status_code == 404


@pytest.fixture(autouse=True)
def quiet_log(caplog):
    caplog.set_level("ERROR")
