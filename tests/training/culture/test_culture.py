"""Culture at a glance: the own people for who trains them, the rest as quartiles of many and never a name."""

import io
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils.translation import override
from openpyxl import load_workbook

from port2port.base.clock import now
from port2port.training.culture.queries import culture
from port2port.training.culture.rules import Rest, audience_of, quarter_end
from port2port.training.culture.words import rest_words
from tests.attacks import FORBIDDEN, refused
from tests.training.courses.taking import COURSE, GUARD, OTHER, TRAINER, taken
from tests.training.exercises.writing import played

LONG_AGO = timedelta(days=40)
PEOPLE = (GUARD, TRAINER, OTHER, "pso@liege.demo", "pso@ostend.demo", "analyst@police.demo")


@pytest.mark.parametrize(("on", "last"), [
    (date(2026, 1, 1), date(2026, 3, 31)),
    (date(2026, 6, 30), date(2026, 6, 30)),
    (date(2026, 11, 28), date(2026, 12, 31)),
])  # fmt: skip
def test_a_quarter_ends_with_its_third_month(on, last):
    assert quarter_end(on) == last


def test_audiences_are_those_of_the_code(enter):
    connection = enter(TRAINER)
    for roles in (["facility_security_officer", "contact"], ["duty_desk"], ["director"], [], ["authority_officer"],
                  ["port_security_officer", "duty_desk"], ["coordinator"]):  # fmt: skip
        said = connection.execute("select training_audience(%s::varchar[])", [roles]).fetchone()[0]
        assert said == audience_of(roles), roles


def test_who_trains_sees_the_own_people_by_topic(acting):
    with acting(GUARD):
        taken()
    with acting(TRAINER):
        found = culture(at=now())
    others = next(one for one in found.groups if one.audience == "all_others")
    topics = {one.topic: one for one in others.topics}
    assert others.people and others.people >= 1
    held = [one for one in topics.values() if COURSE in one.courses]
    assert held and all(one.trained == 1 for one in held)
    assert all(one.trained == 0 for one in topics.values() if COURSE not in one.courses)
    with acting(OTHER):
        assert all(one.trained == 0 for group in culture(at=now()).groups for one in group.topics)


def test_who_does_not_train_sees_no_own_figures(acting, client_for):
    with acting(GUARD):
        taken()
        found = culture(at=now())
    assert not found.own and found.lapsing == ()
    assert all(one.people is None for one in found.groups)
    assert all(one.trained is None for group in found.groups for one in group.topics)
    assert all(one.number is None for one in found.exercised)
    assert "Your people" not in client_for(GUARD).get("/training/culture/").content.decode()


def test_what_lapses_this_quarter_is_counted_once_a_person(acting, owner):
    with acting(GUARD):
        taken()
        taken(at=now() - timedelta(days=300))
    with acting(TRAINER):
        assert culture(at=now()).lapsing == ()
    owner.execute("update training_completion set valid_until = %s", [culture_day()])
    with acting(TRAINER):
        (one,) = culture(at=now()).lapsing
    assert (one.course, one.people, one.first) == (COURSE, 1, culture_day())


def culture_day() -> date:
    return now().astimezone().date()


def test_the_rest_is_told_of_many_only_and_rounded(acting, owner, cast):
    for email in PEOPLE:
        with acting(email):
            taken(at=now() - LONG_AGO)
    with acting(TRAINER):
        told = [one.rest for group in culture(at=now()).groups for one in group.topics if one.rest is not None]
    assert told, "the cast has more than six organisations"
    assert all(one.organisations >= 6 and 0 <= one.low <= one.middle <= one.high <= 1 for one in told)
    assert all(abs(one.low * 20 - round(one.low * 20)) < 1e-9 for one in told)
    owner.execute(
        "update members_person set active = false where kind = 'human' and id not in (select m.person_id from"
        " members_membership m where m.organisation_id = %s or m.organisation_id in (select distinct organisation_id"
        " from members_membership order by 1 limit 5))",
        [cast[TRAINER].organisation],
    )
    with acting(TRAINER):
        assert not any(one.rest for group in culture(at=now()).groups for one in group.topics)


def test_what_was_taken_this_month_changes_nothing_for_others(acting):
    with acting(TRAINER):
        before = [one.rest for group in culture(at=now()).groups for one in group.topics]
    for email in PEOPLE:
        with acting(email):
            taken()
    with acting(TRAINER):
        assert [one.rest for group in culture(at=now()).groups for one in group.topics] == before


def test_one_own_figures_are_not_in_the_rest(acting):
    with acting(TRAINER):
        before = [one.rest for group in culture(at=now()).groups for one in group.topics]
    with acting(GUARD):
        taken(at=now() - LONG_AGO)
    with acting(TRAINER):
        assert [one.rest for group in culture(at=now()).groups for one in group.topics] == before


def test_the_outsider_is_told_nothing_of_the_network(acting):
    with acting("officer@outside.demo"):
        found = culture(at=now())
    assert not any(one.rest for group in found.groups for one in group.topics)
    assert not any(one.rest for one in found.exercised)


def test_exercises_count_for_who_took_part(acting, cast):
    played(acting, cast)
    for email, number in ((TRAINER, 0), (OTHER, 0)):
        with acting(email):
            assert {one.size: one.number for one in culture(at=now()).exercised}["drill"] == number


def test_an_exercise_that_ended_counts(acting, cast, owner):
    played(acting, cast)
    owner.execute("update training_exercise set state = 'ended', starts_at = now() - interval '3 days'")
    with acting(TRAINER):
        assert {one.size: one.number for one in culture(at=now()).exercised} == {"drill": 1, "exercise": 0}
    with acting(OTHER):
        assert {one.size: one.number for one in culture(at=now()).exercised} == {"drill": 0, "exercise": 0}


def test_raw_sql_gets_no_organisation(enter, acting):
    with acting(GUARD):
        taken(at=now() - LONG_AGO)
    connection = enter(OTHER)
    assert refused(connection, "select * from training_shares(now())") == FORBIDDEN
    assert refused(connection, "select * from training_exercised(now())") == FORBIDDEN
    for sql in ("select * from training_culture()", "select * from training_own_exercises()"):
        said = connection.execute(sql).description
        assert not {"organisation", "person", "name"} & {one.name for one in said}
    assert enter(GUARD).execute("select * from training_own_exercises()").fetchall() == []


def test_page_and_api_say_the_same(acting, client_for, bearer_for):
    with acting(GUARD):
        taken()
    page = client_for(TRAINER).get("/training/culture/")
    assert page.status_code == 200 and "Nothing lapses by" in page.content.decode()
    said = Client(headers=bearer_for(TRAINER)).get("/api/v1/culture").json()
    group = next(one for one in said["audiences"] if one["audience"] == "all_others")
    with acting(TRAINER):
        found = next(one for one in culture(at=now()).groups if one.audience == "all_others")
    assert group["people"] == found.people
    assert [one["trained"] for one in group["topics"]] == [one.trained for one in found.topics]
    assert Client(headers=bearer_for(GUARD)).get("/api/v1/culture").json()["audiences"][0]["people"] is None


def test_the_file_is_numbered_and_holds_no_name(acting, client_for, owner, cast):
    with acting(GUARD):
        taken()
    answer = client_for(TRAINER).get("/training/culture/file/")
    book = load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["topics", "lapsing", "exercises", "export"]
    said = [str(cell) for page in book for row in page.iter_rows(values_only=True) for cell in row]
    name = owner.execute("select name from members_person where id = %s", [cast[GUARD].person]).fetchone()[0]
    assert not any(name in one for one in said)
    assert owner.execute("select kind, form from sharing_export").fetchall() == [("culture", "xlsx")]
    assert client_for("pfso@quay1.demo").get("/training/culture/file/").status_code == 403


def test_the_rest_is_said_in_words():
    with override("en"):
        assert rest_words(Rest(9, 0.2, 0.4, 0.75), shares=True) == "half of 9 between 20 % and 75 %, the middle 40 %"
        assert rest_words(Rest(9, 0, 0, 0), shares=True) == "at least half of 9 at 0 %"
        assert rest_words(Rest(9, 0, 1.5, 2), shares=False) == "half of 9 between 0 and 2, the middle 1.5"
        assert rest_words(None, shares=True) == "too few to be told"
