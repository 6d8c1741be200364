"""The store: rendered once, seen as the record is, gone at once when it is narrowed; and what never gets in."""

from typing import Any

import msgspec
import pytest

from port2port.base.clock import now
from port2port.base.ids import new_id
from port2port.exchange.store import rendering
from port2port.members.acting import acting_as_system
from port2port.reports.actions import withdraw_report
from port2port.reports.grading import Grade, grade_report
from port2port.reports.observable_actions import add_observables, hold_matching, release_hold
from port2port.reports.observables.normal import normalised
from port2port.sharing import actions as sharing
from port2port.sharing import audiences
from port2port.sharing.models import Record
from port2port.sharing.tlp import Tlp
from tests.attacks import FORBIDDEN, refused
from tests.exchange.rendered import kinds, objects, render
from tests.knowledge.practices.writing import published
from tests.measures.writing import agreed, measure
from tests.reports.writing import keys, own, report

OWNER, PARTNER, OUTSIDER = "pso@antwerp.demo", "pso@northsea.demo", "officer@outside.demo"
SEEN = (normalised("container", "CSQU3054383"), normalised("plate", "1-ABC-234"), normalised("phone", "+12025550123"))


def test_a_report_is_rendered_once_and_seen_as_it_is(acting, owner):
    with acting(OWNER):
        made = report("ports-and-police", observables=SEEN).record_id
    assert render() == 1
    assert render() == 0
    with acting(PARTNER):
        found = objects()
        assert {"incident", "shipping-container", "relationship"} <= kinds(found)
    with acting(OUTSIDER):
        assert objects() == []
    bodies = owner.execute("select string_agg(body, '') from exchange_object where record_id = %s", [made]).fetchone()
    assert "1ABC234" not in bodies[0]
    assert "2025550123" not in bodies[0]


def test_nothing_new_is_stored_when_nothing_was_said_anew(acting, owner):
    with acting(OWNER):
        made = report("ports-and-police").record_id
    render()
    before = owner.execute("select id, added from exchange_object order by added").fetchall()
    owner.execute("insert into exchange_due (record, at, tries) values (%s, now(), 0)", [made])
    assert render() == 1
    assert owner.execute("select id, added from exchange_object order by added").fetchall() == before


def test_a_change_is_a_new_version_and_the_old_one_stays(acting, owner):
    with acting(OWNER):
        made = report("ports-and-police").record_id
    render()
    with acting(OWNER):
        add_observables(made, observables=[normalised("container", "CSQU3054383")], at=now())
        grade_report(made, grade=Grade("admiralty:B", "admiralty:2", "", ""), expected=1, at=now())
    render()
    with acting(PARTNER):
        incidents = [one for one in objects() if one["type"] == "incident"]
        assert [one.get("confidence") for one in incidents] == [None, 70]
        assert incidents[0]["modified"] < incidents[1]["modified"]
        assert incidents[0]["created"] == incidents[1]["created"]
        assert [one["type"] for one in objects("newest and kind = 'incident'")] == ["incident"]
    marks = owner.execute(
        "select oldest, newest from exchange_object where kind = 'incident' order by added"
    ).fetchall()
    assert marks == [(True, False), (False, True)]
    spread = owner.execute(
        "select count(*) from exchange_posting p join exchange_object o on o.id = p.object_id"
        " where p.newest <> o.newest"
    ).fetchone()
    assert spread == (0,)


def test_what_is_added_later_stands_later(acting, owner):
    with acting(OWNER):
        for _ in range(3):
            report("ports-and-police")
    render()
    times = [row[0] for row in owner.execute("select added from exchange_object order by added").fetchall()]
    assert len(times) == len(set(times))
    with acting(OWNER):
        report("ports-and-police")
    render()
    assert (
        max(times)
        < owner.execute("select min(added) from exchange_object where added > %s", [max(times)]).fetchone()[0]
    )


def test_what_is_withdrawn_or_narrowed_is_gone_before_anybody_renders(acting, owner):
    with acting(OWNER):
        gone, narrowed = report("ports-and-police").record_id, report("ports-and-police").record_id
    render()
    with acting(OWNER):
        withdraw_report(gone, reason="mistake", at=now())
        record = Record.objects.get(id=narrowed)
        sharing.narrow(
            record, keep=audiences.Audience(tuple(own_within(record)), tuple(own_within(record)), Tlp.AMBER), at=now()
        )
    assert owner.execute("select count(*) from exchange_object where record_id is not null").fetchone() == (0,)
    render()
    left = owner.execute("select distinct record_id from exchange_object where record_id is not null").fetchall()
    assert gone not in {row[0] for row in left}
    with acting(PARTNER):
        assert objects() == []


def own_within(record: Record) -> list[Any]:
    """The keys of an audience that are the author's own, or its first key when there is none."""
    return [key for key in record.audience if key == record.author_id] or list(record.audience)[:1]


def test_older_versions_do_not_come_along_when_it_is_widened(acting, owner):
    with acting(OWNER):
        made = report(to=own(), tlp=Tlp.AMBER).record_id
    render()
    with acting(OWNER):
        add_observables(made, observables=[normalised("container", "CSQU3054383")], at=now())
    render()
    with acting(OWNER):
        more = audiences.build([*keys(("all-members",)), *own()], Tlp.GREEN)
        sharing.widen(Record.objects.get(id=made), more=more, at=now())
    render()
    with acting(PARTNER):
        found = [one for one in objects() if one["type"] == "incident"]
        assert len(found) == 1
        assert found[0]["object_marking_refs"][0].endswith("bab4a63c-aed9-4cf5-a766-dfca5abac2bb")


@pytest.mark.parametrize("why", ["red", "hold", "personal", "alias", "threat", "protected"])
def test_what_never_leaves(acting, owner, why):
    with acting(OWNER):
        if why == "red":
            made = report("Demo PSO North Sea Port", tlp=Tlp.RED).record_id
        else:
            made = report("ports-and-police").record_id
        if why == "hold":
            hold_matching(made, until=None, at=now())
    if why == "personal":
        owner.execute("update sharing_record set personal_data = 'indirect' where id = %s", [made])
    if why == "alias":
        owner.execute(
            "update members_person set kind = 'alias' where id = (select author_id from sharing_record where id = %s)",
            [made],
        )
    if why == "protected":
        owner.execute("update reports_report set protected = true where record_id = %s", [made])
    if why == "threat":
        owner.execute("alter table reports_personthreat disable trigger begins")
        owner.execute(
            "insert into reports_personthreat (report_id, kind, contact, pso) values (%s, 'bribed', '', false)", [made]
        )
        owner.execute("alter table reports_personthreat enable trigger begins")
    render()
    assert owner.execute("select count(*) from exchange_object where record_id = %s", [made]).fetchone() == (0,)


def test_a_hold_hides_and_its_release_shows_again(acting):
    with acting(OWNER):
        made = report("ports-and-police").record_id
    render()
    with acting(OWNER):
        hold_matching(made, until=None, at=now())
    with acting(PARTNER):
        assert objects() == []
    render()
    with acting(OWNER):
        release_hold(made, at=now())
    render()
    with acting(PARTNER):
        assert "incident" in kinds(objects())


def test_a_measure_leaves_when_it_was_agreed_and_no_proposal_does(acting):
    with acting(OWNER):
        measure("all-members")
    render()
    with acting(PARTNER):
        assert objects() == []
    agreed(acting, "all-members")
    render()
    with acting(PARTNER):
        assert kinds(objects()) == {"course-of-action", "relationship"}


def test_a_practice_leaves_when_it_was_published(acting):
    published(acting, "all-members")
    render()
    with acting(OWNER):
        (note,) = [one for one in objects("newest and kind = 'note'")]
        assert note["abstract"].startswith("A second look")


def test_the_network_is_seen_by_everybody(acting):
    with acting_as_system("worker"):
        rendering.render_network(at=now())
    with acting(OUTSIDER):
        found = objects("record_id is null")
        assert {"identity", "location", "attack-pattern", "extension-definition", "marking-definition"} <= kinds(found)
        names = {one["name"] for one in found if one["type"] == "identity"}
        assert "Port of Antwerp-Bruges" in names
    with acting_as_system("worker"):
        rendering.render_network(at=now())
    with acting(OUTSIDER):
        assert len(objects("record_id is null")) == len(found)


def test_one_record_that_cannot_be_rendered_keeps_no_other_from_leaving(acting, owner, monkeypatch, caplog):
    with acting(OWNER):
        bad, good = report("ports-and-police").record_id, report("ports-and-police").record_id
    project = rendering.project

    def broken(source: Any, **named: Any) -> Any:
        if source.terms.record == bad:
            raise RuntimeError("test")
        return project(source, **named)

    monkeypatch.setattr(rendering, "project", broken)
    assert render() == 2
    assert "was not rendered" in caplog.text
    there = {row[0] for row in owner.execute("select distinct record_id from exchange_object").fetchall()}
    assert there == {good}
    assert owner.execute("select tries from exchange_due where record = %s", [bad]).fetchone() == (1,)


def test_nobody_but_the_worker_writes(enter):
    connection = enter(OWNER)
    values = "new_uuid7(), 'incident--x', 'incident', '', now(), now(), true, true, '', '{}'"
    insert = "insert into exchange_object (id, stix_id, kind, threat, version, added, oldest, newest, digest, body)"
    assert refused(connection, f"{insert} values ({values})") == FORBIDDEN
    assert refused(connection, "update exchange_object set body = '{}'") == FORBIDDEN
    assert refused(connection, "delete from exchange_object") == FORBIDDEN
    assert refused(connection, "select * from exchange_due") == FORBIDDEN
    assert refused(connection, "select digest from exchange_object") == FORBIDDEN
    assert refused(connection, "insert into exchange_posting (key) values (%s)", new_id()) == FORBIDDEN
    assert refused(connection, "select * from exchange_take(10)") == "PP403"
    store = "select exchange_store(null, '{}', '{}', '{}', '{}', '{}', '{}', '{}')"
    assert refused(connection, store) == "PP403"
    assert refused(connection, "select exchange_again()") == "PP403"
    assert refused(connection, "select exchange_source(%s)", new_id()) == FORBIDDEN
    assert connection.execute("select exchange_stored(null)").fetchone() == ("{}",)


def test_bodies_are_valid_json_with_the_version_that_is_stored(acting, owner):
    with acting(OWNER):
        report("ports-and-police", observables=SEEN[:1])
    render()
    for body, version, kind in owner.execute("select body, version, kind from exchange_object").fetchall():
        one = msgspec.json.decode(body)
        assert one["type"] == kind
        if "modified" in one:
            assert one["modified"][:23] == version.strftime("%Y-%m-%dT%H:%M:%S.%f")[:23]
