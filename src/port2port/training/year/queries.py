"""What is owed until the end of a year, with the days that would meet it. The policy says whose one sees."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils import timezone

from port2port.base.errors import Invalid, Problem
from port2port.compliance import queries as obligations
from port2port.compliance import stored
from port2port.compliance.book import rules_in_force
from port2port.compliance.holidays import is_working_day
from port2port.compliance.models import Owed
from port2port.compliance.models import Subject as File
from port2port.compliance.queries import FACILITY, HOLDER, PORT
from port2port.compliance.waiting import duty
from port2port.members.acting import current_actor
from port2port.members.actor import Actor
from port2port.training.courses import queries as courses
from port2port.training.courses.models import Booking
from port2port.training.days import Window
from port2port.training.exercises import queries as exercises
from port2port.training.exercises import scenarios
from port2port.training.exercises.queries import Shown
from port2port.training.year.models import Declined
from port2port.training.year.rules import Slot, Wish, classes, rules_that_ask, slots

NEXT_YEAR_FROM = 10
"""From October on a year's plan is the next one's."""
RELATED = ("subject", "subject__facility", "subject__port", "subject__organisation", "subject__record")
MOST = 200


@dataclass(frozen=True)
class Proposal:
    """One date of the year: what it is for, until when, the days that would do, and the one proposed or planned.

    `code`: the rule, or the course. `planned`: the exercise that stands for it. `declined`: it is not wanted.
    """

    key: str
    what: str
    code: str
    due: date
    window: Window
    on: date | None
    file: File | None = None
    people: tuple[UUID, ...] = ()
    ending: int = 0
    scenario: str = ""
    planned: UUID | None = None
    declined: bool = False

    @property
    def open(self) -> bool:
        """Whether it waits for an answer."""
        return self.planned is None and not self.declined


@dataclass(frozen=True)
class Year:
    """A year: what is proposed, planned or declined, and what else falls due and is planned elsewhere."""

    until: date
    proposals: tuple[Proposal, ...]
    others: tuple[Owed, ...]


def years(today: date) -> tuple[int, int]:
    """Return the years one may plan: this one and the next."""
    return today.year, today.year + 1


def usual_year(today: date) -> int:
    """Return the year that is planned when none is named: late in a year the next one."""
    return today.year + (today.month >= NEXT_YEAR_FROM)


def year_of(number: int | None, *, at: datetime) -> Year:
    """Return what is owed from now until the end of a year. Raises Refused to who does not train; Invalid."""
    courses.trainer()
    today = timezone.localdate(at)
    number = usual_year(today) if number is None else number
    if number not in years(today):
        raise Invalid([Problem("year", str(number))])
    until = date(number, 12, 31)
    declined = set(Declined.objects.values_list("key", flat=True))
    running = [one for one in exercises.around(at) if one.exercise.state == "planned" and not _gone(one)]
    sessions = [one for one in courses.sessions(since=at) if one.state == "planned"]
    taken = {timezone.localdate(one.exercise.starts_at) for one in running}
    taken |= {timezone.localdate(one.starts_at) for one in sessions}
    found = _of_files(current_actor(), running, taken, declined, at=at, until=until)
    taken |= {one.on for one in found if one.on is not None}
    found += _of_courses([one.id for one in sessions], taken, declined, today=today, until=until)
    found.sort(key=lambda one: (one.on or one.due, one.due, one.key))
    return Year(until, tuple(_with_scenarios(found)), tuple(_others(at, until)))


def _gone(one: Shown) -> bool:
    return one.record.withdrawn_at is not None


def _of_files(
    actor: Actor, running: Sequence[Shown], taken: set[date], declined: set[str], *, at: datetime, until: date
) -> list[Proposal]:
    book, parties = rules_in_force().book, duty(actor).parties
    asking = {kind: rules_that_ask(book, kind, parties) for kind in (FACILITY, PORT)}
    files = {one.id: one for one in obligations.files() if asking.get(one.kind) and obligations.records(one.id)}
    found: list[Proposal] = []
    busy = set(taken)
    for history in stored.histories(sorted(files), book.zone):
        file = files[history.id]
        for rule, what in asking[file.kind]:
            told = slots(
                history.subject, history.events, book, rule, planned=_planned(running, file, what), at=at, until=until,
                taken=busy, working=is_working_day,
            )  # fmt: skip
            found += [_proposal(one, file, declined) for one in told]
            busy |= {one.on for one in told if one.on is not None}
    return found


def _planned(running: Iterable[Shown], file: File, what: str) -> list[tuple[date, UUID]]:
    """Return what is planned at the place of a file, in this size."""
    return [
        (timezone.localdate(one.exercise.starts_at), one.id)
        for one in running
        if one.exercise.size == what
        and any(
            part.facility_id == file.facility_id and (file.kind == FACILITY or part.port_id == file.port_id)
            for part in one.parts
        )
    ]


def _proposal(slot: Slot, file: File, declined: set[str]) -> Proposal:
    key = f"{slot.what}:{file.id}:{slot.rule}:{slot.due:%Y-%m}"
    return Proposal(
        key=key, what=slot.what, code=slot.rule, due=slot.due, window=slot.window, on=slot.on, file=file,
        planned=slot.planned, declined=slot.planned is None and key in declined,
    )  # fmt: skip


def _of_courses(
    planned: Sequence[UUID], taken: set[date], declined: set[str], *, today: date, until: date
) -> list[Proposal]:
    """Return the sessions that would be in time for who was asked to take a course and whose pass ends."""
    team = courses.team()
    booked = Booking.objects.filter(session_id__in=planned).select_related("session")
    expected = {(one.person_id, one.session.slug) for one in booked}
    known = {(person, course) for person in team for course in courses.offered()} - expected
    wishes = [one for one in (*_asked(), *_ending(today)) if one.by <= until and (one.person, one.course) in known]
    first: dict[tuple[UUID, str], Wish] = {}
    for wish in sorted(wishes, key=lambda wish: (wish.by, wish.why)):
        first.setdefault((wish.person, wish.course), wish)
    found = []
    for one in classes(first.values(), today=today, taken=taken, working=is_working_day):
        key = f"session:{one.course}:{one.due:%Y-%m}"
        found.append(
            Proposal(
                key=key, what="session", code=one.course, due=one.due, window=one.window, on=one.on,
                people=tuple(wish.person for wish in one.wishes), declined=key in declined,
                ending=sum(wish.why == "ends" for wish in one.wishes),
            )
        )  # fmt: skip
    return found


def _asked() -> list[Wish]:
    return [Wish(one.person_id, one.slug, one.due, "asked") for one in courses.enrolments()]


def _ending(today: date) -> list[Wish]:
    """Return the passes that count and end; those that ended already are asked for by who trains, not by themselves."""
    best = courses.best(courses.team_passes(on=today))
    return [Wish(person, course, one.ends, "ends") for (person, course), one in best.items() if one.counts]


def _with_scenarios(found: Iterable[Proposal]) -> list[Proposal]:
    """Return proposals with a scenario each, threat after threat, so that a year practises all of them."""
    turns = {size: scenarios_of(size) for size in ("drill", "exercise")}
    used = dict.fromkeys(turns, 0)
    given = []
    for one in found:
        scenario = ""
        if one.what in turns and one.planned is None:
            options = turns[one.what]
            scenario = options[used[one.what] % len(options)].slug
            used[one.what] += 1
        given.append(replace(one, scenario=scenario))
    return given


def scenarios_of(size: str) -> list[scenarios.Scenario]:
    """Return the scenarios of a size, one threat after the other in turn."""
    by_threat: dict[str, list[scenarios.Scenario]] = {}
    for one in sorted(scenarios.library().values(), key=lambda one: one.slug):
        if one.head.size == size:
            by_threat.setdefault(one.head.threat, []).append(one)
    longest = max((len(told) for told in by_threat.values()), default=0)
    return [told[n] for n in range(longest) for told in by_threat.values() if n < len(told)]


def _others(at: datetime, until: date) -> list[Owed]:
    """Return certificates and refreshers of own people in a function: no session of the platform meets them."""
    own = courses.trainer()
    end = datetime.combine(until + timedelta(days=1), datetime.min.time(), timezone.get_default_timezone())
    rows = Owed.objects.filter(
        subject__kind=HOLDER, subject__organisation_id=own, outcome="pending", keeps=False,
        due__lt=end,
    )  # fmt: skip
    return list(rows.select_related(*RELATED).order_by("due", "subject_id", "key")[:MOST])
