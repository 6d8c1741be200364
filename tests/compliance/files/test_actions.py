"""Writing into a security file: with each event what is owed is worked out again, in the same transaction."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, NotFound, Refused
from port2port.compliance import queries, stored
from port2port.compliance.actions import Entry, correct_event, record_event, record_events
from port2port.compliance.book import rules_in_force
from port2port.compliance.deadlines import computed
from port2port.compliance.importing import import_events, plan
from port2port.compliance.models import Happening, Owed, Subject
from port2port.compliance.recomputing import recompute
from port2port.compliance.tasks import recompute_all, wake
from port2port.members.acting import acting_as_system
from tests.compliance.files.given import (
    ANSM,
    COMPANY,
    OTHER,
    OUTSIDER,
    PARTNER,
    PFSO,
    POLICE,
    PORT,
    PSO,
    QUAY,
    ago,
    happened,
    holder,
    late_plan,
    told,
)  # fmt: skip


def states(at: object = None) -> dict[str, str]:
    moment = now()
    return {row.key.split(":")[0]: queries.state_of(row, moment) for row in Owed.objects.order_by("since")}


def test_an_event_says_what_is_owed_and_the_next_one_settles_it(acting):
    with acting(PFSO):
        late_plan()
        assert states()["drill"] == "late"
        assert queries.numbers(at=now())["late"] >= 1
        first = Owed.objects.get(rule="drill")
        happened("drill_held", 1)
        done = Owed.objects.get(pk=first.pk)
        assert (done.outcome, queries.state_of(done, now())) == ("fulfilled", "fulfilled")
        assert done.proof == Happening.objects.get(kind="drill_held").id
        running = Owed.objects.exclude(pk=first.pk).get(rule="drill")
        assert queries.state_of(running, now()) == "open" and running.wakes == running.soon


def test_a_correction_stands_beside_what_it_corrects(acting):
    with acting(PFSO):
        late_plan()
        drill = happened("drill_held", 1)
        correct_event(drill.id, at=now())
        assert states()["drill"] == "late"
        assert Owed.objects.filter(rule="drill").count() == 1
        assert Happening.objects.filter(kind="drill_held").count() == 2
        with pytest.raises(Conflict):
            correct_event(drill.id, at=now())
        plan_ = Happening.objects.get(kind="pfsp_approved")
        correct_event(plan_.id, entry=told("pfsp_approved", 5), at=now())
        assert states()["drill"] == "open"


def test_what_cannot_have_happened_is_refused_by_field(acting):
    with acting(PFSO):
        for entry, field in (
            (Entry("drill_held", now() + timedelta(days=1)), "at"),
            (Entry("nothing", ago(1)), "kind"),
            (Entry("drill_held", datetime(1, 1, 1, tzinfo=UTC)), "at"),
            (Entry("exercise_planned", ago(1), {"exercise": "e", "on": "9999-12-31"}), "on"),
            (Entry("port_opened", ago(1)), "kind"),
            (Entry("exercise_held", ago(1)), "exercise"),
            (Entry("drill_held", ago(1), {"name": "x"}), "name"),
            (Entry("exercise_planned", ago(1), {"exercise": "e", "on": "soon"}), "on"),
            (Entry("drill_held", ago(1), {}, "x" * 81), "reference"),
        ):
            with pytest.raises(Invalid) as caught:
                record_event(QUAY, entry=entry, at=now())
            assert [one.field for one in caught.value.problems] == [field], entry
        assert not Subject.objects.exists()


@pytest.mark.parametrize("email", [COMPANY, OUTSIDER, PARTNER, POLICE, PFSO])
def test_another_file_is_not_there(acting, email):
    with acting(email), pytest.raises(NotFound):
        happened("drill_held", 1, OTHER)


@pytest.mark.parametrize("email", [PSO, ANSM])
def test_the_committee_and_the_authority_write_too(acting, email):
    with acting(email):
        happened("drill_held", 1, OTHER)
    with acting(email):
        assert [one.kind for one in queries.events_of(Subject.objects.get().id)] == ["drill_held"]


def test_stored_is_what_the_rules_say(acting):
    with acting(PFSO):
        late_plan()
        happened("exercise_held", 100, exercise="e1")
        at = now()
        [history] = stored.histories([Subject.objects.get().id], rules_in_force().book.zone)
        held = computed(history.subject, history.events, rules_in_force().book, at=at)
        rows = {row.key: row for row in Owed.objects.all()}
        assert set(rows) == {one.key for one in held.obligations}
        for one in held.obligations:
            row = rows[one.key]
            assert (row.since, row.opens, row.soon, row.due) == (one.since, one.opens, one.soon, one.until)
            assert queries.state_of(row, at) == one.state(at), one.key
            steps = [moment for moment in (row.due, row.deputy_at, row.administrator_at, row.escalates) if moment]
            assert steps == sorted(steps)


def test_working_out_again_changes_nothing(acting):
    with acting(PFSO):
        late_plan()
        subject = Subject.objects.get().id
        assert recompute([subject], at=now()) == 0
    assert recompute_all() == (1, 0)


def test_what_turns_by_the_day_is_woken(acting, owner):
    with acting(PFSO):
        late_plan()
    owner.execute("update compliance_owed set state = 'open' where rule = 'drill'")
    assert wake(0) == 0  # nothing turns now
    owner.execute("update compliance_subject set wakes = now()")
    assert wake(0) == 1
    assert owner.execute("select state from compliance_owed where rule = 'drill'").fetchone() == ("late",)
    owner.execute("update compliance_subject set book = 'another'")
    assert wake(0) == 1
    with acting_as_system("worker"):
        assert Subject.objects.get().book == rules_in_force().fingerprint


def test_only_the_employer_writes_about_a_person(acting):
    with acting(PFSO):
        one = holder()
        happened("function_taken", 300, str(one.id))
        assert "pfso_certificate" in states()
    with acting(PSO):
        seen = queries.place(str(one.id))
        assert seen.subject is not None and [e.kind for e in queries.events_of(one.id)] == ["function_taken"]
        assert set(states()) == {"pfso_certificate"}
        with pytest.raises(Refused):
            happened("certificate_issued", 1, str(one.id))


def file(rows: list[dict[str, str]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, ["place", "event", "at", "source_id", "exercise"])
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def test_a_file_is_looked_at_then_taken_in_once(acting):
    rows = [
        {"place": QUAY, "event": "pfsp_approved", "at": "2026-03-01", "source_id": "1"},
        {"place": PORT, "event": "exercise_held", "at": "2026-05-01T10:00", "source_id": "2", "exercise": "x"},
    ]
    with acting(PSO):
        data = file(rows)
        assert len(plan(data, at=now()).new) == 2 and not Happening.objects.exists()
        import_events(data=data, at=now())
        assert {row.origin for row in Happening.objects.all()} == {"imported"} and states()["drill"] == "late"
        again = import_events(data=data, at=now())
        assert (len(again.new), len(again.known), Happening.objects.count()) == (0, 2, 2)
        rows[0]["at"] = "2026-03-02"
        with pytest.raises(Invalid) as caught:
            import_events(data=file(rows), at=now())
        assert [(one.field, one.row) for one in caught.value.problems] == [("source_id", 2)]


def test_a_file_with_faults_says_each_and_writes_nothing(acting):
    with acting(PFSO):
        rows = [
            {"place": QUAY, "event": "drill_held", "at": "2026-03-01", "source_id": "1"},
            {"place": OTHER, "event": "drill_held", "at": "2026-03-01", "source_id": "2"},
            {"place": QUAY, "event": "exercise_held", "at": "2026-03-01", "source_id": "1"},
        ]
        with pytest.raises(Invalid) as caught:
            import_events(data=file(rows), at=now())
        assert {(one.field, one.row) for one in caught.value.problems} == {
            ("place", 3), ("exercise", 4), ("source_id", 4),
        }  # fmt: skip
        assert not Happening.objects.exists()


def test_many_at_once_are_worked_out_once(acting):
    with acting(PFSO):
        made = record_events(QUAY, entries=[told("drill_held", n) for n in range(1, 4)], at=now(), origin="reminder")
        assert len(made) == 3 == Happening.objects.count()
