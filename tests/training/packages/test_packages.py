"""Packages of an organisation: brought in, opened, kept, completed; by whom, and by nobody else."""

from datetime import date, timedelta

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, NotFound, Refused
from port2port.members.acting import acting_as_system, translated
from port2port.reports.attachments import vault
from port2port.training.authoring import queries as authoring
from port2port.training.authoring.actions import copy_course
from port2port.training.courses import queries as courses
from port2port.training.courses.actions import begin
from port2port.training.packages import actions, queries
from port2port.training.packages.models import Package, Run
from port2port.training.packages.reading import read
from port2port.training.packages.tasks import forget_runs
from tests.training.packages.making import HEAD, KEY, MASTERY, brought_in, package

GUARD, TRAINER, OTHER = "director@antwerp.demo", "pso@antwerp.demo", "pso@northsea.demo"
STATUS = "cmi.core.lesson_status"


def opened(slug):
    """Open a package as the current actor."""
    return queries.own_run(actions.open_package(slug, at=now())).run


def keep(run, **values):
    """Keep values of `cmi.core` as the current actor."""
    named = {f"cmi.core.{name}": value for name, value in values.items()}
    return actions.keep(run.id, number=run.number, values=named, at=now())


def test_what_one_completes_counts_and_says_that_it_is_by_a_package(acting):
    with acting(TRAINER):
        slug = brought_in()
        assert [one.edition.slug for one in queries.packages()] == [slug]
    with acting(GUARD):
        assert courses.offered()[slug].own
        run = opened(slug)
        assert keep(run, lesson_location="page 2", exit="suspend").outcome == "going"
        again = opened(slug)
        assert (again.id, again.number, again.kept["cmi.core.lesson_location"]) == (run.id, 2, "page 2")
        done = keep(again, lesson_status="completed")
        assert (done.outcome, done.completed) == ("done", True)
        after = keep(again, lesson_status="failed")
        assert (after.outcome, after.completed) == ("done", False)  # done is done
        (mine,) = courses.own_passes(on=date.today())
        assert (mine.slug, mine.completion.how) == (slug, "package")
        assert opened(slug).kept == {}  # it begins anew


def test_who_failed_is_told_and_has_no_pass(acting):
    with acting(TRAINER):
        slug = brought_in(package(item=MASTERY))
    with acting(GUARD):
        run = opened(slug)
        values = {STATUS: "passed", "cmi.core.score.raw": "79"}
        assert actions.keep(run.id, number=1, values=values, at=now()).outcome == "failed"
        assert courses.own_passes(on=date.today()) == []
        assert opened(slug).outcome == "going"


def test_a_window_that_was_left_open_overwrites_nothing(acting):
    with acting(TRAINER):
        slug = brought_in()
    with acting(GUARD):
        first = opened(slug)
        second = opened(slug)
        with pytest.raises(Conflict):
            keep(first, lesson_location="old")
        keep(second, lesson_location="new")


def test_too_much_is_refused(acting):
    with acting(TRAINER):
        slug = brought_in()
    with acting(GUARD):
        run = opened(slug)
        with pytest.raises(Invalid):
            actions.keep(run.id, number=1, values={"cmi.suspend_data": "x" * 4097}, at=now())


def test_nobody_else_opens_it_or_sees_how_far_one_is(acting):
    with acting(TRAINER):
        slug = brought_in()
    with acting(GUARD):
        run = opened(slug)
    for email in (TRAINER, OTHER):
        with acting(email):
            assert not Run.objects.exists()
            with pytest.raises(NotFound):
                keep(run, lesson_status="passed")
        with acting(email), pytest.raises(NotFound), translated(), connection.cursor() as cursor:
            cursor.execute("select training_run_keep(%s, 1, '{}', 'done', %s)", [run.id, now()])
    with acting(OTHER):
        assert queries.package_of(slug) is None
        assert not Package.objects.exists()
        with pytest.raises(NotFound):
            actions.open_package(slug, at=now())
    with acting(OTHER), pytest.raises(NotFound), translated(), connection.cursor() as cursor:
        cursor.execute("select training_run_open(%s, false, %s)", [run.edition_id, now()])
    with acting(OTHER), pytest.raises(Refused), translated(), connection.cursor() as cursor:
        cursor.execute("select * from training_run_served(%s)", [run.id])


def test_only_who_trains_brings_in_and_only_the_functions_write_runs(acting):
    for email in (GUARD, "analyst@police.demo"):
        with acting(email), pytest.raises(Refused):
            actions.look(package())
    with acting(TRAINER):
        slug = brought_in()
        made = Package.objects.get(edition__slug=slug)
    with acting(OTHER), pytest.raises(NotFound):
        actions.bring_in(read(package()), HEAD, at=now(), slug=slug)
    with acting(OTHER) as actor, pytest.raises(Refused), translated():
        made.organisation_id, made.made_by_id = actor.organisation, actor.person
        made.save(force_insert=True)  # another's file, by its address
    with acting(GUARD):
        opened(slug)
    for statement in ("update training_run set outcome = 'done'", "delete from training_run"):
        with acting(GUARD), pytest.raises(Refused), translated(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_new_version_takes_its_place_and_a_course_of_modules_does_not(acting):
    with acting(TRAINER):
        slug = brought_in()
    with acting(GUARD):
        old = opened(slug)
    with acting(TRAINER):
        actions.bring_in(read(package("2004")), HEAD, at=now(), slug=slug)
        assert queries.package_of(slug).standard == "2004"
        assert courses.course(slug).head.version == 2
        with pytest.raises(NotFound):
            actions.bring_in(read(package()), HEAD, at=now(), slug="own-nothing")
    with acting(GUARD):
        assert opened(slug).edition_id != old.edition_id
        with pytest.raises(NotFound):  # it has no quiz
            begin(slug, at=now())


def test_a_ticket_is_for_who_looked_and_for_a_while(acting, monkeypatch):
    with acting(TRAINER):
        ticket = actions.look(package()).ticket
        assert actions.looked(ticket).manifest == read(package()).manifest
    with acting("pfso@quay1.demo"), pytest.raises(Invalid):
        actions.looked(ticket)
    monkeypatch.setattr(actions.rules, "LOOKED", timedelta(seconds=-1))
    with acting(TRAINER), pytest.raises(Invalid):
        actions.looked(ticket)


def test_runs_are_forgotten_as_attempts_are_and_files_in_use_stay(acting, owner):
    with acting(TRAINER):
        slug = brought_in()
        made = Package.objects.get(edition__slug=slug)
    with acting(GUARD):
        opened(slug)
    assert forget_runs.func(0) == 0
    owner.execute("update training_run set updated_at = now() - interval '91 days'")
    assert forget_runs.func(0) == 1
    with acting_as_system("worker"), connection.cursor() as cursor:
        cursor.execute("select * from reports_kept_addresses(%s)", [[made.address, "0" * 64]])
        assert cursor.fetchall() == [(made.address,)]
    assert vault.unseal(made.address, made.organisation_id).startswith(b"PK")


def test_by_the_pages(client_for, monkeypatch):
    trainer, guard = client_for(TRAINER), client_for(GUARD)
    assert "Bring in a package" in trainer.get("/training/courses/own/").content.decode()
    assert "Bring in a package" not in guard.get("/training/courses/").content.decode()
    here = "/training/courses/packages/new/"
    assert guard.get(here).status_code == 403
    assert trainer.get(here).status_code == 200
    assert trainer.post(here).status_code == 422
    bad = trainer.post(here, {"file": SimpleUploadedFile("a.zip", b"no zip")})
    assert bad.status_code == 422 and "not a zip" in bad.content.decode()
    looked = trainer.post(here, {"file": SimpleUploadedFile("a.zip", package())})
    page = looked.content.decode()
    assert looked.status_code == 200 and "SCORM 1.2" in page and 'value="At the gate"' in page
    ticket = looked.context["form"].initial["ticket"]
    said = {"ticket": ticket, **KEY}
    assert trainer.post(here, said | {"minutes": "1"}).status_code == 422
    made = trainer.post(here, said)
    assert made.status_code == 302
    shown = guard.get(made["Location"]).content.decode()
    assert "The package" in shown and "Begin the quiz" not in shown
    went = guard.post(f"{made['Location']}open/")
    player = guard.get(went["Location"])
    assert f"frame-src {settings.PACKAGES_ORIGIN}" in player["Content-Security-Policy"]
    assert "frame-src" not in guard.get(made["Location"])["Content-Security-Policy"]
    assert trainer.get(went["Location"]).status_code == 404
    state = f"{went['Location']}state/"
    values = {"number": "1", "values": '{"cmi.core.lesson_status": "completed"}'}
    assert guard.post(state, values, HTTP_ACCEPT="application/json").json()["outcome"] == "done"
    for wrong in ("", "[]", '{"cmi.core.lesson_status": 1}', "{"):
        assert guard.post(state, {"number": "1", "values": wrong}, HTTP_ACCEPT="application/json").status_code == 422
    assert guard.post(state, values | {"number": "0"}, HTTP_ACCEPT="application/json").status_code == 409
    assert "Completed" in guard.get(made["Location"]).content.decode()
    assert trainer.get(f"{made['Location']}package/").status_code == 200
    monkeypatch.setattr(settings, "PACKAGES_ORIGIN", "")
    assert "Packages are off" in guard.get(made["Location"]).content.decode()
    assert guard.post(f"{made['Location']}open/").status_code == 409
    assert guard.get(went["Location"]).status_code == 302
    assert trainer.post(here, {"file": SimpleUploadedFile("a.zip", package())}).status_code == 409


def test_by_the_api(bearer_for):
    trainer, guard = Client(headers=bearer_for(TRAINER)), Client(headers=bearer_for(GUARD))
    here = "/api/v1/courses/packages"

    def sent(data=None, **changes):
        file = SimpleUploadedFile("a.zip", data or package(), "application/zip")
        return {"file": file, **{name: value for name, value in KEY.items()}, **changes}

    looked = trainer.post(f"{here}/look", {"file": SimpleUploadedFile("a.zip", package())})
    assert (looked.status_code, looked.json()["standard"]) == (200, "1.2")
    assert guard.post(f"{here}/look", {"file": SimpleUploadedFile("a.zip", package())}).status_code == 403
    assert trainer.post(here, sent(b"no zip")).json()["errors"][0]["field"] == "file"
    assert trainer.post(here, sent(minutes="1")).status_code == 422
    assert guard.post(here, sent()).status_code == 403
    made = trainer.post(here, sent())
    assert (made.status_code, made.json()["version"]) == (201, 1), made.content
    slug = made.json()["course"]
    assert trainer.post(f"{here}/{slug}/versions", sent(package("2004"))).json()["version"] == 2
    assert [one["course"] for one in guard.get(here).json()] == [slug]
    assert made["Location"] == f"{here}/{slug}" and guard.get(made["Location"]).json()["standard"] == "2004"
    assert guard.get(f"{here}/{slug}/run").status_code == 404
    assert guard.get(f"/api/v1/courses/{slug}").json()["questions"] == 0
    assert Client(headers=bearer_for(OTHER)).get(here).json() == []


def test_how_far_one_is_is_told_to_oneself_alone(acting, bearer_for):
    with acting(TRAINER):
        slug = brought_in()
    with acting(GUARD):
        keep(opened(slug), lesson_status="failed")
    here = f"/api/v1/courses/packages/{slug}/run"
    assert Client(headers=bearer_for(GUARD)).get(here).json()["outcome"] == "failed"
    for email in (TRAINER, OTHER):
        assert Client(headers=bearer_for(email)).get(here).status_code == 404


def test_a_package_is_retired_and_stands_in_the_list_of_own_courses(acting, client_for):
    with acting(TRAINER):
        slug = brought_in()
        actions.retire(slug, retired=True, at=now())
        (row,) = queries.packages()
        assert row.edition.retired_at is not None and slug not in courses.offered()
        assert slug not in [one.row.slug for one in authoring.own_courses()]  # there is nothing to write on
        with pytest.raises(NotFound):
            copy_course(slug, at=now())
    with acting(GUARD), pytest.raises(Refused):
        actions.retire(slug, retired=False, at=now())
    with acting(OTHER), pytest.raises(NotFound):
        actions.retire(slug, retired=False, at=now())
    listed = client_for(TRAINER).get("/training/courses/own/").content.decode()
    assert f"/training/courses/{slug}/" in listed and "Retired" in listed
    assert client_for(GUARD).post(f"/training/courses/{slug}/open/").status_code == 404
    assert client_for(TRAINER).post(f"/training/courses/{slug}/package/retire/", {"act": "offer"}).status_code == 302
    with acting(GUARD):
        assert opened(slug).number == 1
