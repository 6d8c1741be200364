"""What is done with exercises before they run: plan, copy a scenario, change the script, seat people, call off.

Each is one transaction under the policy that decides, changes and journals.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from port2port.base import journal
from port2port.base.errors import Conflict, Invalid, NotFound, Problem, Refused
from port2port.base.rows import check_now
from port2port.measures.actions import audience_of, guarded, stewarded
from port2port.measures.rules import text_problems
from port2port.members.acting import action, current_actor
from port2port.members.circle_queries import own_circles
from port2port.members.data_files import LANGUAGES, Names
from port2port.members.facts import facts
from port2port.members.models import Membership
from port2port.reports.vocabulary import threats
from port2port.sharing import actions as sharing
from port2port.sharing.actions import Terms
from port2port.sharing.addressing import Addressing, reporter, terms_problems
from port2port.sharing.tlp import Tlp
from port2port.training.exercises.models import Exercise, Expected, Inject, Part, Script, Seat
from port2port.training.exercises.queries import KIND, Shown, injects, seen
from port2port.training.exercises.rules import (
    LONGEST,
    MOST_INJECTS,
    OPEN,
    InjectText,
    Place,
    Plan,
    RoleText,
    inject_problems,
    places_problems,
    plan_problems,
    roles_problems,
)
from port2port.training.exercises.scenarios import Scenario, library, terms

STAFF_ONLY = _("Only who leads or controls the exercise may do this.")
NOT_NOW = _("The state of this does not allow it.")
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
    Script(exercise=row, document=_document(model)).save(force_insert=True)
    if model is not None:
        _write(row, [_inject(one, minutes=plan.minutes) for one in model.injects])
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
def write_inject(identifier: UUID, *, inject: InjectText, at: datetime) -> Inject:
    """Add an inject to the script; while it runs it is one more, sent by hand. Raises NotFound, Refused, Invalid,
    Conflict."""
    found = running_it(identifier, OPEN)
    problems = _inject_problems(found, inject)
    if len(injects(identifier)) >= MOST_INJECTS:
        problems.append(Problem("text", _("At most 200 injects.")))
    if problems:
        raise Invalid(problems)
    [made] = _write(found.exercise, [inject], added=found.exercise.state != "planned")
    journal.write("exercise.inject", kind=KIND, record=identifier, at=at, inject=made.id)
    return made


@action
def change_inject(inject: UUID, *, to: InjectText, at: datetime) -> UUID:
    """Change an inject before it begins. Returns the exercise's id. Raises NotFound, Refused, Invalid, Conflict."""
    row = _held_inject(inject)
    found = running_it(row.exercise_id, {"planned"})
    problems = _inject_problems(found, to)
    if problems:
        raise Invalid(problems)
    Inject.objects.filter(id=inject).update(
        second=to.second, roles=list(to.roles), channel=to.channel, text=_clean(to.text)
    )  # fmt: skip
    Expected.objects.filter(inject_id=inject).update(lines=[_clean(one) for one in to.expected])
    journal.write("exercise.inject", kind=KIND, record=row.exercise_id, at=at, inject=inject)
    return found.id


@action
def remove_inject(inject: UUID, *, at: datetime) -> UUID:
    """Take an inject out of the script before it begins. Returns the exercise's id. Raises NotFound, Refused,
    Conflict."""
    row = _held_inject(inject)
    found = running_it(row.exercise_id, {"planned"})
    with connection.cursor() as cursor:  # what hangs on it goes along in the database
        cursor.execute("delete from training_inject where id = %s", [inject])
    journal.write("exercise.inject", kind=KIND, record=row.exercise_id, at=at, inject=inject, removed=True)
    return found.id


@action
def seat(identifier: UUID, *, person: UUID, kind: str, role: str = "", at: datetime) -> Seat:
    """Give a person a seat: oneself as player, a steward the own colleagues, who runs it anybody it may know.

    Raises NotFound, Refused, Invalid, Conflict.
    """
    found, actor = seen(identifier), current_actor()
    if found.exercise.state not in OPEN or found.record.withdrawn_at is not None:
        raise Conflict(NOT_NOW)
    problems = []
    if kind not in ("control", "observer", "player"):
        problems.append(Problem("kind", _("This code is not known here.")))
    if kind == "player" and role not in {one["code"] for one in found.exercise.roles}:
        problems.append(Problem("role", _("Choose a role.")))
    organisation = _works_for(person, found)
    if organisation is None:
        problems.append(Problem("person", _("Choose somebody of an organisation that takes part.")))
    if problems:
        raise Invalid(problems)
    assert organisation is not None  # a problem otherwise
    own = kind == "player" and (person == actor.person or (actor.may("steward") and organisation == actor.organisation))
    if not found.runs and not own:
        raise Refused(STAFF_ONLY, kind=KIND, record=identifier)
    if Seat.objects.filter(exercise_id=identifier, person_id=person).exists():
        raise Conflict(_("This person has a seat already."))
    made = Seat(
        exercise=found.exercise, person_id=person, organisation_id=organisation, kind=kind,
        role=role if kind == "player" else "",
    )  # fmt: skip
    made.save(force_insert=True)
    journal.write("exercise.seated", kind=KIND, record=identifier, at=at, person=person, what=kind)
    return made


@action
def unseat(seat_id: UUID, *, at: datetime) -> UUID:
    """Take a seat away, as who may give it. Returns the exercise's id. Raises NotFound, Refused, Conflict."""
    row = Seat.objects.filter(id=seat_id).first()
    if row is None:
        raise NotFound()
    found, actor = seen(row.exercise_id), current_actor()
    if found.exercise.state not in OPEN or row.kind == "lead":
        raise Conflict(NOT_NOW)
    own = row.person_id == actor.person or (actor.may("steward") and row.organisation_id == actor.organisation)
    if not found.runs and not (row.kind == "player" and own):
        raise Refused(STAFF_ONLY, kind=KIND, record=row.exercise_id)
    Seat.objects.filter(id=seat_id).delete()
    journal.write("exercise.unseated", kind=KIND, record=row.exercise_id, at=at, person=row.person_id)
    return found.id


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


def running_it(identifier: UUID, states: Iterable[str]) -> Shown:
    """Return an exercise that the actor leads or controls, in one of these states. Raises NotFound, Refused,
    Conflict."""
    found = seen(identifier)
    if not found.runs:
        raise Refused(STAFF_ONLY, kind=KIND, record=identifier)
    if found.record.withdrawn_at is not None:
        raise Conflict(_("This was withdrawn."))
    if found.exercise.state not in set(states):
        raise Conflict(NOT_NOW)
    return found


def turn(identifier: UUID, to: str, said: str = "") -> None:
    """Turn the state by the database's one way."""
    with connection.cursor() as cursor:
        cursor.execute("select training_turn(%s, %s, %s)", [identifier, to, said])


def _held_inject(inject: UUID) -> Inject:
    row = Inject.objects.filter(id=inject).first()
    if row is None:
        raise NotFound()
    return row


def _works_for(person: UUID, found: Shown) -> UUID | None:
    """Return for which of the organisations that take part a person works, as far as the actor may know."""
    allowed = {one.organisation_id for one in found.parts} | {found.record.owner_id}
    actor = current_actor()
    if person == actor.person:
        return actor.organisation if actor.organisation in allowed else None
    rows = Membership.objects.filter(person_id=person, organisation_id__in=allowed, until=None)
    return rows.values_list("organisation_id", flat=True).first()


def _plan_problems(plan: Plan, threat: str) -> list[Problem]:
    known = {"size": {one.code for one in terms().sizes}, "language": LANGUAGES}
    found = plan_problems(plan, known)
    if threat not in {one.code for one in threats()}:
        found.append(Problem("threat", _("This code is not known here.")))
    return [*found, *guarded({"title": plan.title, "notes": plan.notes})]


def _inject_problems(found: Shown, inject: InjectText) -> list[Problem]:
    problems = inject_problems(
        inject, minutes=found.exercise.minutes, roles={one["code"] for one in found.exercise.roles},
        channels={one.code for one in terms().channels},
    )  # fmt: skip
    texts = [*inject.text.values(), *(text for one in inject.expected for text in one.values())]
    return [*problems, *guarded({"text": "\n".join(texts)})]


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
    return {"code": one.code, "names": _clean(one.names), "does": _clean(one.does)}


def _inject(one: Any, *, minutes: int) -> InjectText:
    """Return an inject of a scenario; in a shorter play what comes too late comes at its end."""
    return InjectText(
        min(one.minute, minutes) * 60, tuple(one.to), one.channel, dict(one.text), tuple(dict(e) for e in one.expected)
    )


def _document(model: Scenario | None) -> dict[str, Any]:
    """Return what staff alone knows, as it is kept."""
    if model is None:
        return {"objectives": [], "preparation": [], "questions": [], "criteria": [], "isps": [], "modi": []}
    return {
        "scenario": model.slug, "version": model.head.version, "summary": model.head.summary,
        "isps": list(model.head.isps), "modi": list(model.head.modi_operandi),
        "criteria": [{"code": one.code, "names": one.names, "scale": one.scale} for one in model.criteria],
        "sources": [{"names": one.names, "url": one.url} for one in model.sources],
        **{name: [one.names for one in getattr(model, name)] for name in ("objectives", "preparation", "questions")},
    }  # fmt: skip


def _write(row: Exercise, texts: Sequence[InjectText], *, added: bool = False) -> list[Inject]:
    made = [
        Inject(
            exercise=row, second=one.second, roles=list(one.roles), channel=one.channel, text=_clean(one.text),
            added=added,
        )
        for one in texts
    ]  # fmt: skip
    Inject.objects.bulk_create(made)
    Expected.objects.bulk_create(
        Expected(inject=inject, lines=[_clean(line) for line in one.expected])
        for inject, one in zip(made, texts, strict=True)
    )
    return made


def _clean(texts: Names) -> Names:
    return {code: text.replace("\r\n", "\n").strip() for code, text in texts.items() if text.strip()}
