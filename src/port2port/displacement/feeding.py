"""What the analysis is given: counts, coverage and effort as the worker may read them, and the network.

Of members' reports only counts a month come (`displacement_counts` in `sql/policy.sql`), so they stand as incidents
without a name, known to the month; published incidents come one by one.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from uuid import UUID

import numpy as np
from django.db import connection
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from port2port.displacement.analysis.inputs import (
    Choices,
    EffortMonth,
    Incident,
    Measure,
    MeasurePhase,
    Network,
    Precision,
)
from port2port.displacement.models import Effort
from port2port.displacement.rules import Choice
from port2port.members.network_shapes import distance_km
from port2port.members.places import Places, known_places

NOT_GIVEN = "ZZZ"
JOINS_WITHIN_KM = 8.0  # two waterways that come this near to each other are one network, and a port lies on them


@dataclass(frozen=True)
class Feed:
    """All that goes into one analysis."""

    incidents: tuple[Incident, ...]
    measures: tuple[Measure, ...]
    effort: tuple[EffortMonth, ...]
    choices: Choices


def feed(choice: Choice, *, sight: str, as_of: date) -> Feed:
    """Return what goes into a run under this choice, read as the worker."""
    places = known_places()
    published = choice.data == "published"
    incidents = tuple(_incidents(published_only=published))
    measures = tuple(_measures(named=sight == "named" and not published))
    effort = tuple(_effort()) if choice.with_effort and not published else ()
    there = {one.port for one in incidents} | {phase.port for one in measures for phase in one.phases}
    ports = sorted(
        code for code in there if not code.endswith(NOT_GIVEN) and code in places.ports and _placed(places, code)
    )
    choices = Choices(
        network=network(ports, places), threshold=choice.threshold, scale_km=choice.scale_km,
        months_before=choice.months_before, months_after=choice.months_after, placebos=choice.placebos, as_of=as_of,
    )  # fmt: skip
    return Feed(incidents, measures, tuple(one for one in effort if one.port in ports), choices)


def _placed(places: Places, code: str) -> bool:
    spot = places.ports[code]
    return spot.lat is not None and spot.lon is not None


def _incidents(*, published_only: bool) -> Iterable[Incident]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select identifier, port, on_date, given, modus, threat, event_group, number, published"
            " from displacement_counts()"
        )
        rows = cursor.fetchall()
    for identifier, port, day, given, modus, threat, group, number, published in rows:
        if published_only and not published:
            continue
        category = category_of(modus, threat)
        for n in range(number):
            name = identifier or f"{port}:{day:%Y-%m}:{modus or threat}:{n}"
            yield Incident(name, port, category, day, _precision(given), group)


def category_of(modus: str, threat: str) -> str:
    """Return the category of the analysis that a report falls under: its method, or its threat when none is given."""
    return modus or threat


def _precision(given: str) -> Precision:
    return "year" if given == "year" else "month" if given == "month" else "day"


def _measures(*, named: bool) -> Iterable[Measure]:
    with connection.cursor() as cursor:
        cursor.execute("select measure, category, port, since, given, coverage from displacement_coverage(%s)", [named])
        rows: list[tuple[UUID, str, str, date, str, int]] = cursor.fetchall()
    found: dict[UUID, tuple[str, list[MeasurePhase]]] = {}
    for measure, category, port, since, given, coverage in rows:
        phases = found.setdefault(measure, (category, []))[1]
        phases.append(MeasurePhase(port, since, _precision(given), coverage / 100))
    for measure, (category, phases) in found.items():
        yield Measure(str(measure), "", category, tuple(phases))  # its title is looked up by whoever reads the result


def _effort() -> Iterable[EffortMonth]:
    rows = Effort.objects.select_related("port").order_by("port__locode", "month", "kind")
    for row in rows:
        yield EffortMonth(row.port.locode, row.month, row.kind, row.amount)


def network(ports: Sequence[str], places: Places) -> Network:
    """Return the ports and the kilometres between each two: along the waterways where both lie on them, else in a line.

    A port joins the network at its nearest point of a waterway; waterways join where they come near to each other.
    """
    spots = [places.ports[code] for code in ports]
    straight = [[_line(a.lat, a.lon, b.lat, b.lon) for b in spots] for a in spots]
    nodes: list[tuple[float, float]] = []
    edges: list[tuple[int, int, float]] = []
    for way in places.waterways.values():
        start = len(nodes)
        nodes += [(point[1], point[0]) for point in way.line]
        edges += [(n, n + 1, _line(*nodes[n], *nodes[n + 1])) for n, _next in pairwise(range(start, len(nodes)))]
    if not nodes:
        return Network(tuple(ports), tuple(tuple(row) for row in straight))
    for a in range(len(nodes)):
        edges += [(a, b, away) for b in range(a) if (away := _line(*nodes[a], *nodes[b])) <= JOINS_WITHIN_KM]
    for place, spot in enumerate(spots, start=len(nodes)):
        lat, lon = spot.lat or 0.0, spot.lon or 0.0
        near = min(range(len(nodes)), key=lambda n: _line(lat, lon, *nodes[n]))
        edges.append((place, near, _line(lat, lon, *nodes[near])))
    size = len(nodes) + len(spots)
    rows, columns, lengths = zip(*edges, strict=True)
    graph = coo_array((np.maximum(lengths, 1e-6), (rows, columns)), shape=(size, size)).tocsr()
    along = dijkstra(graph, directed=False, indices=range(len(nodes), size))[:, len(nodes) :]
    return Network(
        tuple(ports),
        tuple(
            tuple(float(max(along[a, b], straight[a][b])) if math.isfinite(along[a, b]) else straight[a][b]
                  for b in range(len(spots)))
            for a in range(len(spots))
        ),
    )  # fmt: skip


def _line(lat: float | None, lon: float | None, other_lat: float | None, other_lon: float | None) -> float:
    return distance_km(lat or 0.0, lon or 0.0, other_lat or 0.0, other_lon or 0.0)
