"""What goes into the methods: months, ports, coverage, and every refusal in one shape.

Nothing is dropped in silence: what cannot be used in a method is either a `Problem` (the call raises `BadInput`
with all of them) or stands in `set_aside` with its reason.
"""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from port2port.displacement.methods.places import PORT_NOT_GIVEN
from port2port.displacement.methods.refusal import Problem, refuse

Floats = NDArray[np.float64]
Precision = Literal["day", "month", "year"]
YEAR = 12
FEWEST_PORTS = 2  # a single port has nothing to be compared with and nowhere to move to


@dataclass(frozen=True)
class Event:
    """One incident: the port's UN/LOCODE (or xxZZZ), the method's code, the date and how well it is known."""

    port: str
    method: str
    on: date
    precision: Precision = "day"


@dataclass(frozen=True)
class SetAside:
    """An event that this count does not hold, by its place in the list, and why (`year_only`, `outside` ...)."""

    index: int
    why: str


@dataclass(frozen=True)
class Table:
    """Events per port, method and month. `counts` (P, K, T); `unplaced` (K, T) are those with the port not given."""

    ports: tuple[str, ...]
    methods: tuple[str, ...]
    first: date
    counts: Floats
    unplaced: Floats
    set_aside: tuple[SetAside, ...]


@dataclass(frozen=True)
class Step:
    """From this day on a port is covered to this share (0 to 1) by a measure."""

    port: str
    starts: date
    coverage: float
    precision: Precision = "day"


def numbers(where: str, values: ArrayLike, problems: list[Problem]) -> Floats:
    """Return values as floats; what is no number becomes a problem and an empty array."""
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        problems.append(Problem(where, "not_numbers"))
        return np.empty(0)


def counts_of(where: str, values: ArrayLike, shape: tuple[int, ...], problems: list[Problem]) -> Floats:
    """Return counts as floats of this shape, adding a problem for each that is no whole number from 0 up."""
    found = numbers(where, values, problems)
    if found.shape != shape:
        problems.append(Problem(where, "shape", f"{found.shape} for {shape}"))
        return np.zeros(shape)
    for index in np.argwhere(~np.isfinite(found)):
        problems.append(Problem(place(where, index), "not_finite"))
    known = np.where(np.isfinite(found), found, 0.0)
    for index in np.argwhere(known < 0):
        problems.append(Problem(place(where, index), "negative", f"{known[tuple(index)]:g}"))
    for index in np.argwhere(known != np.round(known)):
        problems.append(Problem(place(where, index), "not_whole", f"{known[tuple(index)]:g}"))
    return known


def within(where: str, values: Floats, low: float, high: float, problems: list[Problem]) -> None:
    """Add a problem for each value that is not a number from low to high."""
    for index in np.argwhere(~((values >= low) & (values <= high))):
        problems.append(Problem(place(where, index), "out_of_range", f"{values[tuple(index)]:g}"))


def place(where: str, index: Sequence[int] | NDArray[np.intp]) -> str:
    """Return `counts[2,0,7]`."""
    return f"{where}[{','.join(str(int(i)) for i in index)}]" if len(index) else where


def month_of(first: date, on: date) -> int:
    """Return the zero-based month of a date, counted from the month of `first`."""
    return (on.year - first.year) * YEAR + on.month - first.month


def day_level(events: Sequence[Event]) -> tuple[tuple[Event, ...], tuple[SetAside, ...]]:
    """Return the events known to the day, and the others set aside: a first of the month would make false clusters."""
    kept = tuple(e for e in events if e.precision == "day")
    aside = tuple(SetAside(i, f"{e.precision}_only") for i, e in enumerate(events) if e.precision != "day")
    return kept, aside


def monthly_counts(
    events: Sequence[Event], ports: Sequence[str], methods: Sequence[str], *, first: date, months: int
) -> Table:
    """Count events per port, method and month, `months` months from the month of `first`.

    Events with the port not given (xxZZZ) are kept apart, per month; those known to the year only, and those
    outside the months, are set aside. Raises `BadInput` for a port or method that is neither listed nor "not given".
    """
    port_at = {p: i for i, p in enumerate(ports)}
    method_at = {m: i for i, m in enumerate(methods)}
    counts = np.zeros((len(ports), len(methods), months))
    unplaced = np.zeros((len(methods), months))
    aside: list[SetAside] = []
    problems = [Problem("months", "out_of_range", str(months))] if months < 1 else []
    for index, event in enumerate(events):
        given = not event.port.endswith(PORT_NOT_GIVEN)
        if given and event.port not in port_at:
            problems.append(Problem(f"events[{index}].port", "unknown_port", event.port))
            continue
        if event.method not in method_at:
            problems.append(Problem(f"events[{index}].method", "unknown_method", event.method))
            continue
        month = month_of(first, event.on)
        if event.precision == "year":
            aside.append(SetAside(index, "year_only"))
        elif not 0 <= month < months:
            aside.append(SetAside(index, "outside"))
        elif given:
            counts[port_at[event.port], method_at[event.method], month] += 1
        else:
            unplaced[method_at[event.method], month] += 1
    refuse(problems)
    return Table(tuple(ports), tuple(methods), first.replace(day=1), counts, unplaced, tuple(aside))


def coverage(steps: Sequence[Step], ports: Sequence[str], *, first: date, months: int) -> Floats:
    """Return the mean coverage (P, T) of each port and month, from 0 to 1, of a measure that rolls out in steps.

    In the month of a step the days before and after it are weighed; a step known to the month only is taken
    in its middle. Raises `BadInput` for a step that starts before the data (there is no "before" to compare with) or
    after them, is known to the year only, at an unlisted port, not from 0 to 1, or twice on one day.
    """
    port_at = {p: i for i, p in enumerate(ports)}
    covered = np.zeros((len(ports), months))
    problems: list[Problem] = []
    seen: set[tuple[str, date]] = set()
    for index, step in enumerate(steps):
        where = f"measures[{index}]"
        month = month_of(first, step.starts)
        if step.port not in port_at:
            problems.append(Problem(f"{where}.port", "unknown_port", step.port))
        if not 0 <= step.coverage <= 1:
            problems.append(Problem(f"{where}.coverage", "out_of_range", f"{step.coverage:g}"))
        if step.precision == "year":
            problems.append(Problem(f"{where}.starts", "year_only", str(step.starts.year)))
        elif month <= 0:
            problems.append(Problem(f"{where}.starts", "before_data", step.starts.isoformat()))
        elif month >= months:
            problems.append(Problem(f"{where}.starts", "after_data", step.starts.isoformat()))
        if (step.port, step.starts) in seen:
            problems.append(Problem(f"{where}.starts", "twice", step.starts.isoformat()))
        seen.add((step.port, step.starts))
    refuse(problems)
    level = dict.fromkeys(port_at, 0.0)
    for step in sorted(steps, key=lambda s: s.starts):
        row, month = port_at[step.port], month_of(first, step.starts)
        days = calendar.monthrange(step.starts.year, step.starts.month)[1]
        after = 0.5 if step.precision == "month" else (days - step.starts.day + 1) / days
        # Steps of one month add up: each raises it by its own height for the share of days after it.
        covered[row, month] += after * (step.coverage - level[step.port])
        covered[row, month + 1 :] = level[step.port] = step.coverage
    return covered


def months_apart(before: tuple[date, date], after: tuple[date, date]) -> tuple[int, int]:
    """Return the lengths in months of two periods (first day of the first month, first day after the last).

    Raises `BadInput` when one is empty or they overlap.
    """
    problems: list[Problem] = []
    for where, (start, end) in (("before", before), ("after", after)):
        problems += [Problem(where, "not_first_of_month", d.isoformat()) for d in (start, end) if d.day != 1]
        if month_of(start, end) < 1:
            problems.append(Problem(where, "empty_period", f"{start.isoformat()}/{end.isoformat()}"))
    if before[0] < after[1] and after[0] < before[1]:
        problems.append(Problem("after", "overlap", after[0].isoformat()))
    refuse(problems)
    return month_of(*before), month_of(*after)
