"""The API of courses: it translates, calls one query or one action, and translates back."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status

from port2port.base.clock import now
from port2port.sharing.api_ground import known_parameters, needs, problems
from port2port.site.downloads import as_download
from port2port.training.courses import actions, certificates, queries, session_actions
from port2port.training.courses.api_shapes import (
    CourseOut,
    CoursePassOut,
    CourseWhole,
    CourseWhyIn,
    EnrolmentIn,
    EnrolmentOut,
    QuizAnswerIn,
    QuizAttemptOut,
    QuizItemOut,
    SessionAttendanceIn,
    SessionIn,
    SessionMissedOut,
    SessionNewIn,
    SessionOut,
    SessionPeopleIn,
    SessionWhole,
    attempt_out,
    course_out,
    course_whole,
    enrolment_out,
    pass_out,
    session_out,
    session_whole,
)
from port2port.training.courses.rules import given_at

router = Router(tags=["courses"])


@router.get("", response={200: list[CourseOut]} | problems(), summary="The courses", operation_id="list_courses")
def list_courses(request: HttpRequest) -> Any:
    """Return the courses there are. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    people = queries.taken()
    return [course_out(one, people.get(one.slug)) for one in queries.offered().values()]


@router.get("/participation", response={200: list[CoursePassOut]} | problems(), summary="What you took part in",
            operation_id="list_own_participation")  # fmt: skip
def participation(request: HttpRequest) -> Any:
    """Return what you took part in, newest first, with the codes of your certificates. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    return [pass_out(one, mine=True) for one in queries.own_passes(on=timezone.localdate(now()))]


@router.get("/participation/team", response={200: list[CoursePassOut]} | problems(),
            summary="What the people you train took part in", operation_id="list_team_participation")  # fmt: skip
def team(request: HttpRequest) -> Any:
    """Return what the people of your organisation took part in, for who trains them. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    return [pass_out(one, mine=False) for one in queries.team_passes(on=timezone.localdate(now()))]


@router.get("/participation/{uuid:completion}/certificate", response={200: Any} | problems(404, 409),
            summary="Your certificate as PDF", operation_id="read_certificate",
            openapi_extra={"responses": {200: {"content": {"application/pdf": {}}}}})  # fmt: skip
def certificate(request: HttpRequest, completion: UUID) -> Any:
    """Return your own certificate of participation, a signed PDF. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    name, body = certificates.paper(completion, at=now())
    return as_download(body, name, "application/pdf")


@router.post("/participation/{uuid:completion}/withdrawal", response={204: None} | problems(404, 409),
             summary="Withdraw what somebody took part in", operation_id="withdraw_participation")  # fmt: skip
def withdraw(request: HttpRequest, completion: UUID, sent: CourseWhyIn) -> Any:
    """Withdraw it; the certificate says so at once. Scope: report."""
    needs(request, "report")
    actions.withdraw(completion, why=sent.why, at=now())
    return Status(204, None)


@router.get("/enrolments", response={200: list[EnrolmentOut]} | problems(), summary="Who should take what by when",
            operation_id="list_enrolments")  # fmt: skip
def enrolments(request: HttpRequest) -> Any:
    """Return your own, and of the people you train. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    return [enrolment_out(one) for one in queries.enrolments()]


@router.post("/enrolments", response={200: list[EnrolmentOut]} | problems(404), summary="Ask people to take a course",
             operation_id="enrol")  # fmt: skip
def enrol(request: HttpRequest, sent: EnrolmentIn) -> Any:
    """Ask people of your organisation to take a course by a day; again, the day changes. Scope: report."""
    needs(request, "report")
    actions.enrol(sent.course, people=sent.people, due=sent.due, at=now())
    return [enrolment_out(one) for one in queries.enrolments() if one.slug == sent.course]


@router.delete("/enrolments/{uuid:enrolment}", response={204: None} | problems(404), summary="Let somebody off",
               operation_id="end_enrolment")  # fmt: skip
def end_enrolment(request: HttpRequest, enrolment: UUID) -> Any:
    """Let somebody off. Scope: report."""
    needs(request, "report")
    actions.end_enrolment(enrolment, at=now())
    return Status(204, None)


@router.get("/sessions", response={200: list[SessionOut]} | problems(), summary="Sessions of your organisation",
            operation_id="list_sessions")  # fmt: skip
def sessions(request: HttpRequest) -> Any:
    """Return the sessions of your organisation, the earliest first. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    return [session_out(one) for one in queries.sessions()]


@router.post("/sessions", response={201: SessionOut} | problems(404), summary="Plan a session",
             operation_id="plan_session")  # fmt: skip
def plan(request: HttpRequest, sent: SessionNewIn) -> Any:
    """Plan a session, or the substitute date of one. Scope: report."""
    needs(request, "report")
    return Status(201, session_out(
        session_actions.plan_session(plan=sent.value(), at=now(), instead_of=sent.instead_of)
    ))  # fmt: skip


def _session(identifier: UUID) -> dict[str, Any]:
    return session_whole(queries.session(identifier), queries.bookings(identifier))


@router.get("/sessions/{uuid:session}", response={200: SessionWhole} | problems(404), summary="One session",
            url_name="session", operation_id="read_session")  # fmt: skip
def read_session(request: HttpRequest, session: UUID) -> Any:
    """Return a session; its bookings to who trains, to others their own. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    return _session(session)


@router.put("/sessions/{uuid:session}", response={200: SessionWhole} | problems(404, 409), summary="Change a session",
            operation_id="change_session")  # fmt: skip
def change(request: HttpRequest, session: UUID, sent: SessionIn) -> Any:
    """Change when, where and for how many. Scope: report."""
    needs(request, "report")
    session_actions.change_session(session, plan=sent.value(), at=now())
    return _session(session)


@router.post("/sessions/{uuid:session}/call-off", response={200: SessionWhole} | problems(404, 409),
             summary="Call a session off", operation_id="call_off_session")  # fmt: skip
def call_off(request: HttpRequest, session: UUID, sent: CourseWhyIn) -> Any:
    """Call a session off; plan a substitute date then. Scope: report."""
    needs(request, "report")
    session_actions.call_off_session(session, why=sent.why, at=now())
    return _session(session)


@router.get("/sessions/missed", response={200: list[SessionMissedOut]} | problems(), summary="Who did not come",
            operation_id="list_missed_sessions")  # fmt: skip
def missed(request: HttpRequest) -> Any:
    """Return who did not come, still needs it and is expected nowhere else, for who trains them. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    at = now()
    found = queries.missed(at=at, on=timezone.localdate(at))
    return [{"session": session_out(one.session), "people": list(one.people)} for one in found]


@router.post("/sessions/{uuid:session}/substitute", response={200: SessionWhole} | problems(404, 409),
             summary="Offer who did not come another date", operation_id="offer_substitute_session")  # fmt: skip
def substitute(request: HttpRequest, session: UUID) -> Any:
    """Book them at the next session of the course that has room, or plan one. Returns it. Scope: report."""
    needs(request, "report")
    return _session(session_actions.offer_substitute(session, at=now()).id)


@router.post("/sessions/{uuid:session}/bookings", response={200: SessionWhole} | problems(404, 409),
             summary="Book people", operation_id="book_session")  # fmt: skip
def book(request: HttpRequest, session: UUID, sent: SessionPeopleIn) -> Any:
    """Book yourself, or the people you train. Scope: report."""
    needs(request, "report")
    session_actions.book(session, people=sent.people, at=now())
    return _session(session)


@router.delete("/sessions/{uuid:session}/bookings/{uuid:who}", response={204: None} | problems(404, 409),
               summary="Take a booking away", operation_id="unbook_session")  # fmt: skip
def unbook(request: HttpRequest, session: UUID, who: UUID) -> Any:
    """Take your own booking away, or of somebody you train. Scope: report."""
    needs(request, "report")
    session_actions.unbook(session, person=who, at=now())
    return Status(204, None)


@router.post("/sessions/{uuid:session}/attendance", response={200: SessionWhole} | problems(404, 409),
             summary="Who came", operation_id="attend_session")  # fmt: skip
def attend(request: HttpRequest, session: UUID, sent: SessionAttendanceIn) -> Any:
    """Write down who came; with `close`, certificates follow. Scope: report."""
    needs(request, "report")
    session_actions.attend(session, came=sent.came, at=now())
    if sent.close:
        session_actions.hold(session, at=now())
    return _session(session)


@router.get("/attempts/{uuid:attempt}", response={200: QuizAttemptOut} | problems(404), summary="Your attempt",
            url_name="attempt", operation_id="read_attempt")  # fmt: skip
def read_attempt(request: HttpRequest, attempt: UUID) -> Any:
    """Return an attempt of yours: where you were, or how it went. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    return attempt_out(queries.own_attempt(attempt))


@router.put("/attempts/{uuid:attempt}/answers/{int:nth}", response={204: None} | problems(404, 409),
            summary="Keep an answer", operation_id="answer_question")  # fmt: skip
def answer(request: HttpRequest, attempt: UUID, nth: int, sent: QuizAnswerIn) -> Any:
    """Keep an answer; sent again, it is the same, and the one given last counts. Scope: report."""
    needs(request, "report")
    at = now()
    actions.answer(attempt, number=nth, chosen=sent.chosen, at=given_at(sent.answered_at, at))
    return Status(204, None)


@router.post("/attempts/{uuid:attempt}/hand-in", response={200: QuizAttemptOut} | problems(404), summary="Hand in",
             operation_id="hand_in_attempt")  # fmt: skip
def hand_in(request: HttpRequest, attempt: UUID) -> Any:
    """Hand an attempt in; again, it changes nothing. Scope: report."""
    needs(request, "report")
    return attempt_out(actions.hand_in(attempt, at=now()))


@router.get("/{slug:course}", response={200: CourseWhole} | problems(404), summary="One course",
            operation_id="read_course")  # fmt: skip
def read(request: HttpRequest, course: str) -> Any:
    """Return a course with its modules. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    return course_whole(queries.course(course), queries.taken().get(course), tells_failed=queries.tells_failed())


@router.post("/{slug:course}/attempts", response={201: QuizAttemptOut} | problems(404, 409), summary="Begin the quiz",
             operation_id="begin_attempt")  # fmt: skip
def begin(request: HttpRequest, course: str) -> Any:
    """Begin a quiz, or go on with the one that is open. Scope: report."""
    needs(request, "report")
    return Status(201, attempt_out(queries.own_attempt(actions.begin(course, at=now()))))


@router.get("/{slug:course}/questions", response={200: list[QuizItemOut]} | problems(404),
            summary="What the questions are worth", operation_id="list_items")  # fmt: skip
def items(request: HttpRequest, course: str) -> Any:
    """Return what questions are worth, for who keeps the courses; no persons. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    queries.course(course)
    return [
        {"question": one.question, "takers": one.takers, "facility": one.facility, "discrimination": one.discrimination}
        for one in queries.worths(course)
    ]
