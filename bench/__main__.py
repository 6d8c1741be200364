"""`python -m bench [--json] [NAME ...]`: run the benches and print each figure beside its baseline."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench import (
    compliance,
    delivery,
    displacement_methods,
    displacement_pages,
    displacement_simulator,
    exercise,
    federation,
    front,
    ingest,
    journal,
    live,
    matching,
    matrix,
    policy,
    quiz,
    reports,
    search,
    taxii,
    taxii_peers,
)
from bench.figures import Figure

# Named, not found: a bench that is no longer run is missed by nobody.
BENCHES: dict[str, Callable[[], list[Figure]]] = {
    "front": front.run,
    "live": live.run,
    "matching": matching.run,
    "matrix": matrix.run,
    "journal": journal.run,
    "policy": policy.run,
    "quiz": quiz.run,
    "reports": reports.run,
    "delivery": delivery.run,
    "exercise": exercise.run,
    "search": search.run,
    "taxii": taxii.run,
    "taxii_peers": taxii_peers.run,
    "ingest": ingest.run,
    "federation": federation.run,
    "displacement_methods": displacement_methods.run,
    "displacement": displacement_simulator.run,
    "displacement_pages": displacement_pages.run,
    "compliance": compliance.run,
}


def number(value: float | None) -> str:
    """Return a value with three significant digits, or whole when larger."""
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as aligned columns."""
    head = ("figure", "value", "unit", "baseline", "value", "ratio")
    rows = [head] + [
        (f.name, number(f.value), f.unit, f.baseline_name, number(f.baseline), number(f.ratio)) for f in figures
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    right = {1, 4, 5}
    lines = []
    for row in rows:
        cells = [
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


@dataclass(frozen=True)
class Processor:
    """The processor's time since the machine began: what other guests took, and all that was used, in ticks."""

    stolen: int
    used: int


def processor() -> Processor:
    """Return its times now (proc(5), /proc/stat: steal; all but idle and waiting)."""
    times = [int(one) for one in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    return Processor(times[7], sum(times) - times[3] - times[4])


def withheld(name: str, before: Processor) -> Figure:
    """Return how much of the processor's time the machine withheld since: a bench with much of it says little."""
    now = processor()
    share = 100 * (now.stolen - before.stolen) / max(1, now.used - before.used)
    return Figure(f"of the processor's time withheld by the machine, {name}", share, "%")


def main(words: Sequence[str] | None = None) -> int:
    """Run the named benches, or all."""
    parser = argparse.ArgumentParser(prog="bench", description="Each figure beside its baseline, from one run.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHES)}; none: all")
    parser.add_argument("--json", action="store_true", help="print a list of figures as JSON")
    arguments = parser.parse_args(words)
    unknown = [name for name in arguments.names if name not in BENCHES]
    if unknown:
        parser.error(f"there is no bench {', '.join(unknown)}; there are {', '.join(BENCHES)}")
    figures: list[Figure] = []
    for name in arguments.names or BENCHES:
        print(f"{name} ...", file=sys.stderr, flush=True)
        before = processor()
        figures += [*BENCHES[name](), withheld(name, before)]
    print(json.dumps([asdict(figure) for figure in figures], indent=2) if arguments.json else table(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
