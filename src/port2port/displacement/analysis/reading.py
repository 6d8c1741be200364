"""CSV files to inputs: strict, every problem with its row and field, nothing dropped in silence.

Incidents have the columns of the published incidents; measures those of the published measures, and may have more:
`coverage` (0 to 1), `ended_on`, and `programme`, which makes rows the phases of one measure. Effort has `port_unlocode`
with `month` (2024-03 or 2024-03-01), `kind`, `amount`.
"""

import csv
import io
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from port2port.displacement.analysis.inputs import EffortMonth, Incident, Measure, MeasurePhase, Precision
from port2port.displacement.methods.refusal import BadInput, Problem, refuse

INCIDENTS = ("incident_id", "occurred_on", "date_precision", "port_unlocode", "threat")
MEASURES = ("measure_id", "port_unlocode", "name", "category", "started_on", "date_precision")
EFFORT = ("port_unlocode", "month", "kind", "amount")
PRECISIONS: tuple[Precision, ...] = ("day", "month", "year")
LARGEST_FILE = 20 * 1024 * 1024
MOST_ROWS = 200_000
EARLIEST_YEAR = 1900
WRITTEN: dict[Precision, int] = {"day": len("2024-03-01"), "month": len("2024-03"), "year": len("2024")}
DAY_ADDED: dict[Precision, str] = {"day": "", "month": "-01", "year": "-01-01"}
LONGEST_TEXT = 500


@dataclass
class Row:
    """One row being read: its number (the head is 1), its cells, and where problems go."""

    kind: str
    number: int
    cells: dict[str, str]
    problems: list[Problem]

    def wrong(self, field: str, why: str) -> None:
        """Add a problem of a field."""
        self.problems.append(Problem(f"{self.kind} row {self.number}: {field}", why, self.cells.get(field, "")[:60]))

    def text(self, field: str) -> str:
        """Return a cell that must be there."""
        found = self.cells.get(field, "")
        if not found or len(found) > LONGEST_TEXT:
            self.wrong(field, "missing" if not found else "too_long")
        return found

    def day(self, field: str, precision: Precision = "day") -> date:
        """Return a day written as 2026-11-22; 2026-11 and 2026 will do for what is known to the month or year."""
        written = self.text(field)
        if len(written) == WRITTEN[precision]:
            written += DAY_ADDED[precision]
        try:
            found = date.fromisoformat(written)
        except ValueError:
            if self.cells.get(field):
                self.wrong(field, "not_a_day")
            return date(2000, 1, 1)
        if found.year < EARLIEST_YEAR:
            self.wrong(field, "out_of_range")
        return found

    def precision(self) -> Precision:
        """Return how well the date is known."""
        for one in PRECISIONS:
            if self.cells.get("date_precision") == one:
                return one
        self.wrong("date_precision", "not_a_precision")
        return "day"

    def number_of(self, field: str) -> float:
        """Return a finite number from 0 up."""
        try:
            found = float(self.text(field))
        except ValueError:
            if self.cells.get(field):
                self.wrong(field, "not_a_number")
            return 0.0
        if not math.isfinite(found):
            self.wrong(field, "not_finite")
        elif found < 0:
            self.wrong(field, "negative")
        else:
            return found
        return 0.0


def rows(kind: str, data: bytes, columns: Sequence[str]) -> tuple[list[Row], list[Problem]]:
    """Return the rows of a CSV with at least these columns, and the list their problems go to. Raises `BadInput`."""
    problems: list[Problem] = []
    if len(data) > LARGEST_FILE:
        raise BadInput([Problem(f"{kind} file", "too_large")])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise BadInput([Problem(f"{kind} row {line}: file", "not_utf8")]) from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    found: list[Row] = []
    try:
        head = [name.strip() for name in next(reader, [])]
        missing = [name for name in columns if name not in head]
        refuse([Problem(f"{kind} row 1: file", "missing_columns", ", ".join(missing))] if missing else [])
        refuse([Problem(f"{kind} row 1: file", "column_twice")] if len(set(head)) != len(head) else [])
        for number, cells in enumerate(reader, start=2):
            if not any(cell.strip() for cell in cells):
                continue
            if number > MOST_ROWS + 1:
                raise BadInput([Problem(f"{kind} row {number}: file", "too_many_rows", str(MOST_ROWS))])
            if len(cells) != len(head):
                problems.append(Problem(f"{kind} row {number}: row", "cells", f"{len(cells)} for {len(head)}"))
                continue
            found.append(Row(kind, number, dict(zip(head, (c.strip() for c in cells), strict=True)), problems))
    except csv.Error:
        raise BadInput([Problem(f"{kind} row {reader.line_num}: file", "not_csv")]) from None
    return found, problems


def collected(kind: str, data: bytes, columns: Sequence[str], one: Callable[[Row], Any]) -> list[Any]:
    """Return what `one` makes of each row. Raises `BadInput` with the problems of all rows."""
    found, problems = rows(kind, data, columns)
    result = [one(row) for row in found]
    refuse(problems)
    return result


def read_incidents(data: bytes) -> list[Incident]:
    """Return the incidents of a CSV. Raises `BadInput`."""
    seen: set[str] = set()

    def one(row: Row) -> Incident:
        identifier = row.text("incident_id")
        if identifier in seen:
            row.wrong("incident_id", "twice")
        seen.add(identifier)
        count_one(row)
        precision = row.precision()
        return Incident(
            identifier,
            row.text("port_unlocode"),
            row.text("threat"),
            row.day("occurred_on", precision),
            precision,
            row.cells.get("event_group", ""),
            row.number,
        )

    return [i for i in collected("incidents", data, INCIDENTS, one)]


def count_one(row: Row) -> None:
    """Refuse a row with a `count` that is not 1: a row is one incident, never several, none, or a part of one."""
    written = row.cells.get("count", "")
    if written in ("", "1"):
        return
    found = row.number_of("count")
    if row.problems and row.problems[-1].where == f"{row.kind} row {row.number}: count":
        return
    row.wrong("count", "one_a_row" if found == int(found) else "not_whole")


def read_measures(data: bytes) -> list[Measure]:
    """Return the measures of a CSV, the rows of one `programme` as phases of one measure. Raises `BadInput`."""
    seen: set[str] = set()
    phases: dict[str, list[tuple[Row, MeasurePhase]]] = {}

    def one(row: Row) -> None:
        identifier = row.text("measure_id")
        if identifier in seen:
            row.wrong("measure_id", "twice")
        seen.add(identifier)
        row.text("name")
        row.text("category")
        precision = row.precision()
        phase = MeasurePhase(
            row.text("port_unlocode"),
            row.day("started_on", precision),
            precision,
            row.number_of("coverage") if row.cells.get("coverage") else 1.0,
            row.day("ended_on") if row.cells.get("ended_on") else None,
            row.number,
        )
        phases.setdefault(row.cells.get("programme") or identifier, []).append((row, phase))

    collected("measures", data, MEASURES, one)
    return [
        Measure(code, parts[0][0].cells["name"], parts[0][0].cells["category"], tuple(phase for _row, phase in parts))
        for code, parts in phases.items()
    ]


def read_effort(data: bytes) -> list[EffortMonth]:
    """Return the effort of a CSV. Raises `BadInput`."""

    def one(row: Row) -> EffortMonth:
        month = row.day("month", "month").replace(day=1)
        return EffortMonth(row.text("port_unlocode"), month, row.text("kind"), row.number_of("amount"), row.number)

    return [e for e in collected("effort", data, EFFORT, one)]
