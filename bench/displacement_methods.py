"""Knox beside pointpats, and the permutation scan at two sizes, in one run.

Times are after compilation, best of several, on all processors that this process may use. pointpats runs one
permutation after the other in Python: it is run with fewer, and what they took is scaled to as many as ours, apart from
what it does once. The peak of memory is of a process of its own that does nothing else, with all that it imports.
"""

import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pointpats

from bench.figures import Figure, beside
from port2port.displacement.methods.farrington import farrington
from port2port.displacement.methods.knox import knox
from port2port.displacement.methods.scan import scan

SIDE, DISTANCE, DAYS, LENGTH = 20_000.0, 500.0, 14, 1826  # metres, metres, days, days
PERMUTATIONS = 999
ROUNDS = 5
# Events, sites (0: each on its own), permutations of pointpats; none: not run, it would take some gigabytes.
SIZES = ((5_000, 0, 99), (20_000, 0, 99), (5_000, 60, 29), (20_000, 60, 0))
# The peak is the kernel's own of this program: what getrusage tells begins with that of the process which started it.
ALONE = """
from pathlib import Path
import numpy as np
from port2port.displacement.methods.knox import knox
random = np.random.default_rng(1)
x, y = random.uniform(0, 20_000, (2, 20_000))
knox(x, y, random.integers(0, 1826, 20_000), distance=500, days=14, permutations=999)
print(next(int(line.split()[1]) / 1024 for line in Path("/proc/self/status").open() if line.startswith("VmHWM")))
"""
SCANS = ((60, 20_000), (1_200, 100_000))

Floats = npt.NDArray[np.float64]


def events(count: int, sites: int) -> tuple[Floats, Floats, Floats]:
    """Return events by chance on a square, over five years."""
    random = np.random.default_rng(count + sites)
    xy = random.uniform(0, SIDE, (2, sites or count))
    which = random.integers(0, sites, count) if sites else np.arange(count)
    return xy[0, which], xy[1, which], random.integers(0, LENGTH, count).astype(np.float64)


def best(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the shortest time that this took, in seconds."""
    took = []
    for _round in range(rounds):
        started = time.perf_counter()
        work()
        took.append(time.perf_counter() - started)
    return min(took)


def ours(x: Floats, y: Floats, t: Floats) -> float:
    """Return the seconds of our Knox test."""
    return best(lambda: knox(x, y, t, distance=DISTANCE, days=DAYS, permutations=PERMUTATIONS))


def theirs(x: Floats, y: Floats, t: Floats, permutations: int) -> tuple[float, int]:
    """Return the seconds that pointpats would take for as many permutations as ours, and its statistic."""
    points, times = np.c_[x, y], t[:, None]
    once = best(lambda: pointpats.Knox(points, times, DISTANCE, DAYS, permutations=0), 1)
    started = time.perf_counter()
    test = pointpats.Knox(points, times, DISTANCE, DAYS, permutations=permutations)
    some = time.perf_counter() - started
    return once + (some - once) * PERMUTATIONS / permutations, int(test.statistic_)


def knox_figures() -> list[Figure]:
    """Measure the Knox test, and stop if the two do not count the same."""
    figures = []
    for count, sites, permutations in SIZES:
        x, y, t = events(count, sites)
        found = knox(x, y, t, distance=DISTANCE, days=DAYS, permutations=1)  # compiled by now
        where = f" on {sites} sites" if sites else ""
        name = f"Knox, {count:,} events{where}, {PERMUTATIONS} permutations"
        if not permutations:
            figures.append(Figure(name, ours(x, y, t), "s"))
            continue
        seconds, statistic = theirs(x, y, t, permutations)
        if statistic != found.observed_pairs:
            raise SystemExit(f"pointpats counts {statistic} pairs, we {found.observed_pairs}")
        figures.append(beside(name, ours(x, y, t), "s", f"pointpats, scaled from {permutations}", seconds))
    told = subprocess.run([sys.executable, "-c", ALONE], check=True, capture_output=True)
    figures.append(Figure("Knox, 20,000 events: peak of memory", float(told.stdout), "MB"))
    return figures


def scan_figures() -> list[Figure]:
    """Measure a prospective scan at two sizes: zones up to half the cases, windows up to 90 days, all clusters."""
    took = []
    for sites, cases in SCANS:
        random = np.random.default_rng(sites)
        names = [f"site {number}" for number in range(sites)]
        xy = random.uniform(0, 100, (sites, 2))
        away = np.sqrt(((xy[:, None] - xy[None]) ** 2).sum(axis=2))
        places, days = random.integers(0, sites, cases), random.integers(0, LENGTH, cases)
        rows = [(names[place], int(day), 1) for place, day in zip(places, days, strict=True)]

        def look(rows: list[tuple[str, int, int]] = rows, names: list[str] = names, away: Floats = away) -> object:
            return scan(rows, names, away, max_days=90, max_share=0.5, replicas=PERMUTATIONS, last_day=LENGTH - 1)

        took.append(best(look, 1 if took else ROUNDS))
    (few, less), (many, more) = SCANS
    name = "scan, {} sites, {:,} cases, {} replicas"
    return [
        Figure(name.format(few, less, PERMUTATIONS), took[0], "s"),
        beside(name.format(f"{many:,}", more, PERMUTATIONS), took[1], "s", f"{few} sites", took[0]),
    ]


def farrington_figure() -> Figure:
    """Measure one week judged, as each of some hundreds of series is every week."""
    counts = np.random.default_rng(1).poisson(8, 320).tolist()
    weeks = list(range(270, 320))
    return Figure("Farrington, a week judged", best(lambda: farrington(counts, weeks)) / len(weeks) * 1000, "ms")


def run() -> list[Figure]:
    """Measure all."""
    return [*knox_figures(), *scan_figures(), farrington_figure()]
