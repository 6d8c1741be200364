"""The greatest ratio of each replica of a permutation scan, exactly, and most of the work avoided."""

from math import log

import numpy as np
import numpy.typing as npt

from .scan_kernels import BLOCK, greatest_alive, greatest_anywhen, least_counts
from .scan_study import Study
from .streams import over_threads
from .zones import Zones

PILOTS = 4  # replicas whose maxima say where the floor of the others may lie
PILOT_FLOOR = 0.35  # of the logarithm of the number of cylinders: mostly below the maximum
FLOOR = 0.9  # of the least maximum of the pilots: a few replicas in a hundred stay below, and are looked at again
LANES = 32  # columns are filled up to a multiple of what a processor compares at once
MOST_ROWS = 2048  # of the table of least counts where windows end on any day


def greatest_ratios(
    study: Study, zones: Zones, longest: int, prospective: bool, least_cases: int, replicas: int, seed: int
) -> npt.NDArray[np.float64]:
    """Return the greatest ratio of each replica (R,): dates permuted over cases, all zones and windows looked through.

    The floor below which cylinders are not looked at changes the time it takes, never the numbers.
    """
    look = (
        _Alive(study, zones, longest, least_cases, seed)
        if prospective
        else _Anywhen(study, zones, longest, least_cases, seed)
    )
    greatest = np.full(replicas, -1.0)
    pilots = np.arange(min(PILOTS, replicas))
    _exactly(look, pilots, PILOT_FLOOR * log(1 + zones.count * look.windows), greatest)
    rest = np.arange(len(pilots), replicas)
    _exactly(look, rest, FLOOR * float(greatest[pilots].min()), greatest)
    return greatest


def _exactly(
    look: "_Alive | _Anywhen", numbers: npt.NDArray[np.int64], floor: float, greatest: npt.NDArray[np.float64]
) -> None:
    """Fill in the greatest ratio of these replicas: above the floor if there is one, else from lower down."""
    for limit in (floor, floor / 2, 0.0):
        if len(numbers):
            greatest[numbers] = look.at(numbers, limit)
            numbers = numbers[greatest[numbers] < 0]
    greatest[numbers] = 0.0


def _rows(zones: Zones) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the different numbers of cases of zones, ascending, and for each position which one (the last: none)."""
    totals, which = np.unique(np.maximum(zones.total[zones.is_zone], 1), return_inverse=True)
    row = np.full(len(zones.member), len(totals), dtype=np.int64)
    row[zones.is_zone] = which
    return totals, row


def _least(
    totals: npt.NDArray[np.int64],
    windows: npt.NDArray[np.int64],
    width: int,
    most: int,
    cases: int,
    floor: float,
    least_cases: int,
) -> npt.NDArray[np.int16] | npt.NDArray[np.int32]:
    """Return the table of least counts: a row more than totals, and filled up to `width` columns with no count at all.

    most: the greatest count there can be, which decides how narrow the table is.
    """
    kind = np.int16 if most < np.iinfo(np.int16).max else np.int32
    table = np.full((len(totals) + 1, width), np.iinfo(kind).max, dtype=kind)
    usable = np.flatnonzero(windows)

    def work(begin: int, end: int) -> None:
        least_counts(totals, windows, cases, floor, least_cases, table, usable[0] + begin, usable[0] + end)

    if len(usable):  # windows never fall, so the usable ones are the last
        over_threads(work, len(usable))
    return table


class _Alive:
    """Replicas of a prospective scan: a window per length, all ending on the last day."""

    def __init__(self, study: Study, zones: Zones, longest: int, least_cases: int, seed: int) -> None:
        self.study, self.zones, self.least_cases, self.seed = study, zones, least_cases, seed
        age = study.days - 1 - study.day
        self.column = np.sort(age[age < longest]).astype(np.int32)
        self.totals = np.bincount(self.column, minlength=longest).cumsum()
        self.windows = longest
        self.rows, row = _rows(zones)
        self.row = row.astype(np.int32)

    def at(self, numbers: npt.NDArray[np.int64], floor: float) -> npt.NDArray[np.float64]:
        """Return the greatest ratio above the floor of each of these replicas, or -1."""
        width = -(-self.windows // LANES) * LANES
        least = _least(self.rows, self.totals, width, len(self.column), self.study.cases, floor, self.least_cases)
        zones = np.append(self.rows, 1)
        windows = np.append(self.totals, np.ones(width - self.windows, dtype=np.int64))
        out = np.empty(len(numbers))

        def work(begin: int, end: int) -> None:
            greatest_alive(
                self.zones.first,
                self.zones.member,
                self.row,
                zones,
                windows,
                least,
                self.study.place,
                self.column,
                self.seed,
                numbers,
                begin,
                end,
                out,
            )

        over_threads(work, len(numbers))
        return out


class _Anywhen:
    """Replicas of a retrospective scan: windows of every length that end on any day."""

    def __init__(self, study: Study, zones: Zones, longest: int, least_cases: int, seed: int) -> None:
        self.study, self.zones, self.least_cases, self.seed = study, zones, least_cases, seed
        self.windows = longest * study.days
        self.daily = np.append(0, np.cumsum(np.bincount(study.day, minlength=study.days)))
        self.lowest = np.ones((longest, -(-study.days // BLOCK)), dtype=np.int32)
        self.widest = 1
        for length in range(1, longest + 1):
            totals = self.daily[length:] - self.daily[:-length]
            self.widest = max(self.widest, int(totals.max()))
            lowest = np.minimum.reduceat(totals, np.arange(0, len(totals), BLOCK))
            # A window without cases has no ratio: the entry of one with a case is safe for it.
            self.lowest[length - 1, : len(lowest)] = np.maximum(lowest, 1)
        self.rows, row = _rows(zones)
        # Few rows, each standing for the zones with at least its cases: a safe entry, and a table that fits.
        step = -(-len(self.rows) // MOST_ROWS)
        self.coarse = self.rows[::step]
        self.row = np.where(row == len(self.rows), len(self.coarse), row // step).astype(np.int32)

    def at(self, numbers: npt.NDArray[np.int64], floor: float) -> npt.NDArray[np.float64]:
        """Return the greatest ratio above the floor of each of these replicas, or -1."""
        least = _least(
            self.coarse,
            np.arange(self.widest + 1),
            self.widest + 1,
            self.study.cases,
            self.study.cases,
            floor,
            self.least_cases,
        )
        out = np.empty(len(numbers))

        def work(begin: int, end: int) -> None:
            greatest_anywhen(
                self.zones.first,
                self.zones.member,
                self.row,
                self.zones.total,
                self.daily,
                self.lowest,
                least,
                self.study.place,
                self.study.day,
                self.seed,
                numbers,
                begin,
                end,
                out,
            )

        over_threads(work, len(numbers))
        return out
