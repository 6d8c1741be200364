"""Topics that people know about, and the limits beside them, from one data file. Plain values, no tables."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated

import msgspec

from port2port.members.data_files import Entry, Named, Reader

DATA = Path(__file__).parent / "data" / "topics.v1.toml"

Code = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(_[a-z0-9]+)*$", max_length=40)]
Days = Annotated[int, msgspec.Meta(ge=1, le=3650)]


class Head(Entry, frozen=True, kw_only=True):
    """Which version of the list this is, and where it comes from."""

    version: int
    valid_from: date
    source: str


class Limits(Entry, frozen=True, kw_only=True):
    """Days: how long a declaration lasts at most, when its end is told, when a question is unanswered."""

    longest_days: Days
    ends_soon_days: Days
    unanswered_days: Days


class Topic(Named, frozen=True, kw_only=True):
    """What one may know about; `parent`: the topic it stands beneath, "" at the top."""

    code: Code
    icon: str
    parent: str = ""


@cache
def _read(path: Path) -> tuple[Limits, tuple[Topic, ...]]:
    reader = Reader(path)
    reader.single("head", Head)
    limits = reader.single("limits", Limits)
    found = reader.entries("topics", Topic, "code")
    reader.check_sections(("head", "limits", "topics"))
    tops = {one.code for one in found if not one.parent}
    for one in found:
        if one.parent:  # two levels and no more: a choice in a form must stay readable
            reader.check_reference(f"topics {one.code!r}", "parent", one.parent, tops, "topic at the top")
    reader.finish()
    return limits, found


def topics(path: Path = DATA) -> tuple[Topic, ...]:
    """Return the topics in their order, read once per process. Raises ValueError with a line per problem."""
    return _read(path)[1]


def limits() -> Limits:
    """Return the limits of declarations and questions."""
    return _read(DATA)[0]


@cache
def by_code() -> dict[str, Topic]:
    """Return the topics by their code."""
    return {one.code: one for one in topics()}


def beneath(code: str) -> tuple[str, ...]:
    """Return a topic and the finer ones beneath it."""
    return (code, *(one.code for one in topics() if one.parent == code))


def around(code: str) -> tuple[str, ...]:
    """Return whose topics help with a question on one: itself, the finer ones, and the one above."""
    above = by_code()[code].parent if code in by_code() else ""
    return (*beneath(code), *((above,) if above else ()))


def grouped() -> list[tuple[Topic, tuple[Topic, ...]]]:
    """Return each topic at the top with the finer ones beneath it."""
    return [(top, tuple(one for one in topics() if one.parent == top.code)) for top in topics() if not top.parent]
