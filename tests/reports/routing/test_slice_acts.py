"""Routing a report: what is proposed to whom, the acts on it, and whom nothing is shown."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, NotFound, Refused
from port2port.base.ids import new_id
from port2port.members.acting import current_actor
from port2port.reports import actions as reports
from port2port.reports import queries as reading
from port2port.reports import waiting
from port2port.reports.addressing import terms_for
from port2port.reports.clocks.actions import Sent, record_sent
from port2port.reports.routing import actions, queries
from port2port.reports.routing.models import Routing
from port2port.reports.routing.queries import Proposal
from port2port.reports.shown import shown
from port2port.sharing.addressing import Addressing, reporter
from port2port.sharing.tlp import Tlp
from tests.reports.writing import DRAFT, own, report

CYBER = {"threat": "cyber_attack", "nature": "incident", "severity": "high", "place": "port", "port": "BEANR"}


def plan(identifier: UUID) -> queries.Plan:
    return queries.plan(shown([identifier])[0])


def proposed(identifier: UUID) -> dict[str, Proposal]:
    """The proposals for a report by recipient; of several steps the last."""
    return {one.recipient.code: one for one in plan(identifier).proposals}


def ours(**changes: object) -> UUID:
    """A report of the actor to its own organisation alone."""
    return report(to=own(), landmark="", **({"place": "port", "port": "BEANR"} | changes)).record_id


def routed(owner, identifier: UUID) -> list[tuple[str, ...]]:
    return owner.execute(
        "select payload::json -> 'details' ->> 'recipient', payload::json -> 'details' ->> 'state'"
        " from base_journal_entry where payload::json ->> 'act' = 'report.routed'"
        " and payload::json ->> 'record' = %s order by id",
        [str(identifier)],
    ).fetchall()


def test_who_should_get_it_and_how(acting, cast):
    with acting("pso@antwerp.demo"):
        found = proposed(ours())
        assert set(found) == {"port_police", "airspace_authority"}
        police, airspace = found["port_police"], found["airspace_authority"]
        assert police.organisation.id == cast["analyst@police.demo"].organisation, "no police serves Antwerp alone"
        assert (police.way, police.sees, police.readers) == ("share", False, 1)
        assert (airspace.way, airspace.organisation) == ("elsewhere", None)
        assert police.late(now()) and airspace.late(now()), "at once"


def test_the_police_of_the_port_come_before_the_national(acting, cast):
    with acting("pso@antwerp.demo"):
        genk = proposed(ours(port="BEGNK"))["port_police"]
        assert genk.organisation.id == cast["pso@limburg.demo"].organisation


def test_nobody_is_proposed_to_itself(acting):
    with acting("officer@customs.demo"):
        assert set(proposed(ours(threat="drug_smuggling"))) == {"federal_police", "drug_commissioner"}
    with acting("pso@limburg.demo"):
        drone = ours(port="BEGNK")
        assert set(proposed(drone)) == {"airspace_authority"}, "the police of the port wrote it"


def test_a_later_day_of_a_rule_does_not_reach_back(acting):
    with acting("pso@antwerp.demo"):
        actions.say_of_ourselves(nis2_scope=None, critical_entity=True, at=now())
        assert "critical_entities_authority" in proposed(ours(**CYBER))
        old = report(to=own(), at=now() - timedelta(days=400), **CYBER, landmark="").record_id
        assert "critical_entities_authority" not in proposed(old)


def test_shared_with_them(acting, owner):
    with acting("pso@antwerp.demo"):
        drone = ours()
        police = proposed(drone)["port_police"]
        actions.share_with(drone, token=police.token, at=now())
        after = proposed(drone)["port_police"]
        assert (after.state, after.open, after.sees) == ("sent", False, True)
        assert [change.act for change in reading.history(shown([drone])[0])] == ["widened", "reported"]
        with pytest.raises(Conflict):
            actions.share_with(drone, token=police.token, at=now())
    assert routed(owner, drone) == [("port_police", "sent")]
    with acting("analyst@police.demo"):
        assert reading.report(drone, at=now()).record.tlp == Tlp.AMBER
        assert [one.rule for one in queries.received(drone)] == ["drone"]
    with acting("officer@customs.demo"), pytest.raises(NotFound):
        reading.report(drone, at=now())


def test_who_sees_it_already_is_not_asked_for(acting):
    with acting("pso@antwerp.demo"):
        drone = report("ports-and-police").record_id
        police = proposed(drone)["port_police"]
        assert (police.sees, police.open) == (True, False)
        with pytest.raises(Conflict):
            actions.share_with(drone, token=police.token, at=now())
        everyone = report("everyone", tlp=Tlp.CLEAR).record_id
        assert proposed(everyone)["port_police"].sees


def test_a_confidential_circle_is_not_betrayed(acting, cast, owner):
    circle = new_id()
    owner.execute(
        "insert into members_circle (id, slug, names, kind, of, level, membership, addressed_by, organisation_id)"
        " values (%s, 'quiet', '{\"en\": \"Quiet\"}', 'adhoc', 'persons', 'own', 'confidential', 'members', %s)",
        [circle, cast["pso@antwerp.demo"].organisation],
    )
    for email in ("pso@antwerp.demo", "analyst@police.demo"):
        owner.execute(
            "insert into members_circlemember (id, circle_id, person_id, since) values (new_uuid7(), %s, %s, now())",
            [circle, cast[email].person],
        )
    with acting("pso@antwerp.demo"):
        drone = report(to=(circle,)).record_id
        assert not proposed(drone)["port_police"].sees
    with acting("analyst@police.demo"):
        assert reading.report(drone, at=now()), "though they do"


@pytest.mark.parametrize("tlp", [Tlp.AMBER_STRICT, Tlp.RED])
def test_a_narrow_mark_is_never_widened(acting, owner, tlp):
    with acting("pso@antwerp.demo") as actor:
        to = own() if tlp == Tlp.AMBER_STRICT else (actor.person,)
        secret = report(to=to, tlp=tlp).record_id
        police = proposed(secret)["port_police"]
        assert police.way == "person"
        with pytest.raises(Conflict):
            actions.share_with(secret, token=police.token, at=now())
        actions.note_sent(secret, token=police.token, sent_at=now(), at=now(), reference="told the officer on duty")
        assert proposed(secret)["port_police"].state == "done"
    with acting("analyst@police.demo"), pytest.raises(NotFound):
        reading.report(secret, at=now())


@pytest.mark.parametrize("personal_data", ["indirect", "direct"])
def test_what_identifies_somebody_goes_case_by_case(acting, personal_data):
    with acting("pso@antwerp.demo"):
        terms = terms_for("drone_misuse", reporter(), personal_data=personal_data)
        draft = replace(DRAFT, occurred_at=now())
        named = reports.share_report(draft=draft, to=Addressing(own(), Tlp.AMBER), terms=terms, at=now()).record_id
        police = proposed(named)["port_police"]
        assert police.way == "case"
        with pytest.raises(Conflict):
            actions.share_with(named, token=police.token, at=now())


def test_the_dutch_side_is_outside(acting):
    with acting("pfso@quay1.demo"):
        there = proposed(ours(port="NLVLI", nature="incident", threat="physical_intrusion"))["port_authority_nl"]
        assert (there.way, there.due_at) == ("outside", None)


def test_a_committee_without_people_is_said_to_read_nothing(acting):
    with acting("pfso@quay1.demo"):
        incident = ours(nature="incident", threat="physical_intrusion")
        committee = proposed(incident)["port_committee"]
        assert (committee.way, committee.readers) == ("share", 0)
        with pytest.raises(Refused):  # a PFSO may not share further
            actions.share_with(incident, token=committee.token, at=now())


def test_steps_are_noted_one_by_one_and_count_from_each_other(acting):
    with acting("pso@antwerp.demo"):
        assert "centre_for_cybersecurity" not in proposed(ours(**CYBER)), "not said: not in scope"
        actions.say_of_ourselves(nis2_scope=True, critical_entity=None, at=now())
        attack = ours(**CYBER)
        steps = {one.step.code: one for one in plan(attack).proposals}
        assert steps["final_report"].due_at is None
        assert {one.way for one in plan(attack).proposals if one.rule.code == "nis2"} == {"clock"}
        with pytest.raises(Conflict):  # what was sent is recorded with its text, at its clock
            actions.note_sent(attack, token=steps["notification"].token, sent_at=now(), at=now())
        with pytest.raises(Conflict):
            actions.leave_out(attack, token=steps["notification"].token, reason="No.", at=now())
        sent = now()
        record_sent(attack, Sent("nis2_notified", "A text.", sent, "portal", " CCB-1 "), at=now())
        steps = {one.step.code: one for one in plan(attack).proposals}
        assert steps["notification"].sending.reference == "CCB-1" and steps["notification"].state == "done"
        assert steps["final_report"].due_at > sent + timedelta(days=27)
        # who has notified within 24 hours has warned: the one text meets both
        assert {form.step.code: form.state for form in plan(attack).forms if form.rule.code == "nis2"} == {
            "early_warning": "done", "notification": "done", "final_report": "proposed",
        }  # fmt: skip


def test_what_is_refused_of_a_note(acting):
    with acting("pso@antwerp.demo"):
        drone = ours()
        token = proposed(drone)["airspace_authority"].token
        for sent_at in (None, now() + timedelta(hours=1)):
            with pytest.raises(Invalid):
                actions.note_sent(drone, token=token, sent_at=sent_at, at=now())
        with pytest.raises(Invalid):
            actions.note_sent(drone, token=token, sent_at=now(), at=now(), reference="x" * 121)
        with pytest.raises(Invalid):
            actions.leave_out(drone, token=token, reason="  ", at=now())
        with pytest.raises(NotFound):
            actions.leave_out(drone, token="drugs:1:customs:report:-:-", reason="No.", at=now())
        assert Routing.objects.count() == 0


def test_left_out_and_taken_up_again(acting, owner):
    with acting("pso@antwerp.demo"):
        drone = ours()
        token = proposed(drone)["airspace_authority"].token
        actions.leave_out(drone, token=token, reason="It was our own drone.", at=now())
        assert not proposed(drone)["airspace_authority"].open
        with pytest.raises(Conflict):
            actions.leave_out(drone, token=token, reason="Again.", at=now())
        actions.take_up_again(drone, token=token, at=now())
        again = proposed(drone)["airspace_authority"]
        assert again.open and again.row.note == ""
        with pytest.raises(Conflict):
            actions.take_up_again(drone, token=token, at=now())
    assert routed(owner, drone) == [("airspace_authority", "not_needed"), ("airspace_authority", "proposed")]


def test_a_form_of_its_own_is_noted_apart(acting):
    with acting("pfso@quay1.demo"):
        incident = ours(nature="incident", threat="physical_intrusion")
        isps = next(one for one in plan(incident).forms if one.form.code == "isps_platform")
        assert isps.own
        actions.note_sent(incident, token=isps.token, sent_at=now(), at=now(), reference="ISPS 7")
        assert next(one for one in plan(incident).forms if one.form.code == "isps_platform").state == "done"
        assert proposed(incident)["port_committee"].open


def test_a_partner_who_sees_the_report_sees_no_proposals(acting, client_for, bearer_for):
    with acting("pso@antwerp.demo"):
        drone = report("ports-and-police").record_id
        token = proposed(drone)["airspace_authority"].token
        actions.note_sent(drone, token=token, sent_at=now(), at=now(), reference="AIR-42")
    partner = client_for("pso@northsea.demo")
    page = partner.get(f"/reports/{drone}/").content.decode()
    assert 'id="routing"' not in page and "AIR-42" not in page
    assert partner.get(f"/reports/{drone}/routing/").status_code == 403
    said = Client(headers=bearer_for("pso@northsea.demo")).get(f"/api/v1/reports/{drone}/routing").json()
    assert said == {"aware_since": None, "proposals": [], "also_due": [], "received": []}
    ours_said = Client(headers=bearer_for("pso@antwerp.demo")).get(f"/api/v1/reports/{drone}/routing").json()
    assert {one["recipient"]: (one["state"], one["reference"]) for one in ours_said["proposals"]} == {
        "port_police": ("proposed", ""), "airspace_authority": ("done", "AIR-42"),
    }  # fmt: skip
    for act in ("share", "sent", "not_needed", "again"):
        with acting("pso@northsea.demo"), pytest.raises(Refused):
            {
                "share": lambda: actions.share_with(drone, token=token, at=now()),
                "sent": lambda: actions.note_sent(drone, token=token, sent_at=now(), at=now()),
                "not_needed": lambda: actions.leave_out(drone, token=token, reason="No.", at=now()),
                "again": lambda: actions.take_up_again(drone, token=token, at=now()),
            }[act]()


def test_withdrawn_nothing_is_proposed(acting):
    with acting("pso@antwerp.demo"):
        drone = ours()
        token = proposed(drone)["port_police"].token
        reports.withdraw_report(drone, reason="mistake", at=now())
        assert plan(drone).proposals == ()
        with pytest.raises(Conflict):
            actions.share_with(drone, token=token, at=now())


def test_what_is_due_waits_on_the_home_page(acting):
    with acting("pso@antwerp.demo"):
        drone = ours()
        found = [need for need in waiting.needs(current_actor(), now()) if "#routing" in need.href]
        assert [need.href for need in found] == [f"/reports/{drone}/#routing"]
        for one in plan(drone).proposals:
            actions.leave_out(drone, token=one.token, reason="A drill.", at=now())
        assert [need for need in waiting.needs(current_actor(), now()) if "#routing" in need.href] == []
    with acting("pso@northsea.demo"):
        assert [need for need in waiting.needs(current_actor(), now()) if "#routing" in need.href] == []
