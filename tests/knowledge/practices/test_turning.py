"""From a closed report or a lesson to a practice: particulars taken out, shown, and pointed out when they come back."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, NotFound, Refused
from port2port.helpdesk.actions import LessonDraft, do, share_lesson
from port2port.knowledge.practices import queries, turning
from port2port.knowledge.practices.turning import KIND_WORDS, _Span, without_particulars
from port2port.members.models import Circle
from port2port.reports.actions import close_report
from port2port.reports.addressing import terms_for
from port2port.reports.observables.normal import normalised
from port2port.reports.queries import version_of
from port2port.sharing.addressing import Addressing, reporter
from port2port.sharing.tlp import Tlp
from tests.helpdesk.asking import case
from tests.knowledge.practices.writing import DRAFT, about
from tests.reports.writing import DRAFT as REPORT
from tests.reports.writing import report

OWNER = "pso@antwerp.demo"
TOLD = (
    "The driver of Scheldt Shipping Agency (invented) asked for CSQU3054383 at the Kallo lock."
    " He gave a number of Verbeke Trans NV, Havenlaan 12, and the code was right."
)


def closed(**changes: object) -> UUID:
    """Share and close a report that tells whose case it was."""
    draft = replace(REPORT, text=TOLD, **changes)  # type: ignore[arg-type]
    made = report(draft=draft, observables=[normalised("container", "CSQU3054383")]).record_id
    said = "The gate of Port of Antwerp-Bruges calls back now."
    close_report(made, outcome=said, at=now(), expected=version_of(made))
    return made


def test_a_closed_report_loses_what_tells_whose_case_it_was(acting):
    with acting(OWNER):
        found = turning.prepared("report", closed(), at=now())
        assert found.draft.topic == "drones" and found.draft.language == "en"
        for one in ("CSQU3054383", "Verbeke", "Havenlaan 12", "Scheldt Shipping"):
            assert one not in found.draft.context, one
            assert any(one in taken.written for taken in found.taken), one
        assert "and the code was right" in found.draft.context and "calls back now" in found.draft.outcome
        assert "Antwerp-Bruges" not in found.draft.outcome


def test_only_a_closed_one_of_ones_own(acting):
    with acting(OWNER):
        still_open = report().record_id
        with pytest.raises(Conflict):
            turning.prepared("report", still_open, at=now())
        made = closed()
    with acting("pso@northsea.demo"), pytest.raises(Refused):
        turning.prepared("report", made, at=now())
    with acting("officer@outside.demo"), pytest.raises(NotFound):
        turning.prepared("report", made, at=now())


def test_what_comes_back_is_pointed_out_and_may_be_said_to_stand(acting):
    with acting(OWNER):
        source = turning.prepared("report", closed(), at=now())
        written = replace(DRAFT, context="The driver asked for CSQU3054383 again, and the gate called back.")
        given_to = {"about": about(), "terms": terms_for("drug_smuggling", reporter()), "at": now()}
        with pytest.raises(Invalid) as error:
            turning.turn_into_practice(source, draft=written, **given_to)
        assert [p.field for p in error.value.problems] == ["context"]
        assert queries.linked_to(source.source) == []
        made = turning.turn_into_practice(source, draft=written, **given_to, may_stand=True)
        assert [one.id for one in queries.linked_to(source.source)] == [made.record_id]
        assert [one.to.id for one in queries.ties(made.record_id)] == [source.source]


def test_a_lesson_of_ones_own_desk(acting):
    with acting("pfso@quay1.demo"):
        asked = case()
    with acting(OWNER):
        do(asked, "answer", text="As a visitor (test).", at=now())
        members = Addressing((Circle.objects.get(slug="all-members").id,), Tlp.GREEN)
        lesson = share_lesson(
            asked, draft=LessonDraft("Visitors (test)", "What was asked?", "What helps at the gate.", "en"), to=members,
            at=now(),
        ).record_id  # fmt: skip
        found = turning.prepared("lesson", lesson, at=now())
        assert (found.draft.context, found.draft.done) == ("What was asked?", "What helps at the gate.")
        assert found.taken == ()
    with acting("pso@northsea.demo"), pytest.raises(Refused):
        turning.prepared("lesson", lesson, at=now())
    with acting(OWNER), pytest.raises(Invalid):
        turning.prepared("alert", lesson, at=now())


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.text("ab .é", max_size=30),
    st.lists(st.tuples(st.integers(0, 29), st.integers(1, 9), st.sampled_from(sorted(KIND_WORDS))), max_size=4),
)
def test_nothing_within_a_span_stays_and_all_else_does(text, drawn):
    spans = [_Span(a, min(a + n, len(text)), kind) for a, n, kind in drawn if a < len(text)]
    put = {kind: "" for kind in KIND_WORDS}
    made, taken = without_particulars(text, spans, put)
    gone = {i for one in spans for i in range(one.start, one.end)}
    kept = "".join(letter for i, letter in enumerate(text) if i not in gone)
    assert made.count("[]") >= len(taken)
    rest = list(made)
    assert len(made) == len(kept) + 2 * len(taken) and sum(len(one.written) for one in taken) == len(gone)
    for letter in kept:
        rest.remove(letter)
