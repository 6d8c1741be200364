"""What is done with flights: enter, turn, cancel, recognise. Each is one transaction under the policy."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from port2port.base import journal, rows
from port2port.base.errors import Conflict, Invalid, Problem, Refused
from port2port.flights import queries
from port2port.flights.models import Flight, FlightIdentifier, Recognition
from port2port.flights.queries import KIND, ORIGIN
from port2port.flights.rules import TRANSITIONS, Act, Draft, cleaned, next_state, problems_of
from port2port.flights.shown import Shown, shown
from port2port.flights.vocabulary import words
from port2port.members.acting import action, current_actor
from port2port.members.areas import area_to, atlas_of, port_of
from port2port.members.models import Circle
from port2port.members.places import known_places
from port2port.sharing import actions as sharing
from port2port.sharing import audiences
from port2port.sharing import queries as sharing_queries
from port2port.sharing.actions import Terms
from port2port.sharing.addressing import Addressing, Reporter, reporter, terms_problems
from port2port.sharing.audiences import Audience
from port2port.sharing.default_bases import default_basis
from port2port.sharing.queries import envelope
from port2port.sharing.rules import REASONS, decide


def default_addressing() -> Addressing:
    """Return who knows of a flight unless its author says otherwise: the circles of the data that are there."""
    audience = words().audience
    circles = dict(Circle.objects.filter(slug__in=audience.circles, closed_at=None).values_list("slug", "id"))
    return Addressing(tuple(circles[slug] for slug in audience.circles if slug in circles), audience.rank)


def terms_for(who: Reporter, draft: Draft, *, at: datetime) -> Terms:
    """Return on which terms a flight is shared, kept until some days after its end."""
    organisation = who.organisation
    purpose = words().terms.purpose
    basis = default_basis(
        purpose,
        organisation_kind=organisation.kind if organisation else "",
        public=organisation.public if organisation else True,
    )
    days = (draft.ends_at + words().limits.kept - at).days + 1
    return Terms(purpose=purpose, legal_basis=basis, keep_days=max(days, 1))


@dataclass(frozen=True)
class Entry:
    """A flight to be entered: its row in the file, if it came in one."""

    draft: Draft
    row: int | None = None


def problems_with(entries: Sequence[Entry], *, at: datetime) -> list[Problem]:
    """Return everything that is wrong with flights that are to be entered together, naming rows and fields.

    Besides the rules: a reference that is there twice, and a drone that would fly two of them at once.
    """
    atlas = atlas_of(known_places())
    found: list[Problem] = []
    references: set[str] = set()
    by_drone: dict[str, list[Draft]] = {}
    for entry in entries:
        draft = cleaned(entry.draft)
        wrong = problems_of(draft, words(), atlas, at=at)
        if draft.reference and draft.reference in references:
            wrong.append(Problem("reference", _("This reference stands here twice.")))
        references.add(draft.reference)
        timed = not any(problem.field in ("starts_at", "ends_at") for problem in wrong)
        if draft.serial and timed and _clashes(draft, by_drone.setdefault(draft.serial, []), at):
            wrong.append(Problem("starts_at", _("This drone flies another flight at that time.")))
        if timed:
            by_drone.setdefault(draft.serial, []).append(draft)
        found += [Problem(one.field, one.message, entry.row) for one in wrong]
    return found


def _clashes(draft: Draft, others: Iterable[Draft], at: datetime) -> bool:
    if any(one.starts_at < draft.ends_at and one.ends_at > draft.starts_at for one in others):
        return True
    return bool(queries.flights_of_drone(draft.serial, since=draft.starts_at, until=draft.ends_at, at=at))


@action
def enter_flights(
    *, entries: Sequence[Entry], to: Addressing | None = None, at: datetime, provenance: str = "member"
) -> list[Flight]:
    """Enter flights, all or none, each with its audience from the first moment. `to` left out: the data's own.

    Raises Invalid with every problem (naming rows), Conflict for an own reference that is there already, Refused when
    the actor's role may not report.
    """
    actor, who = current_actor(), reporter()
    if actor.organisation is None or not actor.may("report"):
        raise Refused(REASONS["no-role"])
    problems = problems_with(entries, at=at)
    audience: Audience | None = None
    try:
        to = to if to is not None else default_addressing()
        audience = audiences.build(to.addressed, to.tlp)
    except Invalid as error:
        problems += error.problems
    if not problems and entries:
        problems += terms_problems(terms_for(who, entries[0].draft, at=at), who)
    if problems or audience is None:
        raise Invalid(problems)
    drafts = [cleaned(entry.draft) for entry in entries]
    named = [draft.reference for draft in drafts if draft.reference]
    there = queries.known_references(named, actor.organisation)
    if there:
        raise Conflict(_("Your organisation entered this reference before: %(name)s.") % {"name": min(there)})
    return [_entered(draft, audience, who, at=at, provenance=provenance) for draft in drafts]


def enter_flight(*, draft: Draft, to: Addressing | None = None, at: datetime, provenance: str = "member") -> Flight:
    """Enter one flight. Raises as `enter_flights` does."""
    return enter_flights(entries=[Entry(draft)], to=to, at=at, provenance=provenance)[0]


def _entered(draft: Draft, audience: Audience, who: Reporter, *, at: datetime, provenance: str) -> Flight:
    if draft.area is None or who.organisation is None:
        raise TypeError("what has no problems has an area, and who acts an organisation")
    places = known_places()
    names = (draft.operator, *who.organisation.names.values())
    task = words().task(draft.task)
    record = sharing.publish(
        KIND,
        audience=audience,
        terms=terms_for(who, draft, at=at),
        at=at,
        text=" ".join([*names, *task.names.values(), draft.authorisation, draft.reference, draft.remark]),
        port=port_of([draft.area], places),
        threat="",
        provenance=provenance,
        origin=ORIGIN if draft.reference else "",
        origin_id=draft.reference,
        posted_at=draft.starts_at,
    )
    flight = Flight(
        record=record,
        operator=draft.operator,
        task=draft.task,
        area=area_to(draft.area),
        height_m=draft.height_m,
        starts_at=draft.starts_at,
        ends_at=draft.ends_at,
        contact=draft.contact,
        authorisation=draft.authorisation,
        remark=draft.remark,
    )
    rows.insert(flight)
    if draft.serial or draft.operator_number:
        rows.insert(
            FlightIdentifier(
                flight=flight,
                organisation_id=record.owner_id,
                serial=draft.serial,
                operator_number=draft.operator_number,
            )
        )
    return flight


@action
def turn_flight(identifier: UUID, *, act: Act, at: datetime, expected: int | None = None) -> Flight:
    """Say that a flight is in the air, that it is over, or that it is cancelled. Returns it.

    One that begins early begins now (an hour early at most); one that ends early ended now, so that nobody takes a
    later drone for it. Raises NotFound, Refused, Conflict when it cannot be turned so or is another version by now.
    """
    found = _held(identifier, at=at, expected=expected)
    flight = found.flight
    after = next_state(act, found.state)
    if after is None or found.withdrawn:
        raise Conflict(WHY_NOT[act])
    if act == "start":
        if flight.starts_at - at > queries.EARLY:
            raise Conflict(_("It begins more than an hour from now. Enter it anew, with its new time."))
        flight.starts_at = min(flight.starts_at, at)
    elif act == "finish":
        if at <= flight.starts_at:
            raise Conflict(_("It has not begun. Cancel it instead."))
        flight.ends_at = min(flight.ends_at, at)
    flight.state = after
    flight.save(update_fields=["state", "starts_at", "ends_at"])
    record = found.record
    sharing.touch(record, expected=record.version, at=at, text=_searched(found), port=record.port_id, threat="")
    return flight


WHY_NOT = {
    "start": _("It is in the air already, or over."),
    "finish": _("It is over already, or was cancelled."),
    "cancel": _("It is in the air, over, or cancelled already."),
}
if set(WHY_NOT) != set(TRANSITIONS):
    raise TypeError("each act says why it cannot be done")


def _searched(found: Shown) -> str:
    flight = found.flight
    names = (*found.record.owner.names.values(), *words().task(flight.task).names.values())
    return " ".join([flight.operator, *names, flight.authorisation, found.record.origin_id, flight.remark])


def _held(identifier: UUID, *, at: datetime, expected: int | None) -> Shown:
    """Return a flight that the actor may turn, locked. Raises NotFound, Refused, Conflict."""
    record = sharing_queries.record(identifier, KIND)
    decision = decide(current_actor(), "change", envelope(record), at=at)
    if not decision.allowed:
        raise Refused(decision.reason, kind=KIND, record=identifier)
    Flight.objects.select_for_update(of=("self",)).filter(record_id=identifier).values_list("state").first()
    found = shown([identifier], at=at)[0]
    if expected is not None and found.record.version != expected:
        raise Conflict(_("Somebody else changed this while you were writing. Load it again; your text is kept."))
    return found


@action
def recognise_flight(identifier: UUID, *, at: datetime) -> None:
    """Somebody saw a drone and takes it to be this flight, so that no report is sent; counted once for each person.

    Raises NotFound; Conflict for a flight that was cancelled: it is not there.
    """
    found = queries.flight(identifier, at=at)
    if found.state == "cancelled" or found.withdrawn:
        raise Conflict(_("This flight was cancelled. What you saw is not it: report it."))
    row = Recognition(flight_id=identifier, person_id=current_actor().person, at=at)
    Recognition.objects.bulk_create([row], ignore_conflicts=True)
    journal.write("flight.recognised", kind=KIND, record=identifier, at=at)


def same_facts(draft: Draft, found: Shown) -> bool:
    """Tell whether a draft says what a stored flight says, for an import that is run again."""
    draft, flight = cleaned(draft), found.flight
    stored = replace(
        draft,
        task=flight.task,
        area=found.area,
        contact=flight.contact,
        authorisation=flight.authorisation,
        remark=flight.remark,
        height_m=flight.height_m,
        operator=flight.operator,
    )
    # An act may have moved the moments since; the entry's own beginning is that of the posting.
    kept_time = found.record.at == draft.starts_at and (
        flight.ends_at == draft.ends_at or flight.state in ("done", "cancelled")
    )
    return draft == stored and kept_time
