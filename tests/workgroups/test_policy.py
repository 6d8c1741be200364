"""Attacks with raw SQL as the serving role: what an injection could try on what working groups write."""

import json
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from port2port.base.clock import now
from port2port.base.ids import new_id
from port2port.sharing.tlp import Tlp
from port2port.workgroups import actions, meeting_actions, work_actions
from tests.attacks import FORBIDDEN, refused
from tests.reports.writing import report
from tests.workgroups.writing import CHAIR, MEMBER, OUTSIDER, SECRETARY, World, item, meeting, world

CONFLICT, ABSENT, INVALID, REFUSED = "PP409", "PP404", "PP422", "PP403"


@pytest.fixture
def made(acting: Any, cast: Any) -> World:
    return world(acting, cast)


@pytest.fixture
def decision(made: World, acting: Any) -> Any:
    with acting(MEMBER):
        return work_actions.propose(made.group, title="T", text="T", language="en", at=now()).record_id


def changed(connection: psycopg.Connection[Any], sql: str, *arguments: Any) -> int:
    return connection.execute(sql, arguments).rowcount


def test_who_does_not_sit_in_it_sees_and_changes_nothing(enter, made):
    db = enter(OUTSIDER)
    for table in ("group", "seat", "rule", "meeting", "item", "paper", "decision", "action", "attendance", "link"):
        assert db.execute(f"select count(*) from workgroups_{table}").fetchone() == (0,), table
    assert changed(db, "update workgroups_meeting set title = 'x'") == 0
    assert refused(db, "select workgroups_touch(%s, 1, 'x')", made.item) == ABSENT
    assert refused(db, "select workgroups_seat(%s, %s, %s, 'member')", made.group, new_id(), new_id()) == REFUSED
    assert refused(db, "select workgroups_unseat(%s, %s)", made.group, new_id()) == REFUSED
    assert db.execute("select * from workgroups_seats(%s)", [made.group]).fetchall() == []
    assert refused(db, "select * from workgroups_current(%s)", made.group) == FORBIDDEN
    assert refused(db, "select * from workgroups_due(array[current_date])") == REFUSED


def test_a_member_reads_and_does_not_write(enter, made, cast):
    db = enter(MEMBER)
    assert changed(db, "update workgroups_item set minutes = 'forged'") == 0
    assert changed(db, "update workgroups_meeting set state = 'cancelled'") == 0
    assert changed(db, "update workgroups_group set name = 'forged'") == 0
    assert refused(db, "select workgroups_touch(%s, 1, 'forged')", made.item) == REFUSED
    rule = (
        "insert into workgroups_rule (id, group_id, number, kind, majority_of, majority_in, quorum_of, quorum_in,"
        " reason, at, by_id) values (new_uuid7(), %s, 2, 'consensus', 0, 1, 0, 1, '', now(), %s)"
    )
    assert refused(db, rule, made.group, cast[MEMBER].person) == FORBIDDEN
    seat = (
        "insert into workgroups_seat (id, group_id, person_id, organisation_id, office, since)"
        " values (new_uuid7(), %s, %s, %s, 'chair', now())"
    )
    assert refused(db, seat, made.group, cast[MEMBER].person, cast[MEMBER].organisation) == FORBIDDEN
    there = (
        "insert into workgroups_attendance (id, meeting_id, person_id, organisation_id, state, replaced_by)"
        " values (new_uuid7(), %s, %s, %s, 'present', '')"
    )
    assert refused(db, there, made.meeting, cast[MEMBER].person, cast[MEMBER].organisation) == FORBIDDEN


def test_a_member_excuses_oneself_and_nobody_else(enter, made, acting, cast):
    with acting(CHAIR):
        coming = meeting(made.group, title="To come", starts_at=now() + timedelta(days=3))
    there = (
        "insert into workgroups_attendance (id, meeting_id, person_id, organisation_id, state, replaced_by)"
        " values (new_uuid7(), %s, %s, %s, %s, '')"
    )
    own = cast[MEMBER].person, cast[MEMBER].organisation
    db = enter(MEMBER)
    assert refused(db, there, coming, *own, "present") == FORBIDDEN
    assert refused(db, there, made.meeting, *own, "excused") == FORBIDDEN  # that one is over
    assert refused(db, there, coming, cast[CHAIR].person, cast[CHAIR].organisation, "excused") == FORBIDDEN
    assert refused(db, there, coming, own[0], cast[CHAIR].organisation, "excused") == INVALID  # sits for another
    db.execute(there, [coming, *own, "excused"])
    assert changed(db, "update workgroups_attendance set state = 'present'") == 0
    db.execute("commit")
    assert changed(enter(SECRETARY), "delete from workgroups_attendance") == 0
    outsider = enter(OUTSIDER)
    assert refused(outsider, there, coming, cast[OUTSIDER].person, cast[OUTSIDER].organisation, "excused") in (
        FORBIDDEN, INVALID,
    )  # fmt: skip
    assert changed(enter(MEMBER), "delete from workgroups_attendance") == 1


def test_whether_all_of_a_group_read_a_record_is_told_to_who_reads_it(enter, made, acting):
    ask = "select workgroups_all_read(%s, %s)"
    with acting(CHAIR):
        wide, narrow = report("all-members").record_id, report("port-beanr").record_id
    assert enter(CHAIR).execute(ask, [made.group, wide]).fetchone() == (True,)
    assert enter(CHAIR).execute(ask, [made.group, narrow]).fetchone() == (False,)
    for hidden in (narrow, new_id()):
        assert enter(MEMBER).execute(ask, [made.group, hidden]).fetchone() == (False,)
    assert enter(OUTSIDER).execute(ask, [made.group, wide]).fetchone() == (False,)


def test_no_column_that_decides_sight_or_place_is_in_a_grant(enter, made):
    db = enter(CHAIR)
    for statement in (
        "update workgroups_meeting set record_id = record_id",
        "update workgroups_meeting set group_id = group_id",
        "update workgroups_meeting set sequence = 0",
        "update workgroups_item set meeting_id = meeting_id",
        "update workgroups_item set target = null",
        "update workgroups_group set circle_id = circle_id",
        "update workgroups_rule set quorum_of = 0",
        "update workgroups_decision set decided_at = null",
        "update workgroups_action set sequence = 0",
        "update workgroups_paper set text = 'x'",
        "update workgroups_correction set minutes = 'x'",
        "delete from workgroups_item",
        "delete from workgroups_decision",
    ):
        assert refused(db, statement) == FORBIDDEN, statement


def test_approved_minutes_stand_still_for_everybody(enter, made, acting, cast):
    with acting(CHAIR):
        meeting_actions.write_minutes(made.item, minutes="Agreed.", language="en", expected=1, at=now())
        later = meeting(made.group, title="Second", starts_at=now() - timedelta(minutes=30))
        meeting_actions.note_attendance(made.meeting, person=cast[MEMBER].person, state="present", at=now())
        meeting_actions.approve_minutes(made.meeting, approved_in=later, expected=1, at=now())
    db = enter(CHAIR)
    where = "where record_id = %s"
    for statement, key in (
        (f"update workgroups_item set minutes = 'x' {where}", made.item),
        (f"update workgroups_item set dropped_at = now() {where}", made.item),
        ("update workgroups_attendance set state = 'absent' where meeting_id = %s", made.meeting),
        (f"update workgroups_meeting set state = 'planned', approved_at = null {where}", made.meeting),
        (f"update workgroups_meeting set title = 'x' {where}", made.meeting),
        (f"update workgroups_meeting set approved_at = now() {where}", made.meeting),
    ):
        assert refused(db, statement, key) == CONFLICT, statement


def test_minutes_are_not_approved_at_their_own_meeting_nor_before_it_was_held(enter, made, acting, cast):
    with acting(CHAIR):
        coming = meeting(made.group, title="Third", starts_at=now() + timedelta(days=3))
    approve = (
        "update workgroups_meeting set state = 'approved', approved_at = now(), approved_in_id = %s"
        " where record_id = %s"
    )
    db = enter(SECRETARY)
    assert refused(db, approve, made.meeting, made.meeting) == INVALID
    assert refused(db, approve, coming, made.meeting) == INVALID  # it lies ahead
    assert refused(db, approve, made.meeting, coming) == CONFLICT


DECIDE = "update workgroups_decision set state = %s, votes = %s, rule_id = %s, meeting_id = %s where record_id = %s"


def test_a_decision_is_what_the_rule_makes_of_the_votes(enter, made, decision, cast):
    yes, no, stranger = (str(cast[email].organisation) for email in (CHAIR, MEMBER, OUTSIDER))
    db = enter(CHAIR)
    rule = db.execute("select id from workgroups_rule").fetchone()[0]

    def attempt(state: str, votes: dict[str, str], by: Any = rule, where: Any = made.meeting) -> str:
        return refused(db, DECIDE, state, json.dumps(votes), by, where, decision)

    assert attempt("reached", {yes: "for", no: "against"}) == INVALID
    assert attempt("not_reached", {yes: "for", no: "for"}) == INVALID
    assert attempt("reached", {yes: "for", stranger: "for"}) == INVALID
    assert attempt("reached", {yes: "for", no: "maybe"}) == INVALID
    assert attempt("reached", {yes: "for", no: "for"}, by=new_id()) == INVALID
    assert attempt("reached", {yes: "for", no: "for"}, where=None) == INVALID
    assert changed(db, DECIDE, "reached", json.dumps({yes: "for", no: "for"}), rule, made.meeting, decision) == 1
    assert refused(db, "update workgroups_decision set state = 'proposed', votes = '{}', rule_id = null") == CONFLICT


def test_its_author_rewords_a_proposal_and_does_not_decide_it(enter, made, decision, cast):
    db = enter(MEMBER)
    assert changed(db, "update workgroups_decision set title = 'Better' where record_id = %s", decision) == 1
    rule = db.execute("select id from workgroups_rule").fetchone()[0]
    votes = json.dumps({str(cast[MEMBER].organisation): "for", str(cast[CHAIR].organisation): "for"})
    assert refused(db, DECIDE, "reached", votes, rule, made.meeting, decision) == FORBIDDEN


def test_an_actions_owner_sees_it_and_changes_only_what_came_of_it(enter, made, acting, cast):
    with acting(CHAIR):
        narrow = item(made.meeting, title="N", persons=[cast[SECRETARY].person], tlp=Tlp.AMBER)
        due = now().date()
        given = work_actions.assign(
            made.group, text="A", owner=cast[MEMBER].person, due=due, language="en", item=made.item, at=now()
        ).record_id
        hidden = work_actions.assign(
            made.group, text="B", owner=cast[SECRETARY].person, due=due, language="en", item=narrow, at=now()
        ).record_id
    db = enter(MEMBER)
    assert refused(db, "update workgroups_action set due = due + 30 where record_id = %s", given) == REFUSED
    assert refused(db, "update workgroups_action set text = 'C' where record_id = %s", given) == REFUSED
    assert (
        changed(
            db,
            "update workgroups_action set state = 'done', outcome = 'x', ended_at = now() where record_id = %s",
            hidden,
        )
        == 0
    )
    assert (
        changed(
            db,
            "update workgroups_action set state = 'done', outcome = 'x', ended_at = now() where record_id = %s",
            given,
        )
        == 1
    )
    db = enter(CHAIR)
    give = "update workgroups_action set owner_id = %s, organisation_id = %s where record_id = %s"
    assert refused(db, give, cast[MEMBER].person, cast[MEMBER].organisation, hidden) == INVALID
    assert refused(db, give, cast[OUTSIDER].person, cast[OUTSIDER].organisation, given) == INVALID
    assert refused(db, give, cast[MEMBER].person, cast[CHAIR].organisation, given) == INVALID


def test_a_link_tells_nobody_of_a_record_that_is_hidden(enter, made, decision, acting, cast):
    with acting(CHAIR):
        unseen = report("organisation-port-of-antwerp-bruges").record_id
        work_actions.link(decision, kind="report", target=unseen, at=now())
    db = enter(MEMBER)  # who wrote the proposal, and may link it
    assert db.execute("select count(*) from workgroups_link").fetchone() == (0,)
    forge = (
        "insert into workgroups_link (id, record_id, kind, target, by_id, at)"
        " values (new_uuid7(), %s, 'report', %s, %s, now())"
    )
    assert refused(db, forge, decision, unseen, cast[MEMBER].person) == FORBIDDEN
    assert refused(db, forge, decision, new_id(), cast[MEMBER].person) == FORBIDDEN
    assert refused(db, forge, decision, made.item, cast[MEMBER].person) == FORBIDDEN


def test_whose_membership_has_ended_does_not_sit_in_it_any_more(made, owner, acting, cast, enter):
    director = cast["director@antwerp.demo"]
    with acting(CHAIR):
        actions.seat_person(
            made.group, person=director.person, organisation=director.organisation, office="secretary", at=now()
        )
    owner.execute("update members_membership set until = now() where id = %s", [director.hat])
    db = enter(CHAIR)
    seats = [row[0] for row in db.execute("select person from workgroups_seats(%s)", [made.group]).fetchall()]
    assert director.person not in seats and len(seats) == 3


def test_a_decision_outlives_the_meeting_where_it_was_taken(made, decision, owner, acting, cast):
    votes = {cast[CHAIR].organisation: "for", cast[MEMBER].organisation: "for"}
    with acting(CHAIR):
        work_actions.decide(decision, votes=votes, item=made.item, expected=1, at=now())
        later = meeting(made.group, title="Second", starts_at=now() - timedelta(minutes=30))
        meeting_actions.approve_minutes(made.meeting, approved_in=later, expected=1, at=now())
    with owner.transaction():
        owner.execute("delete from sharing_record where id = %s", [later])
        owner.execute("delete from sharing_record where id = any(%s)", [[made.meeting, made.item]])
    left = owner.execute("select state, meeting_id, item_id from workgroups_decision").fetchall()
    assert left == [("reached", None, None)]
    assert owner.execute("select count(*) from workgroups_meeting").fetchone() == (0,)
