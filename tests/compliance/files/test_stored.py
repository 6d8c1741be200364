"""Between tables and rules: the same to the row as out of the plain models; what stays the same is not touched."""

from typing import Any

from port2port.base.clock import now
from port2port.compliance.actions import correct_event
from port2port.compliance.book import rules_in_force
from port2port.compliance.deadlines import computed
from port2port.compliance.models import Happening, Owed, Subject
from port2port.compliance.obligations import Event
from port2port.compliance.obligations import Subject as Owing
from port2port.compliance.recomputing import recompute
from port2port.compliance.stored import histories
from port2port.members.acting import acting_as_system
from tests.compliance.files.given import ANSM, OTHER, PORT, QUAY, happened, late_plan, told


def written() -> None:
    """Write into the files of two facilities and a port: events, one put right twice, one taken back."""
    for code in (QUAY, OTHER):
        late_plan(code)
        happened("exercise_held", 100, code, exercise="e1")
        wrong = happened("drill_held", 20, code)
        correct_event(
            correct_event(wrong.id, entry=told("drill_held", 30), at=now()).id, at=now(), entry=told("drill_held", 40)
        )
        correct_event(happened("drill_held", 1, code).id, at=now())
    happened("port_opened", 300, PORT)


def plainly(subject: Subject) -> tuple[Owing, set[tuple[Any, ...]]]:
    """Return a subject and what happened to it, read model by model."""
    events = list(Happening.objects.filter(subject=subject))
    corrected = {one.corrects_id for one in events}
    known = dict(subject.attributes)
    if subject.facility is not None:
        known["category"] = str(subject.facility.category)
    told_ = {
        (one.kind, one.at, tuple(sorted(one.details.items())), str(one.id))
        for one in events
        if not one.void and one.id not in corrected
    }
    return Owing(subject.kind, str(subject.id), known), told_


def places(owner: Any) -> dict[tuple[Any, ...], tuple[str, str]]:
    """Return where each row lies and who wrote or locked it last: another when it was so much as touched."""
    rows = owner.execute("select subject_id, key, ctid::text, xmin::text || ' ' || xmax::text from compliance_owed")
    return {(subject, key): (place, by) for subject, key, place, by in rows.fetchall()}


def test_histories_and_rows_are_those_of_the_plain_models(acting):
    with acting(ANSM):
        written()
    at = now()
    with acting_as_system("worker"):
        subjects = list(Subject.objects.select_related("facility"))
        recompute([one.id for one in subjects], at=at)
        read = {one.id: one for one in histories([one.id for one in subjects], rules_in_force().book.zone)}
        assert len(read) == len(subjects) == 3
        for subject in subjects:
            owing, happenings = plainly(subject)
            found = read[subject.id]
            assert found.subject == owing
            assert {(e.kind, e.at, tuple(sorted(e.details.items())), e.id) for e in found.events} == happenings
            plain = [Event(kind, moment, dict(details), identifier) for kind, moment, details, identifier in happenings]
            worked = computed(owing, plain, rules_in_force().book, at=at)
            rows = {
                (row.key, row.since, row.due, row.outcome, row.settled_at, row.state, str(row.trigger), str(row.proof))
                for row in Owed.objects.filter(subject=subject)
            }
            assert rows == {
                (one.key, one.since, one.until, one.outcome, one.settled_at, one.state(at), one.trigger.id,
                 str(one.settled_by.id if one.settled_by else None))
                for one in worked.obligations
            }  # fmt: skip
            assert subject.kind == "port" or any(key.startswith("drill") for key, *_rest in rows)


def test_a_row_that_stays_the_same_is_not_touched(acting, owner):
    with acting(ANSM):
        written()
    before = places(owner)
    with acting_as_system("worker"):
        subjects = list(Subject.objects.values_list("id", flat=True))
        assert recompute(subjects, at=now()) == 0
    assert places(owner) == before and before


def test_what_differs_is_written_what_is_missing_comes_and_what_is_too_much_goes(acting, owner):
    with acting(ANSM):
        written()
    before = places(owner)
    changed, lost, *_rest = sorted(before)
    owner.execute("update compliance_owed set outcome = 'broken' where subject_id = %s and key = %s", changed)
    columns = owner.execute(
        "select string_agg(quote_ident(column_name), ', ') from information_schema.columns"
        " where table_name = 'compliance_owed' and column_name <> 'key'"
    ).fetchone()[0]
    owner.execute(
        f"insert into compliance_owed (key, {columns}) select 'nobody owes this', {columns} from compliance_owed"
        " where subject_id = %s and key = %s",
        changed,
    )
    owner.execute("delete from compliance_owed where subject_id = %s and key = %s", lost)
    with acting_as_system("worker"):
        assert recompute(list(Subject.objects.values_list("id", flat=True)), at=now()) == 2
    after = places(owner)
    assert set(after) == set(before)
    assert {key for key in after if after[key] != before[key]} == {changed, lost}
