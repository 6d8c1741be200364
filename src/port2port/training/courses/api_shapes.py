"""What the API of courses takes and gives: documented shapes. Unknown fields are refused."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from ninja import Field, Schema

from port2port.sharing.api_ground import Strict
from port2port.sharing.api_shapes import Moment
from port2port.training.courses.contents import Course
from port2port.training.courses.models import Booking, Enrolment, Session
from port2port.training.courses.queries import Going, Pass
from port2port.training.courses.rules import Plan, grouped, key_of
from port2port.training.courses.words import media_url

Texts = dict[str, str]


class CourseOut(Schema):
    """A course as it is listed; texts by language."""

    slug: str
    version: int
    names: Texts
    summary: Texts
    audiences: list[str]
    topics: list[str] = Field(description="Codes of the ISPS Code's topics")
    minutes: int
    questions: int = Field(description="How many an attempt has")
    pass_percent: int
    valid_months: int
    own: bool = Field(description="Whether it is your organisation's own; else it ships with the program")
    people: int | None = Field(description="For how many it counts over the network; null below ten")


class CourseModuleOut(Schema):
    """A module: CommonMark by language."""

    code: str
    names: Texts
    texts: Texts


class CourseRowsOut(Schema):
    """The numbers of the rows of a file (its head is 1): new, with another day than is here, and here already."""

    dry_run: bool
    new: list[int]
    changed: list[int]
    same: list[int]


class CourseSourceOut(Schema):
    """A source of a course."""

    names: Texts
    url: str


class CourseWhole(CourseOut):
    """A course with its modules; its questions come with an attempt."""

    modules: list[CourseModuleOut]
    media: dict[str, str] = Field(description="Addresses of pictures and videos by the names the texts use")
    sources: list[CourseSourceOut]
    tells_failed: bool = Field(description="Whether your organisation's record store is told too who did not pass")


class QuizOptionOut(Schema):
    """What may be chosen; `right` and `why` once it is handed in."""

    code: str
    text: Texts
    area: dict[str, int] | None
    right: bool | None
    why: Texts | None


class QuizQuestionOut(Schema):
    """A question of an attempt."""

    number: int
    code: str
    module: str
    kind: Literal["single", "multiple", "order", "hotspot"]
    text: Texts
    picture: str | None
    options: list[QuizOptionOut]
    chosen: list[str] | None
    right: bool | None
    key: list[str] | None = Field(description="The right answer, once it is handed in")


class QuizAttemptOut(Schema):
    """An attempt at a quiz, seen by its person alone."""

    id: UUID
    url: str
    course: str
    version: int
    started_at: Moment
    submitted_at: Moment | None
    passed: bool | None
    questions: list[QuizQuestionOut]


class QuizAnswerIn(Strict):
    """What is chosen: codes of options, of an order all of them in order; `answered_at`: when, without a network."""

    chosen: list[str] = Field(max_length=10)
    answered_at: Moment | None = None


class CoursePassOut(Schema):
    """That somebody took part."""

    id: UUID
    person: UUID
    course: str
    version: int
    how: Literal["quiz", "session", "noted", "package"]
    on: Moment
    ends: date
    standing: Literal["valid", "soon", "expired", "replaced", "withdrawn"]
    code: str | None = Field(description="Of the certificate, to its person alone")
    why: str


class EnrolmentIn(Strict):
    """Who should take a course by when."""

    course: str = Field(max_length=60)
    people: list[UUID] = Field(max_length=500)
    due: date


class EnrolmentOut(Schema):
    """That a person should take a course by a day."""

    id: UUID
    person: UUID
    course: str
    due: date


class CourseWhyIn(Strict):
    """Why something is withdrawn or called off."""

    why: str = Field(max_length=300)


class SessionIn(Strict):
    """A session: which course, when, where, how many seats."""

    course: str = Field(max_length=60)
    starts_at: Moment
    minutes: int = Field(ge=1, le=480)
    place: str = Field(max_length=120)
    seats: int = Field(ge=1, le=500)

    def value(self) -> Plan:
        """Return it as a value."""
        return Plan(self.course, self.starts_at, self.minutes, self.place, self.seats)


class SessionNewIn(SessionIn):
    """A new session, perhaps the substitute date of another."""

    instead_of: UUID | None = None


class BookingOut(Schema):
    """Who is expected at a session, and whether they came."""

    person: UUID
    came: bool | None


class SessionOut(Schema):
    """A session of the own organisation."""

    id: UUID
    url: str
    course: str
    starts_at: Moment
    minutes: int
    place: str
    seats: int
    state: Literal["planned", "held", "called_off"]
    why: str
    replaces: UUID | None


class SessionMissedOut(Schema):
    """A session that was held, and who was expected, did not come and still needs it."""

    session: SessionOut
    people: list[UUID]


class SessionWhole(SessionOut):
    """A session with its bookings: all to who trains, to others one's own."""

    bookings: list[BookingOut]


class SessionPeopleIn(Strict):
    """People of the own organisation."""

    people: list[UUID] = Field(max_length=500)


class SessionAttendanceIn(Strict):
    """Who came; `close`: that is all, certificates follow."""

    came: dict[UUID, bool] = {}
    close: bool = False


class QuizItemOut(Schema):
    """What a question is worth, over at least ten takers."""

    question: str
    takers: int
    facility: float = Field(description="Share that was right")
    discrimination: float | None = Field(description="Correlation with the rest of the quiz")


def course_out(course: Course, people: int | None) -> dict[str, Any]:
    """Return a course as it is listed."""
    head = course.head
    return {
        "slug": course.slug, "version": head.version, "names": head.names, "summary": head.summary,
        "audiences": list(head.audiences), "topics": list(head.topics), "minutes": head.minutes,
        "questions": head.draw if course.questions else 0, "pass_percent": head.pass_percent,
        "valid_months": head.valid_months, "own": course.own, "people": people,
    }  # fmt: skip


def course_whole(course: Course, people: int | None, *, tells_failed: bool) -> dict[str, Any]:
    """Return a course with its modules."""
    return course_out(course, people) | {
        "modules": [{"code": one.code, "names": one.names, "texts": one.texts} for one in course.modules],
        "media": {name: settings.SITE_URL + media_url(course.slug, name) for name in course.media},
        "sources": [{"names": one.names, "url": one.url} for one in course.sources],
        "tells_failed": tells_failed,
    }


def attempt_out(going: Going) -> dict[str, Any]:
    """Return an attempt; what is right, and why, once it is handed in."""
    row, slug = going.attempt, going.course.slug
    done = row.submitted_at is not None
    written = {one.code: one for one in going.course.questions}
    return {
        "id": row.id, "url": reverse("api-1:attempt", args=[row.id]),
        "course": slug, "version": going.course.head.version, "started_at": row.started_at,
        "submitted_at": row.submitted_at, "passed": row.passed,
        "questions": [
            {
                "number": one.number, "code": one.question.code, "module": one.question.module,
                "kind": one.question.kind, "text": one.question.text,
                "picture": settings.SITE_URL + media_url(slug, one.question.picture) if one.question.picture else None,
                "options": [
                    {
                        "code": option.code, "text": option.text,
                        "area": {"x": option.area.x, "y": option.area.y, "width": option.area.width,
                                 "height": option.area.height} if option.area else None,
                        "right": option.right if done else None, "why": option.why if done else None,
                    }
                    for option in one.question.options
                ],
                "chosen": list(one.chosen) if one.chosen is not None else None, "right": one.right,
                "key": list(key_of(written[one.question.code])) if done else None,
            }
            for one in going.drawn
        ],
    }  # fmt: skip


def pass_out(one: Pass, *, mine: bool) -> dict[str, Any]:
    """Return that somebody took part."""
    row = one.completion
    return {
        "id": row.id, "person": row.person_id, "course": one.slug, "version": one.version, "how": row.how, "on": row.at,
        "ends": one.ends, "standing": one.standing, "code": grouped(row.code) if mine else None, "why": row.why,
    }  # fmt: skip


def enrolment_out(row: Enrolment) -> dict[str, Any]:
    """Return that a person should take a course."""
    return {"id": row.id, "person": row.person_id, "course": row.slug, "due": row.due}


def session_out(row: Session) -> dict[str, Any]:
    """Return a session."""
    return {
        "id": row.id, "url": reverse("api-1:session", args=[row.id]),
        "course": row.slug, "starts_at": row.starts_at, "minutes": row.minutes, "place": row.place,
        "seats": row.seats, "state": row.state, "why": row.why, "replaces": row.replaces_id,
    }  # fmt: skip


def session_whole(row: Session, booked: list[Booking]) -> dict[str, Any]:
    """Return a session with its bookings."""
    return session_out(row) | {"bookings": [{"person": one.person_id, "came": one.came} for one in booked]}
