"""Raising, following, acknowledging, withdrawing: who is warned, and what stands afterwards."""

from dataclasses import replace
from datetime import timedelta

import pytest

from port2port.alerts import actions, queries
from port2port.alerts.models import Acknowledgement
from port2port.alerts.queries import Filters
from port2port.alerts.rules import PublicLine, PublicStatement
from port2port.alerts.stored import draft_of
from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, NotFound, Refused
from port2port.members.areas import PortArea
from port2port.sharing import queries as sharing
from port2port.sharing.models import Record
from port2port.sharing.tlp import Tlp
from tests.alerts.writing import LOCK, alert
from tests.reports.writing import report

AUTHOR, PARTNER, POLICE = "pso@antwerp.demo", "pso@northsea.demo", "analyst@police.demo"
OUTSIDER, TERMINAL = "officer@outside.demo", "pfso@quay1.demo"


def audience(identifier):
    return set(Record.objects.get(id=identifier).audience)


def test_raised_it_stands_as_it_was_written(acting, journalled):
    said = PublicStatement((PublicLine("en", "We look into it."),), "Press desk", now() + timedelta(hours=2))
    with acting(AUTHOR):
        made = alert(
            public=said, headline="Second night", text="Left towards the north.", areas=(LOCK, PortArea("NLVLI"))
        )
    with acting(PARTNER):
        found = queries.alert(made.record_id, at=now())
        assert found.draft == draft_of(made) and found.draft.public == said
        assert (found.state, found.in_force, found.urgent, found.acknowledged) == ("raised", True, True, False)
        assert found.record.threat == "drone_misuse" and found.record.port.locode == "BEANR"
    assert [entry["record"] for entry in journalled("alert.shared")] == [str(made.record_id)]
    assert [entry["record"] for entry in journalled("alert.read")] == [str(made.record_id)]


def test_who_was_not_addressed_sees_nothing_of_it(acting):
    with acting(AUTHOR):
        made = alert().record_id
    with acting(OUTSIDER):
        with pytest.raises(NotFound):
            queries.alert(made, at=now())
        assert queries.in_force(Filters(), at=now()) == [] and queries.waiting(at=now()) == []
        assert queries.recipients(made) == []


def test_all_that_is_wrong_is_said_at_once(acting):
    with acting(AUTHOR), pytest.raises(Invalid) as refused:
        alert(event="nothing", instructions=(), areas=(PortArea("XXXXX"),), tlp=Tlp.RED)
    assert {p.field for p in refused.value.problems} == {"event", "instructions", "areas.0.port", "audience"}


def test_who_may_not_report_raises_nothing(acting):
    with acting("director@antwerp.demo"), pytest.raises((Refused, Invalid)):
        alert("all-members", tlp=Tlp.GREEN)


def test_a_report_that_is_not_seen_cannot_be_named(acting):
    with acting(PARTNER):
        theirs = report("port-security-officers").record_id
    with acting(TERMINAL), pytest.raises(Invalid) as refused:
        alert("port-beanr", report=theirs)
    assert [p.field for p in refused.value.problems] == ["report"]


def test_a_report_that_goes_leaves_its_alert(acting, owner):
    with acting(AUTHOR):
        origin = report().record_id
        made = alert(report=origin).record_id
        assert [row.record.id for row in queries.of_report(origin, at=now())] == [made]
    owner.execute("delete from sharing_record where id = %s", [origin])
    assert owner.execute("select report_id from alerts_alert where record_id = %s", [made]).fetchone() == (None,)


def test_an_update_reaches_exactly_the_same_people_and_takes_the_place(acting):
    with acting(AUTHOR):
        first = alert("ports-and-police", "Demo PFSO Quay 1")
        second = actions.update_alert(
            first.record_id, draft=replace(draft_of(first), certainty="Likely"), at=now(), expected=1
        )
        assert audience(first.record_id) == audience(second.record_id)
        assert (second.message, second.follows, second.series) == ("Update", first.record_id, first.record_id)
        third = actions.cancel_alert(second.record_id, reason="It was ours.", at=now())
        assert audience(first.record_id) == audience(third.record_id)
    with acting(PARTNER):
        states = [row.state for row in queries.series_of(queries.alert(first.record_id, at=now()))]
        assert states == ["cancelled", "cancelled", "updated"]
        assert queries.in_force(Filters(), at=now()) == []


def test_an_update_by_a_colleague_keeps_those_whom_the_colleague_could_not_address(acting, cast, owner):
    """The confidential circle of the author is none of the colleague's; those in it were warned and stay so."""
    with acting(AUTHOR):
        first = alert()
    secret = owner.execute(
        "insert into members_circle (id, slug, names, kind, of, level, membership, addressed_by) values (new_uuid7(),"
        " 'secret', '{\"en\": \"Secret\"}', 'adhoc', 'persons', 'own', 'confidential', 'members') returning id"
    ).fetchone()[0]
    owner.execute("update sharing_record set audience = audience || %s where id = %s", [secret, first.record_id])
    with acting(AUTHOR):
        second = actions.update_alert(first.record_id, draft=draft_of(first), at=now())
        assert secret in audience(second.record_id) and audience(first.record_id) == audience(second.record_id)


def test_each_message_is_followed_once_and_what_is_over_stays_over(acting):
    with acting(AUTHOR):
        first = alert()
        second = actions.update_alert(first.record_id, draft=draft_of(first), at=now())
        for late in (actions.update_alert, None):
            with pytest.raises(Conflict):
                if late:
                    late(first.record_id, draft=draft_of(first), at=now())
                else:
                    actions.cancel_alert(first.record_id, reason="Late.", at=now())
        actions.cancel_alert(second.record_id, reason="Over.", at=now())
        with pytest.raises(Conflict):
            actions.update_alert(second.record_id, draft=draft_of(second), at=now())


def test_a_version_that_somebody_else_changed_is_not_followed(acting):
    with acting(AUTHOR):
        first = alert()
        with pytest.raises(Conflict):
            actions.update_alert(first.record_id, draft=draft_of(first), at=now(), expected=7)


def test_only_its_stewards_follow_or_withdraw(acting):
    with acting(AUTHOR):
        first = alert()
    with acting(PARTNER):
        for act in (
            lambda: actions.update_alert(first.record_id, draft=draft_of(first), at=now()),
            lambda: actions.cancel_alert(first.record_id, reason="No.", at=now()),
            lambda: actions.withdraw_alert(first.record_id, reason="mistake", at=now()),
        ):
            with pytest.raises(Refused):
                act()
    with acting(OUTSIDER), pytest.raises(NotFound):
        actions.cancel_alert(first.record_id, reason="No.", at=now())


def test_an_exercise_stays_one(acting):
    with acting(AUTHOR):
        first = alert("ports-and-police", template="exercise_drone")
        assert first.status == "Exercise"
        with pytest.raises(Invalid) as refused:
            actions.update_alert(first.record_id, draft=replace(draft_of(first), status="Actual"), at=now())
        assert "status" in {p.field for p in refused.value.problems}
        with pytest.raises(Invalid):
            actions.cancel_alert(first.record_id, reason="Over.", at=now())
        over = actions.cancel_alert(first.record_id, reason="EXERCISE over.", at=now(), language="en")
        assert over.status == "Exercise"


def test_the_first_of_a_desk_counts_and_later_ones_add(acting, journalled):
    with acting(AUTHOR):
        made = alert().record_id
    at = now()
    with acting(PARTNER):
        assert [row.record.id for row in queries.waiting(at=at)] == [made] and queries.count_waiting(at=at) == 1
        first = actions.acknowledge(made, done="Patrol sent.", at=at)
        again = actions.acknowledge(made, done="Seen here too.", at=at + timedelta(minutes=1))
        assert (again.id, again.at, again.done) == (first.id, at, "Patrol sent.\nSeen here too.")
        actions.acknowledge(made, at=at)  # nothing to add
        assert Acknowledgement.objects.count() == 1
        assert queries.waiting(at=at) == [] and queries.count_waiting(at=at) == 0
        with pytest.raises(Invalid):
            actions.acknowledge(made, done="x" * 400, at=at)
    assert len(journalled("alert.acknowledged")) == 2


def test_a_facility_answers_for_itself(acting, cast, owner):
    with acting(AUTHOR):
        made = alert("port-beanr").record_id
    with acting(TERMINAL):
        answer = actions.acknowledge(made, at=now())
        facility = owner.execute("select facility_id from members_membership where id = %s", [cast[TERMINAL].hat])
        assert (answer.facility_id,) == facility.fetchone() and answer.facility_id is not None
    with acting(AUTHOR):
        desks = {desk.facility.get("en", ""): desk.at for desk in queries.recipients(made) if desk.facility}
        assert len(desks) == 1 and all(desks.values())


def test_what_is_over_needs_no_acknowledgement(acting):
    with acting(AUTHOR):
        made = alert()
        actions.cancel_alert(made.record_id, reason="Over.", at=now())
    with acting(PARTNER), pytest.raises(Conflict):
        actions.acknowledge(made.record_id, at=now())


def test_who_raised_it_sees_all_answers_and_others_their_own(acting):
    with acting(AUTHOR):
        made = alert().record_id
    with acting(PARTNER):
        actions.acknowledge(made, done="Cameras turned.", at=now())
        assert [desk.done for desk in queries.recipients(made)] == ["Cameras turned."]
    with acting(POLICE):
        assert queries.recipients(made) == []
    with acting(AUTHOR):
        desks = queries.recipients(made)
        answered = [desk for desk in desks if desk.at]
        assert len(desks) > 2 and [desk.done for desk in answered] == ["Cameras turned."]


def test_a_confidential_circle_stays_so_even_in_its_answers(acting, cast, owner):
    with acting(AUTHOR):
        made = alert().record_id
        before = len(queries.recipients(made))
    secret = owner.execute(
        "insert into members_circle (id, slug, names, kind, of, level, membership, addressed_by) values (new_uuid7(),"
        " 'secret', '{\"en\": \"Secret\"}', 'adhoc', 'persons', 'community', 'confidential', 'members') returning id"
    ).fetchone()[0]
    for email in (OUTSIDER, AUTHOR):
        owner.execute(
            "insert into members_circlemember (id, circle_id, person_id, since) values (new_uuid7(), %s, %s, now())",
            [secret, cast[email].person],
        )
    owner.execute("update sharing_record set audience = audience || %s, tlp = 1 where id = %s", [secret, made])
    with acting(OUTSIDER):
        actions.acknowledge(made, done="Read.", at=now())
    with acting(AUTHOR):
        assert "Read." not in [desk.done for desk in queries.recipients(made)]
        assert len(queries.recipients(made)) >= before


def test_a_withdrawn_alert_is_gone_for_those_who_had_it(acting):
    with acting(AUTHOR):
        made = alert().record_id
        actions.withdraw_alert(made, reason="mistake", at=now())
        assert queries.alert(made, at=now()).withdrawn and queries.in_force(Filters(), at=now()) == []
        with pytest.raises(Conflict):
            actions.cancel_alert(made, reason="Late.", at=now())
    with acting(PARTNER):
        with pytest.raises(NotFound):
            queries.alert(made, at=now())
        stone = sharing.tombstone(made)
        assert stone is not None and stone.kind == "alert" and stone.reason == "mistake"


def test_the_lists_put_urgent_first_and_what_is_over_behind(acting, owner):
    with acting(AUTHOR):
        urgent = alert().record_id
        quiet = alert(template="credentials_for_sale").record_id
        over = alert(template="bomb_threat_received").record_id
    owner.execute("update alerts_alert set valid_from = now() - interval '2 days', valid_until = now() - interval"
                  " '1 day' where record_id = %s", [over])  # fmt: skip
    with acting(PARTNER):
        at = now()
        assert [row.record.id for row in queries.in_force(Filters(), at=at)] == [urgent, quiet]
        rest = queries.page(Filters(), at=at, over=True)
        assert [row.record.id for row in rest.rows] == [over] and rest.rows[0].state == "expired"
        for filters, expected in (
            (Filters(state="expired"), {over}),
            (Filters(state="raised"), {urgent, quiet}),
            (Filters(threat="cyber_attack"), {quiet}),
            (Filters(port="BEANR"), {urgent, quiet, over}),
            (Filters(port="BEZEE"), set()),
            (Filters(status="Exercise"), set()),
        ):
            assert {row.record.id for row in queries.page(filters, at=at).rows} == expected, filters
        assert {p.field for p in queries.filter_problems(Filters("x", "y", "z", "w"))} == {
            "threat",
            "port",
            "state",
            "status",
        }


def test_it_is_found_in_each_language(acting):
    with acting(AUTHOR):
        made = alert().record_id
    with acting(PARTNER):
        for word in ("Drone", "Kallo", "Drohne"):
            assert sharing.found(word, ["alert"]) == [made], word
