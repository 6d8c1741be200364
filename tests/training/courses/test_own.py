"""Courses of an organisation's own: who reads, writes, publishes and takes them, and what becomes of a pass."""

from datetime import date

import pytest
from django.db import IntegrityError, connection
from django.utils.translation import override

from port2port.base.clock import now
from port2port.base.errors import Conflict, NotFound, Refused
from port2port.base.ids import new_id
from port2port.members import machines
from port2port.members.acting import current_actor, translated
from port2port.training.courses import actions, queries
from port2port.training.courses.loading import content_of
from port2port.training.courses.models import Edition, OwnCourse
from port2port.training.courses.words import name_of, public_name
from tests.training.courses.taking import COURSE, GUARD, OTHER, TRAINER, answered

NAMES = {"en": "The gate of quay 1742 (invented)"}


def content(**head):
    """Return what is written of a course: that of one which ships, under another name."""
    found = content_of(queries.course(COURSE))
    found["head"] |= {"names": NAMES, **head}
    return found


def written(slug="own-gate", **head):
    """Write a course as the current actor."""
    actor = current_actor()
    return OwnCourse.objects.create(
        organisation_id=actor.organisation, slug=slug, content=content(slug=slug, **head), changed_by_id=actor.person,
        changed_at=now(),
    )  # fmt: skip


def published(row, seen=0):
    """Publish it as the current actor."""
    with translated(), connection.cursor() as cursor:
        cursor.execute("select training_publish(%s, %s, %s)", [row.id, seen, now()])
        return cursor.fetchone()[0]


def test_people_of_the_organisation_take_it_and_nobody_else_hears_of_it(acting):
    with acting(TRAINER):
        edition = published(written())
    with acting(GUARD):
        assert queries.offered()["own-gate"].own
        assert name_of("own-gate") == NAMES["en"]
        attempt = actions.begin("own-gate", at=now())
        answered(attempt)
        assert actions.hand_in(attempt, at=now()).attempt.passed
        assert [one.names for one in queries.own_passes(on=date.today())] == [NAMES]
    with acting(OTHER):
        assert "own-gate" not in queries.offered() | queries.names()
        assert not Edition.objects.filter(id=edition).exists()
        with pytest.raises(NotFound):
            queries.course_of(edition)  # which this process has read for somebody else
        with pytest.raises(NotFound):
            queries.course("own-gate")
    for statement, refused in (
        ("select training_begin(%(edition)s, %(at)s)", NotFound),
        ("select training_note(%(edition)s, %(person)s, %(at)s, %(at)s)", NotFound),
        ("select * from training_items(%(edition)s)", Refused),
    ):
        with acting(OTHER), pytest.raises(refused), translated(), connection.cursor() as cursor:
            person = current_actor().person
            cursor.execute(statement, {"edition": edition, "person": person, "at": now()})


def test_only_who_trains_there_writes_and_publishes(acting):
    with acting(TRAINER):
        row = written()
    for email in (GUARD, OTHER):
        with acting(email):
            assert not OwnCourse.objects.filter(id=row.id).exists()
            assert OwnCourse.objects.filter(id=row.id).update(sequence=9) == 0
    with acting(GUARD), pytest.raises(Refused):
        published(row)
    with acting(GUARD), pytest.raises(Refused), translated():
        written("own-other")
    with acting(OTHER), pytest.raises(NotFound):
        published(row)
    with acting(TRAINER), pytest.raises(Conflict):
        published(row, seen=1)


def test_a_new_version_ends_the_passes_of_the_old_one(acting):
    with acting(TRAINER):
        row = written(grace_days=0)
        published(row)
    with acting(GUARD):
        attempt = actions.begin("own-gate", at=now())
        answered(attempt)
        actions.hand_in(attempt, at=now())
    with acting(TRAINER):
        published(row)
        assert [one.version for one in queries.team_passes(on=date.today()) if one.slug == "own-gate"] == [1]
        assert queries.course("own-gate").head.version == 2
    with acting(GUARD):
        (mine,) = (one for one in queries.own_passes(on=date.today()) if one.slug == "own-gate")
        assert mine.ends == date.today()


def test_a_retired_course_is_read_by_its_passes_and_taken_by_nobody(acting):
    with acting(TRAINER):
        edition = published(written())
    with acting(OTHER):
        assert Edition.objects.filter(id=edition).update(retired_at=now()) == 0
    with acting(TRAINER):
        assert Edition.objects.filter(slug=COURSE).update(retired_at=now()) == 0  # not theirs
        assert Edition.objects.filter(id=edition).update(retired_at=now()) == 1
    with acting(GUARD):
        assert "own-gate" not in queries.offered()
        assert queries.course("own-gate").own
        with pytest.raises(NotFound):
            actions.begin("own-gate", at=now())


def test_mails_and_calendars_do_not_say_what_an_own_course_is_called(acting):
    with acting(TRAINER), override("en"):
        published(written())
        with override("en"):
            assert public_name("own-gate") == "A course of your organisation"
            assert public_name(COURSE) == name_of(COURSE)


def test_a_slug_of_ones_own_is_no_slug_of_the_library(acting):
    with acting(TRAINER), pytest.raises(IntegrityError):
        OwnCourse.objects.create(
            id=new_id(), organisation_id=current_actor().organisation, slug=COURSE, content=content(),
            changed_by_id=current_actor().person, changed_at=now(),
        )  # fmt: skip


def test_machines_of_the_organisation_take_no_courses(acting):
    with acting(OTHER) as actor:
        machines.make(name="Reader (test)", organisation=actor.organisation, language="en", verified=False,
                      by=actor.person, at=now())  # fmt: skip
        assert queries.team() and "Reader (test)" not in queries.team().values()
