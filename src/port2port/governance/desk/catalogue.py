"""What may be asked, how identities are checked, grounds, and the breach procedure: read from `data/`."""

from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from port2port.members.data_files import Entry, Named, Names, Reader

DATA = Path(__file__).parent / "data"
Code = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(_[a-z0-9]+)*$", max_length=40)]
Days = Annotated[int, msgspec.Meta(ge=1, le=36525)]
Regime = Literal["gdpr", "openness", "police"]


class RequestsHead(Entry, frozen=True, kw_only=True):
    """Which file this is, and how many days after closing names and the rest are kept."""

    version: int
    valid_from: date
    erase_days: Days
    keep_days: Days
    verified: bool


class Kind(Named, frozen=True, kw_only=True):
    """What may be asked. `searched`: traces of the person are looked for."""

    code: Code
    regime: Regime
    citation: str
    searched: bool


class Choice(Named, frozen=True, kw_only=True):
    """A way of checking an identity, a nature or risk of a breach, an item of its checklist."""

    code: Code


class Ground(Named, frozen=True, kw_only=True):
    """Why something is kept back, or a request refused. `to_verify`: what is to be read before one leans on it."""

    code: Code
    regimes: Annotated[tuple[Regime, ...], msgspec.Meta(min_length=1)]
    citation: str
    verified: bool
    to_verify: Names | None = None


class Requests(msgspec.Struct, frozen=True, kw_only=True):
    """The checked file of requests."""

    head: RequestsHead
    kinds: tuple[Kind, ...]
    identities: tuple[Choice, ...]
    grounds: tuple[Ground, ...]

    def kind(self, code: str) -> Kind:
        """Return a kind; raises KeyError when there is none."""
        return {one.code: one for one in self.kinds}[code]

    def grounds_for(self, kind: str) -> list[Ground]:
        """Return the grounds for requests of a kind."""
        return [one for one in self.grounds if self.kind(kind).regime in one.regimes]


class BreachesHead(Entry, frozen=True, kw_only=True):
    """Which file this is."""

    version: int
    valid_from: date


class Breaches(msgspec.Struct, frozen=True, kw_only=True):
    """The checked file of the breach procedure."""

    head: BreachesHead
    natures: tuple[Choice, ...]
    risks: tuple[Choice, ...]
    items: tuple[Choice, ...]


def read_requests(path: Path) -> Requests:
    """Return the file of requests. Raises ValueError with a line per problem."""
    reader = Reader(path)
    reader.check_sections(("head", "kinds", "identities", "grounds"))
    found = Requests(
        head=reader.single("head", RequestsHead),
        kinds=reader.entries("kinds", Kind, "code"),
        identities=reader.entries("identities", Choice, "code"),
        grounds=reader.entries("grounds", Ground, "code"),
    )
    if found.head.keep_days < found.head.erase_days:
        reader.problem("head", "keep_days", "the proof goes before the names")
    for ground in found.grounds:
        if ground.verified != (ground.to_verify is None):
            where = f"grounds {ground.code!r}"
            reader.problem(where, "to_verify", "says what is to be verified, and goes with verified = false")
    for regime in {one.regime for one in found.kinds}:
        if not any(regime in ground.regimes for ground in found.grounds):
            reader.problem("grounds", "regimes", f"no ground for {regime!r}")
    reader.finish()
    return found


def read_breaches(path: Path) -> Breaches:
    """Return the file of the breach procedure. Raises ValueError with a line per problem."""
    reader = Reader(path)
    reader.check_sections(("head", "natures", "risks", "items"))
    found = Breaches(
        head=reader.single("head", BreachesHead),
        natures=reader.entries("natures", Choice, "code"),
        risks=reader.entries("risks", Choice, "code"),
        items=reader.entries("items", Choice, "code"),
    )
    if {one.code for one in found.risks} != {"none", "risk", "high"}:
        reader.problem("risks", "code", "none, risk and high are what the law tells apart")
    reader.finish()
    return found


@cache
def requests() -> Requests:
    """Return the requests that ship."""
    return read_requests(DATA / "requests.v1.toml")


@cache
def breaches() -> Breaches:
    """Return the breach procedure that ships."""
    return read_breaches(DATA / "breaches.v1.toml")


def labels(choices: Iterable[Choice | Kind | Ground], language: str) -> dict[str, str]:
    """Return choices by code, in the reader's language."""
    return {one.code: one.label(language) for one in choices}
