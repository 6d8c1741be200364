"""`port2port displacement analyse|simulate|method`: the methods on plain files and numbers, without a database."""

import argparse
import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from django.utils import translation

from port2port.displacement.analysis import sentences
from port2port.displacement.analysis.analyse import analyse
from port2port.displacement.analysis.inputs import Choices
from port2port.displacement.analysis.reading import read_effort, read_incidents, read_measures
from port2port.displacement.analysis.result import Result
from port2port.displacement.analysis.waterways import shipped_network
from port2port.displacement.checking import METHODS, BadRequest, answer
from port2port.displacement.methods.refusal import BadInput, Problem, refuse
from port2port.displacement.methods.simulator import SCENARIOS
from port2port.displacement.methods.trial import Trial, trial
from port2port.displacement.report import html_report
from port2port.displacement.spreading import spread_for

T = TypeVar("T")
DONE, REFUSED = 0, 1
LANGUAGES = ("en", "nl", "fr", "de")
BAR = 24
LISTED = 40  # lines left out that are named on the screen


def register(subparsers: Any) -> None:
    """Add the commands."""
    parser = subparsers.add_parser("displacement", help="what moved from port to port, and how sure that is")
    kinds = parser.add_subparsers(dest="kind", metavar="what", required=True)
    analysing = kinds.add_parser("analyse", help="incidents, measures and effort, from CSV files")
    analysing.add_argument("--incidents", type=Path, required=True, metavar="CSV")
    analysing.add_argument("--measures", type=Path, metavar="CSV")
    analysing.add_argument("--effort", type=Path, metavar="CSV")
    analysing.add_argument(
        "--measure", action="append", default=[], metavar="ID", help="only this one; may be repeated"
    )
    analysing.add_argument("--html", type=Path, metavar="FILE", help="write a report that needs no host and no script")
    analysing.add_argument("--json", action="store_true", help="the whole answer as JSON (docs/displacement.md)")
    analysing.add_argument("--seed", type=int, default=Choices.seed, metavar="N")
    analysing.add_argument("--permutations", type=int, default=Choices.permutations, metavar="N")
    analysing.add_argument("--workers", type=int, default=os.cpu_count() or 1, metavar="N", help="processes")
    analysing.add_argument("--language", choices=LANGUAGES, default="en")
    analysing.set_defaults(run=run_analyse)
    simulating = kinds.add_parser("simulate", help="the methods on trial where the truth is known")
    simulating.add_argument("--runs", type=int, default=20, metavar="N")
    simulating.add_argument("--scenario", action="append", choices=list(SCENARIOS), metavar="S", help="may be repeated")
    simulating.add_argument("--seed", type=int, default=Choices.seed, metavar="N")
    simulating.add_argument("--workers", type=int, default=os.cpu_count() or 1, metavar="N", help="processes")
    simulating.add_argument("--json", action="store_true")
    simulating.set_defaults(run=run_simulate)
    one = kinds.add_parser("method", help="one method on plain numbers: JSON in, JSON out")
    one.add_argument("name", choices=list(METHODS), metavar="NAME", help=", ".join(METHODS))
    one.set_defaults(run=run_method)


def show(done: int, total: int, what: str) -> None:
    """Draw the progress on standard error, when a person looks at it."""
    if sys.stderr.isatty():
        full = BAR * done // total
        print(f"\r[{'#' * full}{'.' * (BAR - full)}] {done}/{total} {what:<24}", end="", file=sys.stderr, flush=True)
        if done == total:
            print(file=sys.stderr)


def refused(error: BadInput, names: dict[str, str]) -> int:
    """Print a line per problem: file, row, field, why. Nothing was written."""
    for problem in error.problems:
        kind, _blank, rest = problem.where.partition(" ")
        where = f"{names[kind]}: {rest}" if kind in names and rest else names.get(kind, problem.where)
        print(f"{where}: {sentences.why_so(problem.what, problem.value)}", file=sys.stderr)
    return REFUSED


def run_analyse(arguments: argparse.Namespace) -> int:
    """Analyse files; print a summary or JSON, and write the report last, whole or not at all."""
    with translation.override(arguments.language):
        files = {"incidents": arguments.incidents, "measures": arguments.measures, "effort": arguments.effort}
        names = {kind: path.name for kind, path in files.items() if path is not None}
        found: dict[str, bytes] = {}
        for kind, path in files.items():
            try:
                found[kind] = path.read_bytes() if path is not None else b""
            except OSError as error:
                print(f"{path}: {error.strerror}", file=sys.stderr)
                return REFUSED
        try:
            result = result_of(found, arguments)
        except BadInput as error:
            return refused(error, names)
        if arguments.html is not None and not written(arguments.html, html_report(result, arguments.language)):
            return REFUSED
        if arguments.json:
            print(msgspec.json.encode(result).decode())
        else:
            print("\n".join([*sentences.summary_lines(result), *sentences.left_out_lines(result, LISTED)]))
    return DONE


def result_of(found: dict[str, bytes], arguments: argparse.Namespace) -> Result:
    """Read and analyse. Raises `BadInput` with the problems of all files that can be read on their own."""
    problems: list[Problem] = []

    def read(kind: str, reader: Callable[[bytes], list[T]]) -> list[T]:
        if not found[kind] and kind != "incidents":
            return []
        try:
            return reader(found[kind])
        except BadInput as error:
            problems.extend(error.problems)
            return []

    incidents = read("incidents", read_incidents)
    measures = read("measures", read_measures)
    effort = read("effort", read_effort)
    refuse(problems)
    choices = Choices(
        shipped_network(),
        measures=tuple(arguments.measure),
        seed=arguments.seed,
        permutations=arguments.permutations,
    )
    with spread_for(len(measures), say=here_instead, workers=arguments.workers) as spread:
        return analyse(incidents, measures, effort, choices, progress=show, spread=spread)


def here_instead(why: str) -> None:
    """Say why the cluster does not do the work."""
    print(f"DASK_SCHEDULER: {why}. It is computed here; the numbers are the same.", file=sys.stderr)


def written(path: Path, text: str) -> bool:
    """Write a file whole, or say why not."""
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        print(f"{path}: {error.strerror}", file=sys.stderr)
        beside.unlink(missing_ok=True)
        return False
    return True


def run_simulate(arguments: argparse.Namespace) -> int:
    """Put the methods on trial; print a table or JSON."""
    if arguments.runs < 1 or arguments.seed < 0:
        print("--runs: at least 1; --seed: at least 0", file=sys.stderr)
        return REFUSED
    records: list[Trial] = []
    names = arguments.scenario or list(SCENARIOS)
    total = len(names) * arguments.runs
    with spread_for(total, say=here_instead, workers=arguments.workers) as spread:
        for number, name in enumerate(names):

            def told(done: int, before: int = number * arguments.runs, name: str = name) -> None:
                show(before + done, total, name)

            records += trial(name, SCENARIOS[name], runs=arguments.runs, seed=arguments.seed, spread=spread, told=told)
    if arguments.json:
        rows = [{key: value for key, value in asdict(one).items() if key != "scores"} for one in records]
        print(json.dumps({"runs": arguments.runs, "seed": arguments.seed, "trials": rows}))
        return DONE
    print(f"{'scenario':26}{'method':15}{'claims %':>14}{'interval holds %':>20}")
    for one in records:
        held = "" if one.coverage is None else f"{100 * one.coverage.value:.1f} ± {100 * one.coverage.error:.1f}"
        claims = f"{100 * one.claims.value:.1f} ± {100 * one.claims.error:.1f}"
        print(f"{one.scenario:26}{one.method:15}{claims:>14}{held:>20}")
    return DONE


def run_method(arguments: argparse.Namespace) -> int:
    """Answer one question in JSON from standard input."""
    with translation.override("en"):
        try:
            print(json.dumps(answer(arguments.name, sys.stdin.buffer.read())))
        except BadRequest as error:
            print(f"input: {error}", file=sys.stderr)
            return REFUSED
        except BadInput as error:
            return refused(error, {})
    return DONE
