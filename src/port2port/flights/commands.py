"""`port2port import flights FILE`."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from django.utils import translation

from port2port.base.clock import now
from port2port.base.errors import Invalid
from port2port.flights import importing
from port2port.members.acting_command import acting_for, kinds_of
from port2port.sharing.rows_in import LARGEST_FILE

DONE, REFUSED = 0, 1


def register(subparsers: Any) -> None:
    """Add `import flights`."""
    reading = kinds_of(subparsers, "import", "take in facts from a file").add_parser(
        "flights", help="authorised flights, as CSV"
    )
    reading.add_argument("file", type=Path, metavar="FILE")
    reading.add_argument("--as", dest="email", metavar="EMAIL", required=True, help="in whose name and organisation")
    reading.add_argument("--dry-run", action="store_true", help="say what would happen, row by row")
    reading.add_argument("--json", action="store_true", help="one JSON object instead of sentences")
    reading.set_defaults(run=import_file)


def import_file(arguments: argparse.Namespace) -> int:
    """Import, or say what would happen; a line per refusal (file, row, field, why)."""
    path: Path = arguments.file
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except OSError as error:
        print(f"{path}: {error.strerror}", file=sys.stderr)
        return REFUSED
    with translation.override("en"):
        try:
            with acting_for(arguments.email):
                if arguments.dry_run:
                    done = importing.plan(data, at=now())
                else:
                    done = importing.import_flights(data=data, at=now())
        except Invalid as error:
            for problem in error.problems:
                row = f"row {problem.row}: " if problem.row is not None else ""
                print(f"{path.name}: {row}{problem.field}: {problem.message}", file=sys.stderr)
            print(f"{path.name}: nothing was written", file=sys.stderr)
            return REFUSED
    if arguments.json:
        names = {"new": [one.draft.reference for one in done.new], "known": [one.draft.reference for one in done.known]}
        print(json.dumps({"dry_run": arguments.dry_run} | names))
        return DONE
    for line in done.new if arguments.dry_run else ():
        print(f"row {line.row}: {line.draft.reference} would be entered, from {line.draft.starts_at.isoformat()}")
    said = "would be entered" if arguments.dry_run else "entered"
    print(f"{len(done.new)} flights {said}, {len(done.known)} were there already.")
    return DONE
