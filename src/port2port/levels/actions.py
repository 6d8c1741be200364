"""What is done about levels: a notice entered or corrected, acknowledged, relayed, ticked off; checklists of a port.

A change is an alert to those concerned, and an event in the port's security file. Nothing is ever changed in place.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from port2port.base import journal
from port2port.base.errors import Conflict, Invalid, NotFound, Problem, Refused
from port2port.base.ids import new_id
from port2port.compliance.queries import sight
from port2port.levels import alerting, in_file, queries
from port2port.levels.book import term
from port2port.levels.models import Answer, Checklist, Notice, Order, Tick
from port2port.levels.queries import KIND, entry_of
from port2port.levels.rules import HIGHEST, NORMAL, Draft, concerned, numbers_problems, problems_of
from port2port.members.acting import action, current_actor
from port2port.members.places import Spot, known_places

NOT_YOURS = _("Levels are entered by the port’s committee and the national authority.")
NOT_YOUR_DESK = _("Only the desk of a facility answers for it.")


@action
def enter_notice(*, draft: Draft, at: datetime, provenance: str = "member") -> Notice:
    """Mirror an official notice, and alert exactly those concerned. With `replaces` another one ends as it begins.

    Raises Refused, Invalid with every problem; Conflict when what it replaces was replaced or corrected by then.
    """
    spot = _checked(draft, at)
    former = _still(draft.replaces, spot) if draft.replaces is not None else None
    if former is not None and former.exercise != draft.exercise:
        raise Invalid([Problem("exercise", _("An exercise is replaced by an exercise, and nothing else is."))])
    made = _made(draft, spot, [former] if former is not None else [], at, provenance)
    made.replaces = former
    _keep(made, draft, former, at, provenance)
    return made


@action
def correct_notice(identifier: UUID, *, at: datetime, draft: Draft | None = None) -> Notice:
    """Put another entry in the place of one, or say that it never held (`draft` None). The first one stays.

    Raises NotFound, Refused for what another organisation entered, Invalid, Conflict when it was corrected already.
    """
    wrong = queries.notice(identifier)
    actor = current_actor()
    if wrong.organisation_id != actor.organisation or not actor.may("report"):
        raise Refused(_("Only the organisation that entered it corrects it."))
    spot = queries.port(wrong.port.locode)
    _lock(spot)
    if wrong.void or Notice.objects.filter(corrects=wrong).exists():
        raise Conflict(_("This entry was corrected already."))
    told = draft or _draft_of(wrong, spot)
    if draft is not None:
        if draft.port != spot.code:
            raise Invalid([Problem("port", _("A correction is of the same port."))])
        if draft.exercise != wrong.exercise:
            raise Invalid([Problem("exercise", _("An exercise is replaced by an exercise, and nothing else is."))])
        _checked(draft, at)
    made = _made(told, spot, [wrong], at, "invented" if wrong.invented else "member")
    made.replaces_id, made.corrects, made.void = wrong.replaces_id, wrong, draft is None
    _keep(made, told, wrong, at, "invented" if wrong.invented else "member")
    return made


def _checked(draft: Draft, at: datetime) -> Spot:
    """Return the port of a draft that is in order. Raises Refused, Invalid."""
    actor, seen = current_actor(), sight()
    ports = {spot.code: spot for spot in queries.entering(seen)}
    if actor.organisation is None or not actor.may("report") or not ports:
        raise Refused(NOT_YOURS)
    spot = ports.get(draft.port)
    known = [one.code for one in queries.facilities_of(spot)] if spot is not None else []
    problems = problems_of(draft, ports=ports, facilities=known, at=at)
    if problems or spot is None:
        raise Invalid(problems)
    _lock(spot)
    return spot


def _lock(spot: Spot) -> None:
    """Let two entries for one port wait for each other: what one replaces is still there for the other, or not."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext(%s))", [f"level {spot.id}"])


def _still(identifier: UUID, spot: Spot) -> Notice:
    found = Notice.objects.filter(id=identifier, port_id=spot.id).first()
    if found is None:
        raise Invalid([Problem("replaces", _("Choose a notice of this port."))])
    if identifier not in {span.entry.id for span in queries.held_now(spot.id)}:
        raise Conflict(_("This was replaced or corrected already."))
    return found


def _hat() -> tuple[UUID, UUID]:
    """Return the organisation and the person that act. Raises Refused without an organisation."""
    actor = current_actor()
    if actor.organisation is None:
        raise Refused(NOT_YOURS)
    return actor.organisation, actor.person


def _draft_of(row: Notice, spot: Spot) -> Draft:
    asked = queries.order(row.id)
    codes = {one.id: one.code for one in known_places().facilities.values()}
    return Draft(
        spot.code, row.level, row.starts, row.reference, tuple(codes[f] for f in row.facilities if f in codes),
        row.until, asked.text if asked is not None else "", asked.language if asked is not None else "en",
        row.exercise, row.replaces_id,
    )  # fmt: skip


def _made(draft: Draft, spot: Spot, former: Sequence[Notice], at: datetime, provenance: str) -> Notice:
    organisation, person = _hat()
    of_port = {one.code: one.id for one in queries.facilities_of(spot)}
    covered = [of_port[code] for code in draft.facilities]
    told = concerned(covered, of_port.values(), [entry_of(one) for one in former])
    return Notice(
        id=new_id(), port_id=spot.id, facilities=covered, concerned=sorted(told), level=draft.level,
        starts=draft.starts, until=draft.until, reference=draft.reference.strip(), exercise=draft.exercise,
        invented=provenance == "invented", organisation_id=organisation, person_id=person, entered_at=at,
    )  # fmt: skip


def _keep(made: Notice, draft: Draft, former: Notice | None, at: datetime, provenance: str) -> None:
    """Write a notice down with its order, its alert, and its place in the port's security file."""
    alert = alerting.announce(made, draft, former, at=at, provenance=provenance)
    made.alert = alert
    made.save(force_insert=True)
    listed = queries.checklists(made.port_id).get(made.level)
    Order(
        notice=made, text=draft.text.strip(), language=draft.language, answer_by=alerting.answer_by(made, at=at),
        numbers=list(listed.numbers) if listed is not None and not made.void else [],
    ).save(force_insert=True)  # fmt: skip
    if not made.exercise:
        in_file.write(made, draft.port, at=at, provenance=provenance)
    act = "level.corrected" if made.corrects_id is not None else "level.entered"
    journal.write(act, kind=KIND, record=made.id, at=at, level=made.level, port=made.port_id, void=made.void)


@action
def say_relayed(identifier: UUID, *, at: datetime) -> None:
    """Say for the port's committee that a level which the authority entered was passed on to ships and facilities.

    Raises NotFound, Refused for others than the committee, Conflict for an exercise and what was said before.
    """
    row = queries.notice(identifier)
    if row.port_id not in sight().ports or not current_actor().may("report"):
        raise Refused(NOT_YOURS)
    if row.exercise or row.void or in_file.is_relayed(row):
        raise Conflict(_("Nothing is to be said about this one."))
    in_file.write_relayed(row, row.port.locode, at=at)
    journal.write("level.relayed", kind=KIND, record=row.id, at=at)


@action
def acknowledge(identifier: UUID, *, at: datetime, facility: str = "") -> list[Answer]:
    """Say for the own desk that the facility knows of a level: all facilities of the desk, or one by its number.

    The first answer counts. Its alert is acknowledged with it. Raises NotFound, Refused.
    """
    row, own = _asked(identifier, facility)
    answers = [_answer(row, spot, at, relayed=False) for spot in own]
    Answer.objects.bulk_create(answers, ignore_conflicts=True)
    alerting.acknowledge(row, at=at)
    for spot in own:
        journal.write("level.acknowledged", kind=KIND, record=row.id, at=at, facility=spot.id)
    return list(Answer.objects.filter(notice=row, facility_id__in=[spot.id for spot in own]))


@action
def note_told(identifier: UUID, *, facility: str, at: datetime) -> Answer:
    """Say for the port's committee that a facility was told by other means. A first answer stays.

    Raises NotFound for a facility that is not concerned, Refused for others than the committee.
    """
    row = queries.notice(identifier)
    spot = known_places().facilities.get(facility.upper())
    if row.port_id not in sight().ports or not current_actor().may("report"):
        raise Refused(NOT_YOURS)
    if spot is None or spot.id not in row.concerned:
        raise NotFound()
    Answer.objects.bulk_create([_answer(row, spot, at, relayed=True)], ignore_conflicts=True)
    journal.write("level.told", kind=KIND, record=row.id, at=at, facility=spot.id)
    return Answer.objects.get(notice=row, facility_id=spot.id)


def _answer(row: Notice, spot: Spot, at: datetime, *, relayed: bool) -> Answer:
    organisation, person = _hat()
    return Answer(
        id=new_id(), notice=row, facility_id=spot.id, relayed=relayed, organisation_id=organisation,
        person_id=person, at=at,
    )  # fmt: skip


def _asked(identifier: UUID, facility: str) -> tuple[Notice, list[Spot]]:
    """Return a notice and the facilities of the own desk that it concerns. Raises NotFound, Refused."""
    row = queries.notice(identifier)
    own = queries.desks()
    found = [spot for spot in known_places().facilities.values() if spot.id in own and spot.id in row.concerned]
    if facility:
        found = [spot for spot in found if spot.code == facility.upper()]
    if not found or not current_actor().may("report"):
        raise Refused(NOT_YOUR_DESK)
    return row, found


@action
def tick(identifier: UUID, *, facility: str, done: dict[int, bool], at: datetime) -> int:
    """Say of numbers of the checklist that they are done, or not; returns how many changed. 0: ships in port told.

    Raises NotFound, Refused, Invalid for a number that is not on the list.
    """
    row, own = _asked(identifier, facility)
    asked = queries.order(row.id)
    if asked is None:
        raise NotFound()
    if not set(done) <= set(queries.numbers_asked(asked)):
        raise Invalid([Problem("number", _("This number is not on the checklist."))])
    (organisation, person), before = _hat(), queries.answers(row, asked, at=at)
    known = {one.spot.id: {number: tick.done for number, tick in one.ticks.items()} for one in before}
    made = [
        Tick(
            id=new_id(), notice=row, facility_id=spot.id, number=number, done=state,
            organisation_id=organisation, person_id=person, at=at,
        )
        for spot in own
        for number, state in sorted(done.items())
        if known.get(spot.id, {}).get(number, False) != state
    ]  # fmt: skip
    Tick.objects.bulk_create(made)
    if made:
        journal.write("level.ticked", kind=KIND, record=row.id, at=at, numbers=sorted({one.number for one in made}))
    return len(made)


@action
def set_checklist(code: str, *, level: int, numbers: Sequence[int], at: datetime) -> Checklist:
    """Make the list of numbers that a port asks of its facilities at a level, for notices from now on.

    Raises NotFound, Refused for others than the committee, Invalid.
    """
    spot = queries.port(code)
    if spot.id not in sight().ports or not current_actor().may("report"):
        raise Refused(_("The port’s committee makes its checklists."))
    problems = numbers_problems(numbers)
    if not NORMAL <= level <= HIGHEST:
        problems.append(Problem("level", _("A level is 1, 2 or 3.")))
    if problems:
        raise Invalid(problems)
    organisation, person = _hat()
    made = Checklist(
        id=new_id(), port_id=spot.id, level=term(level).level, numbers=list(numbers),
        organisation_id=organisation, person_id=person, entered_at=at,
    )  # fmt: skip
    made.save(force_insert=True)
    journal.write("level.listed", kind=KIND, record=made.id, at=at, port=spot.id, level=level, count=len(numbers))
    return made
