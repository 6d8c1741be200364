"""Writing a course of an organisation's own, and publishing it. Each action is one transaction that also journals."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import msgspec
from django.db import connection
from django.utils.translation import gettext_lazy as _

from port2port.base import journal, rows
from port2port.base.errors import Conflict, Invalid, NotFound, Problem
from port2port.base.ids import new_id
from port2port.measures.actions import guarded
from port2port.members.acting import action, current_actor, translated
from port2port.training.authoring import carrying, rules
from port2port.training.authoring.pictures import KIND, carried
from port2port.training.authoring.queries import course_of, own_course
from port2port.training.courses import actions as courses_actions
from port2port.training.courses import queries as courses
from port2port.training.courses.contents import Course, CourseHead, Module, Question
from port2port.training.courses.loading import content_of
from port2port.training.courses.models import CourseMedium, OwnCourse
from port2port.training.courses.queries import trainer

MEANWHILE = _("Somebody changed this meanwhile. What differs is shown below; keep again, and yours takes its place.")
Change = Callable[[Course], Course]


@action
def write_course(course: Course, *, at: datetime) -> UUID:
    """Begin a course with what is written of it. Returns its id. Raises Refused, Invalid."""
    trainer()
    head = msgspec.structs.replace(course.head, slug=rules.new_slug(course.head.names), version=1)
    _checked(Course(rules.BEGUN, (), (), ()), course)
    return _begin(replace(course, head=head), at=at)


@action
def put_course(identifier: UUID, course: Course, *, seen: int, at: datetime) -> None:
    """Keep a course whole. Raises as `_change`; Conflict when it is not at the sequence that was read."""

    def change(found: Course) -> Course:
        head = msgspec.structs.replace(course.head, slug=found.slug, version=found.head.version)
        return rules.in_languages(replace(found, head=head, modules=course.modules, questions=course.questions),
                                  rules.languages_of(head))  # fmt: skip

    _change(identifier, change, sequence=seen, at=at)


@action
def copy_course(slug: str, *, at: datetime) -> UUID:
    """Begin a course as a copy of one that can be read here, with its pictures. Raises NotFound, Refused."""
    trainer()
    found = courses.course(slug)
    if not found.modules:  # a package, which is not ours to write on
        raise NotFound()
    copied = rules.new_slug(found.head.names)
    made = _begin(replace(found, head=msgspec.structs.replace(found.head, slug=copied, version=1)), at=at)
    carried(copied, {name: one.read_bytes() for name, one in found.media.items()}, at=at)
    return made


def import_course(content: bytes, *, at: datetime) -> UUID:
    """Begin a course with what a zip holds (`carrying.py`). Nothing is locked while it is examined.

    Raises Refused, Invalid, ScannerUnavailable.
    """
    trainer()
    return _taken(carrying.unpacked(content), at=at)


@action
def _taken(found: carrying.Unpacked, *, at: datetime) -> UUID:
    made = write_course(found.course, at=at)
    carried(own_course(made).row.slug, found.media, at=at)
    return made


def _begin(found: Course, *, at: datetime) -> UUID:
    organisation = trainer()
    row = OwnCourse(
        id=new_id(), organisation_id=organisation, slug=found.slug, content=content_of(found), sequence=0,
        changed_by_id=current_actor().person, changed_at=at,
    )  # fmt: skip
    rows.insert(row)
    journal.write("own_course.begun", kind=KIND, at=at, course=row.id)
    identifier: UUID = row.id
    return identifier


@action
def put_head(identifier: UUID, head: CourseHead, *, seen: str, at: datetime) -> None:
    """Keep what a course is; texts in a language that it no longer has go. Raises as `_change`."""

    def change(found: Course) -> Course:
        _unchanged(found.head, seen)
        kept = msgspec.structs.replace(head, slug=found.slug, version=found.head.version)
        return replace(rules.in_languages(found, rules.languages_of(kept)), head=kept)

    _change(identifier, change, at=at)


@action
def put_module(identifier: UUID, module: Module, *, seen: str, at: datetime) -> None:
    """Keep a module, new or changed. Raises as `_change`."""

    def change(found: Course) -> Course:
        _unchanged(found.module(module.code), seen)
        return rules.with_module(found, module)

    _change(identifier, change, at=at)


@action
def move_module(identifier: UUID, code: str, *, by: int, at: datetime) -> None:
    """Move a module up or down. Raises as `_change`."""

    def change(found: Course) -> Course:
        _there(found.module(code))
        return rules.moved(found, code, by)

    _change(identifier, change, at=at)


@action
def remove_module(identifier: UUID, code: str, *, at: datetime) -> None:
    """Take a module out. Raises as `_change`, and Conflict while a question is about it."""

    def change(found: Course) -> Course:
        _there(found.module(code))
        if any(one.module == code for one in found.questions):
            raise Conflict(_("Questions are about this module. Take them out first, or let them be about another one."))
        return replace(found, modules=tuple(one for one in found.modules if one.code != code))

    _change(identifier, change, at=at)


@action
def put_question(identifier: UUID, question: Question, *, seen: str, at: datetime) -> None:
    """Keep a question, new or changed. Raises as `_change`."""

    def change(found: Course) -> Course:
        _unchanged(found.question(question.code), seen)
        return rules.with_question(found, question)

    _change(identifier, change, at=at)


@action
def remove_question(identifier: UUID, code: str, *, at: datetime) -> None:
    """Take a question out. Raises as `_change`."""

    def change(found: Course) -> Course:
        _there(found.question(code))
        return replace(found, questions=tuple(one for one in found.questions if one.code != code))

    _change(identifier, change, at=at)


@action
def publish(identifier: UUID, *, seen: int, at: datetime) -> None:
    """Make an edition of what is written, as it was read (`seen`): its sequence. Pictures that nothing shows go.

    Raises Refused, NotFound, Invalid with what is missing, Conflict when somebody changed it meanwhile.
    """
    found = own_course(identifier)
    if found.row.sequence == seen and (faults := found.faults):
        raise Invalid([Problem("course", one.says) for one in faults])
    shown = rules.files_shown(found.course)
    CourseMedium.objects.filter(slug=found.row.slug).exclude(name__in=shown).delete()
    with translated(), connection.cursor() as cursor:
        cursor.execute("select training_publish(%s, %s, %s)", [identifier, seen, at])
        edition = cursor.fetchone()[0]
    journal.write("own_course.published", kind=KIND, at=at, course=identifier, edition=edition)


@action
def retire(identifier: UUID, *, retired: bool, at: datetime) -> None:
    """Take a course off the list of what can be taken, or put it there again; its passes count on.

    Raises Refused, NotFound; Conflict when it was never published.
    """
    courses_actions.retire(own_course(identifier).row.slug, retired=retired, at=at)
    journal.write("own_course.retired" if retired else "own_course.offered", kind=KIND, at=at, course=identifier)


@action
def delete_course(identifier: UUID, *, at: datetime) -> None:
    """Delete a course that was never published, with its pictures. Raises Refused, NotFound, Conflict."""
    found = own_course(identifier)
    if found.edition is not None:
        raise Conflict(_("It was published: it can be retired, and its passes count until their end."))
    CourseMedium.objects.filter(slug=found.row.slug).delete()
    rows.delete(OwnCourse, identifier)
    journal.write("own_course.deleted", kind=KIND, at=at, course=identifier)


def _change(identifier: UUID, change: Change, *, at: datetime, sequence: int | None = None) -> None:
    """Change a course. Raises Refused, NotFound, Invalid, and Conflict when the part was changed meanwhile."""
    trainer()
    row = OwnCourse.objects.select_for_update().filter(id=identifier, package=False).first()
    if row is None:
        raise NotFound()
    if sequence is not None and row.sequence != sequence:
        raise Conflict(MEANWHILE)
    before = course_of(row)
    after = change(before)
    _checked(before, after)
    OwnCourse.objects.filter(id=identifier).update(
        content=content_of(after), sequence=row.sequence + 1, changed_by_id=current_actor().person, changed_at=at
    )
    journal.write("own_course.changed", kind=KIND, at=at, course=identifier)


def _checked(before: Course, after: Course) -> None:
    problems = [*rules.kept_problems(before, after), *guarded(rules.new_texts(before, after))]
    if problems:
        raise Invalid(problems)


def _unchanged(part: CourseHead | Module | Question | None, seen: str) -> None:
    if rules.mark(part) != seen:
        raise Conflict(MEANWHILE)


def _there(part: Module | Question | None) -> None:
    if part is None:
        raise NotFound()
