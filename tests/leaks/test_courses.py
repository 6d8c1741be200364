"""Who took what leaves by no way but to the person and who trains there: pages, API, search, counts, certificate."""

from django.test import Client

from port2port.base.clock import now
from port2port.training.courses import actions, queries
from port2port.training.courses.models import Completion
from port2port.training.courses.rules import grouped
from tests.training.courses.taking import COURSE, GUARD, KEEPER, OTHER, TRAINER, taken

PAGES = (
    "/",
    "/training/courses/",
    f"/training/courses/{COURSE}/",
    "/training/courses/team/",
    "/training/courses/sessions/",
)
CALLS = ("", f"/{COURSE}", "/participation", "/participation/team", "/enrolments", "/sessions")


def test_participation_is_told_to_nobody_else(acting, client_for, bearer_for, cast):
    with acting(GUARD):
        going = taken(good=7)
        row = Completion.objects.get()
    hidden = (str(row.id), row.code, grouped(row.code), str(going.attempt.id))
    for email in (OTHER, KEEPER, "admin@antwerp.demo", "dpo@antwerp.demo"):
        browser, machine = client_for(email), Client(headers=bearer_for(email))
        said = [browser.get(path).content.decode() for path in PAGES]
        said += [machine.get(f"/api/v1/courses{path}").content.decode() for path in CALLS]
        assert not any(secret in one for one in said for secret in hidden), email
        assert row.code not in browser.get(f"/search/?q={COURSE}").content.decode()
        assert machine.get(f"/api/v1/courses/attempts/{going.attempt.id}").status_code == 404
        assert machine.get(f"/api/v1/courses/participation/{row.id}/certificate").status_code == 404


def test_who_trains_sees_no_answers_attempts_or_failures(acting, client_for, bearer_for, cast):
    with acting(GUARD):
        failed = taken(good=2).attempt.id
        passed = taken().attempt.id
        code = Completion.objects.get().code
    browser, machine = client_for(TRAINER), Client(headers=bearer_for(TRAINER))
    team = browser.get("/training/courses/team/").content.decode()
    assert str(failed) not in team and str(passed) not in team and code not in team
    told = machine.get("/api/v1/courses/participation/team").json()
    assert [one["person"] for one in told] == [str(cast[GUARD].person)]
    assert told[0]["code"] is None
    for attempt in (failed, passed):
        assert browser.get(f"/training/courses/attempts/{attempt}/").status_code == 404


def test_few_are_not_counted(acting):
    with acting(GUARD):
        taken()
    with acting(OTHER):
        taken()
        assert queries.taken() == {}
        assert actions.begin(COURSE, at=now())
