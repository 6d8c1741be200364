"""Rosters and results from a file: looked at first, all rows or none, taken in once, own people alone."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from port2port.base.clock import now
from port2port.base.errors import Invalid, Refused
from port2port.training.courses import actions, queries, records
from port2port.training.courses.models import Completion, Enrolment
from tests.attacks import FORBIDDEN, refused
from tests.training.courses.taking import COURSE, GUARD, OTHER, TRAINER, taken

TEAM = "/training/courses/team/"


def day(ahead=0):
    return (timezone.localdate() + timedelta(days=ahead)).isoformat()


def table(columns, *rows):
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerows([columns, *rows])
    return out.getvalue().encode()


@pytest.fixture
def names(acting):
    """The own people's names, the guard's first."""
    with acting(GUARD) as actor:
        guard = actor.person
    with acting(TRAINER):
        known = queries.team()
    return [known[guard], *(name for one, name in known.items() if one != guard)]


def test_a_roster_asks_people_once_and_moves_a_day(acting, names):
    data = table(records.ROSTER, (names[0], COURSE, day(30)), (names[1].upper(), "drones-what-to-do", day(40)))
    with acting(TRAINER):
        planned = records.plan_roster(data, at=now())
        assert [one.row for one in planned.new] == [2, 3] and not Enrolment.objects.exists()
        records.import_roster(data=data, at=now())
        again = records.import_roster(data=data, at=now())
        assert (again.new, again.changed, len(again.same)) == ([], [], 2)
        moved = table(records.ROSTER, (names[0], COURSE, day(60)))
        assert len(records.import_roster(data=moved, at=now()).changed) == 1
        assert {one.due.isoformat() for one in queries.enrolments()} == {day(60), day(40)}


def test_each_wrong_row_is_named_and_nothing_is_written(acting, names, cast):
    rows = [
        (names[0], COURSE, day(5)),
        ("Nobody Here", COURSE, day(5)),
        (str(cast[OTHER].person), COURSE, day(5)),
        (names[1], "no-such-course", day(5)),
        (names[1], COURSE, "next week"),
        (names[1], COURSE, day(-1)),
        (names[0], COURSE, day(6)),
    ]
    with acting(TRAINER):
        with pytest.raises(Invalid) as error:
            records.import_roster(data=table(records.ROSTER, *rows), at=now())
        assert [(one.row, one.field) for one in error.value.problems] == [
            (3, "person"), (4, "person"), (5, "course"), (6, "due"), (7, "due"), (8, "person")
        ]  # fmt: skip
        assert not Enrolment.objects.exists()
    for email in (GUARD, "admin@antwerp.demo"):
        with acting(email), pytest.raises(Refused):
            records.plan_roster(table(records.ROSTER, rows[0]), at=now())


def test_results_count_from_their_day_and_say_how(acting, names):
    data = table(records.RESULTS, (names[0], COURSE, day(-10)), (names[1], COURSE, day()))
    with acting(TRAINER):
        actions.enrol(COURSE, people=[p for p, n in queries.team().items() if n == names[0]],
                      due=timezone.localdate() + timedelta(days=9), at=now())  # fmt: skip
        records.import_results(data=data, at=now())
        again = records.import_results(data=data, at=now())
        assert (again.new, len(again.same)) == ([], 2)
        found = {timezone.localdate(one.at).isoformat(): one for one in Completion.objects.all()}
        assert set(found) == {day(-10), day()} and {one.how for one in found.values()} == {"noted"}
        assert len(queries.enrolments()) == 1, "what was before somebody was asked does not answer it"
        records.import_results(data=table(records.RESULTS, (names[0], COURSE, day())), at=now())
        assert queries.enrolments() == []
    with acting(GUARD):
        assert [one.standing for one in queries.own_passes(on=timezone.localdate())] == ["valid", "valid"]


@pytest.mark.parametrize(("ahead", "field"), [(1, "on"), (-4000, "on")])
def test_a_result_to_come_or_long_gone_is_no_result(acting, names, ahead, field):
    with acting(TRAINER), pytest.raises(Invalid) as error:
        records.plan_results(table(records.RESULTS, (names[0], COURSE, day(ahead))), at=now())
    assert [(one.row, one.field) for one in error.value.problems] == [(2, field)]


def test_a_quiz_of_that_day_is_there_and_a_withdrawn_one_stays_withdrawn(acting, names):
    with acting(GUARD):
        taken()
    data = table(records.RESULTS, (names[0], COURSE, day()))
    with acting(TRAINER):
        assert records.import_results(data=data, at=now()).new == []
        actions.withdraw(Completion.objects.get().id, why="Taken by somebody else", at=now())
        assert records.import_results(data=data, at=now()).new == []
        assert Completion.objects.get().withdrawn_at is not None


def test_only_who_trains_notes_and_only_own_people(enter, cast):
    edition = enter(TRAINER).execute("select id from training_edition where slug = %s", [COURSE]).fetchone()[0]
    note = "select training_note(%s, %s, now() - interval '1 day', now())"
    assert refused(enter(GUARD), note, edition, cast[GUARD].person) == "PP403"
    assert refused(enter(TRAINER), note, edition, cast[OTHER].person) == "PP403"
    assert refused(enter(TRAINER), note.replace("- interval '1 day'", "+ interval '2 days'"), edition,
                   cast[GUARD].person) == "PP409"  # fmt: skip
    assert refused(enter(TRAINER), "select * from training_invitation") == FORBIDDEN


def test_pages_and_api_look_first_and_write_then(client_for, bearer_for, names, acting):
    browser, machine = client_for(TRAINER), Client(headers=bearer_for(TRAINER))
    data = table(records.ROSTER, (names[0], COURSE, day(9)))
    looked = browser.post(f"{TEAM}roster/", {"file": io.BytesIO(data)})
    assert looked.status_code == 200 and names[0] in looked.content.decode()
    packed = looked.context["packed"]
    assert client_for(OTHER).post(f"{TEAM}roster/", {"confirmed": packed}).status_code == 422
    assert browser.post(f"{TEAM}results/", {"confirmed": packed}).status_code == 422, "sealed for one page"
    with acting(TRAINER):
        assert not Enrolment.objects.exists()
    assert browser.post(f"{TEAM}roster/", {"confirmed": packed}).status_code == 302
    wrong = browser.post(f"{TEAM}results/", {"file": io.BytesIO(table(records.RESULTS, ("Nobody", COURSE, day())))})
    assert wrong.status_code == 422 and wrong.context["problem_count"] == 1
    body = {"csv": table(records.RESULTS, (names[0], COURSE, day())).decode()}
    for path, sent, told in (
        ("enrolments", {"csv": data.decode()}, {"new": [], "changed": [], "same": [2], "dry_run": False}),
        ("participation", body | {"dry_run": True}, {"new": [2], "changed": [], "same": [], "dry_run": True}),
        ("participation", body, {"new": [2], "changed": [], "same": [], "dry_run": False}),
        ("participation", body, {"new": [], "changed": [], "same": [2], "dry_run": False}),
    ):
        said = machine.post(f"/api/v1/courses/{path}/import", sent, content_type="application/json")
        assert (said.status_code, said.json()) == (200, told), path
    assert Client(headers=bearer_for(GUARD)).post(
        "/api/v1/courses/participation/import", body, content_type="application/json"
    ).status_code == 403  # fmt: skip


def test_the_certificate_says_that_it_is_by_a_record(acting, names, client_for):
    with acting(TRAINER):
        records.import_results(data=table(records.RESULTS, (names[0], COURSE, day())), at=now())
    with acting(GUARD):
        row = Completion.objects.get()
    paper = client_for(GUARD).get(f"/training/courses/completions/{row.id}/certificate/")
    assert paper.status_code == 200 and paper.content.startswith(b"%PDF")


@pytest.mark.parametrize(
    ("begins", "months", "last"),
    [("2026-01-31", 1, "2026-02-28"), ("2024-02-29", 12, "2025-02-28"), ("2026-11-28", 24, "2028-11-28")],
)
def test_months_are_counted_as_the_database_counts_them(owner, begins, months, last):
    counted = owner.execute("select (%s::date + make_interval(months => %s))::date", [begins, months]).fetchone()[0]
    assert records.months_later(date.fromisoformat(begins), months) == counted == date.fromisoformat(last)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["en", "nl"])
def test_an_example_is_taken_in_as_it_is(acting, client_for, form, language):
    client = client_for(TRAINER)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    files = {
        what: client.get(f"{TEAM}{what}/example.{form}").content for what in ("roster", "results")
    }  # fmt: skip
    with acting(TRAINER) as actor:
        asked = records.import_roster(data=files["roster"], at=now())
        assert Enrolment.objects.count() == 2
        noted = records.import_results(data=files["results"], at=now())
        assert {one.person for one in (*asked.new, *noted.new)} == {actor.person}  # nobody else stands in it
        assert (len(asked.new), len(noted.new)) == (2, 2)
        assert {one.how for one in Completion.objects.all()} == {"noted"}


def test_an_example_is_for_who_trains_and_there_is_no_other(client_for, bearer_for):
    assert client_for(GUARD).get(f"{TEAM}roster/example.csv").status_code == 403
    client = client_for(TRAINER)
    assert client.get(f"{TEAM}people/example.csv").status_code == 404
    assert client.get(f"{TEAM}roster/example.pdf").status_code == 404
    assert "example.xlsx" in client.get(f"{TEAM}roster/").content.decode()
    answer = Client(headers=bearer_for(TRAINER)).get("/api/v1/courses/participation/example?form=csv")
    assert answer.status_code == 200 and answer.content.decode("utf-8-sig").startswith("person,course,on")
