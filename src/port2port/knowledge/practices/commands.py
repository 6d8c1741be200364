"""`port2port import practices [FOLDER]`: the editorial practices that ship with the program, or a folder's."""

import argparse
import sys
from pathlib import Path
from typing import Any

from django.utils import translation

from port2port.base.clock import now
from port2port.knowledge.practices.editorial import FOLDER, load_editorial, read_editorial
from port2port.members.acting import acting_as_system
from port2port.members.acting_command import kinds_of

DONE, REFUSED = 0, 1


def register(subparsers: Any) -> None:
    """Add `import practices`."""
    reading = kinds_of(subparsers, "import", "take in facts from a file").add_parser(
        "practices", help="editorial practices, one TOML file each"
    )
    reading.add_argument("folder", type=Path, metavar="FOLDER", nargs="?", default=FOLDER)
    reading.set_defaults(run=import_folder)


def import_folder(arguments: argparse.Namespace) -> int:
    """Write what is new or changed; a line per refusal (file, field, why), and nothing half written."""
    with translation.override("en"):
        try:
            found = read_editorial(arguments.folder)
        except ValueError as error:
            print(error, file=sys.stderr)
            return REFUSED
        with acting_as_system("import"):
            made = load_editorial(found, at=now())
    print(f"{made} written, {len(found) - made} as they were")
    return DONE
