"""A package to try with, invented and written here; the demo's port of Antwerp has brought it in."""

from datetime import datetime
from pathlib import Path

from port2port.members.acting import acting_as
from port2port.members.cast import cast_member
from port2port.sharing.guardrails.documents import packed
from port2port.training.packages import actions, queries
from port2port.training.packages.reading import read
from port2port.training.packages.rules import Head

TRAINER = "pso@antwerp.demo"
FILES = Path(__file__).parent / "data" / "example"
HEAD = Head(
    "en", "A seal at the gate (invented example)",
    "What to do when a seal is not the one of the papers, and whom to tell.", 5, ("S04", "S06"), 24, 90,
)  # fmt: skip


def example() -> bytes:
    """Return it as a zip: SCORM 1.2, in English."""
    return packed([(one.name, one.read_bytes()) for one in sorted(FILES.iterdir())])


def seed_package(at: datetime) -> int:
    """Bring it in, unless a package is there or none can be opened. Returns how many rows were made."""
    with acting_as(*cast_member(TRAINER)):
        if not queries.works() or queries.packages():
            return 0
        actions.bring_in(read(example()), HEAD, at=at)
    return 1
