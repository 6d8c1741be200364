"""The ways out of a tie of place, time and method: each tells of what its reader sees, and of nothing else."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from port2port.base.clock import now
from port2port.members.places import known_places
from port2port.reports import observable_actions as observing
from port2port.reports import queries, tasks, waiting
from port2port.reports.observable_queries import open_notes
from port2port.reports.occasion_queries import possible_duplicates, ties_of
from port2port.reports.occasions import occasion_of
from port2port.reports.shown import shown
from port2port.sharing.tlp import Tlp
from tests.reports.writing import AT, DRAFT, report

TEAM = replace(DRAFT, threat="drug_smuggling", modus_operandi="DR06", occurred_at=AT)
SENT = {
    "threat": "drug_smuggling", "text": TEAM.text, "modus_operandi": "DR06", "occurred_at": AT.isoformat(),
    "place": {"kind": "landmark", "landmark": "kallo-lock"},
}  # fmt: skip
WATCHERS = ("pso@antwerp.demo", "pso@northsea.demo", "pso@liege.demo", "analyst@police.demo", "pfso@quay1.demo",
            "contact@agent.demo", "officer@outside.demo")  # fmt: skip
AUDIENCES = (("all-members", Tlp.GREEN), ("ports-and-police", Tlp.AMBER), ("organisation-north-sea-port", Tlp.AMBER),
             ("Demo PSO Antwerp", Tlp.RED))  # fmt: skip


@pytest.fixture
def hidden(acting) -> list[UUID]:
    """North Sea Port's reports of one night, each to somebody else."""
    with acting("pso@northsea.demo"):
        return [
            report(name, tlp=tlp, draft=TEAM, occurred_at=AT - timedelta(minutes=number)).record_id
            for number, (name, tlp) in enumerate(AUDIENCES)
        ]


def test_every_way_out_agrees_with_what_is_seen(acting, hidden, client_for, bearer_for):
    for watcher in WATCHERS:
        with acting(watcher) as actor:
            seen = {one.record.id for one in shown(hidden)}
            told = {one.shown.record.id for one in possible_duplicates(TEAM, known_places(), at=now())}
            assert told & set(hidden) == seen, watcher
            may_report = actor.may("report")
        form = {
            "where": "landmark:kallo-lock",
            "when": "other",
            "occurred_at": "2026-11-20T14:02",
            "modus_operandi": "DR06",
        }
        page = client_for(watcher).post("/reports/possible/", form).content.decode()
        assert {one for one in hidden if str(one) in page} <= seen and (not seen or "DR06" in page)
        machine = Client(headers=bearer_for(watcher))
        answer = machine.post("/api/v1/reports/possible-duplicates", json.dumps(SENT), content_type="application/json")
        assert {UUID(one["report"]) for one in answer.json()["possible_duplicates"]} & set(hidden) == seen
        if may_report:
            made = machine.post("/api/v1/reports", json.dumps(SENT), content_type="application/json").json()
            alike = machine.get(f"{made['url']}/alike").json()
            assert {UUID(one["report"]) for one in alike["items"]} & set(hidden) == seen and alike["to_ask"] == 0


def test_a_note_and_its_event_reach_only_who_sees_both(acting, hidden, cast, owner):
    with acting("pso@antwerp.demo"):
        named = report("Demo PSO North Sea Port", tlp=Tlp.RED, draft=TEAM).record_id
    owner.execute("delete from sharing_event")
    tasks.tell_matches(record=str(named))
    keys = owner.execute("select keys from sharing_event where kind = 'match'").fetchall()
    assert keys == [([cast["pso@northsea.demo"].person],)], "a person, never a circle: others do not see the later one"
    with acting("pso@northsea.demo"):
        assert len(open_notes()) == 1
    for watcher in WATCHERS:
        if watcher != "pso@northsea.demo":
            with acting(watcher) as actor:
                assert [note for note in open_notes() if note.report_id] == []
                assert not any("same event" in str(one.title) for one in waiting.needs(actor, now()))


def test_a_probe_changes_nothing(acting, hidden, owner):
    """Whatever a prober writes, and however often: no note, no event, no count tells of what it does not see."""
    before: list[Any] = []
    with acting("pso@liege.demo"):
        for minutes in range(3):
            probe = report(
                "organisation-port-of-liege", draft=TEAM, occurred_at=AT - timedelta(minutes=minutes)
            ).record_id
            before.append(probe)
    owner.execute("delete from sharing_event")
    for probe in before:
        tasks.tell_matches(record=str(probe))
    told = owner.execute(
        "select distinct o.slug from reports_matchnote n join members_organisation o on o.id = n.organisation_id"
    )
    assert told.fetchall() == []
    assert owner.execute("select count(*) from sharing_event where kind = 'match'").fetchone() == (0,)


def test_a_rule_of_one_tells_of_its_own_only(acting, hidden):
    with acting("pso@antwerp.demo"):
        secret = report("organisation-port-of-antwerp-bruges", draft=TEAM).record_id
    with acting("pso@northsea.demo"):
        observing.let_matches_be_known(occasions=True, at=now())
        stored = queries.report(hidden[2], at=now()).report
        occasion = occasion_of(stored)
        assert occasion is not None
        assert secret not in {one.report for one in ties_of(occasion)}
