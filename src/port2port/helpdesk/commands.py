"""`port2port desks load`: which organisations answer companies, from a data file."""

import argparse
import sys
from pathlib import Path
from typing import Any

from django.db import transaction

from port2port.helpdesk.desks import load_desks
from port2port.helpdesk.vocabulary import DESKS

REFUSED = 1


def register(subparsers: Any) -> None:
    """Add `desks` to the command line; it runs as the owner of the database, since desks are facts."""
    desks = subparsers.add_parser("desks", help="the help desks for companies")
    commands = desks.add_subparsers(dest="desks_command", required=True)
    loading = commands.add_parser("load", help="write the desks of a data file: organisation, ports, answer times")
    loading.add_argument("--file", type=Path, default=DESKS, metavar="FILE", help="a file of your own")
    loading.set_defaults(run=load)


def load(arguments: argparse.Namespace) -> int:
    """Write the desks, all or none; a line for everything wrong in the file."""
    try:
        with transaction.atomic():
            number = load_desks(arguments.file)
    except ValueError as wrong:
        print(wrong, file=sys.stderr)
        return REFUSED
    print(f"{number} help desks.")
    return 0
