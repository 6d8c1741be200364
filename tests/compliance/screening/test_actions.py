"""Security verifications written, counted, taken in and deleted, through the actions and the worker."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from port2port.base.clock import now
from port2port.base.errors import Invalid, NotFound, Refused
from port2port.compliance import in_calendar
from port2port.compliance.models import Happening, Owed, Subject
from port2port.compliance.queries import numbers, owed
from port2port.compliance.screening import queries, tasks
from port2port.compliance.screening.actions import end_function, import_screenings, keep_screening, plan
from port2port.compliance.screening.book import keeping
from port2port.compliance.screening.models import Screening, ScreeningFigure
from port2port.compliance.screening.rules import Line
from port2port.compliance.screening.seeding import seed_screenings
from port2port.compliance.screening.tabular import example
from port2port.compliance.tasks import wake
from port2port.compliance.waiting import needs
from port2port.members.acting import acting_as_system, current_actor
from tests.compliance.files.given import ANSM, COMPANY, OTHER, PFSO, PSO, QUAY
from tests.compliance.screening.given import YEAR, kept, on

ZONE = ZoneInfo("Europe/Brussels")


def standing() -> dict[str, str]:
    rows = list(queries.listed(at=now()))
    return {one.line.number: one.standing for one in queries.with_owed(rows, at=now())}


def test_how_long_it_holds_is_worked_out_by_the_rule(acting):
    with acting(PFSO):
        row = keep_screening(
            Line("PG-1", "guard", QUAY, since=on(10), verified_on=datetime(2024, 2, 29).date()), at=now()
        )
        one = queries.with_owed([row], at=now())[0]
        assert one.valid_until is not None and one.valid_until.astimezone(ZONE).date().isoformat() == "2029-02-28"
        assert Owed.objects.get(rule=queries.RENEWAL).narrow and not Happening.objects.exists()
        assert one.standing == "verified" and not one.late and not one.soon


def test_what_is_late_and_soon_becomes_a_deadline_without_a_number(acting):
    with acting(PFSO):
        kept("PG-1", since=YEAR * 5 + 50, verified_on=YEAR * 5 + 20)  # expired
        kept("PG-2", since=YEAR * 5, verified_on=YEAR * 5 - 40)  # falls due soon
        kept("PG-3", since=20, applied_on=15)  # works without an outcome
        kept("PG-4", applied_on=15)  # has not begun
        kept("PG-5", since=300, verified_on=200)
        kept("PG-6", since=300, verified_on=200, refused_on=2)
        assert standing() == {
            "PG-1": "expired", "PG-2": "verified", "PG-3": "applied", "PG-4": "applied", "PG-5": "verified",
            "PG-6": "refused",
        }  # fmt: skip
        late = {one.number for one in queries.listed("late", at=now())}
        assert late == {"PG-1", "PG-3", "PG-6"}
        assert {one.number for one in queries.listed("soon", at=now())} == {"PG-2"}
        assert numbers(at=now())["open"] == 0 and not owed("open", at=now()).exists()  # they stand in their own list
        assert {row.subject.kind for row in owed("late", at=now())} == {"screening"}
        said = " ".join(f"{one.title} {one.text} {one.href}" for one in needs(current_actor(), now()))
        assert "PG-" not in said and said
        entries = in_calendar.entries(current_actor(), now())
        assert entries and not any("PG-" in f"{one.summary} {one.key}" for one in entries)


def test_a_renewal_takes_the_place_of_the_old_outcome(acting):
    with acting(PFSO):
        row = kept("PG-1", since=YEAR * 6, verified_on=YEAR * 5 + 20)
        line = Line("pg-1", "systems", "", since=on(YEAR * 6), verified_on=on(3))
        again = keep_screening(line, at=now(), identifier=row.subject_id)
        assert (again.number, again.function, again.subject.facility_id) == ("PG-1", "systems", None)
        assert standing() == {"PG-1": "verified"}
        assert not queries.listed("late", at=now()).exists()


def test_a_number_stands_once(acting):
    with acting(PFSO):
        kept("PG-1")
        with pytest.raises(Invalid) as error:
            kept("pg-1")
        assert [one.field for one in error.value.problems] == ["number"]
        assert Subject.objects.filter(kind="screening").count() == 1


def test_a_function_that_ended_leaves_nothing(acting, owner):
    with acting(PFSO):
        row = kept("ZZ-7654321", since=300, verified_on=200)
        end_function(row.subject_id, at=now())
        with pytest.raises(NotFound):
            queries.one(row.subject_id)
        with pytest.raises(NotFound):
            end_function(row.subject_id, at=now())
    tables = owner.execute(
        "select relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        " where n.nspname = 'public' and c.relkind = 'r'"
    ).fetchall()
    for (table,) in tables:
        found = owner.execute(f'select count(*) from "{table}" t where t::text ilike %s', ["%ZZ-7654321%"]).fetchone()
        assert found == (0,), table
    where = "select array_agg(act order by at) from base_journal_entry where record = %s"
    assert owner.execute(where, [row.subject_id]).fetchone() == (["screening.kept", "screening.ended"],)
    for table in ("compliance_subject", "compliance_owed", "compliance_screening"):
        assert owner.execute(f"select count(*) from {table}").fetchone() == (0,), table


def file(*rows: str) -> bytes:
    return ("number,function,facility,since,verified_on,refused_on\r\n" + "\r\n".join(rows)).encode()


def test_a_list_comes_in_whole_or_not_at_all(acting):
    with acting(PFSO):
        kept("PG-1", since=300, verified_on=200)
        kept("PG-9", since=300, verified_on=200)
        data = file(
            f"pg-1,guard,{QUAY},{on(300)},{on(5)},",
            f"PG-2,systems,,,{on(40)},",
            f"PG-9,guard,{QUAY},{on(300)},{on(200)},",
        )
        planned = plan(data, at=now())
        assert [[one.number for one in part] for part in (planned.new, planned.changed, planned.same)] == [
            ["PG-2"], ["PG-1"], ["PG-9"],
        ]  # fmt: skip
        assert Screening.objects.count() == 2
        import_screenings(data=data, at=now())
        assert standing() == {"PG-1": "verified", "PG-2": "verified", "PG-9": "verified"}
        assert Screening.objects.get(number="PG-1").verified_on == on(5)
        again = import_screenings(data=data, at=now())
        assert (again.new, again.changed, len(again.same)) == ([], [], 3)
        assert plan(example().encode(), at=now()).new


def test_what_is_wrong_in_a_list_is_named_by_row_and_column(acting):
    rows = ("JANSSEN,guard,,,,", "PG-3,spy,BEANR-0000,,2999-01-01,", "PG-4,guard,,,,", "PG-4,guard,,,,")
    with acting(PFSO):
        with pytest.raises(Invalid) as error:
            import_screenings(data=file(*rows), at=now())
        assert {(one.row, one.field) for one in error.value.problems} == {
            (2, "number"), (3, "function"), (3, "facility"), (3, "verified_on"), (5, "number"),
        }  # fmt: skip
        assert not Screening.objects.exists() and not Subject.objects.exists()
        for data in (b"number,function,name\r\n1,guard,Jan", file("PG-1,guard,,31/12/2025,,"), file("PG-1,guard,")):
            with pytest.raises(Invalid):
                plan(data, at=now())


def test_only_the_employers_officers_and_administrators_keep_them(acting, cast):
    may = set()
    for number, email in enumerate(cast):
        with acting(email):
            try:
                kept(f"X-{number}", "")
                may.add(email)
            except Refused:
                pass
    assert {PFSO, PSO, COMPANY, "admin@antwerp.demo"} <= may
    assert not may & {ANSM, "analyst@police.demo", "officer@customs.demo", "dpo@antwerp.demo", "director@antwerp.demo"}


def test_others_are_told_numbers_by_the_month(acting, owner):
    with acting(PFSO):
        for number in range(9):
            kept(f"A-{number}", since=300, **({"verified_on": 200} if number < 6 else {}))
        kept("B-1", OTHER)
        kept("C-1", "", since=300)
    assert tasks.screening()[0] == 1
    assert tasks.screening()[0] == 0  # written once a month
    with acting(PFSO):
        kept("A-10", since=300)
    assert tasks.screening()[0] == 0
    for email, sees in ((ANSM, True), (PSO, True), (PFSO, False), (COMPANY, False)):
        with acting(email):
            found = [(one.facility and one.facility.number, one.staff, one.verified) for one in queries.figures()]
            assert found == ([(QUAY, 9, 6)] if sees else []), email
    owner.execute("update compliance_screeningfigure set month = month - interval '25 months'")
    assert tasks.screening() == (1, 0)
    with acting_as_system("worker"):
        assert ScreeningFigure.objects.count() == 1  # the old one is gone


def test_what_is_over_goes_by_itself(acting, owner):
    days = keeping().refused_days
    with acting(PFSO):
        kept("A-1", verified_on=200, refused_on=days + 1)
        kept("A-2", verified_on=200, refused_on=days)
        kept("A-3", verified_on=200)
        kept("A-4", verified_on=200)
    owner.execute(
        "update compliance_screening set changed_at = changed_at - interval '6 years 2 days' where number = 'A-4'"
    )
    assert tasks.screening()[1] == 2
    with acting(PFSO):
        assert set(standing()) == {"A-2", "A-3"}
    acts = owner.execute("select count(*) from base_journal_entry where act = 'screening.forgotten'").fetchone()
    assert acts == (2,)


def test_the_worker_wakes_them(acting, owner):
    with acting(PFSO):
        kept("A-1", since=YEAR * 5, verified_on=YEAR * 4)
    owner.execute("update compliance_screening set verified_on = %s", [on(YEAR * 5 + 10)])
    owner.execute("update compliance_subject set wakes = now()")
    assert wake(0) == 1
    with acting(PFSO):
        assert standing() == {"A-1": "expired"}


def test_the_demo_has_some_of_each(acting):
    assert seed_screenings(now()) > 10
    assert seed_screenings(now()) == 0
    with acting(PFSO):
        assert set(standing().values()) == {"verified", "expired", "applied", "refused"}
        assert all(Subject.objects.values_list("invented", flat=True))
    with acting(ANSM):
        [figure] = queries.figures()
        assert figure.invented and figure.verified is not None
        assert figure.month == now().astimezone(ZONE).date().replace(day=1)


def test_a_number_of_another_place_is_moved_by_the_own_hands_only(acting, owner):
    with acting(PFSO):
        row = kept("A-1")
        with connection.cursor() as cursor:
            cursor.execute("select id from members_facility where number = %s", [OTHER])
            (place,) = cursor.fetchone()
            cursor.execute("select compliance_screened_at(%s, %s)", [row.subject_id, place])
        assert queries.one(row.subject_id).subject.facility_id == place
    assert timedelta(0) < now() - row.changed_at
