"""Reading how far ports are: the cells one may see by name, the rest as counts, questions between ports.

The policy decides which cells come (`sql/adoption.sql`); nothing here filters by who asks.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F

from port2port.measures.adoption_models import Adoption, Answer, PastAdoption, Question
from port2port.members.acting import current_actor
from port2port.members.facts import facts, remember
from port2port.members.models import Facility, Membership, Person, Port

DUE_WITHIN = timedelta(days=14)


def adoption_cells(measures: Iterable[UUID] | None = None) -> list[Adoption]:
    """Return every cell that the actor sees by name, of these measures or of all, in one query.

    Of a port's own word and a published fact both come (`published`). In a fixed order: measure, port, facility.
    Ports, facilities and organisations answer from the facts without a query.
    """
    found = Adoption.objects.all()
    if measures is not None:
        found = found.filter(measure_id__in=list(measures))
    return [_with_facts(one) for one in found.order_by(*_ORDER)]


_ORDER = ("measure_id", "port__locode", F("facility__number").asc(nulls_first=True), "published")


def cells_by_measure(measures: Iterable[UUID]) -> dict[UUID, list[Adoption]]:
    """Return the visible cells of these measures, by measure."""
    found: dict[UUID, list[Adoption]] = defaultdict(list)
    for cell in adoption_cells(measures):
        found[cell.measure_id].append(cell)
    return dict(found)


def reads_all_cells() -> bool:
    """Tell whether the actor reads all cells by name: the circle of the weakest link, verified."""
    with connection.cursor() as cursor:
        cursor.execute("select measures_in_weakest_link()")
        return bool(cursor.fetchone()[0])


@dataclass(frozen=True)
class Rest:
    """The other ports without their names, as they stood at the beginning of the month.

    `cells`: how many are `in_place`, `under_way`, `other`; None where telling it would single somebody out.
    """

    cells: dict[str, int | None]
    others: int
    as_of: datetime

    @property
    def told(self) -> bool:
        """Whether anything is told at all."""
        return any(number is not None for number in self.cells.values())


def unnamed_rest(measures: Iterable[UUID]) -> dict[UUID, Rest]:
    """Return the unnamed counts of these measures, of those one sees; nothing to whoever is of no member. One query."""
    found: dict[UUID, dict[str, Any]] = {}
    with connection.cursor() as cursor:
        cursor.execute("select measure, cell, ports, others, as_of from measures_rest(%s)", [list(measures)])
        for measure, cell, ports, others, as_of in cursor.fetchall():
            one = found.setdefault(measure, {"cells": {}, "others": others, "as_of": as_of})
            one["cells"][cell] = ports
    return {measure: Rest(**one) for measure, one in found.items()}


def own_ports() -> list[Port]:
    """Return the ports that the actor's organisation looks after, member ports first, by UN/LOCODE."""
    with connection.cursor() as cursor:
        cursor.execute("select measures_own_ports()")
        ids = cursor.fetchone()[0]
    known = facts().ports
    return sorted((known[key] for key in ids if key in known), key=lambda port: (not port.member, port.locode))


def own_facility() -> Facility | None:
    """Return the facility that the actor's hat names."""
    actor = current_actor()
    key = Membership.objects.values_list("facility_id", flat=True).filter(id=actor.hat).first() if actor.hat else None
    return facts().facilities.get(key) if key is not None else None


@dataclass(frozen=True)
class Spot:
    """A place whose cells the actor may write: a port, or the facility of the hat."""

    port: Port
    facility: Facility | None = None

    @property
    def code(self) -> str:
        """The facility's number, or the port's UN/LOCODE."""
        return (self.facility.number or str(self.facility.id)) if self.facility is not None else self.port.locode

    @property
    def names(self) -> dict[str, str]:
        """What it is called."""
        named: dict[str, str] = (self.facility or self.port).names
        return named


def own_spots() -> list[Spot]:
    """Return the places whose cells the actor may write."""
    actor = current_actor()
    if not (actor.may("steward") or actor.may("speak")):
        return []
    facility = own_facility()
    if facility is not None:
        return [Spot(facility.port, facility)]
    return [Spot(port) for port in own_ports()]


def own_cell(measure: UUID, spot: Spot) -> Adoption | None:
    """Return what was told of a place so far."""
    found = Adoption.objects.filter(measure_id=measure, port=spot.port, facility=spot.facility, published=False).first()
    return _with_facts(found) if found is not None else None


def history(adoption: UUID) -> list[PastAdoption]:
    """Return what a cell said before, newest first."""
    return list(PastAdoption.objects.filter(adoption_id=adoption).order_by("-at", "-id"))


def due(*, today: date) -> list[Adoption]:
    """Return the own organisation's planned cells whose day comes near or has passed, the nearest first."""
    spots = own_spots()
    ports = [spot.port.id for spot in spots if spot.facility is None]
    facilities = [spot.facility.id for spot in spots if spot.facility is not None]
    planned = Adoption.objects.filter(state="planned", due__lte=today + DUE_WITHIN)
    found = planned.filter(facility_id__in=facilities) | planned.filter(port_id__in=ports, facility=None)
    return [_with_facts(one) for one in found.order_by("due", "id")]


def due_titles(cells: Iterable[Adoption]) -> dict[UUID, str]:
    """Return the titles of the measures of cells."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select m.record_id, v.title from measures_measure m join measures_version v"
            " on v.measure_id = m.record_id and v.number = m.number where m.record_id = any(%s)",
            [[cell.measure_id for cell in cells]],
        )
        return dict(cursor.fetchall())


@dataclass(frozen=True)
class Exchange:
    """A question of the own organisation, or one that reached it, with the answers that the actor reads."""

    question: Question
    answers: tuple[Answer, ...]
    ours: bool


def exchanges(measure: UUID) -> tuple[list[Exchange], list[Answer]]:
    """Return the questions one sees with their answers, newest first, and the answers shared by others besides."""
    actor = current_actor()
    answers = [
        _named(one)
        for one in Answer.objects.filter(measure_id=measure).select_related("organisation").order_by("at", "id")
    ]
    questions = list(
        Question.objects.filter(measure_id=measure).select_related("organisation", "port").order_by("-at", "-id")
    )
    mine = {one.id for one in questions}
    return (
        [
            Exchange(
                one, tuple(a for a in answers if a.question_id == one.id), one.organisation_id == actor.organisation
            )
            for one in questions
        ],
        [one for one in answers if one.question_id not in mine],
    )


def question(identifier: UUID) -> Question | None:
    """Return one question that one sees."""
    return Question.objects.select_related("organisation", "port").filter(id=identifier).first()


def questions_waiting() -> list[Question]:
    """Return the questions that reached the own organisation and that it has not answered, oldest first."""
    actor = current_actor()
    if actor.organisation is None or not (actor.may("steward") or actor.may("speak")):
        return []
    found = Question.objects.exclude(organisation_id=actor.organisation).exclude(
        answers__organisation_id=actor.organisation
    )
    return list(found.order_by("at", "id"))


def colleagues() -> list[tuple[UUID, str]]:
    """Return the own organisation's people by name: who may be offered as a mentor."""
    organisation = current_actor().organisation
    if organisation is None:
        return []
    people = Person.objects.filter(
        kind="human", active=True, memberships__organisation_id=organisation, memberships__until=None
    )
    return list(people.order_by("name").values_list("id", "name"))


def _named(answer: Answer) -> Answer:
    """Let a mentor whose name the actor may not know stay unnamed, without an error."""
    if answer.mentor_id is not None:
        answer._state.fields_cache["mentor"] = Person.objects.filter(id=answer.mentor_id).first()
    return answer


def _with_facts(cell: Adoption) -> Adoption:
    known = facts()
    remember(cell, "port", known.ports)
    remember(cell, "facility", known.facilities)
    remember(cell, "organisation", known.organisations)
    return cell
