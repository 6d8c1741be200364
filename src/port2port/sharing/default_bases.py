"""On what legal basis something is shared unless its author says otherwise: read from data. Plain values."""

from datetime import date
from functools import cache
from pathlib import Path

from port2port.members.data_files import Entry, Reader
from port2port.sharing.legal_basis import legal_bases, purposes

DATA = Path(__file__).parent / "data" / "default_bases.toml"
EVERY = "*"


class Head(Entry, frozen=True, kw_only=True):
    """Which version of the file this is."""

    version: int
    valid_from: date


class BasisRule(Entry, frozen=True, kw_only=True):
    """The legal basis for a purpose, by kind of organisation."""

    purpose: str
    kinds: tuple[str, ...]
    legal_basis: str
    public: bool = False


@cache
def default_bases() -> tuple[BasisRule, ...]:
    """Return the rules in their order, read once per process. Raises ValueError with a line per problem."""
    reader = Reader(DATA)
    reader.single("bases_head", Head)
    found = reader.entries("bases", BasisRule, "")
    reader.check_sections(("bases_head", "bases"))
    known = {EVERY, *(one.code for one in purposes())}
    codes = {one.code for one in legal_bases()}
    for rule in found:
        reader.check_reference(f"bases {rule.legal_basis!r}", "purpose", rule.purpose, known, "purpose")
        reader.check_reference(f"bases for {rule.purpose!r}", "legal_basis", rule.legal_basis, codes, "legal basis")
    reader.finish()
    return found


def default_basis(purpose: str, *, organisation_kind: str, public: bool) -> str:
    """Return the legal basis for a purpose; "" when no rule fits it."""
    for rule in default_bases():
        fits = rule.purpose in (purpose, EVERY) and (EVERY in rule.kinds or organisation_kind in rule.kinds)
        if fits and (public or not rule.public):
            return rule.legal_basis
    return ""
