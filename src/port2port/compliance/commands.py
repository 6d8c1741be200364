"""`port2port compliance recompute`."""

import argparse
import json
from typing import Any

from port2port.compliance.tasks import recompute_all

DONE = 0


def register(subparsers: Any) -> None:
    """Add `compliance recompute`."""
    one = subparsers.add_parser("compliance", help="obligations and deadlines")
    commands = one.add_subparsers(dest="compliance_command", required=True)
    again = commands.add_parser("recompute", help="work out every obligation again, from events and rules")
    again.add_argument("--json", action="store_true", help="one JSON object instead of a sentence")
    again.set_defaults(run=recompute)


def recompute(arguments: argparse.Namespace) -> int:
    """Work out all and say how much differed; a second time nothing does."""
    subjects, written = recompute_all()
    if arguments.json:
        print(json.dumps({"subjects": subjects, "written": written}))
    else:
        print(f"{subjects} files worked out, {written} obligations differed.")
    return DONE
