"""The matrix of measures and places, and what is countered where: a constant number of queries, whatever its size.

The policy decides which cells come (`sql/adoption.sql`). Facilities are summed in the database, as `rules.summed` does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection

from port2port.base import journal
from port2port.measures import queries
from port2port.measures.adoption_queries import Rest, unnamed_rest
from port2port.measures.matrix.limits import limits
from port2port.measures.matrix.rules import (
    WHOLE,
    At,
    Cell,
    Cover,
    Facilities,
    Line,
    Word,
    cover,
    fold,
    gap_since,
    neighbours_of,
)
from port2port.measures.models import Consultation
from port2port.measures.queries import KIND, Filters
from port2port.measures.shown import Shown
from port2port.members.facts import facts
from port2port.members.models import Facility, Port

JOINT = ("agreed", "in_force")
STATES = ("in_place", "in_progress", "planned", "suspended", "not_applicable")


@dataclass(frozen=True)
class Chosen:
    """What a matrix is narrowed to. `group`: measures that were put to the members in that working group's name."""

    threat: str = ""
    phase: str = ""
    objective: UUID | None = None
    circle: UUID | None = None
    group: UUID | None = None


EVERYTHING = Chosen()


@dataclass(frozen=True)
class Place:
    """A column: a port that is seen whole, or a single facility of whoever sees only that."""

    id: UUID
    code: str
    names: Mapping[str, str]
    country: str
    own: bool
    facility: bool = False


@dataclass(frozen=True)
class Row:
    """A measure with a cell for each place, the days since which gaps stand out, and the rest without names."""

    shown: Shown
    cells: tuple[Cell, ...]
    gaps: tuple[date | None, ...]
    rest: Rest | None = None


@dataclass(frozen=True)
class Matrix:
    """Measures by places. `named`: it holds others' cells by name, and is TLP:RED for one circle."""

    places: tuple[Place, ...]
    rows: tuple[Row, ...]
    named: bool
    neighbours: Mapping[UUID, tuple[UUID, ...]]
    circles: frozenset[UUID]  # to which its measures are addressed, before one is chosen


@dataclass(frozen=True)
class Countered:
    """A modus operandi: what the measures against it cover at each place, and from which measures."""

    code: str
    measures: tuple[Shown, ...]
    covers: tuple[Cover, ...]
    gaps: tuple[date | None, ...]


@dataclass(frozen=True)
class Sight:
    """What the actor sees of adoption: everything by name, or the own ports and facilities."""

    named: bool
    ports: frozenset[UUID]  # own ones
    facilities: frozenset[UUID]  # own ones that lie in no own port


def sight() -> Sight:
    """Return what the actor sees, as the policy has it. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select measures_in_weakest_link(), measures_reads_own(), measures_own_ports(), measures_own_facilities()"
        )
        named, reads_own, ports, facilities = cursor.fetchone()
    if not reads_own:
        return Sight(named, frozenset(), frozenset())
    known, own = facts().facilities, frozenset(ports)
    single = frozenset(key for key in facilities if key in known and known[key].port_id not in own)
    return Sight(named, own, single)


def places_of(found: Sight) -> tuple[Place, ...]:
    """Return the columns: all member ports for the circle, else the own ones; then facilities seen by themselves."""
    known = facts()
    ports = [
        port for port in known.ports.values() if port.member and (found.named or port.id in found.ports)
    ]  # fmt: skip
    ports.sort(key=lambda port: (port.id not in found.ports, port.country, port.kind != "sea", port.locode))
    whole = {port.id for port in ports}
    single = [known.facilities[key] for key in found.facilities if known.facilities[key].port_id not in whole]
    single.sort(key=lambda facility: facility.slug)
    return (*(_port(port, own=port.id in found.ports) for port in ports), *map(_facility, single))


def _port(port: Port, *, own: bool) -> Place:
    return Place(port.id, port.locode, port.names, port.country, own)


def _facility(facility: Facility) -> Place:
    code = facility.number or str(facility.id)
    return Place(facility.id, code, facility.names, facility.port.country, own=True, facility=True)


def chosen_measures(chosen: Chosen, *, at: datetime) -> tuple[list[Shown], frozenset[UUID]]:
    """Return the joint measures that fit, and the circles that all of them are addressed to."""
    filters = Filters(threat=chosen.threat, phase=chosen.phase, objective=chosen.objective)
    found = queries.measures(at=at, states=JOINT, filters=filters)
    circles = frozenset(key for row in found for key in row.record.addressed)
    if chosen.circle is not None:
        found = [row for row in found if chosen.circle in row.record.addressed]
    if chosen.group is not None:
        of_group = set(Consultation.objects.filter(group=chosen.group).values_list("measure_id", flat=True))
        found = [row for row in found if row.id in of_group]
    return found, circles


def matrix(chosen: Chosen = EVERYTHING, *, at: datetime, rest: bool = True) -> Matrix:
    """Return the joint measures by places, as far as the actor sees them. Reading others by name is journalled.

    `rest`: also count the others without names, for whoever does not see them.
    """
    measures, circles = chosen_measures(chosen, at=at)
    return _matrix(measures, circles, at=at, rest=rest)


def _matrix(measures: Sequence[Shown], circles: frozenset[UUID], *, at: datetime, rest: bool) -> Matrix:
    seen = sight()
    places = places_of(seen)
    ids = [row.id for row in measures]
    cells = _cells(ids, places)
    counts = unnamed_rest(ids) if rest and not seen.named and ids else {}
    around = neighbours()
    totals = facilities_in()
    silent = {place.id: Cell(facilities=Facilities(totals.get(place.id, 0))) for place in places}
    rows = []
    for shown in measures:
        line = {place.id: cells.get((shown.id, place.id), silent[place.id]) for place in places}
        rows.append(
            Row(
                shown,
                tuple(line.values()),
                tuple(_since(place, line, around) if line[place.id].gap else None for place in places),
                counts.get(shown.id),
            )
        )
    if seen.named:
        journal.write("measure.matrix", kind=KIND, at=at, count=len(rows))
    return Matrix(places, tuple(rows), seen.named, around, circles)


def _since(place: Place, line: Mapping[UUID, Cell], around: Mapping[UUID, tuple[UUID, ...]]) -> date | None:
    near = [line[key] for key in around.get(place.id, ()) if key in line]
    return gap_since([cell.closed for cell in near if cell.applies])


def coverage(chosen: Chosen = EVERYTHING, *, at: datetime) -> tuple[Matrix, list[Countered]]:
    """Return what is countered where, by modus operandi, in the order of their codes, with the matrix it comes from.

    A measure that was published about a port counts there, beside the joint ones.
    """
    joint, circles = chosen_measures(chosen, at=at)
    filters = Filters(threat=chosen.threat, phase=chosen.phase, objective=chosen.objective)
    alone = (
        queries.measures(at=at, states=("published",), filters=filters) if chosen.circle is chosen.group is None else []
    )
    found = _matrix([*joint, *alone], circles, at=at, rest=False)
    closed_from = limits().closed_from
    by_modus: dict[str, list[Row]] = {}
    for row in found.rows:
        for code in row.shown.version.modi:
            by_modus.setdefault(code, []).append(row)
    result = []
    for code, rows in sorted(by_modus.items()):
        covers = {
            place.id: cover(
                [row.cells[n] for row in rows if row.shown.measure.state in JOINT or row.cells[n].by],
                closed_from=closed_from,
            )
            for n, place in enumerate(found.places)
        }
        gaps = tuple(_modus_gap(place, covers, found.neighbours) for place in found.places)
        result.append(Countered(code, tuple(row.shown for row in rows), tuple(covers.values()), gaps))
    kept = tuple(row for row in found.rows if row.shown.measure.state in JOINT)
    return Matrix(found.places, kept, found.named, found.neighbours, circles), result


def _modus_gap(place: Place, covers: Mapping[UUID, Cover], around: Mapping[UUID, tuple[UUID, ...]]) -> date | None:
    own = covers[place.id]
    if own.closed is not None or not own.asked:
        return None
    near = [covers[key] for key in around.get(place.id, ()) if key in covers]
    return gap_since([one.closed for one in near if one.asked])


def facilities_in() -> dict[UUID, int]:
    """Return how many facilities each port has, from the facts."""
    found: dict[UUID, int] = {}
    for facility in facts().facilities.values():
        found[facility.port_id] = found.get(facility.port_id, 0) + 1
    return found


_CELLS = f"""
select measure_id, place, kind, max(state), max(coverage), max(progress), max(since), max(since_precision), max(due),
  {", ".join(f"count(*) filter (where state = '{state}')" for state in STATES)},
  sum(case when state = 'in_place' then coalesce(coverage, 0) else 0 end),
  sum(case state when 'in_place' then coalesce(coverage, 100) when 'in_progress' then progress else 0 end),
  max(since) filter (where state = 'in_place')
from (
  select measure_id, state, coverage, progress, since, since_precision, due,
    case when facility_id = any(%(single)s) then facility_id else port_id end as place,
    case when published then 'published' when facility_id is null or facility_id = any(%(single)s) then 'own'
      else 'facility' end as kind
  from measures_adoption
  where measure_id = any(%(measures)s) and (port_id = any(%(ports)s) or facility_id = any(%(single)s))
) told group by measure_id, place, kind
"""
_OWN, _SUMS = 9, 9 + len(STATES)


def _cells(measures: list[UUID], places: Sequence[Place]) -> dict[tuple[UUID, UUID], Cell]:
    """Return one cell for each measure and place of which anything was told. One query."""
    if not measures or not places:
        return {}
    totals = facilities_in()
    asked = {
        "measures": measures,
        "ports": [place.id for place in places if not place.facility],
        "single": [place.id for place in places if place.facility],
    }
    told: dict[tuple[UUID, UUID], dict[str, Any]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_CELLS, asked)
        for row in cursor.fetchall():
            measure, place, kind = row[:3]
            of = told.setdefault((measure, place), {})
            if kind == "facility":
                counts = {state: n for state, n in zip(STATES, row[_OWN:_SUMS], strict=True) if n}
                low, high, since = row[_SUMS:]
                of["facilities"] = Facilities(totals.get(place, 0), counts, low / WHOLE, high / WHOLE, since)
            else:
                of[kind] = Word(row[3], row[4], row[5], row[6], row[7], row[8])
    return {
        key: fold(of.get("own"), of.get("facilities", Facilities(totals.get(key[1], 0))), of.get("published"))
        for key, of in told.items()
    }


def neighbours() -> dict[UUID, tuple[UUID, ...]]:
    """Return each member port's neighbours among the member ports, by the facts."""
    known, limit = facts(), limits()
    places = tuple(
        At(str(port.id), port.lat, port.lon)
        for port in sorted(known.ports.values(), key=lambda port: port.locode)
        if port.member and port.kind != "unspecified"
    )
    lines: tuple[Line, ...] = tuple(
        tuple((float(x), float(y)) for x, y in way.line)
        for way in sorted(known.waterways.values(), key=lambda way: way.slug)
    )
    found = _neighbours(places, lines, limit.near_km, limit.water_km)
    return {UUID(key): tuple(map(UUID, others)) for key, others in found.items()}


@lru_cache(maxsize=4)
def _neighbours(places: tuple[At, ...], lines: tuple[Line, ...], near_km: float, water_km: float) -> dict[str, Any]:
    return neighbours_of(places, lines, near_km=near_km, water_km=water_km)
