"""All ports by country, for whoever reads them by name: at most 10,000 cells, whatever the number of ports."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from port2port.base import journal
from port2port.base.errors import Refused
from port2port.measures.matrix.queries import EVERYTHING, STATES, Chosen, chosen_measures, sight
from port2port.measures.matrix.rules import NOT_APPLICABLE, WHOLE
from port2port.measures.queries import KIND
from port2port.measures.shown import Shown
from port2port.members.facts import facts
from port2port.sharing.rules import REASONS

MOST_CELLS = 10_000


@dataclass(frozen=True)
class CountryCell:
    """A measure in a country: how many of its member ports said what by their own word.

    `low` and `high` are means over the ports to which it applies; a port that is silent may cover all or nothing.
    """

    ports: int
    states: Mapping[str, int]
    low: float
    high: float

    @property
    def apply(self) -> int:
        """To how many ports it applies, as far as told."""
        return self.ports - self.states.get(NOT_APPLICABLE, 0)


@dataclass(frozen=True)
class Countries:
    """Measures by countries. `left_out`: how many measures did not fit."""

    codes: tuple[str, ...]
    rows: tuple[tuple[Shown, tuple[CountryCell, ...]], ...]
    left_out: int


def country_cell(ports: int, states: Mapping[str, int], low: float, high: float) -> CountryCell:
    """Return a cell from counts and sums of shares."""
    apply = ports - states.get(NOT_APPLICABLE, 0)
    if apply <= 0:
        return CountryCell(ports, states, 0.0, 0.0)
    silent = ports - sum(states.values())
    mean = min(1.0, low / apply)
    return CountryCell(ports, states, mean, max(mean, min(1.0, (high + silent) / apply)))


def by_country(chosen: Chosen = EVERYTHING, *, at: datetime) -> Countries:
    """Return the joint measures by country. Raises Refused for whoever does not read all ports by name."""
    if not sight().named:
        raise Refused(REASONS["no-role"])
    measures, _circles = chosen_measures(chosen, at=at)
    ports = _ports()
    codes = tuple(sorted(ports))
    shown = measures[: MOST_CELLS // max(1, len(codes))]
    found = _counted([row.id for row in shown], ports)
    rows = tuple(
        (row, tuple(found.get((row.id, code)) or country_cell(ports[code], {}, 0.0, 0.0) for code in codes))
        for row in shown
    )
    journal.write("measure.matrix", kind=KIND, at=at, count=len(rows))
    return Countries(codes, rows, len(measures) - len(shown))


_COUNTED = f"""
select a.measure_id, p.country, {", ".join(f"count(*) filter (where a.state = '{state}')" for state in STATES)},
  sum(case when a.state = 'in_place' then coalesce(a.coverage, 0) else 0 end),
  sum(case a.state when 'in_place' then coalesce(a.coverage, 100) when 'in_progress' then a.progress else 0 end)
from measures_adoption a join members_port p on p.id = a.port_id
where a.measure_id = any(%s) and a.facility_id is null and not a.published and p.member
group by a.measure_id, p.country
"""


def _ports() -> dict[str, int]:
    return dict(Counter(port.country for port in facts().ports.values() if port.member))


def _counted(measures: list[UUID], ports: Mapping[str, int]) -> dict[tuple[UUID, str], CountryCell]:
    if not measures:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, [measures])
        return {
            (row[0], row[1]): country_cell(
                ports[row[1]],
                {state: n for state, n in zip(STATES, row[2:-2], strict=True) if n},
                row[-2] / WHOLE,
                row[-1] / WHOLE,
            )
            for row in cursor.fetchall()
        }
