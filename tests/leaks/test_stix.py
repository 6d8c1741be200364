"""The leak property of STIX and TAXII: in random worlds no answer names what `decide()` does not allow, not even an id.

Every report carries a word and a container of its own. For each watcher, each answer of TAXII (pages of any size,
manifests, objects by id, versions) holds exactly the objects of the reports that are allowed, and every reference in it
leads to an object that the same watcher gets.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from port2port.base.clock import now
from port2port.base.errors import Invalid
from port2port.exchange.stix.ids import object_id, observable_id
from port2port.exchange.store.rendering import render_network
from port2port.members.acting import acting_as, acting_as_system
from port2port.members.models import Circle, Organisation, Person
from port2port.reports import actions
from port2port.reports.addressing import terms_for
from port2port.reports.observable_actions import hold_matching
from port2port.reports.observables.normal import normalised
from port2port.reports.rules import Draft
from port2port.sharing import queries as sharing
from port2port.sharing.addressing import Addressing, reporter
from port2port.sharing.models import Record
from port2port.sharing.rules import decide
from port2port.sharing.tlp import Tlp
from tests.exchange.rendered import render
from tests.leaks.test_property import AUTHORS, STANDING, WATCHERS

ROOT = "/taxii2/p2p/collections/all/"
TO = (*STANDING, "own", "person")
FATES = ("stays", "stays", "stays", "withdrawn", "held")
PLATE = normalised("plate", "1-ABC-234")


def container(number: int) -> str:
    """A container number with any check digit."""
    return normalised("container", f"TSTU{number:06d}").value


@st.composite
def worlds(draw: st.DrawFn) -> dict[str, Any]:
    one = st.tuples(st.sampled_from(AUTHORS), st.sampled_from(TO), st.sampled_from(list(Tlp)), st.sampled_from(FATES))
    return {
        "unverified": draw(st.sets(st.sampled_from(WATCHERS), max_size=2)),
        "reports": draw(st.lists(one, min_size=3, max_size=6)),
        "limit": draw(st.sampled_from((150, 1000))),
    }


def written(cast: Any, place: int, author: str, to: str, tlp: Tlp, fate: str) -> dict[str, Any] | None:
    """Share a report, or return None when this audience does not go with this TLP."""
    word, box = f"zqstix{place}q", container(100_000 + place)
    with acting_as(cast[author].person, cast[author].hat) as actor:
        slug = f"organisation-{Organisation.objects.get(id=actor.organisation).slug}" if to == "own" else to
        keys = list(Circle.objects.filter(slug=slug).values_list("id", flat=True))
        if to == "person":
            keys = list(Person.objects.filter(name="Demo PSO North Sea Port").values_list("id", flat=True))
        draft = Draft(
            threat="drone_misuse", text=f"It hung there, word {word}.", title=f"Title {word}", place="landmark",
            landmark="kallo-lock", occurred_at=now(), language="en", modus_operandi="UA01",
        )  # fmt: skip
        try:
            made = actions.share_report(
                draft=draft, to=Addressing(tuple(keys), tlp), terms=terms_for("drone_misuse", reporter()), at=now(),
                observables=[normalised("container", box), PLATE],
            ).record_id  # fmt: skip
        except Invalid:
            return None
    render()  # what happens to it now happens to something that left already
    with acting_as(cast[author].person, cast[author].hat):
        was = sharing.envelope(Record.objects.get(id=made))
        if fate == "withdrawn":
            actions.withdraw_report(made, reason="mistake", at=now())
        if fate == "held":
            hold_matching(made, until=None, at=now())
        envelope = sharing.envelope(Record.objects.get(id=made))
    held = fate == "held" or author == "analyst@police.demo"
    return {
        "id": made, "word": word, "box": box, "envelope": envelope,
        "leaves": not held and fate == "stays" and tlp != Tlp.RED, "was": was,
        "goes": author != "analyst@police.demo" and fate != "stays" and tlp != Tlp.RED,
    }  # fmt: skip


def everything(client: Client, address: str, limit: int) -> Iterator[dict[str, Any]]:
    following: dict[str, str] = {}
    while True:
        body = client.get(address, {"limit": str(limit)} | following).json()
        yield body
        if not body["more"]:
            return
        following = {"next": body["next"]}


def references(one: dict[str, Any]) -> set[str]:
    found: set[str] = set()
    for name, value in one.items():
        found |= {value} if name.endswith("_ref") else set(value) if name.endswith("_refs") else set()
    return found


@settings(max_examples=3, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(world=worlds())
def test_no_answer_names_what_is_not_allowed(world, db, _admin, cast, owner_dsn, client_for, bearer_for):
    _admin.execute("select kept.reset()")
    with psycopg.connect(owner_dsn, autocommit=True) as connection:
        for email in world["unverified"]:
            connection.execute("update members_membership set verified_until = null where id = %s", [cast[email].hat])
    with acting_as_system("worker"):
        render_network(at=now())
    reports = [one for place, told in enumerate(world["reports"]) if (one := written(cast, place, *told)) is not None]
    render()
    for email in WATCHERS:
        with acting_as(cast[email].person, cast[email].hat) as actor:
            seen = {one["id"] for one in reports if decide(actor, "see", one["envelope"], at=datetime.now(UTC)).allowed}
            told = {
                one["id"] for one in reports
                if one["goes"] and decide(actor, "see", one["was"], at=datetime.now(UTC)).allowed
            }  # fmt: skip
        ways_out(Client(headers=bearer_for(email)), client_for(email), reports, (seen, told), world["limit"])


def ways_out(
    client: Client, browser: Client, reports: list[dict[str, Any]], known: tuple[set[UUID], set[UUID]], limit: int
) -> None:
    """Each answer holds what leaves of the reports that are seen, and no word, id or reference of another.

    Of a report that went, whoever had it is told its id, and no word of it.
    """
    seen, told = known
    objects = [one for body in everything(client, f"{ROOT}objects/", limit) for one in body.get("objects", [])]
    manifest = [one for body in everything(client, f"{ROOT}manifest/", limit) for one in body.get("objects", [])]
    ids = {one["id"] for one in objects}
    assert {one["id"] for one in manifest} == ids
    for one in objects:
        assert references(one) <= ids, "a reference leads to what the same reader does not get"
    page = browser.get("/systems/").content.decode()
    text = json.dumps([objects, manifest]) + page
    assert PLATE.value not in text
    for one in reports:
        incident = object_id("incident", one["id"], "incident")
        box = observable_id("shipping-container", {"number": one["box"]})
        allowed = one["id"] in seen and one["leaves"]
        named_to = allowed or one["id"] in told
        assert (incident in ids) == named_to
        for word in (one["word"], one["box"], box):
            assert allowed or word not in text, word
        for name in (str(one["id"]), incident):
            assert named_to or name not in text, name
        for address in (f"objects/{incident}/", f"objects/{incident}/versions/", f"objects/{box}/"):
            answer = client.get(ROOT + address)
            assert answer.status_code == (200 if allowed or (named_to and box not in address) else 404), address
            assert allowed or one["word"] not in answer.content.decode()
        asked = client.get(f"{ROOT}objects/", {"match[id]": incident, "match[version]": "all"}).json()
        assert bool(asked.get("objects")) == named_to
