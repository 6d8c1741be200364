"""The words and fixed choices of the monitor: versioned data in four languages, checked when read."""

from datetime import date
from functools import cache
from pathlib import Path

from port2port.displacement.rules import Choice
from port2port.members.data_files import Entry, Named, Names, Reader, label

DATA = Path(__file__).parent / "data"


class Head(Entry, frozen=True, kw_only=True):
    """Which version of the file this is, and where it comes from."""

    version: int
    valid_from: date
    source: str


class EffortKind(Named, frozen=True, kw_only=True):
    """One kind of looking."""

    code: str
    units: Names
    operations: tuple[str, ...] = ()

    def unit(self, language: str) -> str:
        """Return in what it is counted."""
        return label(self.units, language)


class Standing(Entry, frozen=True, kw_only=True):
    """The choices fixed beforehand, as they stand in the file."""

    data: str
    threshold: float
    scale_km: float
    months_before: int
    months_after: int
    with_effort: bool
    placebos: bool


@cache
def effort_kinds() -> tuple[EffortKind, ...]:
    """Return the kinds of effort, in their order. Raises ValueError with a line per problem."""
    reader = Reader(DATA / "effort_kinds.v1.toml")
    reader.single("effort_kinds_head", Head)
    found = reader.entries("effort_kinds", EffortKind, "code")
    reader.check_sections(("effort_kinds_head", "effort_kinds"))
    reader.finish()
    return found


@cache
def standing() -> Choice:
    """Return the choice that was fixed beforehand. Raises ValueError with a line per problem."""
    reader = Reader(DATA / "standing.v1.toml")
    reader.single("standing_head", Head)
    found = reader.single("standing", Standing)
    reader.check_sections(("standing_head", "standing"))
    reader.finish()
    return Choice(
        data=found.data, threshold=found.threshold, scale_km=found.scale_km, months_before=found.months_before,
        months_after=found.months_after, with_effort=found.with_effort, placebos=found.placebos,
    )  # fmt: skip


@cache
def standing_version() -> int:
    """Return the version of the choices fixed beforehand."""
    reader = Reader(DATA / "standing.v1.toml")
    return reader.single("standing_head", Head).version
