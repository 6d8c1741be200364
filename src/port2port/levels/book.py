"""The security levels as data: what each is called, its kind of alert, within what time it must be acknowledged."""

from datetime import date
from functools import cache
from pathlib import Path

from port2port.alerts.vocabulary import vocabulary
from port2port.members.data_files import Entry, Named, Reader

DATA = Path(__file__).parent / "data" / "levels.v1.toml"


class Head(Entry, frozen=True, kw_only=True):
    """Which version of the file this is, from when, where it comes from, and whether it was read in a source."""

    version: int
    valid_from: date
    source: str
    verified: bool = False


class LevelTerm(Named, frozen=True, kw_only=True):
    """One level: the event of its alert, the minutes to acknowledge in, the hours that its alert holds at most."""

    level: int
    event: str
    answer_minutes: int
    alert_hours: int


def read_levels(path: Path) -> tuple[LevelTerm, ...]:
    """Return the levels of a file, the lowest first. Raises ValueError with a line per problem."""
    reader = Reader(path)
    reader.single("levels_head", Head)
    found = reader.entries("levels", LevelTerm, "level")
    reader.check_sections(("levels_head", "levels"))
    events = {one.code for one in vocabulary().events}
    most = vocabulary().head.longest_valid_days * 24
    for term in found:
        where = f"levels {term.level}"
        reader.check_reference(where, "event", term.event, events, "event of an alert")
        if term.answer_minutes < 1:
            reader.problem(where, "answer_minutes", "at least one minute")
        if not 1 <= term.alert_hours <= most:
            reader.problem(where, "alert_hours", f"between 1 and {most}")
    if [term.level for term in found] != [1, 2, 3]:
        reader.problem("levels", "level", "1, 2 and 3, in this order (ISPS Code part A, 2.1.9 to 2.1.11)")
    reader.finish()
    return found


@cache
def levels() -> tuple[LevelTerm, ...]:
    """Return the levels that ship with the program, read once per process."""
    return read_levels(DATA)


def term(level: int) -> LevelTerm:
    """Return one level. Raises KeyError for another number."""
    return {one.level: one for one in levels()}[level]
