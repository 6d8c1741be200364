"""The register of legal bases, purposes, retention, permitted actions (PAP) and personal-data classes,
read from data.

Every record that is shared names one of each. The register is `data/legal_bases.toml`, with its citations.
"""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from port2port.members.data_files import Entry, Named, Reader

REGISTER = Path(__file__).parent / "data" / "legal_bases.toml"
EVERY_PURPOSE = "*"

Code = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(_[a-z0-9]+)*$", max_length=60)]
Days = Annotated[int, msgspec.Meta(ge=1, le=36525)]
Rank = Annotated[int, msgspec.Meta(ge=0, le=9)]
Crossing = Literal["freely", "blinded_match", "never"]


class RegisterHead(Entry, frozen=True, kw_only=True):
    """Which register this is."""

    version: int
    valid_from: date
    country: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}$")]


class Purpose(Named, frozen=True, kw_only=True):
    """What a record is shared for."""

    code: Code


class LegalBasis(Named, frozen=True, kw_only=True):
    """What allows sharing for some purposes, with its citation.

    `public_bodies` false: not for public authorities; `authorities_only`: for police, customs, prosecutors;
    `personal_data` false: carries no record that holds personal data.
    """

    code: Code
    citation: str
    valid_from: date
    applies_to: Annotated[tuple[Code, ...], msgspec.Meta(min_length=1)]
    url: str | None = None
    verified: bool = True
    public_bodies: bool = True
    authorities_only: bool = False
    personal_data: bool = True


class Retention(Entry, frozen=True, kw_only=True):
    """How many days a kind of record lives for a purpose ("*": every other purpose)."""

    kind: Code
    purpose: str
    days: Days
    citation: str
    verified: bool = True


class PermittedAction(Named, frozen=True, kw_only=True):
    """A value of the Permissible Actions Protocol; a higher rank permits less."""

    code: Literal["RED", "AMBER", "GREEN", "CLEAR"]
    rank: Rank


class PersonalDataClass(Named, frozen=True, kw_only=True):
    """How a record identifies persons, how that may cross an organisation's boundary, and the longest
    it is kept."""

    code: Code
    rank: Rank
    crosses: Crossing
    max_days: Days | None = None


class Register(msgspec.Struct, frozen=True, kw_only=True):
    """The checked register."""

    head: RegisterHead
    purposes: tuple[Purpose, ...]
    legal_bases: tuple[LegalBasis, ...]
    retention: tuple[Retention, ...]
    permitted_actions: tuple[PermittedAction, ...]
    personal_data_classes: tuple[PersonalDataClass, ...]


def read_register(path: Path) -> Register:
    """Return the register in a file.

    Raises ValueError with a line per problem, naming file, entry and field.
    """
    reader = Reader(path)
    register = Register(
        head=reader.single("register", RegisterHead),
        purposes=reader.entries("purposes", Purpose, "code"),
        legal_bases=reader.entries("legal_bases", LegalBasis, "code"),
        retention=reader.entries("retention", Retention, ""),
        permitted_actions=reader.entries("permitted_actions", PermittedAction, "code"),
        personal_data_classes=reader.entries("personal_data_classes", PersonalDataClass, "code"),
    )
    reader.check_sections(("register", *(name for name in Register.__struct_fields__ if name != "head")))
    known = {purpose.code for purpose in register.purposes}
    for basis in register.legal_bases:
        for purpose in basis.applies_to:
            reader.check_reference(f"legal_bases {basis.code!r}", "applies_to", purpose, known, "purpose")
    covered = {purpose for basis in register.legal_bases for purpose in basis.applies_to}
    for code in sorted(known - covered):
        reader.problem(f"purposes {code!r}", "code", "no legal basis applies to this purpose")
    _check_retention(reader, register.retention, known)
    reader.finish()
    return register


def _check_retention(reader: Reader, rules: tuple[Retention, ...], purposes: set[str]) -> None:
    pairs: set[tuple[str, str]] = set()
    for rule in rules:
        where = f"retention {rule.kind!r} for {rule.purpose!r}"
        reader.check_reference(where, "purpose", rule.purpose, purposes | {EVERY_PURPOSE}, "purpose")
        if (rule.kind, rule.purpose) in pairs:
            reader.problem(where, "purpose", "stands here twice")
        pairs.add((rule.kind, rule.purpose))
    for kind in sorted({rule.kind for rule in rules}):
        if (kind, EVERY_PURPOSE) not in pairs:
            reader.problem(f"retention {kind!r}", "purpose", 'no rule for every other purpose ("*")')


@cache
def register() -> Register:
    """Return the register that ships with the program, read once per process."""
    return read_register(REGISTER)


def purposes() -> tuple[Purpose, ...]:
    """Return the purposes in the order of the register."""
    return register().purposes


def purpose(code: str) -> Purpose:
    """Return one purpose; raises KeyError for an unknown code."""
    return {entry.code: entry for entry in purposes()}[code]


def legal_bases(*, purpose: str | None = None) -> tuple[LegalBasis, ...]:
    """Return the legal bases, or those that apply to a purpose; raises KeyError for an unknown purpose."""
    if purpose is None:
        return register().legal_bases
    if purpose not in {entry.code for entry in purposes()}:
        raise KeyError(purpose)
    return tuple(basis for basis in register().legal_bases if purpose in basis.applies_to)


def legal_basis(code: str) -> LegalBasis:
    """Return one legal basis; raises KeyError for an unknown code."""
    return {entry.code: entry for entry in register().legal_bases}[code]


def permitted_actions() -> tuple[PermittedAction, ...]:
    """Return the PAP values, the strictest first."""
    return register().permitted_actions


def permitted_action(code: str) -> PermittedAction:
    """Return one PAP value; raises KeyError for an unknown code."""
    return {str(entry.code): entry for entry in permitted_actions()}[code]


def personal_data_classes() -> tuple[PersonalDataClass, ...]:
    """Return the classes of personal data, the harmless first."""
    return register().personal_data_classes


def personal_data_class(code: str) -> PersonalDataClass:
    """Return one class of personal data; raises KeyError for an unknown code."""
    return {entry.code: entry for entry in personal_data_classes()}[code]


def retention_days(kind: str, *, purpose: str, personal_data: str = "none") -> int:
    """Return the days a record of a kind lives: the rule for its purpose, or for every purpose, capped
    by its class.

    Raises KeyError for an unknown kind, purpose or class.
    """
    rules = {(rule.kind, rule.purpose): rule.days for rule in register().retention}
    if purpose not in {entry.code for entry in purposes()}:
        raise KeyError(purpose)
    days = rules[(kind, purpose)] if (kind, purpose) in rules else rules[(kind, EVERY_PURPOSE)]
    cap = personal_data_class(personal_data).max_days
    return days if cap is None else min(days, cap)
