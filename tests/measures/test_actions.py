"""Objectives and measures through the actions: written, changed, agreed, adopted."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, NotFound, Refused
from port2port.base.ids import new_id
from port2port.measures import actions, adoption_actions, adoption_queries, agreement_actions, queries
from port2port.measures.agreement_queries import open_round, positions_waiting, proof, rounds
from port2port.measures.differences import differences
from port2port.measures.models import Version
from port2port.measures.rules import text_hash
from port2port.measures.shown import draft_of
from port2port.reports.addressing import terms_for
from port2port.sharing.addressing import Addressing, reporter
from port2port.sharing.tlp import Tlp
from port2port.workgroups.actions import close_group, set_rule
from tests.measures.writing import DRAFT, OWNER, RULES, SPEAKERS, agreed, group, measure, objective, opened, says, tells
from tests.reports.writing import keys

PARTNER, COMPANY, OUTSIDER = "pso@northsea.demo", "contact@agent.demo", "officer@outside.demo"


def test_a_measure_serves_an_objective_and_is_found_with_it(acting):
    with acting(OWNER):
        aim = objective().record_id
        made = measure(objective=aim).record_id
        [one], _slice = queries.objectives(at=now())
        assert [row.id for row in one.measures] == [made]
        found = queries.measures(at=now(), states=("draft",))
        assert [(row.id, row.draft) for row in found] == [(made, DRAFT)]
        assert found[0].version.hash == text_hash(DRAFT)
    with acting(OUTSIDER), pytest.raises(NotFound):
        queries.measure(made, at=now())


def test_every_problem_is_named_at_once(acting):
    with acting(OWNER), pytest.raises(Invalid) as wrong:
        actions.propose(
            draft=replace(DRAFT, title="", text="no", modi=("XX99",), cost="much"), threat="weather",
            to=Addressing((), Tlp.GREEN), terms=terms_for("drug_smuggling", reporter()), at=now(), category="magic",
        )  # fmt: skip
    assert {one.field for one in wrong.value.problems} == {
        "title", "text", "modi", "cost", "threat", "category", "audience",
    }  # fmt: skip


def test_what_is_marked_as_secret_or_names_a_person_is_refused(acting):
    with acting(OWNER):
        for text in ("ISPS BEPERKT: the plan of the quay, chapter two.", "Ask about 85.07.30-033.28 at the gate."):
            with pytest.raises(Invalid) as wrong:
                measure(text=text)
            assert [one.field for one in wrong.value.problems] == ["text"], text


def test_the_whole_way_to_an_agreement_and_its_proof(acting, journalled, owner):
    made = agreed(acting, in_force=False)
    with acting(PARTNER) as actor:
        found = queries.measure(made, at=now())
        assert found.measure.state == "agreed"
        [one] = rounds(made)
        assert one.consultation.outcome == "agreed" and len(one.positions) == len(one.asked) == len(SPEAKERS)
        entries = proof(made)
        assert [row.entry.act for row in entries] == ["measure.opened"] + ["measure.position"] * 9 + ["measure.closed"]
        said = [row for row in entries if row.entry.organisation == actor.organisation]
        assert said[0].said["text"] == found.version.hash and said[0].said["position"] == "agree"
        assert {row.fits for row in entries} == {None}  # the sealer has not come by
    with acting(OUTSIDER):
        assert proof(made) == []
    assert journalled("measure.closed")[0]["details"]["outcome"] == "agreed"


def test_who_is_asked_are_the_organisations_of_the_audience_that_have_a_voice(acting, cast):
    with acting(OWNER):
        made = measure("ports-and-police", tlp=Tlp.AMBER).record_id
        opened(made)
        found = open_round(made)
    asked = {cast[email].organisation for email in SPEAKERS if email != "director@commissioner.demo"}
    assert found is not None and set(found.asked) == asked  # the police have nobody there who speaks


def test_who_is_not_asked_or_has_no_voice_gives_no_position(acting):
    with acting(OWNER):
        made = measure().record_id
        opened(made)
    for email in ("analyst@police.demo", "admin@antwerp.demo", "analyst@commissioner.demo"):
        with acting(email), pytest.raises(Refused):
            says(made, "agree")
    with acting("analyst@police.demo"):
        actions.remark(made, text="We would see it at the gate too (test).", at=now())
        assert [one.text for one in queries.comments(made)] == ["We would see it at the gate too (test)."]
    with acting(OUTSIDER), pytest.raises(NotFound):
        agreement_actions.give_position(made, stance="agree", read="0" * 64, at=now())


def test_an_objection_says_why_and_stops_a_consensus(acting):
    with acting(OWNER):
        made = measure().record_id
        opened(made)
    with acting(PARTNER):
        with pytest.raises(Invalid):
            says(made, "object")
        says(made, "object", "The text forgets inland terminals (test).")
    for email in SPEAKERS:
        if email != PARTNER:
            with acting(email):
                says(made, "agree")
    with acting(OWNER):
        assert agreement_actions.close_consultation(made, at=now()) == "not_agreed"
        assert queries.measure(made, at=now()).measure.state == "draft"
        with pytest.raises(Conflict):
            opened(made)  # the same text is not asked twice
        changed = actions.change_text(
            made, draft=replace(DRAFT, text="The gate compares driver and booking, inland too."), at=now(),
            expected=queries.version_of(made),
        )  # fmt: skip
        assert changed.number == 2
        opened(made, rule="two-thirds")


def test_a_position_is_changed_until_the_end_and_its_history_kept(acting):
    with acting(OWNER):
        made = measure().record_id
        opened(made)
    with acting(PARTNER):
        says(made, "object", "Not yet (test).")
        says(made, "agree")
        found = open_round(made)
        assert found is not None
        assert [one.stance for one in found.positions] == ["agree"] and [one.stance for one in found.past] == ["object"]
        assert len([one for one in proof(made) if one.entry.act == "measure.position"]) == 2


def test_the_text_is_frozen_by_the_first_position_and_a_change_asks_again(acting):
    with acting(OWNER):
        made = measure().record_id
        opened(made)
        first = actions.change_text(made, draft=replace(DRAFT, cost="1m"), at=now(), expected=queries.version_of(made))
        assert first.number == 1 and first.hash == text_hash(replace(DRAFT, cost="1m"))
    with acting(PARTNER):
        says(made, "agree")
    with acting(OWNER):
        second = actions.change_text(
            made,
            draft=replace(DRAFT, cost="1m", contact="The duty desk (test)"),
            at=now(),
            expected=queries.version_of(made),
        )
        assert second.number == 2
        newest, before = rounds(made)
        assert (before.consultation.outcome, newest.positions, newest.asked) == ("superseded", (), before.asked)
        ends, ended = (timezone.localtime(one.consultation.until) for one in (newest, before))
        assert ends.time() == ended.time() and ends >= ended  # the hour at which the first would have ended
        [changed] = differences(draft_of(before.version), draft_of(second))
        assert changed.field == "contact"
    with acting(PARTNER):
        assert [one.measure for one in positions_waiting(at=now())] == [made]
        with pytest.raises(Conflict):
            agreement_actions.give_position(made, stance="agree", read=first.hash, at=now())


def test_it_is_closed_when_all_have_answered_or_the_time_is_over(acting, owner):
    with acting(OWNER):
        made = measure().record_id
        opened(made, rule="two-thirds")
    for email in SPEAKERS[:5]:
        with acting(email):
            says(made, "agree")
    with acting(OWNER), pytest.raises(Conflict):
        agreement_actions.close_consultation(made, at=now())
    owner.execute("update measures_consultation set until = now() - interval '1 minute'")
    with acting(SPEAKERS[6]), pytest.raises(Conflict):
        says(made, "agree")
    with acting(PARTNER), pytest.raises(Refused):
        agreement_actions.close_consultation(made, at=now())
    with acting(OWNER):
        assert agreement_actions.close_consultation(made, at=now()) == "agreed"


def test_without_a_quorum_nothing_is_agreed(acting, owner):
    with acting(OWNER):
        made = measure().record_id
        opened(made)
    for email in SPEAKERS[:4]:
        with acting(email):
            says(made, "agree")
    owner.execute("update measures_consultation set until = now() - interval '1 minute'")
    with acting(OWNER):
        assert agreement_actions.close_consultation(made, at=now()) == "not_agreed"


def test_states_turn_one_way(acting):
    made = agreed(acting)
    with acting(OWNER):
        with pytest.raises(Conflict):
            agreement_actions.put_in_force(made, at=now())
        with pytest.raises(Conflict):
            actions.change_text(made, draft=DRAFT, at=now(), expected=queries.version_of(made))
        with pytest.raises(Invalid):
            agreement_actions.retire(made, reason=" ", at=now())
        agreement_actions.retire(made, reason="A law says it now (test).", at=now())
        assert queries.measure(made, at=now()).measure.retired_why == "A law says it now (test)."
        with pytest.raises(Conflict):
            opened(made)


def test_a_consultation_can_be_stopped(acting):
    with acting(OWNER):
        made = measure().record_id
        opened(made)
        agreement_actions.stop_consultation(made, at=now())
        assert queries.measure(made, at=now()).measure.state == "draft"
        assert rounds(made)[0].consultation.outcome == "stopped"


def test_copies_merges_and_splits_stay_traceable(acting):
    with acting(OWNER):
        one, two = measure().record_id, measure(title="Another (test)").record_id
        made = actions.propose(
            draft=DRAFT, threat="drug_smuggling", to=Addressing(keys(("all-members",)), Tlp.GREEN),
            terms=terms_for("drug_smuggling", reporter()), at=now(), predecessors=(one, two), lineage="merged",
        ).record_id  # fmt: skip
        assert {(row.kind, row.later, row.shown.id) for row in queries.lineage(made)} == {
            ("merged", False, one), ("merged", False, two),
        }  # fmt: skip
        assert [(row.kind, row.later) for row in queries.lineage(one)] == [("merged", True)]


def test_a_port_tells_how_far_it_is_and_what_it_said_before_is_kept(acting):
    made = agreed(acting)
    with acting(PARTNER):
        cell = tells(made, "planned", place="BEGNE")
        assert tells(made, "in_place", place="BEGNE") == cell
        [now_told] = adoption_queries.adoption_cells([made])
        assert (now_told.state, now_told.coverage, now_told.due, now_told.port.locode) == (
            "in_place",
            80,
            None,
            "BEGNE",
        )
        assert [one.was["state"] for one in adoption_queries.history(cell)] == ["planned"]
        with pytest.raises(Refused):
            tells(made, place="BEANR")


def test_what_is_not_agreed_is_not_adopted(acting):
    with acting(OWNER):
        made = measure().record_id
        with pytest.raises(Conflict):
            tells(made)


def test_what_a_port_tells_must_be_whole(acting):
    made = agreed(acting)
    with acting(OWNER):
        for state, changes, field in (
            ("planned", {"due": None}, "due"),
            ("planned", {"due": now().date() - timedelta(days=1)}, "due"),
            ("in_progress", {"progress": 101}, "progress"),
            ("in_place", {"since": now().date() + timedelta(days=2)}, "since"),
            ("in_place", {"coverage": 0}, "coverage"),
            ("suspended", {"reason": ""}, "reason"),
            ("not_applicable", {"reason": " "}, "reason"),
        ):
            with pytest.raises(Invalid) as wrong:
                tells(made, state, **changes)
            assert [one.field for one in wrong.value.problems] == [field]


def test_a_facility_tells_for_itself(acting):
    made = agreed(acting)
    with acting("pfso@quay1.demo"):
        tells(made, place="BEANR-9901")
        with pytest.raises(Refused):
            tells(made, place="BEANR")
        with pytest.raises(Refused):
            tells(made, place="BEANR-9902")


def test_how_did_you_do_it_reaches_who_did_and_the_answer_who_asked(acting, cast):
    made = agreed(acting)
    with acting(PARTNER):
        tells(made, place="BEGNE")
    with acting("pso@ostend.demo"):
        asked = adoption_actions.ask_how(made, text="How did you train the gate (test)?", at=now()).id
    with acting("pso@liege.demo"):
        assert adoption_queries.questions_waiting() == []
        with pytest.raises(NotFound):
            adoption_actions.answer_how(asked, text="We did not.", at=now())
    with acting(PARTNER) as actor:
        assert [one.id for one in adoption_queries.questions_waiting()] == [asked]
        adoption_actions.answer_how(
            asked, text="Two evenings (test).", mentor=actor.person, reach="duty desk", at=now()
        )
        assert adoption_queries.questions_waiting() == []
    with acting("pso@ostend.demo"):
        [exchange], others = adoption_queries.exchanges(made)
        assert [one.text for one in exchange.answers] == ["Two evenings (test)."] and others == []
        assert exchange.answers[0].mentor.id == cast[PARTNER].person
    with acting("pso@liege.demo"):
        assert adoption_queries.exchanges(made) == ([], [])
    with acting(PARTNER):
        adoption_actions.answer_how(asked, text="Two evenings (test).", shared=True, at=now())
    with acting("pso@liege.demo"):
        exchanges, [shared] = adoption_queries.exchanges(made)
        assert exchanges == [] and shared.asked == "How did you train the gate (test)?"


def test_the_rule_is_the_groups_and_stays_as_it_was(acting, cast, owner):
    with acting(OWNER):
        made, ours = measure().record_id, group("three-quarters")
        opened(made, rule="three-quarters")
        set_rule(ours, rule=RULES["low quorum"], reason="Faster (test).", at=now())
        found = open_round(made)
        assert found is not None and found.rule == RULES["three-quarters"] and found.group is not None
        assert (found.consultation.group_id, found.consultation.rule_number) == (ours, 1)
    with acting(PARTNER):
        says(made, "agree")
        other = open_round(made)
        assert other is not None and other.group is None  # whoever is not in the group reads its rule, not its name
    with acting(OWNER):
        text = replace(DRAFT, contact="The duty desk (test)")
        actions.change_text(made, draft=text, at=now(), expected=queries.version_of(made))
        again = open_round(made)
        assert again is not None and again.consultation.id != found.consultation.id
        assert (again.rule, again.consultation.group_id, again.consultation.rule_number) == (found.rule, ours, 1)
        said = next(one.said for one in proof(made) if one.entry.act == "measure.opened")
        assert (said["group"], said["rule"], said["majority"], said["quorum"]) == (str(ours), 1, "3:4", "2:3")
        later = measure().record_id
        opened(later, rule="three-quarters")
        newest = open_round(later)
        assert newest is not None and newest.rule == RULES["low quorum"] and newest.consultation.rule_number == 2


def test_a_group_in_which_one_does_not_sit_asks_nobody(acting, cast):
    with acting(PARTNER):
        theirs = group("low quorum")
    with acting(OWNER):
        made = measure().record_id
        closed = group()
        close_group(closed, at=now())
        for foreign in (theirs, closed, new_id()):
            with pytest.raises(Invalid) as wrong:
                agreement_actions.open_consultation(made, group=foreign, until=now() + timedelta(days=3), at=now())
            assert [one.field for one in wrong.value.problems] == ["group"], foreign


def test_what_expires_takes_everything_along(acting, owner: Any):
    made = agreed(acting)
    with acting(OWNER):
        tells(made)
    assert Version._meta.db_table == "measures_version"
    owner.execute("delete from sharing_record")
    for table in ("measure", "version", "consultation", "asked", "position", "adoption"):
        assert owner.execute(f"select count(*) from measures_{table}").fetchone() == (0,), table
