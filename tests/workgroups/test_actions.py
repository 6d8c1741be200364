"""What is done with groups, meetings, minutes, decisions and actions, under the policy, as the cast."""

from datetime import timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, NotFound, Refused
from port2port.sharing.tlp import Tlp
from port2port.workgroups import actions, meeting_actions, queries, reading, work_actions
from port2port.workgroups.models import Action, Decision, Group, Item, Meeting
from port2port.workgroups.rules import DecisionRule
from tests.reports.writing import report
from tests.workgroups.writing import (
    CHAIR,
    CONSENSUS,
    MEMBER,
    OUTSIDER,
    SECRETARY,
    TWO_THIRDS,
    World,
    group,
    item,
    meeting,
    world,
)


@pytest.fixture
def made(acting: Any, cast: Any) -> World:
    return world(acting, cast)


def write(of: UUID, text: str, expected: int = 1) -> int:
    return meeting_actions.write_minutes(of, minutes=text, language="en", expected=expected, at=now())


def propose(of: World, **named: Any) -> UUID:
    return work_actions.propose(
        of.group, title="Share tracks", text="All ports share tracks.", language="en", at=now(), **named
    ).record_id


def test_a_group_is_seen_by_who_sits_in_it(made, acting, cast):
    for email in (CHAIR, SECRETARY, MEMBER):
        with acting(email):
            (found,) = queries.my_groups()
            assert found.id == made.group and queries.decision_rule(made.group) == CONSENSUS
            assert [seat.office for seat in queries.seats(found)] == ["chair", "secretary", "member"]
            assert queries.keeps(found) == (email != MEMBER) and queries.sits(found)
            assert reading.whole(made.meeting, at=now()).items[0].row.title == "Drones"
    with acting(OUTSIDER):
        assert queries.my_groups() == [] and not Meeting.objects.exists() and not Item.objects.exists()
        with pytest.raises(NotFound):
            queries.decision_rule(made.group)


def test_founding_asks_for_a_role_and_a_director_may(acting):
    said = {"name": "N", "label": "L", "remit": "R", "language": "en", "tlp": Tlp.AMBER, "rule": CONSENSUS}
    with acting("director@antwerp.demo"):
        founded = actions.found_group(**said, at=now())
        assert queries.keeps(founded)
    with acting("officer@waterways.demo"), pytest.raises(Refused):
        actions.found_group(**said, at=now())
    with acting(CHAIR), pytest.raises(Invalid) as error:
        wrong = said | {
            "name": " ",
            "tlp": Tlp.AMBER_STRICT,
            "rule": DecisionRule("qualified", Fraction(1, 3), Fraction(2)),
        }
        actions.found_group(**wrong, at=now())
    assert {p.field for p in error.value.problems} == {"name", "tlp", "fraction", "quorum"}


def test_who_leaves_a_group_reads_nothing_of_it_any_more(made, acting, cast):
    with acting(MEMBER):
        actions.unseat_person(made.group, person=cast[MEMBER].person, at=now())
    with acting(MEMBER):
        assert queries.my_groups() == [] and not Meeting.objects.exists()
    with acting(CHAIR):
        with pytest.raises(Conflict):
            actions.unseat_person(made.group, person=cast[CHAIR].person, at=now())
        with pytest.raises(NotFound):
            actions.unseat_person(made.group, person=cast[OUTSIDER].person, at=now())


def test_the_chair_alone_hands_the_chair_over(made, acting, cast):
    def seat(email: str, office: str) -> None:
        actions.seat_person(
            made.group, person=cast[email].person, organisation=cast[email].organisation, office=office, at=now()
        )

    with acting(SECRETARY), pytest.raises(Refused):
        seat(SECRETARY, "chair")
    with acting(MEMBER), pytest.raises(Refused):
        seat(MEMBER, "secretary")
    with acting(CHAIR):
        with pytest.raises(Conflict):
            seat(CHAIR, "member")
        seat(MEMBER, "chair")
        assert [s.office for s in queries.seats(queries.group(made.group)) if s.person == cast[CHAIR].person] == [
            "member"
        ]
    with acting(MEMBER):
        assert queries.keeps(queries.group(made.group))
        with pytest.raises(Invalid):  # not known to the actor
            seat("contact@agent.demo", "member")


def test_the_rule_belongs_to_the_group_and_is_versioned(made, acting, journalled):
    with acting(SECRETARY):
        actions.set_rule(made.group, rule=TWO_THIRDS, reason="Agreed in May.", at=now())
        with pytest.raises(Conflict):
            actions.set_rule(made.group, rule=TWO_THIRDS, reason="Again.", at=now())
        assert queries.decision_rule(made.group) == TWO_THIRDS
        assert [row.number for row in queries.rules(made.group)] == [2, 1]
    with acting(MEMBER), pytest.raises(Refused):
        actions.set_rule(made.group, rule=CONSENSUS, reason="No.", at=now())
    assert journalled("workgroup.rule_set")[0]["details"]["number"] == 2


def test_two_secretaries_do_not_overwrite_each_other(made, acting):
    with acting(CHAIR):
        assert write(made.item, "The chair wrote this.") == 2
    with acting(SECRETARY):
        with pytest.raises(Conflict):
            write(made.item, "The secretary wrote that.", expected=1)
        assert write(made.item, "Both wrote this.", expected=2) == 3
    with acting(MEMBER):
        assert reading.whole(made.meeting, at=now()).items[0].row.minutes == "Both wrote this."
        with pytest.raises(Refused):
            write(made.item, "I write too.", expected=3)
    with acting(OUTSIDER), pytest.raises(NotFound):
        write(made.item, "Me too.", expected=3)


def test_a_narrower_item_and_what_comes_of_it_is_there_for_those_alone(made, acting, cast):
    two = [cast[CHAIR].person, cast[SECRETARY].person]
    with acting(CHAIR):
        narrow = item(made.meeting, title="In confidence", persons=two, tlp=Tlp.RED)
        decided = propose(made, item=narrow)
        work_actions.decide(
            decided, votes={cast[CHAIR].organisation: "for", cast[SECRETARY].organisation: "for"}, expected=1, at=now()
        )
        with pytest.raises(Invalid):
            work_actions.assign(
                made.group,
                text="Ask.",
                owner=cast[MEMBER].person,
                due=now().date(),
                language="en",
                item=narrow,
                at=now(),
            )
        given = work_actions.assign(
            made.group,
            text="Ask.",
            owner=cast[SECRETARY].person,
            due=now().date(),
            language="en",
            item=narrow,
            at=now(),
        ).record_id
    with acting(SECRETARY):
        assert write(narrow, "Said in confidence.") == 2
        assert len(reading.whole(made.meeting, at=now()).items) == 2
        work_actions.end_action(given, state="done", outcome="Asked.", expected=1, at=now())
    with acting(MEMBER):
        now_seen = reading.whole(made.meeting, at=now())
        assert [row.id for row in now_seen.items] == [made.item] and not now_seen.decisions and not now_seen.actions
        assert not Decision.objects.exists() and not Action.objects.exists()


def test_what_an_item_is_about_narrows_it(made, acting, cast):
    with acting(CHAIR):
        proposal = work_actions.propose(
            made.group,
            title="Secret",
            text="T",
            language="en",
            persons=[cast[SECRETARY].person],
            tlp=Tlp.AMBER,
            at=now(),
        ).record_id
        put = item(made.meeting, title="Secret", about="decision", target=proposal)
    with acting(MEMBER):
        assert not Item.objects.filter(record_id=put).exists()
        with pytest.raises(Refused):
            item(made.meeting, title="Guess", about="decision", target=proposal)
    with acting(SECRETARY):
        assert Item.objects.filter(record_id=put).exists()


def test_minutes_are_a_draft_until_approved_at_a_later_meeting_then_frozen(made, acting, cast):
    with acting(CHAIR):
        write(made.item, "We agreed on a list.")
        with pytest.raises(Invalid):
            meeting_actions.approve_minutes(made.meeting, approved_in=made.meeting, expected=1, at=now())
        later = meeting(made.group, title="Second", starts_at=now() - timedelta(minutes=30))
    with acting(SECRETARY):
        meeting_actions.approve_minutes(made.meeting, approved_in=later, expected=1, at=now())
        assert Meeting.objects.get(record_id=made.meeting).approved_by_id == cast[SECRETARY].person
        for attempt in (
            lambda: write(made.item, "Other.", expected=2),
            lambda: item(made.meeting, title="Late"),
            lambda: meeting_actions.note_attendance(made.meeting, person=cast[MEMBER].person, state="absent", at=now()),
            lambda: meeting_actions.cancel_meeting(made.meeting, expected=2, at=now()),
        ):
            with pytest.raises(Conflict):
                attempt()
        corrected = meeting_actions.correct_minutes(
            made.item, minutes="We agreed on a short list.", reason="Left out.", number=0, expected=2, at=now()
        )
        with pytest.raises(Conflict):
            meeting_actions.correct_minutes(made.item, minutes="Third", reason="r", number=0, expected=3, at=now())
    with acting(MEMBER):
        found = reading.whole(made.meeting, at=now())
        assert found.items[0].row.minutes == "We agreed on a list."
        assert [row.minutes for row in found.corrections[made.item]] == [corrected.minutes]


def test_attendance_is_of_the_group(made, acting, cast):
    with acting(SECRETARY):
        note = meeting_actions.note_attendance
        note(made.meeting, person=cast[MEMBER].person, state="replaced", replaced_by="The deputy", at=now())
        note(made.meeting, person=cast[MEMBER].person, state="present", replaced_by="ignored", at=now())
        assert reading.whole(made.meeting, at=now()).attendance[cast[MEMBER].person].replaced_by == ""
        for wrong in (
            {"person": cast[OUTSIDER].person, "state": "present"},
            {"person": cast[MEMBER].person, "state": "late"},
        ):
            with pytest.raises(Invalid):
                note(made.meeting, **wrong, at=now())


def test_votes_come_to_what_the_rule_says_and_may_be_noted_again_until_approval(made, acting, cast):
    yes, no = cast[CHAIR].organisation, cast[MEMBER].organisation
    with acting(MEMBER):
        decision = propose(made)
        with pytest.raises(Refused):
            work_actions.decide(decision, votes={yes: "for"}, item=made.item, expected=1, at=now())
    with acting(CHAIR):
        with pytest.raises(Invalid) as error:
            work_actions.decide(decision, votes={cast[OUTSIDER].organisation: "for"}, expected=1, at=now())
        assert {p.field for p in error.value.problems} == {"votes", "item"}
        first = work_actions.decide(decision, votes={yes: "for", no: "against"}, item=made.item, expected=1, at=now())
        again = work_actions.decide(decision, votes={yes: "for", no: "abstain"}, expected=2, at=now())
        assert (first.reached, first.why, again.reached, again.why) == (False, "opposed", True, "agreed")
        row = Decision.objects.get(record_id=decision)
        assert (row.state, row.organisations, row.rule.number, row.meeting_id) == ("reached", 3, 1, made.meeting)
        with pytest.raises(Conflict):
            work_actions.reword(decision, title="T", text="T", expected=3, at=now())
        later = meeting(made.group, title="Second", starts_at=now() - timedelta(minutes=30))
        meeting_actions.approve_minutes(made.meeting, approved_in=later, expected=1, at=now())
        with pytest.raises(Conflict):
            work_actions.decide(decision, votes={yes: "against"}, expected=3, at=now())


def test_decisions_are_found_by_their_words_by_who_sees_them(made, acting):
    with acting(MEMBER):
        decision = propose(made)
        work_actions.reword(decision, title="Share tracks", text="Quarantine of radar plots.", expected=1, at=now())
    with acting(SECRETARY):
        hit = reading.page(Decision, reading.Filters(q="radar"), at=now())
        assert [row.id for row in hit.rows] == [decision] and hit.count == 1
        assert reading.page(Decision, reading.Filters(q="submarine"), at=now()).rows == []
    with acting(OUTSIDER):
        assert reading.page(Decision, reading.Filters(q="radar"), at=now()).rows == []


def test_an_actions_owner_says_what_came_of_it_and_changes_nothing_else(made, acting, cast):
    with acting(CHAIR):
        action = work_actions.assign(
            made.group,
            text="Call customs.",
            owner=cast[MEMBER].person,
            due=now().date(),
            language="en",
            item=made.item,
            at=now(),
        ).record_id
    with acting(MEMBER):
        assert [row.id for row in reading.mine_to_do()] == [action] and reading.count_mine() == 1
        with pytest.raises(Refused):
            work_actions.change_action(
                action, text="X", owner=cast[CHAIR].person, due=now().date(), expected=1, at=now()
            )
        with pytest.raises(Invalid):
            work_actions.end_action(action, state="done", outcome=" ", expected=1, at=now())
        work_actions.end_action(action, state="done", outcome="Called.", expected=1, at=now())
        with pytest.raises(Conflict):
            work_actions.end_action(action, state="dropped", outcome="Twice.", expected=2, at=now())
        assert reading.mine_to_do() == []
        work_actions.reopen_action(action, expected=2, at=now())
        assert Action.objects.get(record_id=action).sequence == 2
    with acting(OUTSIDER), pytest.raises(NotFound):
        work_actions.end_action(action, state="done", outcome="Me.", expected=3, at=now())


def test_a_link_is_there_for_who_sees_both_ends(made, acting):
    with acting(CHAIR):
        seen, unseen = report("ports-and-police").record_id, report("organisation-port-of-antwerp-bruges").record_id
        decision = propose(made)
        for target in (seen, unseen):
            work_actions.link(decision, kind="report", target=target, at=now())
        with pytest.raises(Conflict):
            work_actions.link(decision, kind="report", target=seen, at=now())
        assert [one.id for _n, one in reading.linked(decision)] == [seen, unseen]
    with acting(MEMBER):
        ((number, one),) = reading.linked(decision)
        assert one.id == seen
        for kind, target in (("report", unseen), ("alert", seen), ("report", made.item)):
            with pytest.raises((Invalid, Refused)):
                work_actions.link(decision, kind=kind, target=target, at=now())
        with pytest.raises(Refused):
            work_actions.unlink(decision, link=number, at=now())
    with acting(SECRETARY):
        work_actions.unlink(decision, link=number, at=now())
        assert reading.linked(decision) == []


def test_a_closed_group_is_read_and_not_written(made, acting):
    with acting(CHAIR):
        actions.close_group(made.group, at=now())
        assert reading.whole(made.meeting, at=now()).items
        for attempt in (lambda: write(made.item, "Late."), lambda: meeting(made.group), lambda: propose(made)):
            with pytest.raises(Conflict):
                attempt()
    with acting(MEMBER):
        assert Group.objects.get(id=made.group).closed_at is not None


def test_no_text_holds_a_mark_of_secrecy_or_a_register_number(made, acting):
    with acting(CHAIR):
        for text in ("ISPS BEPERKT\nThe plan of the quay.", "Born as 85.07.30-033.28."):
            with pytest.raises(Invalid):
                write(made.item, text)


def test_a_cancelled_meeting_can_be_held_after_all(acting, cast):
    of = group(acting, cast)
    with acting(CHAIR):
        coming = meeting(of, starts_at=now() + timedelta(days=3))
        meeting_actions.cancel_meeting(coming, expected=1, at=now())
        with pytest.raises(Conflict):
            item(coming)
        meeting_actions.restore_meeting(coming, expected=2, at=now())
        item(coming)
        assert Meeting.objects.get(record_id=coming).sequence == 2
