"""Reading courses, one's own attempts, and who took part. The policy says whose rows one sees."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from uuid import UUID

import msgspec
from django.db import connection

from port2port.base.errors import NotFound, Refused
from port2port.members.acting import current_actor
from port2port.members.data_files import Names
from port2port.members.models import Membership, Person
from port2port.training.courses.contents import Course, CourseHead, Medium, Module, Question, Source
from port2port.training.courses.kept import media_of
from port2port.training.courses.library import library
from port2port.training.courses.models import (
    Answer,
    Attempt,
    Booking,
    Completion,
    Edition,
    Enrolment,
    OwnCourse,
    Session,
)
from port2port.training.courses.rules import OWN, Standing, Sums, Worth, ends_on, standing, worth

MOST = 500
LOOKED_BACK = timedelta(days=183)


@dataclass(frozen=True)
class Drawn:
    """A question of an attempt: as it is asked here, its options in the order drawn, and what was chosen."""

    number: int
    question: Question
    chosen: tuple[str, ...] | None
    right: bool | None


@dataclass(frozen=True)
class Going:
    """An attempt with its course and its questions."""

    attempt: Attempt
    course: Course
    drawn: tuple[Drawn, ...]

    @property
    def first_open(self) -> int | None:
        """The number of the first question without an answer; None when all have one."""
        return next((one.number for one in self.drawn if one.chosen is None), None)

    @property
    def good(self) -> int:
        """How many are right, once handed in."""
        return sum(one.right is True for one in self.drawn)


@dataclass(frozen=True)
class Pass:
    """A completion with its edition, how it stands today and until when it counts."""

    completion: Completion
    slug: str
    version: int
    names: Names
    topics: tuple[str, ...]
    standing: Standing
    ends: date

    @property
    def counts(self) -> bool:
        """Whether it counts today."""
        return self.standing in ("valid", "soon")


class Body(msgspec.Struct, frozen=True):
    """The content of an edition, as it is stored."""

    head: CourseHead
    modules: tuple[Module, ...]
    questions: tuple[Question, ...]
    sources: tuple[Source, ...]


def offered() -> dict[str, Course]:
    """Return the courses that can be taken by slug: those that ship with the program, then the own organisation's."""
    rows = Edition.objects.filter(slug__startswith=OWN, organisation=current_actor().organisation)
    mine = rows.filter(counts_until=None, retired_at=None).order_by("slug").values_list("slug", "id")
    return {**library(), **{slug: _published(edition) for slug, edition in mine}}


def names() -> dict[str, Names]:
    """Return how the courses are called that can be named here, by slug: also one that nobody takes any more."""
    rows = Edition.objects.filter(slug__startswith=OWN).order_by("version")
    own: dict[str, Names] = dict(rows.values_list("slug", "content__head__names"))
    return {slug: one.head.names for slug, one in library().items()} | own


def course(slug: str) -> Course:
    """Return a course in its newest version. Raises NotFound."""
    return library().get(slug) or course_of(newest(slug).id)


def course_of(edition: UUID) -> Course:
    """Return the course of an edition, as it was published. Raises NotFound, also for another organisation's own."""
    found = _published(edition)
    if found.own and not Edition.objects.filter(id=edition).exists():
        raise NotFound()
    return found


@lru_cache(maxsize=500)
def _published(edition: UUID) -> Course:
    """Return the course of an edition, whose questions never change. Of another organisation's own only to who read it
    under the policy first: ask `course_of`. Raises NotFound.
    """
    row = Edition.objects.filter(id=edition).first()
    if row is None:
        raise NotFound()
    body = msgspec.convert(row.content, Body)
    here, own = library().get(row.slug), row.organisation_id is not None
    kept: Mapping[str, Medium] = media_of(row.slug, until=row.published_at) if own else {}
    media = here.media if here is not None else kept
    return Course(body.head, body.modules, body.questions, body.sources, media, own=own)


def written(slug: str) -> UUID | None:
    """Return where an own course is written, to who trains there; to others None."""
    return OwnCourse.objects.filter(slug=slug, package=False).values_list("id", flat=True).first()


def newest(slug: str) -> Edition:
    """Return the newest edition of a course, without its content. Raises NotFound."""
    row = Edition.objects.filter(slug=slug).defer("content").order_by("-version").first()
    if row is None:
        raise NotFound()
    return row


def own_attempt(identifier: UUID) -> Going:
    """Return an attempt of one's own with its questions. Raises NotFound, the same for absent and another's."""
    attempt = Attempt.objects.filter(id=identifier).first()
    if attempt is None:
        raise NotFound()
    found = course_of(attempt.edition_id)
    answers = {one.question: tuple(one.chosen) for one in Answer.objects.filter(attempt_id=identifier)}
    asked = {one.code: one for one in found.questions}
    return Going(
        attempt,
        found,
        tuple(
            Drawn(n, _shuffled(asked[one["code"]], one["options"]), answers.get(one["code"]),
                  attempt.results.get(one["code"]))
            for n, one in enumerate(attempt.questions, start=1)
        ),
    )  # fmt: skip


def _shuffled(question: Question, order: Sequence[str]) -> Question:
    by_code = {one.code: one for one in question.options}
    return msgspec.structs.replace(question, options=tuple(by_code[code] for code in order))


def own_attempts(slug: str) -> list[Attempt]:
    """Return one's own attempts at a course, newest first."""
    return list(Attempt.objects.filter(edition__slug=slug).defer("questions").order_by("-started_at", "-id")[:MOST])


def open_attempts() -> dict[str, UUID]:
    """Return one's own attempts that are not handed in, by course."""
    rows = Attempt.objects.filter(submitted_at=None).values_list("edition__slug", "id")
    return dict(rows)


def own_passes(*, on: date) -> list[Pass]:
    """Return what one took part in oneself, newest first."""
    return _passes(Completion.objects.filter(person_id=current_actor().person), on)


def pass_of(identifier: UUID, *, on: date) -> Pass:
    """Return a completion one sees: one's own, or of who one trains. Raises NotFound."""
    found = _passes(Completion.objects.filter(id=identifier), on)
    if not found:
        raise NotFound()
    return found[0]


def team_passes(*, on: date) -> list[Pass]:
    """Return what the people of the own organisation took part in, newest first. Raises Refused."""
    return _passes(Completion.objects.filter(organisation_id=trainer()), on)


def _passes(rows: Iterable[Completion], on: date) -> list[Pass]:
    columns = ("id", "slug", "version", "counts_until", "content__head__names", "content__head__topics")
    known = {row[0]: row[1:] for row in Edition.objects.values_list(*columns)}
    found = []
    for one in sorted(rows, key=lambda one: (one.at, one.id), reverse=True):
        slug, version, counts_until, called, taught = known[one.edition_id]
        stands = standing(one.valid_until, counts_until, withdrawn=one.withdrawn_at is not None, on=on)
        ends = ends_on(one.valid_until, counts_until)
        found.append(Pass(one, slug, version, called, tuple(taught), stands, ends))
    return found


def best(passes: Iterable[Pass]) -> dict[tuple[UUID, str], Pass]:
    """Return for each person and course the pass that counts longest; of what ended, what ended last."""
    found: dict[tuple[UUID, str], Pass] = {}
    for one in passes:
        key = one.completion.person_id, one.slug
        if one.standing != "withdrawn" and (key not in found or one.ends > found[key].ends):
            found[key] = one
    return found


def trains() -> bool:
    """Tell whether the actor trains the people of the own organisation: by role, the database says so."""
    with connection.cursor() as cursor:
        cursor.execute("select training_trains()")
        return bool(cursor.fetchone()[0])


def trainer() -> UUID:
    """Return the organisation whose people the actor trains. Raises Refused."""
    organisation = current_actor().organisation
    if organisation is None or not trains():
        raise Refused()
    return organisation


def team() -> dict[UUID, str]:
    """Return the names of the people of the own organisation, by name; machines take no courses."""
    own = current_actor().organisation
    rows = Membership.objects.filter(organisation_id__in=[own] if own else [], until=None, shielded=False)
    ids = set(rows.values_list("person_id", flat=True))
    found = Person.objects.filter(id__in=ids, active=True, kind="human")
    return dict(found.order_by("name").values_list("id", "name"))


def enrolments() -> list[Enrolment]:
    """Return who should take which course by when, as far as one sees it: oneself, or whom one trains."""
    return list(Enrolment.objects.order_by("due", "id")[:MOST])


def sessions(*, since: datetime | None = None) -> list[Session]:
    """Return the sessions of the own organisation, the earliest first; those that begin after a moment."""
    found = Session.objects.order_by("starts_at", "id")
    return list((found.filter(starts_at__gte=since) if since is not None else found)[:MOST])


def session(identifier: UUID) -> Session:
    """Return a session of the own organisation. Raises NotFound."""
    found = Session.objects.filter(id=identifier).first()
    if found is None:
        raise NotFound()
    return found


def bookings(identifier: UUID) -> list[Booking]:
    """Return who is expected at a session: who trains all of them, others oneself."""
    return list(Booking.objects.filter(session_id=identifier).order_by("id"))


@dataclass(frozen=True)
class Missed:
    """A session that was held, and who of the own organisation was expected, did not come and still needs it."""

    session: Session
    people: tuple[UUID, ...]


def missed(*, at: datetime, on: date) -> list[Missed]:
    """Return who did not come to which session of the last half year, the newest first; nobody who holds a pass of the
    course by now, or is expected at another session of it. Raises Refused."""
    organisation, here = trainer(), team()
    held = {(person, slug) for (person, slug), one in best(team_passes(on=on)).items() if one.counts}
    rows = Booking.objects.filter(organisation_id=organisation).select_related("session")
    held |= {
        (one.person_id, one.session.slug) for one in rows.filter(session__state="planned", session__starts_at__gt=at)
    }
    found: dict[UUID, tuple[Session, list[UUID]]] = {}
    recent = rows.filter(came=False, session__state="held", session__starts_at__gt=at - LOOKED_BACK)
    for one in recent.order_by("-session__starts_at", "session_id", "person_id")[:MOST]:
        needs = (one.person_id, one.session.slug)
        if one.person_id in here and needs not in held:
            held.add(needs)  # who missed it twice is named once, at the last one
            found.setdefault(one.session_id, (one.session, []))[1].append(one.person_id)
    return [Missed(session, tuple(people)) for session, people in found.values()]


def own_bookings() -> dict[UUID, Booking]:
    """Return one's own bookings, by session."""
    return {one.session_id: one for one in Booking.objects.filter(person_id=current_actor().person)}


def taken() -> dict[str, int]:
    """Return how many people over the whole network hold a course, where they are enough to be counted."""
    with connection.cursor() as cursor:
        cursor.execute("select slug, people from training_taken()")
        return dict(cursor.fetchall())


def worths(slug: str) -> list[Worth]:
    """Return what the questions of the newest edition are worth, where enough answered. Raises Refused, NotFound."""
    edition = newest(slug)
    with connection.cursor() as cursor:
        cursor.execute("select * from training_items(%s)", [edition.id])
        rows = cursor.fetchall()
    found = (worth(question, Sums(*sums)) for question, *sums in rows)
    return [one for one in found if one is not None]


def tells_failed() -> bool:
    """Tell whether the own organisation's store is told who failed."""
    with connection.cursor() as cursor:
        cursor.execute("select training_tells_failed()")
        return bool(cursor.fetchone()[0])
