"""Critical functions, times of keeping and where port bans stand officially: data, so that they change without code."""

from datetime import date
from functools import cache
from pathlib import Path

from port2port.members.data_files import Entry, Named, Names, Reader

DATA = Path(__file__).parent / "data"
FUNCTIONS, PORT_BANS = DATA / "functions.v1.toml", DATA / "port_bans.v1.toml"


class Head(Entry, frozen=True, kw_only=True):
    """Which version of the list this is, and how long what stands of a function is kept; see the file."""

    version: int
    valid_from: date
    source: str
    refused_days: int
    untouched_months: int
    figures_months: int
    smallest: int


class Function(Named, frozen=True, kw_only=True):
    """A kind of critical function; `verified`: read in a source, else `to_verify` says what is to be looked up."""

    code: str
    citation: str
    verified: bool
    to_verify: Names | None = None


class BanHead(Named, frozen=True, kw_only=True):
    """What a port ban is, in four languages."""

    version: int
    valid_from: date
    source: str
    verified: bool
    to_verify: Names


class Source(Named, frozen=True, kw_only=True):
    """An official source: `links` leads to it, by language."""

    code: str
    citation: str
    links: Names


def read_functions(path: Path) -> tuple[Head, dict[str, Function]]:
    """Return the list of a file. Raises ValueError with a line per problem."""
    reader = Reader(path)
    head = reader.single("head", Head)
    found = reader.entries("functions", Function, "code")
    reader.check_sections(("head", "functions"))
    for name in ("refused_days", "untouched_months", "figures_months", "smallest"):
        if getattr(head, name) < 1:
            reader.problem("head", name, "at least 1")
    for one in found:
        if one.verified != (one.to_verify is None):
            reader.problem(f"functions {one.code!r}", "to_verify", "says what is to be verified, if anything is")
    reader.finish()
    return head, {one.code: one for one in found}


def read_bans(path: Path) -> tuple[BanHead, tuple[Source, ...]]:
    """Return what a file says of port bans. Raises ValueError with a line per problem."""
    reader = Reader(path)
    head = reader.single("head", BanHead)
    found = reader.entries("sources", Source, "code")
    reader.check_sections(("head", "sources"))
    for one in found:
        for language, link in one.links.items():
            if not link.startswith("https://"):
                reader.problem(f"sources {one.code!r}", f"links.{language}", "begins with https://")
    reader.finish()
    return head, found


@cache
def functions() -> dict[str, Function]:
    """Return the critical functions that ship with the program, by code, in file order."""
    return read_functions(FUNCTIONS)[1]


@cache
def keeping() -> Head:
    """Return how long rows and numbers are kept, and which number is too small to be told."""
    return read_functions(FUNCTIONS)[0]


@cache
def port_bans() -> tuple[BanHead, tuple[Source, ...]]:
    """Return what a port ban is and its official sources."""
    return read_bans(PORT_BANS)
