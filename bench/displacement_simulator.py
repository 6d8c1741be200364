"""Methods of displacement on trial in simulated worlds: `python -m bench.displacement_simulator RUNS [SCENARIO ...]`.

Prints a table: claims of displacement (false in worlds without it), coverage of 95 % intervals, power at equal false
alarms, and delay; and coverage in histories drawn from the model itself. Every share with its Monte-Carlo standard
error. About 0.1 s a history and processor.

A long run is never lost: `--keep FILE` writes each scenario when it is finished, and the same command goes on from
there. A file of other runs, another seed or other code is refused.
"""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import msgspec
import numpy as np

from bench.figures import Figure, beside
from port2port.displacement.analysis.code import computing
from port2port.displacement.methods.calibration import Calibration, calibration
from port2port.displacement.methods.simulator import NULLS, SCENARIOS
from port2port.displacement.methods.spreading import Spread, here, processes
from port2port.displacement.methods.streams import threads
from port2port.displacement.methods.trial import METHODS, OURS, POISSON, Share, Trial, delay, power, trial

RUNS, SEED = 40, 20261127
DELAYED = 10  # one history in ten is looked at every three months: that takes eight fits


def percent(found: Share | None) -> str:
    """Return `12.3 ± 0.9` in per cent, or nothing."""
    return "" if found is None else f"{100 * found.value:.1f} ± {100 * found.error:.1f}"


@dataclass
class Found:
    """What is finished, and what it was asked of: only the same asked again goes on from it."""

    runs: int
    seed: int
    code: str
    trials: dict[str, list[Trial]] = field(default_factory=dict)
    delays: dict[str, list[int | None]] = field(default_factory=dict)
    calibration: Calibration | None = None

    def records(self) -> dict[tuple[str, str], Trial]:
        """Return each method's record in each scenario."""
        return {(scenario, one.method): one for scenario, each in self.trials.items() for one in each}


class OtherRun(Exception):
    """The file is of other runs, another seed or other code: it would mix what cannot be compared."""


def begun(runs: int, seed: int, kept: Path | None) -> Found:
    """Return what a file holds of this run, or nothing yet. Raises OtherRun."""
    fresh = Found(runs, seed, computing())
    if kept is None or not kept.exists():
        return fresh
    found = msgspec.json.decode(kept.read_bytes(), type=Found)
    for name in ("runs", "seed", "code"):
        if getattr(found, name) != getattr(fresh, name):
            raise OtherRun(f"{kept}: {name} is {getattr(found, name)}, not {getattr(fresh, name)}")
    return found


def keep(found: Found, kept: Path | None) -> None:
    """Write what is finished, whole or not at all."""
    if kept is None:
        return
    beside_it = kept.with_name(f".{kept.name}.part")
    beside_it.write_bytes(msgspec.json.encode(found))
    beside_it.replace(kept)


def trials(
    runs: int, scenarios: Sequence[str], seed: int = SEED, *, spread: Spread = here, kept: Path | None = None,
    delayed: bool = True,
) -> Found:  # fmt: skip
    """Return each method's record in each scenario, and the delays of those in which something moves.

    What `kept` holds of the same run is not done again. Raises OtherRun.
    """
    found = begun(runs, seed, kept)
    for name in scenarios:
        if name not in found.trials:
            said(f"{name}: {runs} histories ...")
            found.trials[name] = list(trial(name, SCENARIOS[name], runs=runs, seed=seed, spread=spread))
            keep(found, kept)
        if delayed and name not in NULLS and name not in found.delays:
            looked = max(1, runs // DELAYED)
            said(f"{name}: {looked} histories looked at every three months ...")
            seeds = [int(s) for s in np.random.SeedSequence(seed).generate_state(looked)]
            found.delays[name] = list(spread(partial(delay_of, name), seeds, lambda: None))
            keep(found, kept)
        said("\n".join(line(t) for t in found.trials[name]))
    return found


def delay_of(scenario: str, seed: int) -> int | None:
    """Return the delay in the history of a scenario with this seed."""
    return delay(SCENARIOS[scenario], seed=seed)


def calibrated(found: Found, *, spread: Spread = here, kept: Path | None = None) -> Calibration:
    """Return how often intervals hold in histories drawn from the model, as many as of each scenario."""
    if found.calibration is None:
        said(f"drawn from the model itself: {found.runs} histories ...")
        found.calibration = calibration(runs=found.runs, seed=found.seed, spread=spread)
        keep(found, kept)
    return found.calibration


def said(text: str) -> None:
    """Tell how far it is: a long run is worth something before it ends."""
    print(text, file=sys.stderr, flush=True)


def line(t: Trial) -> str:
    """Return one method's record as a line of the table."""
    grades = ", ".join(f"{g} {100 * s:.1f}" for g, s in t.grades.items())
    scenario = f"{t.scenario}{' (no displacement)' if t.scenario in NULLS else ''}"
    return (
        f"| {scenario} | {t.method} | {percent(t.claims)} | {percent(t.coverage)} | {percent(t.here)}"
        f" | {percent(t.displaced)} | {grades} |"
    )


def report(found: Found) -> list[str]:
    """Return the tables as lines of Markdown."""
    records = found.records()
    scenarios = list(dict.fromkeys(scenario for scenario, _method in records))
    lines = [
        "| scenario | method | claims % | coverage of delta % | of what moved here % | of displaced events % |"
        " grades % |",
        "|" + "---|" * 7,
    ]
    lines += [line(t) for t in records.values()]
    quiet = [s for s in scenarios if s in NULLS]
    moving = [s for s in scenarios if s not in NULLS]
    if quiet and moving:
        lines += ["", "Power in % at 5 % false alarms in the scenario of the column, each method at its own limit:", ""]
        lines += ["| moving | method | " + " | ".join(quiet) + " |", "|" + "---|" * (2 + len(quiet))]
        for scenario in moving:
            for method in METHODS:
                cells = [percent(power(records[q, method].scores, records[scenario, method].scores)) for q in quiet]
                lines.append(f"| {scenario} | {method} | " + " | ".join(cells) + " |")
    lines += [""] if found.delays else []
    lines += [f"Delay of the model in {scenario}: {delays(each)}" for scenario, each in found.delays.items()]
    if found.calibration is not None:
        one = found.calibration
        lines += [
            "",
            f"Drawn from the model itself, {one.runs} histories: the 95 % interval holds tau in {percent(one.tau)} %, "
            f"delta in {percent(one.delta)} %, what moved here in {percent(one.here)} %",
        ]
    return lines


def delays(found: Sequence[int | None]) -> str:
    """Return median delay, and the share of histories in which it came to a claim at all."""
    seen = [d for d in found if d is not None]
    months = f"median {np.median(seen):.0f} months, quartiles {np.quantile(seen, 0.25):.0f} to " if seen else ""
    months += f"{np.quantile(seen, 0.75):.0f}, " if seen else ""
    return f"{months}claimed within 24 months in {len(seen)} of {len(found)} histories"


def run(runs: int = RUNS) -> list[Figure]:
    """Return the figures of `python -m bench displacement`: false claims, and power at equal false alarms."""
    names = ("none", "effort_triples", "effort_triples_noisy", "effort_triples_missing", "displacement")
    with spreading(threads()) as spread:
        found = trials(runs, names, spread=spread, delayed=False)
        itself = calibrated(found, spread=spread)
    records = found.records()
    figures = [
        beside(
            f"false claims, {name}",
            100 * records[name, OURS].claims.value,
            "%",
            "Poisson regression without effort",
            100 * records[name, POISSON].claims.value,
        )
        for name in names[:-1]
    ]
    quiet, moving = records["effort_triples", OURS], records["displacement", OURS]
    plain_quiet, plain_moving = records["effort_triples", POISSON], records["displacement", POISSON]
    figures.append(
        beside(
            "power at 5 % false alarms where effort triples",
            100 * power(quiet.scores, moving.scores).value,
            "%",
            "Poisson regression without effort",
            100 * power(plain_quiet.scores, plain_moving.scores).value,
        )
    )
    record = records["none", OURS]
    shares = (
        ("95 % intervals of delta that hold the truth, none", record.coverage),
        ("those of what moved here, none", record.here),
        ("those of delta, drawn from the model itself", itself.delta),
    )
    return figures + [Figure(name, 100 * one.value if one else 0.0, "%") for name, one in shares]


@contextmanager
def spreading(workers: int) -> Iterator[Spread]:
    """Give how histories are spread: over this many processes, one thread in each."""
    with ExitStack() as opened:
        for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
            os.environ.setdefault(name, "1")  # the matrices are small; read by the processes when they start
        yield opened.enter_context(processes(workers)) if workers > 1 else here


def main(words: Sequence[str] | None = None) -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="bench.displacement_simulator", description=__doc__)
    parser.add_argument("runs", type=int, nargs="?", default=RUNS, help=f"histories a scenario (default {RUNS})")
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help=f"of {', '.join(SCENARIOS)}; none: all")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--workers", type=int, default=threads(), metavar="N", help="processes (default: all)")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="write what is finished there, and go on from it")
    arguments = parser.parse_args(words)
    unknown = [name for name in arguments.scenarios if name not in SCENARIOS]
    if unknown:
        parser.error(f"there is no scenario {', '.join(unknown)}")
    names = arguments.scenarios or list(SCENARIOS)
    try:
        with spreading(arguments.workers) as spread:
            found = trials(arguments.runs, names, arguments.seed, spread=spread, kept=arguments.keep)
            if not arguments.scenarios:
                calibrated(found, spread=spread, kept=arguments.keep)
    except OtherRun as problem:
        parser.error(f"{problem}. Name another file, or take this one away.")
    print("\n".join(report(found)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
