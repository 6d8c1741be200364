"""What is done with a year's proposals: what is wanted becomes exercises and sessions at once, the rest is declined.

One transaction plans all that was chosen, or nothing. What is proposed is worked out anew in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.utils.translation import gettext as _

from port2port.base import journal
from port2port.base.errors import Conflict, Invalid, NotFound, Problem
from port2port.base.ids import new_id
from port2port.compliance.holidays import is_working_day
from port2port.compliance.queries import FACILITY
from port2port.members.acting import action, current_actor
from port2port.members.queries import called
from port2port.reports.addressing import terms_for
from port2port.sharing.addressing import reporter
from port2port.sharing.references import ZONE
from port2port.site.reader import language
from port2port.training.courses import session_actions
from port2port.training.courses.queries import course, trainer
from port2port.training.courses.rules import LONGEST, MOST_SEATS
from port2port.training.courses.rules import Plan as SessionPlan
from port2port.training.exercises import actions as exercises
from port2port.training.exercises import scenarios
from port2port.training.exercises.rules import LONGEST as EXERCISE
from port2port.training.exercises.rules import Place, Plan
from port2port.training.year.models import Declined
from port2port.training.year.queries import Proposal, Year, year_of

KIND = "training_year"
SPARE_SEATS = 4


@dataclass(frozen=True)
class Choice:
    """A proposal that is wanted: on which day; a drill or exercise with which scenario ("": the one proposed)."""

    key: str
    on: date
    scenario: str = ""


@dataclass(frozen=True)
class Made:
    """What was planned."""

    exercises: tuple[UUID, ...]
    sessions: tuple[UUID, ...]


@action
def plan_year(choices: Sequence[Choice], *, year: int | None, hour: time, place: str, at: datetime) -> Made:
    """Plan the exercises and sessions that were chosen, at this hour of their days; `place` is where sessions are.

    Who must take a course is booked, and invited by that. Raises Refused, Invalid with every problem and its row (the
    first choice is 1).
    """
    trainer()
    known = {one.key: one for one in year_of(year, at=at).proposals if one.open}
    problems = [] if choices else [Problem("choices", _("Choose at least one date."))]
    if len({one.key for one in choices}) != len(choices):
        problems.append(Problem("choices", _("The same date was chosen twice.")))
    for row, one in enumerate(choices, start=1):
        problems += _problems(one, known.get(one.key), row)
    wanted = [(known[one.key], one) for one in choices if one.key in known]
    if any(found.what == "session" for found, _one in wanted) and not 0 < len(place.strip()) <= LONGEST["place"]:
        problems.append(
            Problem("place", _("Say where sessions are, in at most %(n)d characters.") % {"n": LONGEST["place"]})
        )
    if problems:
        raise Invalid(problems)
    made = Made(
        tuple(_exercise(found, one, hour, at) for found, one in wanted if found.what != "session"),
        tuple(_session(found, one, hour, place, at) for found, one in wanted if found.what == "session"),
    )
    journal.write(
        "training.year_planned", kind=KIND, at=at, exercises=len(made.exercises), sessions=len(made.sessions)
    )  # fmt: skip
    return made


def _problems(choice: Choice, found: Proposal | None, row: int) -> list[Problem]:
    if found is None:
        return [Problem("key", _("This was planned or declined, or is owed no more. Look at the year again."), row)]
    problems = []
    if not found.window.first <= choice.on <= found.window.last:
        days = {"first": f"{found.window.first:%d/%m/%Y}", "last": f"{found.window.last:%d/%m/%Y}"}
        problems.append(Problem("on", _("Choose a day from %(first)s to %(last)s.") % days, row))
    elif not is_working_day(choice.on):
        problems.append(Problem("on", _("This is a weekend or a public holiday."), row))
    if found.what == "session":
        if choice.scenario:
            problems.append(Problem("scenario", _("A session has no scenario."), row))
        return problems
    model = scenarios.library().get(choice.scenario or found.scenario)
    if model is None or model.head.size != found.what:
        problems.append(Problem("scenario", _("This code is not known here."), row))
    return problems


def _exercise(found: Proposal, choice: Choice, hour: time, at: datetime) -> UUID:
    model, organisation, file = scenarios.library()[choice.scenario or found.scenario], trainer(), found.file
    assert file is not None  # what is no session is of a file
    spot = file.facility if file.kind == FACILITY else file.port
    assert spot is not None  # the database holds that a file of a place names it
    words = {"scenario": model.head.label(language()), "place": called(spot.names)}
    title = _("%(scenario)s, %(place)s") % words
    plan = Plan(
        title[: EXERCISE["title"]], found.what, datetime.combine(choice.on, hour, ZONE), model.head.minutes,
        "", language(),
    )  # fmt: skip
    port = file.facility.port_id if file.facility is not None else file.port_id
    assert port is not None  # as above
    made = exercises.plan_exercise(
        plan=plan, threat=model.head.threat, places=[Place(organisation, port, file.facility_id)],
        terms=terms_for(model.head.threat, reporter()), at=at, scenario=model.slug,
    )  # fmt: skip
    return made.record_id


def _session(found: Proposal, choice: Choice, hour: time, place: str, at: datetime) -> UUID:
    plan = SessionPlan(
        found.code, datetime.combine(choice.on, hour, ZONE), course(found.code).head.minutes, place.strip(),
        min(MOST_SEATS, len(found.people) + SPARE_SEATS),
    )  # fmt: skip
    made = session_actions.plan_session(plan=plan, at=at)
    session_actions.book(made.id, people=found.people[: plan.seats], at=at)
    return made.id


@action
def decline(key: str, *, year: int | None, at: datetime) -> None:
    """Say that a proposal is not wanted. Raises Refused, NotFound, Conflict when it is no longer open."""
    organisation, found = trainer(), _of(year_of(year, at=at), key)
    if not found.open:
        raise Conflict(_("This was answered already."))
    Declined(
        id=new_id(), organisation_id=organisation, key=key, by_id=current_actor().person, at=at
    ).save(force_insert=True)  # fmt: skip
    journal.write("training.proposal_declined", kind=KIND, at=at, what=found.what, code=found.code)


@action
def propose_again(key: str, *, at: datetime) -> None:
    """Take a no back. Raises Refused, NotFound."""
    trainer()
    if not Declined.objects.filter(key=key).delete()[0]:
        raise NotFound()
    journal.write("training.proposal_wanted", kind=KIND, at=at)


def _of(year: Year, key: str) -> Proposal:
    found = next((one for one in year.proposals if one.key == key), None)
    if found is None:
        raise NotFound()
    return found
