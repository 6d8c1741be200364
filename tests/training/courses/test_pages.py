"""The pages walked as those who use them: a guard on a phone, who trains at a desk, somebody with a paper to check."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from port2port.base.clock import now
from port2port.home.calendar_sources import entries_of
from port2port.training.courses import actions, certificates, queries, session_actions, waiting
from port2port.training.courses.library import library
from port2port.training.courses.models import Booking, Completion, Session
from port2port.training.courses.rules import Plan, grouped
from port2port.training.courses.seeding import seed_courses
from port2port.training.courses.tasks import forget_courses
from tests.training.courses.taking import COURSE, GUARD, KEEPER, OTHER, TRAINER, key_of_written, taken

BASE = "/training/courses"


def answer_by_form(client, attempt):
    """Answer every question by the page it is asked on."""
    for number in range(1, library()[COURSE].head.draw + 1):
        page = client.get(f"{BASE}/attempts/{attempt}/{number}/")
        assert page.status_code == 200
        with_code = client.drawn_of(attempt, number)
        reasons = [one.why["en"] for one in with_code.options if one.why]
        assert not any(one in page.content.decode() for one in reasons)
        key = key_of_written(with_code)
        sent = (
            {f"place-{code}": str(n) for n, code in enumerate(key, start=1)}
            if with_code.kind == "order" else {"chosen": list(key)}
        )  # fmt: skip
        assert client.post(f"{BASE}/attempts/{attempt}/{number}/", sent).status_code == 302


@pytest.fixture
def drawn_of(acting):
    def found(attempt, number):
        with acting(GUARD):
            return queries.own_attempt(attempt).drawn[number - 1].question

    return found


def test_a_guard_reads_answers_and_keeps_the_certificate(client_for, drawn_of, acting):
    client = client_for(GUARD)
    client.drawn_of = drawn_of
    assert client.get(f"{BASE}/").status_code == 200
    assert client.get(f"{BASE}/?for=pfso").status_code == 200
    course = library()[COURSE]
    assert client.get(f"{BASE}/{COURSE}/").status_code == 200
    for one in course.modules:
        page = client.get(f"{BASE}/{COURSE}/modules/{one.code}/")
        assert one.names["en"] in page.content.decode()
    picture = client.get(f"{BASE}/{COURSE}/media/report.svg")
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/svg+xml")
    assert "sandbox" in picture["Content-Security-Policy"]
    assert client.get(f"{BASE}/{COURSE}/media/none.svg").status_code == 404
    begun = client.post(f"{BASE}/{COURSE}/quiz/")["Location"]
    attempt = begun.rstrip("/").rpartition("/")[2]
    assert client.get(begun)["Location"].endswith("/1/")
    assert client.post(f"{begun}1/", {}).status_code == 422
    answer_by_form(client, attempt)
    assert client.get(begun)["Location"].endswith("/hand-in/")
    assert client.get(f"{begun}hand-in/").status_code == 200
    assert client.post(f"{begun}hand-in/").status_code == 302
    result = client.get(begun).content.decode()
    assert "Passed: 8 of 8 right" in result
    with acting(GUARD):
        completion = Completion.objects.get()
    paper = client.get(f"{BASE}/completions/{completion.id}/certificate/")
    assert paper.content.startswith(b"%PDF")
    assert client_for(TRAINER).get(f"{BASE}/completions/{completion.id}/certificate/").status_code == 404


def test_anybody_checks_a_code_and_learns_no_name(acting, cast):
    with acting(GUARD) as actor:
        taken()
        code, name, identifier = Completion.objects.get().code, actor.name, Completion.objects.get().id
        organisation = Completion.objects.get().organisation.names["en"]
    anybody = Client()
    page = anybody.get(f"/certificates/{grouped(code)}/", headers={"accept-language": "en"})
    said = page.content.decode()
    assert page.status_code == 200 and "This certificate counts" in said and "PFSO" in said
    assert name not in said and organisation not in said and not page.cookies
    for wrong in ("AAAA-AAAA-AAAA-AAAA-AAAA-AAAA", "x", code[:-1], "%27"):
        assert anybody.get(f"/certificates/{wrong}/").status_code == 404
    with acting(TRAINER):
        actions.withdraw(identifier, why="Another sat there (test).", at=now())
    page = anybody.get(f"/certificates/{code}/", headers={"accept-language": "en"}).content.decode()
    assert "does not count" in page and "Another sat there" not in page


def test_looks_are_counted(acting, monkeypatch):
    monkeypatch.setattr(certificates, "LOOKS", 2)
    anybody = Client()
    found = [anybody.get("/certificates/AAAA/").status_code for _n in range(3)]
    assert found == [404, 404, 429]


def test_a_statement_is_signed_and_a_changed_name_is_found(acting):
    with acting(GUARD):
        taken()
        [found] = queries.own_passes(on=now().date())
        statement = certificates._statement(found)
    signature, key = certificates.sign(statement), certificates.public_key()
    assert certificates.signed(statement.message(), signature, key)
    assert not certificates.signed(statement.message().replace(statement.name.encode(), b"Another"), signature, key)
    assert not certificates.signed(statement.message(), "AAAA", key)


def test_who_trains_asks_sees_and_withdraws(client_for, acting, cast):
    with acting(GUARD):
        taken()
        completion = Completion.objects.get().id
    trainer, guard = client_for(TRAINER), client_for(GUARD)
    assert guard.get(f"{BASE}/team/").status_code == 403
    due = (now() + timedelta(days=10)).date().isoformat()
    sent = {"slug": COURSE, "people": [str(cast["dpo@antwerp.demo"].person)], "due": due}
    assert trainer.post(f"{BASE}/team/", sent).status_code == 302
    stranger = sent | {"people": [str(cast[OTHER].person)]}
    assert trainer.post(f"{BASE}/team/", stranger).status_code == 422
    page = trainer.get(f"{BASE}/team/").content.decode()
    assert "Should take a course" in page
    with acting("dpo@antwerp.demo") as actor:
        assert any(one.due for one in waiting.needs(actor, now()))
        enrolment = queries.enrolments()[0].id
    assert client_for(OTHER).post(f"{BASE}/enrolments/{enrolment}/end/").status_code == 404
    assert trainer.post(f"{BASE}/enrolments/{enrolment}/end/").status_code == 302
    assert trainer.get(f"{BASE}/completions/{completion}/withdraw/").status_code == 200
    assert trainer.post(f"{BASE}/completions/{completion}/withdraw/", {"why": ""}).status_code == 422
    assert trainer.post(f"{BASE}/completions/{completion}/withdraw/", {"why": "A test."}).status_code == 302
    with acting(GUARD) as actor:
        [found] = queries.own_passes(on=now().date())
        assert found.standing == "withdrawn"


def test_a_session_is_planned_booked_held_and_has_a_substitute(client_for, acting, cast, owner):
    trainer, guard = client_for(TRAINER), client_for(GUARD)
    begins = (now() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    sent = {"slug": COURSE, "starts_at": begins, "minutes": "45", "place": "Quay room (test)", "seats": "2"}
    assert guard.get(f"{BASE}/sessions/new/").status_code == 403
    made = trainer.post(f"{BASE}/sessions/new/", sent)["Location"]
    assert trainer.post(f"{BASE}/sessions/new/", sent | {"seats": ""}).status_code == 422
    assert guard.post(f"{made}book/").status_code == 302
    assert trainer.post(f"{made}book/", {"people": [str(cast["dpo@antwerp.demo"].person)]}).status_code == 302
    assert client_for("admin@antwerp.demo").post(f"{made}book/").status_code == 409  # two seats
    assert client_for(OTHER).get(made).status_code == 404
    with acting(GUARD) as actor:
        identifier = Session.objects.get().id
        assert [one.key for one in entries_of(actor, now())] == [f"session-{identifier}"]
        assert any("Quay room" in one.text for one in waiting.needs(actor, now()))
    assert b"BEGIN:VCALENDAR" in guard.get(f"{made}calendar/").content
    assert "dpo" not in guard.get(made).content.decode()
    assert trainer.post(f"{made}attendance/", {}).status_code == 409  # not begun
    owner.execute("update training_session set starts_at = now() - interval '2 hours'")
    came = {"came": [str(cast[GUARD].person)], "close": "yes"}
    assert guard.post(f"{made}attendance/", came).status_code == 403
    assert trainer.post(f"{made}attendance/", came).status_code == 302
    with acting(GUARD):
        [found] = queries.own_passes(on=now().date())
        assert (found.completion.how, found.counts) == ("session", True)
    with acting(TRAINER):
        plan = Plan(COURSE, now() + timedelta(days=9), 45, "Quay room (test)", 5)
        again = session_actions.plan_session(plan=plan, at=now(), instead_of=identifier)
        assert [one.person_id for one in queries.bookings(again.id)] == [cast["dpo@antwerp.demo"].person]
    called = trainer.post(f"{BASE}/sessions/{again.id}/call-off/", {"why": "The room is taken (test)."})
    assert called.status_code == 302
    assert "Plan a substitute date" in trainer.get(f"{BASE}/sessions/{again.id}/").content.decode()


def test_questions_are_judged_from_ten_takers_on_and_without_persons(client_for, acting, owner, cast):
    with acting(GUARD):
        taken(good=7)
    keeper = client_for(KEEPER)
    assert client_for(TRAINER).get(f"{BASE}/{COURSE}/questions/").status_code == 403
    assert "0 questions can be judged" in keeper.get(f"{BASE}/{COURSE}/questions/").content.decode()
    owner.execute(
        "insert into training_attempt (id, person_id, organisation_id, edition_id, questions, started_at, submitted_at,"
        " results, passed) select new_uuid7(), person_id, organisation_id, edition_id, questions, started_at,"
        " submitted_at, results, passed from training_attempt, generate_series(1, 11)"
    )
    page = keeper.get(f"{BASE}/{COURSE}/questions/").content.decode()
    assert "8 questions can be judged" in page
    owner.execute("update training_attempt set submitted_at = now() - interval '100 days'")
    assert forget_courses(0) == 12
    with acting(KEEPER):
        assert {one.takers for one in queries.worths(COURSE)} == {12}  # what is left are sums
    with acting(GUARD):
        assert queries.own_attempts(COURSE) == []
        assert len(queries.own_passes(on=now().date())) == 1


def test_whoever_reads_amber_is_told_of_the_course_until_it_is_taken(acting):
    with acting(GUARD) as actor:
        assert any("TLP:AMBER" in one.text for one in waiting.needs(actor, now()))
        taken()
        assert not any("TLP:AMBER" in one.text for one in waiting.needs(actor, now()))


def test_the_api_has_what_the_pages_have(acting, bearer_for, cast):
    machine = Client(headers=bearer_for(TRAINER))

    def sent(verb, path, **body):
        return getattr(machine, verb)(f"/api/v1/courses{path}", data=json.dumps(body), content_type="application/json")

    assert {one["slug"] for one in machine.get("/api/v1/courses").json()} == set(library())
    assert machine.get(f"/api/v1/courses/{COURSE}").json()["modules"][0]["texts"].keys() == {"nl", "fr", "de", "en"}
    begun = sent("post", f"/{COURSE}/attempts").json()
    assert all(option["right"] is None for one in begun["questions"] for option in one["options"])
    base = f"/attempts/{begun['id']}"
    with acting(TRAINER):
        drawn = queries.own_attempt(begun["id"]).drawn
    for one in drawn:
        kept = sent("put", f"{base}/answers/{one.number}", chosen=list(key_of_written(one.question)))
        assert kept.status_code == 204
    assert sent("put", f"{base}/answers/1", chosen=["nonsense"]).status_code == 422
    done = sent("post", f"{base}/hand-in").json()
    assert done["passed"] is True and all(one["key"] for one in done["questions"])
    [mine] = machine.get("/api/v1/courses/participation").json()
    assert machine.get(f"/api/v1/courses/participation/{mine['id']}/certificate").content.startswith(b"%PDF")
    assert machine.get("/api/v1/courses/participation/team").json()[0]["code"] is None
    person, day = str(cast["dpo@antwerp.demo"].person), (now() + timedelta(days=5)).date().isoformat()
    [asked] = sent("post", "/enrolments", course=COURSE, people=[person], due=day).json()
    assert machine.get("/api/v1/courses/enrolments").json() == [asked]
    assert machine.delete(f"/api/v1/courses/enrolments/{asked['id']}").status_code == 204
    plan = {"course": COURSE, "starts_at": "2030-01-10T09:00:00+01:00", "minutes": 45, "place": "Room", "seats": 3}
    made = sent("post", "/sessions", **plan).json()
    path = f"/sessions/{made['id']}"
    assert sent("put", path, **(plan | {"seats": 4})).json()["seats"] == 4
    assert sent("post", f"{path}/bookings", people=[person]).json()["bookings"] == [{"person": person, "came": None}]
    assert machine.delete(f"/api/v1/courses{path}/bookings/{person}").status_code == 204
    assert sent("post", f"{path}/attendance", came={}).status_code == 409
    assert sent("post", f"{path}/call-off", why="No room.").json()["state"] == "called_off"
    assert len(machine.get("/api/v1/courses/sessions").json()) == 1
    assert machine.get(f"/api/v1/courses/{COURSE}/questions").status_code == 403
    assert sent("post", f"/participation/{mine['id']}/withdrawal", why="A test.").status_code == 204
    assert machine.get(f"/api/v1/courses/participation/{mine['id']}/certificate").status_code == 409
    stranger = Client(headers=bearer_for(OTHER))
    assert stranger.get(f"/api/v1/courses{base}").status_code == 404
    assert stranger.get(f"/api/v1/courses{path}").status_code == 404


def test_the_demo_has_some(acting):
    assert seed_courses(now()) > 0
    assert seed_courses(now()) == 0
    with acting(TRAINER) as actor:
        assert Booking.objects.count() == 4
        assert {one.standing for one in queries.team_passes(on=now().date())} == {"valid", "soon"}
        assert waiting.needs(actor, now())
