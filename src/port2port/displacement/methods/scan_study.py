"""The cases of a permutation scan, one by one, from rows of location, day and count."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from .refusal import BadInput, Pair, refuse, whole_array

LONGEST_STUDY = 200_000  # days; more is a mistake of unit, and its tables would not fit
COLUMNS = 3  # location, day, count
MOST_CASES = 10_000_000  # each takes part on its own

WhyNone = Literal["", "no_cases", "one_location", "one_day", "none_above_expected"]


@dataclass(frozen=True)
class Study:
    """Cases of a study, one entry each: place from 0 to places - 1, day from 0."""

    first_day: int
    last_day: int
    places: int
    place: npt.NDArray[np.int32]  # (C,)
    day: npt.NDArray[np.int32]  # (C,)

    @property
    def cases(self) -> int:
        """Return how many cases there are."""
        return len(self.place)

    @property
    def days(self) -> int:
        """Return how many days the study lasts."""
        return self.last_day - self.first_day + 1


def study_of(
    cases: Sequence[tuple[str, int, int]], names: tuple[str, ...], first_day: int | None, last_day: int | None
) -> Study:
    """Return one place and day per case, after checking the rows."""
    place_of = {name: number for number, name in enumerate(names)}
    rows = [(str(row[0]), row[1], row[2]) for row in cases if isinstance(row, list | tuple) and len(row) == COLUMNS]
    if len(rows) < len(cases):
        raise BadInput([("cases", "each row is location, day, count")])
    strangers = sorted({name for name, _day, _count in rows if name not in place_of})
    refuse([("cases", f"no distances for {', '.join(strangers[:5])}")] if strangers else [])
    places = np.array([place_of[name] for name, _day, _count in rows], dtype=np.int32)
    days = whole_array([day for _name, day, _count in rows], "cases: day")
    counts = whole_array([count for _name, _day, count in rows], "cases: count", least=0)
    if not rows:  # nothing to tell the study from
        first_day, last_day = first_day or 0, last_day or first_day or 0
    first = int(days.min()) if first_day is None else int(first_day)
    last = int(days.max()) if last_day is None else int(last_day)
    problems: list[Pair] = [("cases: count", f"more than {MOST_CASES} cases")] if counts.sum() > MOST_CASES else []
    if last < first or last - first >= LONGEST_STUDY:
        problems.append(("cases: day", f"the study must last from 1 to {LONGEST_STUDY} days"))
    elif len(rows) and (days.min() < first or days.max() > last):
        problems.append(("cases: day", "a case lies outside the study"))
    refuse(problems)
    return Study(
        first,
        last,
        len(names),
        np.repeat(places, counts).astype(np.int32),
        np.repeat(days - first, counts).astype(np.int32),
    )


def why_none(table: npt.NDArray[np.int64]) -> WhyNone:
    """Return why no permutation of dates can tell anything, or an empty text."""
    if not table.any():
        return "no_cases"
    if np.count_nonzero(table.any(axis=1)) == 1:
        return "one_location"
    return "one_day" if np.count_nonzero(table.any(axis=0)) == 1 else ""
