"""The leak property: in random worlds every way out of the platform agrees with `decide()`.

A world: who is verified, ad hoc circles (open or confidential) with random members, reports of random authors to
random audiences, some withdrawn. Every report carries a word of its own. For each of the watchers, each way out
must show exactly the reports that `decide` allows, and the word of no other may appear anywhere in the answer.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from port2port.base.clock import now
from port2port.base.errors import Invalid
from port2port.base.ids import new_id
from port2port.live.source import DatabaseSource
from port2port.members.acting import acting_as, acting_as_system
from port2port.members.models import Circle, Organisation, Person
from port2port.members.places import known_places
from port2port.reports import actions, figures, observable_queries
from port2port.reports.addressing import terms_for
from port2port.reports.observables.normal import normalised
from port2port.reports.rules import Draft
from port2port.sharing import queries as sharing
from port2port.sharing.addressing import Addressing, reporter
from port2port.sharing.models import Record
from port2port.sharing.rules import Envelope, decide
from port2port.sharing.tlp import Tlp

WATCHERS = (
    "pso@antwerp.demo",  # owner
    "pso@northsea.demo",  # partner
    "analyst@police.demo",  # authority
    "pfso@quay1.demo",  # a private terminal
    "contact@agent.demo",  # company
    "admin@antwerp.demo",  # same organisation, no operational role
    "officer@outside.demo",  # outsider
)
AUTHORS = ("pso@antwerp.demo", "pso@northsea.demo", "analyst@police.demo", "pfso@quay1.demo", "contact@agent.demo")
STANDING = ("all-members", "ports-and-police", "port-beanr", "insider-desk", "port-security-officers")
ADDRESSEES = (*STANDING, "own", "adhoc-0", "adhoc-1", "person")
SHARED = normalised("domain", "everywhere.example")  # on every report of a world
THREATS = ("drug_smuggling", "cyber_attack", "drone_misuse", "insider")


@dataclass
class Written:
    """A report of the world."""

    id: UUID
    word: str
    title: str
    envelope: Envelope
    threat: str
    held: bool  # a record of the police: it matches in silence


@st.composite
def worlds(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "unverified": draw(st.sets(st.sampled_from(WATCHERS), max_size=2)),
        "circles": draw(
            st.lists(
                st.tuples(st.sets(st.sampled_from(WATCHERS), min_size=1, max_size=4), st.booleans()),
                min_size=1,
                max_size=2,
            )
        ),
        "reports": draw(
            st.lists(
                st.tuples(
                    st.sampled_from(AUTHORS),
                    st.sets(
                        st.sampled_from((*STANDING, "own", "adhoc-0", "adhoc-1", "person")), min_size=1, max_size=3
                    ),
                    st.sampled_from([t for t in Tlp if t != Tlp.CLEAR]),
                    st.sampled_from(THREATS),
                    st.booleans(),
                ),
                min_size=3,
                max_size=7,
            )
        ),
    }


@pytest.fixture
def reset(db: None, admin_dsn: str) -> Callable[[], None]:
    def put_back() -> None:
        with psycopg.connect(admin_dsn, autocommit=True) as admin:
            admin.execute("select kept.reset()")

    return put_back


def build(world: dict[str, Any], cast: dict[str, Any], owner: psycopg.Connection[Any]) -> list[Written]:
    for email in world["unverified"]:
        owner.execute("update members_membership set verified_until = null where id = %s", [cast[email].hat])
    for number, (members, confidential) in enumerate(world["circles"]):
        circle = new_id()
        owner.execute(
            "insert into members_circle (id, slug, names, kind, of, level, membership, addressed_by, organisation_id)"
            " values (%s, %s, %s, 'adhoc', 'persons', 'own', %s, 'members', %s)",
            [
                circle,
                f"adhoc-{number}",
                json.dumps({"en": f"Circle {number}", "nl": f"Kring {number}"}),
                "confidential" if confidential else "open",
                cast["pso@antwerp.demo"].organisation,
            ],
        )
        for email in members:
            owner.execute(
                "insert into members_circlemember (id, circle_id, person_id, since)"
                " values (new_uuid7(), %s, %s, now())",
                [circle, cast[email].person],
            )
    written = []
    for number, (author, names, tlp, threat, withdrawn) in enumerate(world["reports"]):
        word = f"zq{number}xkword{number}"
        with acting_as(cast[author].person, cast[author].hat) as actor:
            keys = []
            for name in sorted(names):
                slug = f"organisation-{_slug(actor.organisation)}" if name == "own" else name
                if name == "person":
                    keys += Person.objects.filter(name="Demo PSO North Sea Port").values_list("id", flat=True)
                keys += Circle.objects.filter(slug=slug).values_list("id", flat=True)
            draft = Draft(
                threat=threat,
                text=f"Something happened at the gate, word {word}.",
                title=f"Report {word}",
                place="port",
                port="BEANR",
                occurred_at=now(),
                language="en",
            )
            try:
                made = actions.share_report(
                    draft=draft,
                    to=Addressing(tuple(keys), tlp),
                    terms=terms_for(threat, reporter()),
                    at=now(),
                    observables=[normalised("domain", f"{word}.example"), SHARED, normalised("badge", f"b{word}")],
                )
            except Invalid:
                continue  # this audience does not go with this TLP: refused, nothing to see anywhere
            record = Record.objects.get(id=made.record_id)
            if withdrawn and number % 2:
                actions.withdraw_report(made.record_id, reason="mistake", at=now())
                record.refresh_from_db()
        held = author == "analyst@police.demo"
        written.append(Written(record.id, word, draft.title, sharing.envelope(record), threat, held))
    return written


def _slug(organisation: UUID | None) -> str:
    return Organisation.objects.get(id=organisation).slug


@given(world=worlds())
@settings(
    max_examples=4,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],  # a world takes seconds; the first that leaks is told as it is
)
def test_every_way_out_agrees_with_decide(world, cast, owner, reset, client_for, bearer_for):
    reset()
    reports = build(world, cast, owner)
    watchers = {email: client_for(email) for email in WATCHERS}
    for email, browser in watchers.items():
        member = cast[email]
        with acting_as(member.person, member.hat) as actor:
            allowed = {r.id for r in reports if decide(actor, "see", r.envelope, at=datetime.now(UTC)).allowed}
            keys, ceiling, may_export = actor.keys, actor.ceiling, "export" in actor.acts
            assert {r.id for r in Record.objects.filter(kind="report")} == allowed
            annexes = Record.objects.filter(kind="annex")
            assert all(a.owner_id == actor.organisation for a in annexes), "an annex never leaves its organisation"
            assert set(sharing.newest("report", size=100).ids) == allowed
            assert sharing.count("report") == len(allowed)
            for threat in THREATS:
                expected = {r.id for r in reports if r.threat == threat and r.id in allowed}
                assert set(sharing.newest("report", facets={"threat": threat}).ids) == expected
                assert sharing.count("report", facets={"threat": threat}) == len(expected)
            for r in reports:
                assert set(sharing.found(r.word, ["report"])) == ({r.id} if r.id in allowed else set())
                assert [e.sees for e in sharing.explain(member.person, r.id)][:1] == [r.id in allowed]
            comparable = {r.id for r in reports if r.id in allowed and (not r.held or email == "analyst@police.demo")}
            assert set(observable_queries.found_by_value([SHARED])) == comparable
            matching(reports, allowed, comparable, actor.organisation)
            weeks = sum(w.counts[-1] for w in _weeks())
            assert weeks == len(allowed)
            # who had what was withdrawn is told that it went, by its id and never by what it said
            gone = {r.id for r in reports if r.id not in allowed and sharing.tombstone(r.id) is not None}
        hidden = [r for r in reports if r.id not in allowed]
        pages(browser, reports, allowed, hidden, gone, may_export)
        api(bearer_for(email), reports, allowed, hidden)
        events(keys, ceiling, allowed, reports)
        mail(email, keys, ceiling, owner)


def matching(reports: list[Written], allowed: set[UUID], comparable: set[UUID], organisation: UUID | None) -> None:
    """What a report's values meet is what may be seen; what leads to a person is the own organisation's."""
    for r in reports:
        rows = observable_queries.of_report(r.id)
        assert bool(rows) == (r.id in allowed)
        kinds = {row.kind for row in rows}
        assert "badge" not in kinds or r.envelope.owner == organisation
        for met in observable_queries.matches(rows, at=now()):
            if met.observable.value == SHARED.value:
                assert met.exact == len(comparable - {r.id})
                seen = observable_queries.sightings(met.observable, at=now(), most=100)
                assert {one.shown.record.id for one in seen} == comparable - {r.id}


def _weeks() -> list[Any]:
    return figures.weekly_counts(known_places(), at=now())


def pages(
    browser: Client,
    reports: list[Written],
    allowed: set[UUID],
    hidden: list[Written],
    gone: set[UUID],
    may_export: bool,
) -> None:
    for path in (
        "/",
        "/reports/",
        "/reports/points/",
        "/reports/?q=word",
        "/reports/?threat=insider",
        "/access/journal/",
    ):
        body = browser.get(path).content.decode()
        for r in hidden:
            assert r.word not in body, (path, r.word)
            assert r.id in gone or str(r.id) not in body, (path, r.word)
    listed = browser.get("/reports/").content.decode()
    assert {r.id for r in reports if r.title in listed} == allowed
    absent = clean(browser.get(f"/reports/{new_id()}/"))
    for r in reports:
        answer = browser.get(f"/reports/{r.id}/")
        assert (answer.status_code == 200) == (r.id in allowed), r.word
        if r.id not in allowed and answer.status_code != 410:
            assert clean(answer) == absent, "hidden and absent must be the same page"
        if r.id not in allowed:
            assert r.word not in answer.content.decode()
            # every verb once for each watcher: the gate is one, and a world takes seconds
            for verb in (
                ("edit", "withdraw", "close", "audience/more", "audience/fewer", "observables", "hold")
                if r in hidden[:1]
                else ()
            ):
                for response in (browser.get(f"/reports/{r.id}/{verb}/"), browser.post(f"/reports/{r.id}/{verb}/", {})):
                    assert response.status_code in (403, 404), (verb, response.status_code)
                    assert r.word not in response.content.decode()
    rows = browser.get("/reports/rows/?ids=" + ",".join(str(r.id) for r in reports)).content.decode()
    assert {r.id for r in reports if r.title in rows} == allowed
    exported = browser.get("/reports/export/?format=csv")
    if may_export:
        text = exported.content.decode("utf-8-sig")
        assert {r.id for r in reports if r.word in text} == allowed
    else:
        assert exported.status_code == 403


def clean(response: Any) -> tuple[int, str]:
    """The answer without what differs each time: the form's secret and the address asked for."""
    body = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", response.content.decode())
    return response.status_code, re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", "ID", body)


def api(headers: dict[str, str], reports: list[Written], allowed: set[UUID], hidden: list[Written]) -> None:
    client = Client(headers=headers)
    answer = client.get("/api/v1/reports?size=100")
    assert answer.status_code == 200
    listed = answer.content.decode()
    assert {r.id for r in reports if r.word in listed} == allowed
    shared = client.get(f"/api/v1/observables?kind=domain&value={SHARED.value}").json()
    held = {r.id for r in reports if r.held}
    assert {UUID(one["id"]) for one in shared["items"]} - held == allowed - held
    absent = clean(client.get(f"/api/v1/reports/{new_id()}"))
    for r in reports:
        answer = client.get(f"/api/v1/reports/{r.id}")
        assert (answer.status_code == 200) == (r.id in allowed)
        values = client.get(f"/api/v1/reports/{r.id}/observables")
        assert (values.status_code == 200) == (r.id in allowed)
        named = client.get(f"/api/v1/observables?kind=domain&value={r.word}.example").json()["items"]
        assert named == [] or r.id in allowed
        searched = client.get(f"/api/v1/search?q={r.word}").content.decode()
        assert (str(r.id) in searched) == (r.id in allowed)
        if r in hidden:
            assert r.word not in answer.content.decode()
            if answer.status_code != 410:
                assert clean(answer) == absent
            for response in (
                client.patch(f"/api/v1/reports/{r.id}", "{}", content_type="application/json"),
                client.post(
                    f"/api/v1/reports/{r.id}/withdrawal", '{"reason":"mistake"}', content_type="application/json"
                ),
            ):
                assert response.status_code in (403, 404, 412, 422, 428)
                assert r.word not in response.content.decode()


def events(keys: frozenset[UUID], ceiling: int, allowed: set[UUID], reports: list[Written]) -> None:
    """Replay after nothing: the newest state of each report tells whether its events may still be known."""
    found = DatabaseSource().replay(keys, ceiling, UUID(int=7 << 76 | 2 << 62), 1000)
    shared = {e.record for e in found if e.act in ("shared", "changed", "widened")}
    # (whose verification is not confirmed reads the own AMBER report back, but needs no event of it)
    assert {r.id for r in reports if r.id in allowed and r.envelope.tlp <= ceiling} <= shared
    # an event stays for whom it was addressed to at that moment: nobody else, ever
    for event in found:
        assert event.keys & keys
        assert event.tlp <= ceiling


def mail(email: str, keys: frozenset[UUID], ceiling: int, owner: psycopg.Connection[Any]) -> None:
    """The fan-out of a notice reaches exactly those whose keys the event was addressed to, and says nothing else."""
    rows = owner.execute("select id, keys, tlp from sharing_event").fetchall()
    with acting_as_system("worker"), connection.cursor() as cursor:
        for event, addressed, tlp in rows:
            cursor.execute("select email from sharing_event_people(%s)", [event])
            told = {row[0] for row in cursor.fetchall()}
            assert (email in told) == (bool(keys & set(addressed)) and tlp <= ceiling), (email, event)
