"""Incidents, measures and effort brought into one time and one set of ports; what does not fit is said, row by row."""

import calendar
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from port2port.displacement.analysis.categories import categories
from port2port.displacement.analysis.inputs import Choices, EffortMonth, Incident, Measure
from port2port.displacement.analysis.result import Dropped
from port2port.displacement.methods.panel import network_weights
from port2port.displacement.methods.periods import YEAR, Floats, month_of
from port2port.displacement.methods.places import PORT_NOT_GIVEN
from port2port.displacement.methods.refusal import Problem, check, check_whole, refuse

MOST_MONTHS = 600  # fifty years; a date beyond is a slip


@dataclass(frozen=True)
class Prepared:
    """What all methods share. `counts` (P, K, T) a month; `weights` (P, P), 0 below the least exposure; `effort` (P, T)
    NaN where unknown; `day_level`: the incidents that methods by the day get; `last_day`: up to which is known.
    """

    ports: tuple[str, ...]
    categories: tuple[str, ...]
    first: date
    months: int
    last_day: date
    counts: Floats
    weights: Floats
    km: Floats
    effort: Floats
    day_level: tuple[Incident, ...]
    dropped: tuple[Dropped, ...]

    def month(self, number: int) -> date:
        """Return the first day of a month, counted from the first."""
        return month_at(self.first, number)


def month_at(first: date, number: int) -> date:
    """Return the first day of the month that many after the month of `first`."""
    years, month = divmod(first.month - 1 + number, YEAR)
    return date(first.year + years, month + 1, 1)


def place_of(kind: str, row: int | None, identifier: str) -> str:
    """Return where a problem is: `incidents row 7` or, without rows, `incidents INC-0001`."""
    return f"{kind} row {row}" if row is not None else f"{kind} {identifier}".rstrip()


def prepared(
    incidents: Sequence[Incident], measures: Sequence[Measure], effort: Sequence[EffortMonth], choices: Choices
) -> Prepared:
    """Return everything in months and ports. Raises `BadInput` with every problem of the data and the choices."""
    problems = choice_problems(choices) + incident_problems(incidents, choices) + measure_problems(measures, choices)
    problems += effort_problems(effort, choices)
    problems += [] if incidents else [Problem("incidents", "empty")]
    refuse(problems)
    chosen = choices.categories or tuple(categories().by_code)
    kept = [one for one in incidents if one.category in chosen]
    refuse([] if kept else [Problem("incidents", "no_events")])
    ports = ports_of(kept, measures, choices)
    refuse([Problem("ports", "one_port", ", ".join(ports))] if len(ports) < 2 else [])  # noqa: PLR2004 - a pair
    first = min(one.on for one in kept).replace(day=1)
    last = max(one.on for one in kept)
    last_day = choices.as_of or date(last.year, last.month, calendar.monthrange(last.year, last.month)[1])
    whole = last_day.day == calendar.monthrange(last_day.year, last_day.month)[1]
    months = month_of(first, last_day) + whole  # a month that is not over would look like a fall
    refuse([] if 1 <= months <= MOST_MONTHS else [Problem("incidents", "too_few_months", str(months))])
    dropped: list[Dropped] = []
    monthly = list(sifted(incidents, ports, chosen, first, months, dropped))
    present = tuple(code for code in categories().by_code if any(one.category == code for one in kept))
    counts = np.zeros((len(ports), len(present), months))
    for one in monthly:
        counts[ports.index(one.port), present.index(one.category), month_of(first, one.on)] += 1
    km = distances(ports, choices)
    weights = weights_from(km, choices)
    known = effort_known(effort, ports, first, months, counts, present, dropped)
    day_level = by_day(incidents, ports, chosen, last_day, dropped)
    return Prepared(ports, present, first, months, last_day, counts, weights, km, known, day_level, tuple(dropped))


def choice_problems(choices: Choices) -> list[Problem]:
    """Return what is wrong with the choices."""
    found = check("threshold", choices.threshold, above=0.5, most=1) + check("scale_km", choices.scale_km, above=0)
    found += check("least_exposure", choices.least_exposure, above=0, most=1)
    found += check("alarms_a_year", choices.alarms_a_year, above=0)
    found += check_whole("permutations", choices.permutations, least=1, most=99_999)
    found += check_whole("seed", choices.seed, least=0, most=2**31)
    for name in ("months_before", "months_after"):
        found += check_whole(name, getattr(choices, name), least=6, most=120)
    problems = [Problem(*one) for one in found]
    problems += [Problem("ports", "unknown_port", p) for p in choices.ports if p not in choices.network.ports]
    problems += [Problem("categories", "unknown_category", c) for c in unknown(choices.categories)]
    shape = (len(choices.network.ports),) * 2
    if np.shape(choices.network.km) != shape:
        problems.append(Problem("network.km", "shape", f"{np.shape(choices.network.km)} for {shape}"))
    return problems


def unknown(codes: Iterable[str]) -> list[str]:
    """Return the codes that are no category."""
    return [code for code in codes if code not in categories().by_code]


def incident_problems(incidents: Sequence[Incident], choices: Choices) -> list[Problem]:
    """Return what cannot be taken: unknown ports (xxZZZ is known: the port is not given) and categories."""
    problems = []
    for one in incidents:
        where = place_of("incidents", one.row, one.identifier)
        if unknown_port(one.port, choices):
            problems.append(Problem(f"{where}: port_unlocode", "unknown_port", one.port))
        if unknown([one.category]):
            problems.append(Problem(f"{where}: threat", "unknown_category", one.category))
    return problems


def unknown_port(port: str, choices: Choices) -> bool:
    """Say whether a code is neither a port of the network nor one that is not given."""
    return port not in choices.network.ports and not port.endswith(PORT_NOT_GIVEN)


def measure_problems(measures: Sequence[Measure], choices: Choices) -> list[Problem]:
    """Return what is wrong with measures: ports, coverage, a phase that ends before it starts or overlaps the next."""
    known = {one.identifier for one in measures}
    problems = [Problem("measures", "unknown_measure", code) for code in choices.measures if code not in known]
    twice = [code for code, times in Counter(one.identifier for one in measures).items() if times > 1]
    problems += [Problem(f"measures {code}: measure_id", "twice", code) for code in twice]
    for measure in measures:
        ended: dict[str, date] = {}
        began: set[tuple[str, date]] = set()
        for phase in sorted(measure.phases, key=lambda p: p.starts):
            where = place_of("measures", phase.row, measure.identifier)
            if unknown_port(phase.port, choices):
                problems.append(Problem(f"{where}: port_unlocode", "unknown_port", phase.port))
            if not 0 <= phase.coverage <= 1:
                problems.append(Problem(f"{where}: coverage", "out_of_range", f"{phase.coverage:g}"))
            if phase.ends is not None and phase.ends <= phase.starts:
                problems.append(Problem(f"{where}: ended_on", "empty_period", phase.ends.isoformat()))
            if phase.starts < ended.get(phase.port, date.min):
                problems.append(Problem(f"{where}: started_on", "overlap", phase.starts.isoformat()))
            if (phase.port, phase.starts) in began:
                problems.append(Problem(f"{where}: started_on", "twice", phase.starts.isoformat()))
            began.add((phase.port, phase.starts))
            ended[phase.port] = max(phase.ends or date.min, ended.get(phase.port, date.min))
    return problems


def effort_problems(effort: Sequence[EffortMonth], choices: Choices) -> list[Problem]:
    """Return what is wrong with effort: its port, a negative or infinite amount, a month told twice."""
    problems = []
    seen: set[tuple[str, int, int, str]] = set()
    for one in effort:
        where = place_of("effort", one.row, f"{one.port} {one.month:%Y-%m}")
        if unknown_port(one.port, choices):
            problems.append(Problem(f"{where}: port_unlocode", "unknown_port", one.port))
        if not 0 <= one.amount < math.inf:
            problems.append(
                Problem(f"{where}: amount", "negative" if one.amount < 0 else "not_finite", f"{one.amount}")
            )
        key = (one.port, one.month.year, one.month.month, one.kind)
        if key in seen:
            problems.append(Problem(f"{where}: month", "twice", f"{one.month:%Y-%m}"))
        seen.add(key)
    return problems


def ports_of(kept: Sequence[Incident], measures: Sequence[Measure], choices: Choices) -> tuple[str, ...]:
    """Return the ports that are compared, in the order of the network."""
    there = {one.port for one in kept} | {phase.port for one in measures for phase in one.phases}
    return tuple(p for p in choices.network.ports if (p in choices.ports if choices.ports else p in there))


def distances(ports: Sequence[str], choices: Choices) -> Floats:
    """Return the distances (P, P) between these ports."""
    at = [choices.network.ports.index(port) for port in ports]
    found: Floats = np.array(choices.network.km, dtype=np.float64)[np.ix_(at, at)]
    return found


def weights_from(km: Floats, choices: Choices) -> Floats:
    """Return weights that fall with distance, 0 where a port is too far to be a neighbour, the largest 1."""
    reachable = np.where(np.isfinite(km), km, 100 * choices.scale_km)
    weights = network_weights(reachable, scale=choices.scale_km)
    kept: Floats = np.where(weights >= choices.least_exposure, weights, 0.0)
    return kept


def left_out(one: Incident, field: str, why: str, value: str, of: str) -> Dropped:
    """Return the line about an incident that some method does not get."""
    return Dropped("incidents", one.row, one.identifier, field, why, value, of)


def sifted(
    incidents: Sequence[Incident],
    ports: Sequence[str],
    chosen: Sequence[str],
    first: date,
    months: int,
    dropped: list[Dropped],
) -> Iterable[Incident]:
    """Yield the incidents that are counted by port and month; the others are added to `dropped`."""
    seen: set[tuple[str, str, str, int]] = set()
    for one in sorted(incidents, key=lambda i: (i.on, i.identifier)):
        month = month_of(first, one.on)
        broken = why_not_monthly(one, ports, chosen, inside=0 <= month < months)
        key = (one.group, one.port, one.category, month)
        if broken is not None:
            dropped.append(left_out(one, *broken))
        elif one.group and key in seen:
            dropped.append(left_out(one, "event_group", "same_event", one.group, "monthly"))
        else:
            seen.add(key)
            yield one


def why_not_monthly(
    one: Incident, ports: Sequence[str], chosen: Sequence[str], *, inside: bool
) -> tuple[str, str, str, str] | None:
    """Return field, why, value and what an incident is left out of; None for one that is counted by month."""
    if one.category not in chosen:
        return "threat", "not_chosen", one.category, "all"
    if one.port.endswith(PORT_NOT_GIVEN):
        return "port_unlocode", "port_not_given", one.port, "ports"
    if one.port not in ports:
        return "port_unlocode", "not_chosen", one.port, "all"
    if one.precision == "year":
        return "date_precision", "year_only", str(one.on.year), "monthly"
    return None if inside else ("occurred_on", "after_data", str(one.on), "monthly")


def by_day(
    incidents: Sequence[Incident], ports: Sequence[str], chosen: Sequence[str], last_day: date, dropped: list[Dropped]
) -> tuple[Incident, ...]:
    """Return the incidents known to the day, one of each event, in the order of their days."""
    gone = {(d.identifier, d.row) for d in dropped if d.file == "incidents" and d.why != "same_event"}
    kept, groups = [], set()
    for one in sorted(incidents, key=lambda i: (i.on, i.identifier)):
        if one.category not in chosen or one.port not in ports:
            continue
        if one.precision != "day":
            if (one.identifier, one.row) not in gone:
                dropped.append(left_out(one, "date_precision", f"{one.precision}_only", str(one.on), "day_level"))
        elif one.on > last_day:
            if (one.identifier, one.row) not in gone:
                dropped.append(left_out(one, "occurred_on", "after_data", str(one.on), "day_level"))
        elif one.group and one.group in groups:
            dropped.append(left_out(one, "event_group", "same_event", one.group, "day_level"))
        else:
            groups.add(one.group)
            kept.append(one)
    return tuple(kept)


def effort_known(
    effort: Sequence[EffortMonth],
    ports: Sequence[str],
    first: date,
    months: int,
    counts: Floats,
    present: Sequence[str],
    dropped: list[Dropped],
) -> Floats:
    """Return effort (P, T), NaN where unknown: of each port the kind with the most months, then by name.

    Raises `BadInput` where something was found although no effort was made.
    """
    known = np.full((len(ports), months), np.nan)
    depends = [categories().by_code[code].depends_on_detection for code in present]
    found = counts[:, np.array(depends, dtype=bool)].sum(axis=1)
    times = Counter((one.port, one.kind) for one in effort if 0 <= month_of(first, one.month) < months)
    problems: list[Problem] = []
    for one in effort:
        month = month_of(first, one.month)
        best = min(((-n, kind) for (port, kind), n in times.items() if port == one.port), default=(0, ""))[1]
        where = place_of("effort", one.row, f"{one.port} {one.month:%Y-%m}")
        why = "not_chosen" if one.port not in ports else "outside" if not 0 <= month < months else ""
        why = why or ("other_kind" if one.kind != best else "")
        if why:
            field = {"not_chosen": "port_unlocode", "outside": "month", "other_kind": "kind"}[why]
            dropped.append(Dropped("effort", one.row, one.port, field, why, f"{one.month:%Y-%m} {one.kind}", "monthly"))
            continue
        at = ports.index(one.port)
        known[at, month] = one.amount
        if one.amount == 0 and found[at, month]:
            problems.append(Problem(f"{where}: amount", "found_without_effort", f"{found[at, month]:g}"))
    refuse(problems)
    return known


def last_complete_week(last_day: date) -> date:
    """Return the Monday of the last week that is over on that day."""
    return last_day - timedelta(days=(last_day.weekday() + 1) % 7 + 6)
