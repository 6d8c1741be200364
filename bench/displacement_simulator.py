"""Methods of displacement on trial in simulated worlds: `python -m bench.displacement_simulator RUNS [SCENARIO ...]`.

Prints a table: claims of displacement (false in worlds without it), coverage of 95 % intervals, power at equal false
alarms, and delay. Every share with its Monte-Carlo standard error. One core; about 0.15 s a history.
"""

import argparse
import sys
from collections.abc import Sequence

import numpy as np

from bench.figures import Figure, beside
from port2port.displacement.methods.simulator import NULLS, SCENARIOS
from port2port.displacement.methods.trial import METHODS, OURS, POISSON, Share, Trial, delay, power, trial

RUNS, SEED = 40, 20261127
DELAYED = 10  # one history in ten is looked at every three months: that takes eight fits


def percent(found: Share | None) -> str:
    """Return `12.3 ± 0.9` in per cent, or nothing."""
    return "" if found is None else f"{100 * found.value:.1f} ± {100 * found.error:.1f}"


def trials(runs: int, scenarios: Sequence[str], seed: int = SEED) -> dict[tuple[str, str], Trial]:
    """Return each method's record in each scenario."""
    result = {}
    for name in scenarios:
        print(f"{name}: {runs} histories ...", file=sys.stderr, flush=True)
        found = trial(name, SCENARIOS[name], runs=runs, seed=seed)
        result |= {(name, t.method): t for t in found}
        # A long run is worth something before it ends.
        print(*(line(t) for t in found), sep="\n", file=sys.stderr, flush=True)
    return result


def line(t: Trial) -> str:
    """Return one method's record as a line of the table."""
    grades = ", ".join(f"{g} {100 * s:.1f}" for g, s in t.grades.items())
    scenario = f"{t.scenario}{' (no displacement)' if t.scenario in NULLS else ''}"
    return (
        f"| {scenario} | {t.method} | {percent(t.claims)} | {percent(t.coverage)} | {percent(t.displaced)} | {grades} |"
    )


def report(records: dict[tuple[str, str], Trial], runs: int, seed: int = SEED) -> list[str]:
    """Return the tables as lines of Markdown."""
    scenarios = list(dict.fromkeys(scenario for scenario, _method in records))
    lines = [
        "| scenario | method | claims % | coverage of delta % | of displaced events % | grades % |",
        "|" + "---|" * 6,
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
    for scenario in moving:
        lines.append("")
        lines.append(f"Delay of the model in {scenario}: {delays(scenario, max(1, runs // DELAYED), seed)}")
    return lines


def delays(scenario: str, runs: int, seed: int) -> str:
    """Return median delay, and the share of histories in which it came to a claim at all."""
    seeds = np.random.SeedSequence(seed).generate_state(runs)
    found = [delay(SCENARIOS[scenario], seed=int(s)) for s in seeds]
    seen = [d for d in found if d is not None]
    months = f"median {np.median(seen):.0f} months, quartiles {np.quantile(seen, 0.25):.0f} to " if seen else ""
    months += f"{np.quantile(seen, 0.75):.0f}, " if seen else ""
    return f"{months}claimed within 24 months in {len(seen)} of {runs} histories"


def run(runs: int = RUNS) -> list[Figure]:
    """Return the figures of `python -m bench displacement`: false claims, and power at equal false alarms."""
    names = ("none", "effort_triples", "effort_triples_noisy", "effort_triples_missing", "displacement")
    records = trials(runs, names)
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
    covered = records["none", OURS].coverage
    figures.append(Figure("95 % intervals that hold the truth, none", 100 * covered.value if covered else 0.0, "%"))
    return figures


def main(words: Sequence[str] | None = None) -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="bench.displacement_simulator", description=__doc__)
    parser.add_argument("runs", type=int, nargs="?", default=RUNS, help=f"histories a scenario (default {RUNS})")
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help=f"of {', '.join(SCENARIOS)}; none: all")
    parser.add_argument("--seed", type=int, default=SEED)
    arguments = parser.parse_args(words)
    unknown = [name for name in arguments.scenarios if name not in SCENARIOS]
    if unknown:
        parser.error(f"there is no scenario {', '.join(unknown)}")
    records = trials(arguments.runs, arguments.scenarios or list(SCENARIOS), arguments.seed)
    print("\n".join(report(records, arguments.runs, arguments.seed)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
