"""A trainer plans a year: what is owed is proposed, accepted, moved or declined, and planned by one click."""

import re
from datetime import date, time, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, NotFound, Refused
from port2port.compliance.holidays import is_working_day
from port2port.training.courses import actions as courses
from port2port.training.courses import queries, session_actions
from port2port.training.courses.models import Booking, Session
from port2port.training.courses.rules import Plan
from port2port.training.exercises.models import Exercise
from port2port.training.year import actions
from port2port.training.year.actions import Choice
from port2port.training.year.models import Declined
from port2port.training.year.queries import usual_year, year_of, years
from tests.attacks import FORBIDDEN, refused
from tests.compliance.files.given import PFSO, PSO, happened
from tests.training.courses.taking import COURSE, GUARD, OTHER, TRAINER, taken

BASE = "/training/year/"
NINE = time(9)


def next_year():
    return years(timezone.localdate())[1]


@pytest.fixture
def owed(acting):
    """A facility with a plan approved sixty days ago: drills and a yearly exercise follow."""
    with acting(PFSO):
        happened("facility_opened", 100)
        happened("pfsp_approved", 60)


def proposals(what=None):
    return [one for one in year_of(next_year(), at=now()).proposals if what in (None, one.what)]


def chosen(one):
    return Choice(one.key, one.on)


def test_a_year_is_planned_against_what_is_owed(acting, owed):
    with acting(PFSO):
        found = proposals()
        drills = [one for one in found if one.what == "drill"]
        assert len(drills) >= 4 and [one.what for one in found].count("exercise") >= 1
        assert all(one.on is not None and is_working_day(one.on) and one.on <= one.due for one in found)
        assert len({one.scenario for one in drills}) == len(drills), "each drill practises something else"
        made = actions.plan_year([chosen(one) for one in found], year=next_year(), hour=NINE, place="", at=now())
        assert len(made.exercises) == len(found) == Exercise.objects.count()
        again = proposals()
        assert [(one.what, one.on) for one in again] == [(one.what, one.on) for one in found]
        assert {one.planned for one in again} == set(made.exercises)
        row = Exercise.objects.order_by("starts_at").first()
        assert timezone.localtime(row.starts_at).time() == NINE
    with acting(PSO):
        assert not any(one.what == "drill" for one in proposals()), "the facility's own"


def test_a_date_is_moved_within_its_days_and_all_or_nothing_is_planned(acting, owed):
    with acting(PFSO):
        first, second = proposals("drill")[:2]
        other = next(day for day in reversed(first.window.days) if is_working_day(day) and day != first.on)
        sunday = next(day for day in second.window.days if day.isoweekday() == 7)
        for wrong, field in (
            (Choice(second.key, second.due + timedelta(days=30)), "on"),
            (Choice(second.key, sunday), "on"),
            (Choice(second.key, second.on, "no-such-scenario"), "scenario"),
            (Choice("drill:nothing", second.on), "key"),
        ):
            with pytest.raises(Invalid) as error:
                actions.plan_year([chosen(first), wrong], year=next_year(), hour=NINE, place="", at=now())
            assert [(one.row, one.field) for one in error.value.problems] == [(2, field)]
            assert not Exercise.objects.exists()
        actions.plan_year([Choice(first.key, other)], year=next_year(), hour=NINE, place="", at=now())
        assert timezone.localdate(Exercise.objects.get().starts_at) == other
        with pytest.raises(Invalid):
            actions.plan_year([chosen(first)], year=next_year(), hour=NINE, place="", at=now())


def test_what_is_declined_stays_so_until_it_is_wanted_again(acting, owed, enter, cast):
    with acting(PFSO):
        first = proposals("drill")[0]
        actions.decline(first.key, year=next_year(), at=now())
        assert proposals("drill")[0].declined
        with pytest.raises(Invalid):
            actions.plan_year([chosen(first)], year=next_year(), hour=NINE, place="", at=now())
        with pytest.raises(NotFound):
            actions.decline("drill:nothing", year=next_year(), at=now())
    with acting(TRAINER):
        assert not Declined.objects.exists()
        with pytest.raises(NotFound):
            actions.propose_again(first.key, at=now())
    for email in (GUARD, OTHER):
        assert enter(email).execute("select * from training_declined").fetchall() == []
    assert refused(
        enter(GUARD), "insert into training_declined (id, organisation_id, key, by_id, at)"
        " values (new_uuid7(), %s, 'a', %s, now())", cast[GUARD].organisation, cast[GUARD].person,
    ) == FORBIDDEN  # fmt: skip
    assert refused(enter(PFSO), "update training_declined set key = 'b'") == FORBIDDEN
    with acting(PFSO):
        actions.propose_again(first.key, at=now())
        assert not proposals("drill")[0].declined


def test_people_who_must_take_a_course_take_it_together_and_are_booked(acting, cast):
    today = timezone.localdate()
    with acting(TRAINER) as actor:
        people = [actor.person, cast[GUARD].person]
        courses.enrol(COURSE, people=people[:1], due=today + timedelta(days=60), at=now())
        courses.enrol(COURSE, people=people[1:], due=today + timedelta(days=90), at=now())
        [one] = proposals("session")
        assert set(one.people) == set(people) and one.due == today + timedelta(days=60)
        with pytest.raises(Invalid) as error:
            actions.plan_year([chosen(one)], year=next_year(), hour=NINE, place=" ", at=now())
        assert [problem.field for problem in error.value.problems] == ["place"]
        made = actions.plan_year([chosen(one)], year=next_year(), hour=NINE, place="Room 1", at=now())
        assert set(Booking.objects.values_list("person_id", flat=True)) == set(people)
        assert Session.objects.get().id == made.sessions[0]
        assert proposals("session") == []


def test_only_who_trains_plans(acting, client_for, bearer_for):
    for email in (GUARD, "admin@antwerp.demo"):
        with acting(email), pytest.raises(Refused):
            year_of(None, at=now())
        assert client_for(email).get(BASE).status_code == 403
        assert Client(headers=bearer_for(email)).get("/api/v1/training/year").status_code == 403
    with acting(TRAINER), pytest.raises(Invalid):
        year_of(1999, at=now())
    assert client_for(TRAINER).get(f"{BASE}?year=1999").status_code == 422


def test_the_page_proposes_and_one_click_plans(client_for, acting, owed):
    browser, address = client_for(PFSO), f"{BASE}?year={next_year()}"
    page = browser.get(address).content.decode()
    keys = re.findall(r'name="want" value="([^"]+)"', page)
    days = dict(re.findall(r'name="on-([^"]+)" value="([^"]+)"', page))
    numbers = dict(re.findall(r'name="number-([^"]+)" value="([^"]+)"', page))
    assert len(keys) >= 5 and set(days) == set(keys)
    form = {f"on-{key}": days[key] for key in keys} | {f"number-{key}": numbers[key] for key in keys}
    wrong = browser.post(address, form | {"want": keys, "hour": "09:00", f"on-{keys[1]}": "soon"})
    assert wrong.status_code == 422 and f"{numbers[keys[1]]}, on" in wrong.content.decode()
    assert browser.post(address, form | {"decline": keys[0]}).status_code == 302
    assert browser.post(address, form | {"again": keys[0]}).status_code == 302
    assert browser.post(address, form | {"want": keys[:2], "hour": "10:30", "plan": "yes"}).status_code == 302
    with acting(PFSO):
        assert {f"{timezone.localtime(one.starts_at):%H:%M}" for one in Exercise.objects.all()} == {"10:30"}
        assert Exercise.objects.count() == 2


def test_the_api_does_what_the_page_does(bearer_for, acting, owed):
    machine = Client(headers=bearer_for(PFSO))
    base = "/api/v1/training/year"

    def post(path, sent):
        return machine.post(f"{base}{path}", sent, content_type="application/json")

    told = machine.get(f"{base}?year={next_year()}").json()
    assert told["until"] == f"{next_year()}-12-31"
    first, second = told["dates"][:2]
    answer = {"key": first["key"], "year": next_year()}
    assert post("/answers", answer).status_code == 204 and post("/answers", answer).status_code == 409
    assert post("/answers", answer | {"declined": False}).status_code == 204
    assert post("/answers", {"key": "no"}).status_code == 404
    dates = [{"key": one["key"], "on": one["on"]} for one in (first, second)]
    made = post("/plan", {"year": next_year(), "dates": dates, "hour": "08:00"})
    assert made.status_code == 200 and len(made.json()["exercises"]) == 2
    assert post("/plan", {"year": next_year(), "dates": dates}).status_code == 422
    again = machine.get(f"{base}?year={next_year()}").json()["dates"]
    assert {one["exercise"] for one in again[:2]} == set(made.json()["exercises"])


def held_without(acting, cast, *, days=12):
    """Hold a session to which the guard did not come."""
    begins = now() - timedelta(days=days)
    with acting(TRAINER) as actor:
        row = session_actions.plan_session(plan=Plan(COURSE, begins, 45, "Room 1", 5), at=begins - timedelta(days=9))
        people = [actor.person, cast[GUARD].person]
        session_actions.book(row.id, people=people, at=begins - timedelta(days=1))
        session_actions.attend(row.id, came={people[0]: True, people[1]: False}, at=begins)
        session_actions.hold(row.id, at=begins)
    return row.id


def test_who_did_not_come_is_offered_another_date_by_one_click(acting, cast, client_for, bearer_for):
    before = held_without(acting, cast)
    guard = cast[GUARD].person
    machine = Client(headers=bearer_for(TRAINER))
    with acting(TRAINER):
        assert [one.people for one in queries.missed(at=now(), on=timezone.localdate())] == [(guard,)]
    assert machine.get("/api/v1/courses/sessions/missed").json()[0]["people"] == [str(guard)]
    browser = client_for(TRAINER)
    assert f"{before}/substitute/" in browser.get("/training/courses/sessions/").content.decode()
    assert "substitute/" not in client_for(GUARD).get("/training/courses/sessions/").content.decode()
    assert browser.post(f"/training/courses/sessions/{before}/substitute/").status_code == 302
    with acting(TRAINER):
        made = Session.objects.get(state="planned")
        assert is_working_day(timezone.localdate(made.starts_at)) and made.replaces_id == before
        assert [one.person_id for one in queries.bookings(made.id)] == [guard]
        assert queries.missed(at=now(), on=timezone.localdate()) == []
    path = f"/api/v1/courses/sessions/{before}/substitute"
    assert machine.post(path, {}, content_type="application/json").status_code == 409
    for email, status in ((GUARD, 403), (OTHER, 404)):
        assert Client(headers=bearer_for(email)).post(path, {}, content_type="application/json").status_code == status


def test_who_has_taken_it_since_is_not_offered_it(acting, cast):
    before = held_without(acting, cast)
    with acting(GUARD):
        taken()
    with acting(TRAINER):
        assert queries.missed(at=now(), on=timezone.localdate()) == []
        with pytest.raises(Conflict):
            session_actions.offer_substitute(before, at=now())


def test_a_session_that_is_planned_is_offered_before_a_new_one(acting, cast):
    before = held_without(acting, cast)
    with acting(TRAINER):
        begins = now() + timedelta(days=9)
        other = session_actions.plan_session(plan=Plan(COURSE, begins, 45, "Room 2", 3), at=now())
        assert session_actions.offer_substitute(before, at=now()).id == other.id
        assert Session.objects.filter(state="planned").count() == 1


def test_this_year_is_planned_until_october_and_then_the_next():
    assert [usual_year(date(2026, month, 1)) for month in (1, 9, 10, 12)] == [2026, 2026, 2027, 2027]
