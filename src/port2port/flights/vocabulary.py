"""The words and numbers of authorised flights, versioned: tasks and states in four languages, limits, how near is near.

They are data (`data/flights.v1.toml`), so that the network can change them without a release.
"""

from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from port2port.members.data_files import Entry, Named, Reader
from port2port.sharing.legal_basis import purposes
from port2port.sharing.tlp import Tlp

DATA = Path(__file__).parent / "data" / "flights.v1.toml"

Code = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(_[a-z0-9]+)*$", max_length=20)]
Slug = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Number = Annotated[int, msgspec.Meta(ge=1, le=10_000)]
Km = Annotated[float, msgspec.Meta(gt=0, le=100)]
State = Literal["planned", "flying", "done", "cancelled"]


class Head(Entry, frozen=True, kw_only=True):
    """Which version of the file this is."""

    version: int
    valid_from: date


class Limits(Entry, frozen=True, kw_only=True):
    """How long a flight may be and how far ahead, how many at once, and how long it is kept after its end."""

    longest_hours: Number
    farthest_ahead_days: Number
    most_repeats: Number
    most_rows: Number
    kept_days: Number

    @property
    def longest(self) -> timedelta:
        """The longest flight."""
        return timedelta(hours=self.longest_hours)

    @property
    def kept(self) -> timedelta:
        """How long it is kept after its end."""
        return timedelta(days=self.kept_days)


class Near(Entry, frozen=True, kw_only=True):
    """How near in time and place a flight must be to what somebody saw."""

    minutes: Number
    km: Km
    port_km: Km
    facility_km: Km
    most_shown: Number

    @property
    def slack(self) -> timedelta:
        """By how much a window is widened at both ends."""
        return timedelta(minutes=self.minutes)


class FlightTerms(Entry, frozen=True, kw_only=True):
    """The purpose for which flights are shared."""

    purpose: Code


class FlightAudience(Entry, frozen=True, kw_only=True):
    """Who knows of a flight unless its author says otherwise."""

    circles: tuple[Slug, ...]
    tlp: Literal["GREEN", "AMBER", "AMBER+STRICT"]

    @property
    def rank(self) -> Tlp:
        """The TLP as it is stored."""
        return Tlp.parse(self.tlp)


class Term(Named, frozen=True, kw_only=True):
    """A task: what a flight is for."""

    code: Code


class StateTerm(Named, frozen=True, kw_only=True):
    """Where a flight stands."""

    code: State


class FlightWords(msgspec.Struct, frozen=True, kw_only=True):
    """The whole file, checked."""

    head: Head
    limits: Limits
    near: Near
    terms: FlightTerms
    audience: FlightAudience
    tasks: tuple[Term, ...]
    states: tuple[StateTerm, ...]

    def task(self, code: str) -> Term:
        """Return one task. Raises KeyError for an unknown code."""
        return {one.code: one for one in self.tasks}[code]

    def state(self, code: str) -> StateTerm:
        """Return one state. Raises KeyError for an unknown code."""
        return {str(one.code): one for one in self.states}[code]


def read_words(path: Path) -> FlightWords:
    """Return what stands in a file. Raises ValueError with a line per problem, naming file, entry and field."""
    reader = Reader(path)
    found = FlightWords(
        head=reader.single("head", Head),
        limits=reader.single("limits", Limits),
        near=reader.single("near", Near),
        terms=reader.single("terms", FlightTerms),
        audience=reader.single("audience", FlightAudience),
        tasks=reader.entries("tasks", Term, "code"),
        states=reader.entries("states", StateTerm, "code"),
    )
    reader.check_sections(FlightWords.__struct_fields__)
    reader.check_reference("terms", "purpose", found.terms.purpose, {one.code for one in purposes()}, "purpose")
    missing = {"planned", "flying", "done", "cancelled"} - {one.code for one in found.states}
    for code in sorted(missing):
        reader.problem("states", "code", f"no label for {code!r}")
    reader.finish()
    return found


@cache
def words() -> FlightWords:
    """Return what ships with the program, read once per process."""
    return read_words(DATA)
