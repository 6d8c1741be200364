"""`port2port import reports FILE` and `port2port export reports FILE`."""

import argparse
import sys
from pathlib import Path
from typing import Any

from django.utils import translation

from port2port.base.clock import now
from port2port.base.errors import Invalid, Problem
from port2port.members.acting_command import acting_for, kinds_of
from port2port.reports import importing, tabular
from port2port.reports.exporting import take_out
from port2port.reports.queries import Filters

DONE, REFUSED = 0, 1


def register(subparsers: Any) -> None:
    """Add `import reports` and `export reports`; the commands `import` and `export` are shared between domains."""
    importing_command = kinds_of(subparsers, "import", "take in facts from a file")
    reading = importing_command.add_parser("reports", help="published incidents, as CSV")
    reading.add_argument("file", type=Path, metavar="FILE")
    reading.add_argument("--as", dest="email", metavar="EMAIL", help="in whose name; else the system's own")
    reading.add_argument("--provenance", choices=["published"], default="published")
    reading.add_argument("--json", action="store_true", help="one JSON object instead of a sentence")
    reading.set_defaults(run=import_file)
    exporting = kinds_of(subparsers, "export", "write records into a file").add_parser(
        "reports", help="what a member sees, as CSV or XLSX (by the file's name)"
    )
    exporting.add_argument("file", type=Path, metavar="FILE")
    exporting.add_argument("--as", dest="email", metavar="EMAIL", required=True, help="whose sight and role")
    exporting.set_defaults(run=export_file)


def import_file(arguments: argparse.Namespace) -> int:
    """Import; prints what was done, or a line per refusal (file, row, field, why)."""
    path: Path = arguments.file
    try:
        with path.open("rb") as file:
            data = file.read(tabular.LARGEST_FILE + 1)
    except OSError as error:
        print(f"{path}: {error.strerror}", file=sys.stderr)
        return REFUSED
    with translation.override("en"):
        try:
            with acting_for(arguments.email):
                done = importing.import_reports(data=data, at=now())
        except Invalid as error:
            for problem in error.problems:
                row = f"row {problem.row}: " if problem.row is not None else ""
                print(f"{path.name}: {row}{problem.field}: {problem.message}", file=sys.stderr)
            print(f"{path.name}: nothing was written", file=sys.stderr)
            return REFUSED
    if arguments.json:
        print(f'{{"new": {len(done.new)}, "known": {len(done.known)}}}')
    elif done.new:
        print(f"{len(done.new)} reports taken in, {len(done.known)} were there already.")
    else:
        print(f"Nothing to do: all {len(done.known)} reports were there already.")
    return DONE


def export_file(arguments: argparse.Namespace) -> int:
    """Write what a member sees into a file; journalled as theirs."""
    path: Path = arguments.file
    kind = path.suffix.removeprefix(".").lower()
    if kind not in ("csv", "xlsx"):
        raise Invalid([Problem("FILE", "the name must end in .csv or .xlsx")])
    with translation.override("en"), acting_for(arguments.email):
        file = take_out(Filters(), kind, at=now())
    path.write_bytes(file.body)
    print(f"{file.number} reports written to {path}.")
    return DONE
