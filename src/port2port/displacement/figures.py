"""Published figures of ports and periods, each with its source: what the monitor is read against. A data file."""

import csv
from datetime import date
from functools import cache
from pathlib import Path

import msgspec

FIGURES = Path(__file__).parent / "data" / "published_figures.csv"


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """A row: a figure of one port, metric and period. Figures that conflict stand beside each other; never sum rows."""

    figure_id: str
    port_unlocode: str
    port_name: str
    period_start: date
    period_end: date
    metric: str
    value: float
    unit: str
    scope: str
    agency: str
    provisional: bool
    published_on: date | None  # not given: only the period is known
    source_name: str
    source_url: str
    published_precision: str
    confidence: str


@cache
def published_figures() -> tuple[Figure, ...]:
    """Return the figures that ship with the program. Raises ValueError naming row and field."""
    with FIGURES.open(encoding="utf-8-sig", newline="") as file:
        found = []
        for number, row in enumerate(csv.DictReader(file), start=2):
            try:
                found.append(msgspec.convert(row | {"published_on": row["published_on"] or None}, Figure, strict=False))
            except msgspec.ValidationError as error:
                raise ValueError(f"{FIGURES.name} row {number}: {error}") from error
    return tuple(found)


def figures_of(port: str = "", metric: str = "") -> list[Figure]:
    """Return figures of a port and a metric ("" for all), newest period first."""
    rows = [
        one
        for one in published_figures()
        if (not port or one.port_unlocode == port) and (not metric or one.metric == metric)
    ]
    return sorted(rows, key=lambda one: (one.period_start, one.figure_id), reverse=True)
