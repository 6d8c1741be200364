"""Writing a course of one's own: who may, what is refused, what a second writer is told, what publishing does."""

from datetime import date

import msgspec
import pytest

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, NotFound, Refused
from port2port.reports.attachments import vault
from port2port.reports.attachments.checking import Upload
from port2port.training.authoring import actions, pictures, queries
from port2port.training.authoring.rules import mark, question_code
from port2port.training.courses import actions as taking
from port2port.training.courses import queries as courses
from port2port.training.courses.models import CourseMedium, OwnCourse
from port2port.training.courses.rules import key_of
from tests.training.authoring.writing import EMPTY, TEXT, module, photo, question, written
from tests.training.courses.taking import COURSE, GUARD, OTHER, TRAINER


def publish(own):
    """Publish a course as it stands."""
    actions.publish(own, seen=queries.own_course(own).row.sequence, at=now())


def test_what_is_missing_is_named_until_nothing_is(acting):
    with acting(TRAINER):
        own = actions.write_course(EMPTY, at=now())
        said = {(one.part, one.field) for one in queries.own_course(own).faults}
        assert said == {("course", "modules"), ("course", "questions")}
        with pytest.raises(Invalid):
            publish(own)
        actions.put_module(own, module("gate", texts={"en": "Short. ![](none.png)"}), seen=mark(None), at=now())
        bad = question("gate", text={"nl": "Wat?"})
        actions.put_question(own, bad, seen=mark(None), at=now())
        found = [(one.part, one.code, one.field) for one in queries.own_course(own).faults]
        for fault in (
            ("module", "gate", "texts.en"), ("question", bad.code, "text.en"), ("question", bad.code, "text.nl"),
            ("module", "gate", "questions"),
        ):  # fmt: skip
            assert fault in found
        whole = written()
        assert queries.own_course(whole).faults == []


def test_a_course_is_written_published_and_taken_with_its_picture(acting):
    with acting(TRAINER):
        own = written()
        slug = queries.own_course(own).row.slug
    with acting(GUARD):
        assert CourseMedium.objects.count() == 0  # a draft's
        with pytest.raises(Refused):
            queries.own_courses()
    with acting(TRAINER):
        publish(own)
        assert not queries.own_course(own).changed
    with acting(GUARD):
        found = courses.course(slug)
        body = found.media["gate.jpg"].read_bytes()
        assert body.startswith(b"\xff\xd8") and b"GPS" not in body and b"Exif" not in body
        attempt = taking.begin(slug, at=now())
        right = {one.code: key_of(one) for one in found.questions}
        for one in courses.own_attempt(attempt).drawn:
            taking.answer(attempt, number=one.number, chosen=right[one.question.code], at=now())
        assert taking.hand_in(attempt, at=now()).attempt.passed
        assert [one.slug for one in courses.own_passes(on=date.today()) if one.counts] == [slug]
    with acting(OTHER):
        assert not CourseMedium.objects.exists() and not OwnCourse.objects.exists()


def test_two_who_write_the_same_part_are_told_and_others_are_not(acting):
    with acting(TRAINER):
        own = written()
        course = queries.own_course(own).course
        first, second = course.modules
        actions.put_module(own, module("arrive", names={"en": "Come in"}), seen=mark(first), at=now())
        actions.put_module(own, module("leave", names={"en": "Go out"}), seen=mark(second), at=now())
        with pytest.raises(Conflict):
            actions.put_module(own, module("arrive", names={"en": "Stop"}), seen=mark(first), at=now())
        assert queries.own_course(own).course.module("arrive").names == {"en": "Come in"}
        with pytest.raises(Conflict):
            actions.publish(own, seen=0, at=now())


def test_a_picture_in_use_stays_and_one_that_nothing_shows_goes(acting):
    with acting(TRAINER):
        own = written()
        pictures.add_pictures(own, [photo("blue"), photo("blue")], at=now())
        slug = queries.own_course(own).row.slug
        assert [one.name for one in queries.pictures(slug)] == ["gate-2.jpg", "gate.jpg"]
        with pytest.raises(Conflict):
            pictures.remove_picture(own, "gate.jpg", at=now())
        publish(own)
        assert [one.name for one in queries.pictures(slug)] == ["gate.jpg"]
        row = CourseMedium.objects.get(slug=slug)
        for one in queries.own_course(own).course.questions:
            actions.remove_question(own, one.code, at=now())
        actions.remove_module(own, "leave", at=now())
        with pytest.raises(Conflict):
            pictures.remove_picture(own, "gate.jpg", at=now())  # of the edition
        assert CourseMedium.objects.filter(slug=slug).delete()[0] == 0
        assert vault.unseal(row.address, row.organisation_id)


def test_what_is_no_picture_is_refused(acting):
    with acting(TRAINER):
        own = actions.write_course(EMPTY, at=now())
        for upload in (Upload("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), Upload("a.txt", b"A text.")):
            with pytest.raises(Invalid):
                pictures.add_pictures(own, [upload], at=now())


def test_what_identifies_a_person_or_cannot_be_shown_is_not_kept(acting):
    with acting(TRAINER):
        own = actions.write_course(EMPTY, at=now())
        for text in ("National number 85.07.30-033.28. " + TEXT["en"], "\u202eevil " + TEXT["en"], "x" * 5001):
            with pytest.raises(Invalid) as caught:
                actions.put_module(own, module("gate", texts={"en": text}), seen=mark(None), at=now())
            assert [one.field for one in caught.value.problems] == ["modules.gate.texts.en"]
        assert queries.own_course(own).course.modules == ()


def test_a_copy_is_a_course_of_ones_own_with_its_pictures(acting):
    with acting(TRAINER):
        own = actions.copy_course(COURSE, at=now())
        found = queries.own_course(own)
        assert set(found.course.media) == set(courses.course(COURSE).media)
        assert found.languages == ("nl", "fr", "de", "en") and found.faults == []
        head = msgspec.structs.replace(found.course.head, names={"en": "Ours"}, summary={"en": "Ours."})
        actions.put_head(own, head, seen=mark(found.course.head), at=now())
        found = queries.own_course(own)
        assert found.languages == ("en",) and found.faults == []
        publish(own)
    with acting(OTHER), pytest.raises(NotFound):
        actions.copy_course(found.row.slug, at=now())


def test_the_copy_of_a_course_with_a_video_keeps_it_and_its_subtitles(acting):
    slug = "reporting-in-one-minute"
    with acting(TRAINER):
        own = actions.copy_course(slug, at=now())
        publish(own)
        kept = courses.course(queries.own_course(own).row.slug).media
        there = courses.course(slug).media
        assert set(kept) == set(there) and kept["the-form.nl.vtt"].read_bytes() == there["the-form.nl.vtt"].read_bytes()


def test_retired_offered_again_and_deleted(acting):
    with acting(TRAINER):
        own = written()
        draft = written()
        actions.delete_course(draft, at=now())
        with pytest.raises(NotFound):
            queries.own_course(draft)
        with pytest.raises(Conflict):
            actions.retire(own, retired=True, at=now())
        publish(own)
        with pytest.raises(Conflict):
            actions.delete_course(own, at=now())
        slug = queries.own_course(own).row.slug
        actions.retire(own, retired=True, at=now())
        assert slug not in courses.offered()
        actions.retire(own, retired=False, at=now())
        assert slug in courses.offered()


def test_modules_move_and_those_asked_about_stay(acting):
    with acting(TRAINER):
        own = written()
        actions.move_module(own, "leave", by=-1, at=now())
        actions.move_module(own, "leave", by=-1, at=now())
        assert [one.code for one in queries.own_course(own).course.modules] == ["leave", "arrive"]
        with pytest.raises(Conflict):
            actions.remove_module(own, "leave", at=now())


@pytest.mark.parametrize("email", [GUARD, OTHER, "operator@platform.demo"])
def test_nobody_else_writes(acting, email):
    with acting(TRAINER):
        own = written()
    refused = NotFound if email == OTHER else Refused
    for attempt in (
        lambda: queries.own_course(own),
        lambda: actions.put_module(own, module("more"), seen=mark(None), at=now()),
        lambda: actions.remove_question(own, question_code(), at=now()),
        lambda: pictures.add_pictures(own, [photo()], at=now()),
        lambda: actions.publish(own, seen=0, at=now()),
        lambda: actions.delete_course(own, at=now()),
    ):
        with acting(email), pytest.raises(refused):
            attempt()
