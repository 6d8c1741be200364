"""What is done with exercises before they run: plan, from a scenario or from nothing; change the plan; call off.

Each is one transaction under the policy that decides, changes and journals.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Invalid, Problem
from port2port.base.rows import check_now
from port2port.measures.actions import audience_of, guarded, stewarded
from port2port.measures.rules import text_problems
from port2port.members.acting import action, current_actor
from port2port.members.circle_queries import own_circles
from port2port.members.data_files import LANGUAGES, Names
from port2port.members.facts import facts
from port2port.reports.vocabulary import threats
from port2port.sharing import actions as sharing
from port2port.sharing.actions import Terms
from port2port.sharing.addressing import Addressing, reporter, terms_problems
from port2port.sharing.tlp import Tlp
from port2port.training.exercises.models import Exercise, Part, Script, Seat
from port2port.training.exercises.queries import KIND, injects
from port2port.training.exercises.rules import (
    LONGEST,
    Place,
    Plan,
    RoleText,
    places_problems,
    plan_problems,
    roles_problems,
)
from port2port.training.exercises.scenarios import Scenario, library, terms
from port2port.training.exercises.scripting import clean, copied, document, write
from port2port.training.exercises.standing import running_it, turn

DEFAULT_SAFETY: tuple[Names, ...] = (
    {
        "nl": "Elk gesprek begint en eindigt met: oefening, oefening, oefening.",
        "fr": "Chaque appel commence et finit par : exercice, exercice, exercice.",
        "de": "Jedes Gespräch beginnt und endet mit: Übung, Übung, Übung.",
        "en": "Each call begins and ends with: exercise, exercise, exercise.",
    },
)
DEFAULT_PHRASE: Names = {
    "nl": "Oefening, oefening, oefening", "fr": "Exercice, exercice, exercice", "de": "Übung, Übung, Übung",
    "en": "Exercise, exercise, exercise",
}  # fmt: skip


@action
def plan_exercise(
    *,
    plan: Plan,
    threat: str,
    places: Sequence[Place],
    terms: Terms,
    at: datetime,
    scenario: str = "",
    roles: Sequence[RoleText] = (),
    provenance: str = "member",
) -> Exercise:
    """Plan an exercise, from a scenario (a copy, free to change) or from nothing but its roles; the author leads it.

    It is TLP:AMBER for the organisations that take part. Raises Invalid with every problem at once, Refused when the
    actor's role may not report.
    """
    model = library().get(scenario)
    problems = [*_plan_problems(plan, threat), *places_problems(places), *_known(places)]
    if scenario and model is None:
        problems.append(Problem("scenario", _("This code is not known here.")))
    told = _roles_of(model) if model is not None else list(roles)
    problems += roles_problems(told)
    problems += guarded({"roles": "\n".join(text for one in told for text in one.names.values())})
    problems += terms_problems(terms, reporter())
    if problems:
        raise Invalid(problems)
    audience = audience_of(Addressing(_circles(places), Tlp.AMBER), terms, problems)
    record = sharing.publish(
        KIND, audience=audience, terms=terms, at=at, text=plan.notes, title=plan.title, threat=threat,
        provenance=provenance,
    )  # fmt: skip
    row = Exercise(
        record=record, title=plan.title.strip(), size=plan.size, language=plan.language, starts_at=plan.starts_at,
        minutes=plan.minutes, notes=plan.notes.strip(), roles=[_role(one) for one in told],
        safety=[one.names for one in model.safety] if model else list(DEFAULT_SAFETY),
        phrase=model.head.phrase if model else DEFAULT_PHRASE,
    )  # fmt: skip
    row.save(force_insert=True)
    actor = current_actor()
    assert actor.organisation is not None  # publish asks for it
    for place in dict.fromkeys(places):
        Part(
            exercise=row, organisation_id=place.organisation, port_id=place.port, facility_id=place.facility
        ).save(force_insert=True)  # fmt: skip
    Seat(exercise=row, person_id=actor.person, organisation_id=actor.organisation, kind="lead").save(force_insert=True)
    Script(exercise=row, document=document(model)).save(force_insert=True)
    if model is not None:
        write(row, [copied(one, minutes=plan.minutes) for one in model.injects])
    check_now("training_exact", "exact")  # audience and parts, so that the answer is a problem to put right
    return row


@action
def change_plan(identifier: UUID, *, plan: Plan, at: datetime, expected: int) -> None:
    """Change when, how long and what everybody knows of it, before it begins. Raises NotFound, Refused, Invalid,
    Conflict."""
    record = stewarded(identifier, KIND, at=at)
    found = running_it(identifier, {"planned"})
    problems = _plan_problems(plan, record.threat)
    if plan.size != found.exercise.size:
        problems.append(Problem("size", _("The size of a plan stays.")))
    last = max((one.second for one in injects(identifier)), default=0)
    if plan.minutes * 60 < last:
        problems.append(Problem("minutes", _("Injects come later than this. Move them first.")))
    if problems:
        raise Invalid(problems)
    sharing.touch(
        record, expected=expected, at=at, text=plan.notes, title=plan.title, port=record.port_id, threat=record.threat
    )
    Exercise.objects.filter(record_id=identifier).update(
        title=plan.title.strip(), language=plan.language, starts_at=plan.starts_at, minutes=plan.minutes,
        notes=plan.notes.strip(),
    )  # fmt: skip


@action
def call_off(identifier: UUID, *, why: str, at: datetime) -> None:
    """Call off what has not begun. Raises NotFound, Refused, Invalid, Conflict."""
    record = stewarded(identifier, KIND, at=at)
    found = running_it(identifier, {"planned"})
    if not why.strip():
        raise Invalid([Problem("why", _("Say why."))])
    if problems := [*text_problems({"why": why}, LONGEST), *guarded({"why": why})]:
        raise Invalid(problems)
    turn(identifier, "called_off", why.strip())
    sharing.touch(
        record, expected=record.version, at=at, text=found.exercise.notes, title=found.exercise.title,
        port=record.port_id, threat=record.threat,
    )  # fmt: skip


def _plan_problems(plan: Plan, threat: str) -> list[Problem]:
    known = {"size": {one.code for one in terms().sizes}, "language": LANGUAGES}
    found = plan_problems(plan, known)
    if threat not in {one.code for one in threats()}:
        found.append(Problem("threat", _("This code is not known here.")))
    return [*found, *guarded({"title": plan.title, "notes": plan.notes})]


def _known(places: Iterable[Place]) -> list[Problem]:
    known = facts()
    for one in places:
        spot = known.facilities.get(one.facility) if one.facility is not None else None
        if one.organisation not in known.organisations or one.port not in known.ports:
            return [Problem("parts", _("There is no such organisation or port."))]
        if one.facility is not None and (spot is None or spot.port_id != one.port):
            return [Problem("parts", _("There is no such facility at this port."))]
    return []


def _circles(places: Iterable[Place]) -> tuple[UUID, ...]:
    """Return the own circles of who takes part, and of who plans it."""
    own = current_actor().organisation
    return own_circles({one.organisation for one in places} | ({own} if own is not None else set()))


def _roles_of(model: Scenario) -> list[RoleText]:
    return [RoleText(one.code, dict(one.names), dict(one.does)) for one in model.roles]


def _role(one: RoleText) -> dict[str, Any]:
    return {"code": one.code, "names": clean(one.names), "does": clean(one.does)}
