"""`port2port import reports FILE` and `port2port export reports FILE`."""

import argparse
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils import translation

from port2port.base.clock import now
from port2port.base.errors import Invalid, Problem
from port2port.members.acting import acting_as, acting_as_system
from port2port.members.models import Account, Membership
from port2port.reports import importing, tabular
from port2port.reports.exporting import take_out
from port2port.reports.queries import Filters

DONE, REFUSED = 0, 1


def register(subparsers: Any) -> None:
    """Add `import reports` and `export reports`; the commands `import` and `export` are shared between domains."""
    importing_command = _shared(subparsers, "import", "take in facts from a file")
    reading = importing_command.add_parser("reports", help="published incidents, as CSV")
    reading.add_argument("file", type=Path, metavar="FILE")
    reading.add_argument("--as", dest="email", metavar="EMAIL", help="in whose name; else the system's own")
    reading.add_argument("--provenance", choices=["published"], default="published")
    reading.add_argument("--json", action="store_true", help="one JSON object instead of a sentence")
    reading.set_defaults(run=import_file)
    exporting = _shared(subparsers, "export", "write records into a file").add_parser(
        "reports", help="what a member sees, as CSV or XLSX (by the file's name)"
    )
    exporting.add_argument("file", type=Path, metavar="FILE")
    exporting.add_argument("--as", dest="email", metavar="EMAIL", required=True, help="whose sight and role")
    exporting.set_defaults(run=export_file)


def _shared(subparsers: Any, name: str, help_text: str) -> Any:
    """Return the subparsers of a command that several domains add kinds to, made by whoever comes first."""
    if name not in subparsers.choices:
        command = subparsers.add_parser(name, help=help_text)
        command.set_defaults(kinds=command.add_subparsers(dest="kind", metavar="KIND", required=True))
    return subparsers.choices[name].get_default("kinds")


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
            with _acting(arguments.email):
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
    with translation.override("en"), _acting(arguments.email):
        file = take_out(Filters(), kind, at=now())
    path.write_bytes(file.body)
    print(f"{file.number} reports written to {path}.")
    return DONE


def _acting(email: str | None) -> Any:
    """Return the transaction in which this person acts, or the system principal `import`. Raises Invalid."""
    if not email:
        return acting_as_system("import")
    person, hat = _person(email)
    return acting_as(person, hat)


def _person(email: str) -> tuple[UUID, UUID | None]:
    with acting_as_system("identity"):
        account = Account.objects.filter(email__iexact=email).first()
        if account is None:
            raise Invalid([Problem("--as", f"nobody signs in as {email}")])
        hat = Membership.objects.filter(person_id=account.person_id, until=None).order_by("since").first()
        return account.person_id, hat.id if hat else None
