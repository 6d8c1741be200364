"""Requests to the desk: their clock, what may follow what, the search of traces, hand-over, forgetting."""

from datetime import timedelta

import pytest

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, NotFound, Refused
from port2port.base.models import JournalEntry
from port2port.governance.desk import actions, queries, tasks
from port2port.governance.desk.models import Request, Trace
from port2port.members.models import Circle
from port2port.reports.actions import share_report
from port2port.reports.addressing import terms_for
from port2port.reports.observables.normal import normalised
from port2port.reports.rules import Draft
from port2port.sharing.addressing import Addressing, reporter
from port2port.sharing.tlp import Tlp
from tests.governance.asking import DPO, NAME, OTHER, checked, received, second_desk

PSO = "pso@antwerp.demo"
WORD = "zeldzaamwoord"


def told(audience: str | None, *, tlp: Tlp = Tlp.AMBER, person: object = None, observables: list[object] | None = None):
    """Share a report that holds the word, with a circle or with one person; acting as its author."""
    keys = (Circle.objects.get(slug=audience).id,) if audience else (person,)
    return share_report(
        draft=Draft(threat="drone_misuse", text=f"A drone, {WORD} (test).", place="landmark", landmark="kallo-lock",
                    occurred_at=now(), language="en", modus_operandi="UA01"),
        to=Addressing(keys, tlp), terms=terms_for("drone_misuse", reporter()), at=now(), observables=observables or [],
    ).record_id  # fmt: skip


def found(acting, *terms: str) -> list[Trace]:
    with acting(DPO):
        request = checked()
        actions.search(request.id, terms=list(terms), at=now())
        return queries.traces(request.id)


def test_a_request_is_due_in_a_month_and_an_extension_gives_two_more(acting):
    with acting(DPO):
        request = received(ago=3)
        shown = queries.request(request.id, at=now())
        assert shown.clock is not None and shown.clock.rule.code == "data_subject_answer"
        assert shown.asked is not None and shown.asked.name == NAME
        first = shown.row.due
        actions.extend(request.id, reason="Many places (test).", at=now())
        later = queries.request(request.id, at=now())
        assert later.clock is not None and later.clock.rule.code == "data_subject_extended"
        assert later.row.due is not None and first is not None and timedelta(58) < later.row.due - first < timedelta(63)
        with pytest.raises(Conflict):
            actions.extend(request.id, reason="Again (test).", at=now())


def test_no_extension_after_the_first_time(acting):
    with acting(DPO), pytest.raises(Conflict):
        actions.extend(received(ago=40).id, reason="Too late (test).", at=now())


def test_an_answer_follows_identity_search_and_decisions(acting):
    with acting(DPO):
        request = received()
        with pytest.raises(Conflict):
            actions.search(request.id, terms=[NAME], at=now())
        actions.check_identity(request.id, how="known_contact", at=now())
        with pytest.raises(Conflict):
            actions.close(request.id, act="answered", text="Here (test).", at=now())
    with acting(PSO):
        told("ports-and-police")
    with acting(DPO):
        assert actions.search(request.id, terms=[WORD], at=now()) > 0
        with pytest.raises(Invalid):
            actions.close(request.id, act="answered", text="Here (test).", at=now())
        every = [one.id for one in queries.traces(request.id)]
        with pytest.raises(Invalid):
            actions.decide(request.id, traces=every, decision="withheld", ground="public_security", at=now())
        actions.decide(request.id, traces=every, decision="withheld", ground="restricted_by_law", at=now())
        actions.close(request.id, act="answered", text="Here (test).", at=now())
        closed = queries.request(request.id, at=now())
        assert closed.row.state == "closed" and closed.clock is None
        with pytest.raises(Conflict):
            actions.decide(request.id, traces=every, decision="given", at=now())


def test_the_search_finds_what_the_organisation_holds_as_place_and_id(acting):
    with acting(PSO):
        report = told("ports-and-police", observables=[normalised("plate", "1-ABC-234")])
    by_word = found(acting, WORD)
    assert ("reports_report", str(report)) in {(one.place, one.row) for one in by_word}
    places = {one.place for one in found(acting, "1abc234")}
    assert "reports_observable" in places


def test_a_member_is_found_with_the_number_of_their_doings(acting, cast):
    with acting(PSO):
        told("ports-and-police")
    rows = {one.place: one for one in found(acting, PSO)}
    assert rows["members_person"].row == str(cast[PSO].person)
    assert rows["base_journal_entry"].number > 0 and rows["base_journal_entry"].row == ""


def test_records_of_others_are_not_found(acting):
    with acting("pso@northsea.demo"):
        told("ports-and-police")
    assert [one for one in found(acting, WORD) if one.place.startswith("reports")] == []
    assert found(acting, "pso@northsea.demo") == []


@pytest.mark.parametrize("tlp", [Tlp.AMBER, Tlp.RED])
def test_what_chosen_persons_hold_is_neither_found_nor_counted(acting, cast, tlp):
    with acting(PSO):
        told(None, tlp=tlp, person=cast["director@antwerp.demo"].person, observables=[normalised("plate", "1-ABC-234")])
    assert found(acting, WORD, "1-ABC-234") == []


def test_a_national_number_is_refused_and_no_term_is_kept(acting, owner):
    with acting(DPO):
        request = checked()
        with pytest.raises(Invalid):
            actions.search(request.id, terms=["85.07.30-033.28"], at=now())
        actions.search(request.id, terms=[WORD], at=now())
        entry = JournalEntry.objects.filter(act="trace.listed").order_by("-id")[0]
        assert WORD not in (entry.payload or "")
    kept = owner.execute(
        "select (select json_agg(s)::text from governance_requeststep s),"
        " (select json_agg(r)::text from governance_request r)"
    ).fetchone()
    assert kept is not None and all(WORD not in text and NAME not in text for text in kept)


def test_another_desk_takes_over_and_the_first_reads_it_no_more(acting, cast, owner):
    with acting(DPO):
        request = checked()
        with pytest.raises(Invalid):  # no officer there
            actions.hand_over(request.id, organisation=cast["pso@northsea.demo"].organisation, at=now())
    second_desk(owner, cast)
    with acting(DPO):
        actions.hand_over(request.id, organisation=cast[OTHER].organisation, at=now())
    with acting(DPO), pytest.raises(NotFound):
        queries.request(request.id, at=now())
    with acting(OTHER):
        taken = queries.request(request.id, at=now())
        assert taken.asked is not None and taken.asked.name == NAME and "handed" in taken.acts


def test_names_go_before_the_proof(acting, owner):
    with acting(DPO):
        request = checked()
        actions.close(request.id, act="refused", ground="not_identified", text="We cannot (test).", at=now())
    owner.execute("update governance_request set erase_at = now()")
    assert tasks.forget(0) == 1
    with acting(DPO):
        left = queries.request(request.id, at=now())
        assert left.asked is None and all(one.sealed is None for one in left.steps) and left.acts[-1] == "refused"
    owner.execute("update governance_request set kept_until = now()")
    assert tasks.forget(0) == 1
    with acting(DPO):
        assert not Request.objects.exists()


def test_only_the_officer(acting):
    with acting(PSO), pytest.raises(Refused):
        received()
    with acting("admin@antwerp.demo"), pytest.raises(Refused):
        queries.requests(at=now())
