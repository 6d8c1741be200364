"""Who should know and on what terms, unless the author says otherwise: read from data. Plain values."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from port2port.members.data_files import Entry, Named, Reader
from port2port.reports.vocabulary import Slug, Threat
from port2port.reports.vocabulary import Tlp as TlpName
from port2port.sharing.actions import Terms
from port2port.sharing.default_bases import default_basis
from port2port.sharing.tlp import Tlp

DATA = Path(__file__).parent / "data"
EVERY = "*"
CHOOSE = "choose"


class Head(Entry, frozen=True, kw_only=True):
    """Which version of the file this is."""

    version: int
    valid_from: date


class Choice(Named, frozen=True, kw_only=True):
    """One answer to "who should know?": circles by slug, or a relation to who reports."""

    code: Slug
    tlp: TlpName
    circles: tuple[Slug, ...] = ()
    relation: Literal["own", "port", "authority"] | None = None

    @property
    def rank(self) -> Tlp:
        """The TLP as it is stored."""
        return Tlp.parse(self.tlp)


class Exception_(Entry, frozen=True, kw_only=True):
    """A role that starts with another choice than the threat's."""

    role: str
    choice: Slug
    unless_threat: str = ""


class ThreatDesk(Entry, frozen=True, kw_only=True):
    """The circle of persons whose police are told of a threat to a person, by slug."""

    circle: Slug


class PurposeRule(Entry, frozen=True, kw_only=True):
    """The purpose of reports about a threat."""

    threat: str
    purpose: str


class Defaults(msgspec.Struct, frozen=True, kw_only=True):
    """Both files, checked."""

    choices: tuple[Choice, ...]
    exceptions: tuple[Exception_, ...]
    threat_desk: ThreatDesk
    purposes: tuple[PurposeRule, ...]


@cache
def defaults() -> Defaults:
    """Return what ships with the program, read once per process. Raises ValueError with a line per problem."""
    audience, terms = Reader(DATA / "default_audience.toml"), Reader(DATA / "default_terms.toml")
    audience.single("audiences", Head)
    terms.single("terms", Head)
    found = Defaults(
        choices=audience.entries("choices", Choice, "code"),
        exceptions=audience.entries("exceptions", Exception_, ""),
        threat_desk=audience.single("threat_desk", ThreatDesk),
        purposes=terms.entries("purposes", PurposeRule, "threat"),
    )
    audience.check_sections(("audiences", "choices", "exceptions", "threat_desk"))
    terms.check_sections(("terms", "purposes"))
    codes = {choice.code for choice in found.choices}
    for exception in found.exceptions:
        audience.check_reference(f"exceptions {exception.role!r}", "choice", exception.choice, codes, "choice")
    audience.finish()
    terms.finish()
    return found


def default_choice(threat: Threat, roles: tuple[str, ...]) -> str:
    """Return the code of the choice that a report about a threat starts with for someone with these roles."""
    for exception in defaults().exceptions:
        only = exception.role in roles and set(roles) <= {exception.role, "administrator"}
        if only and threat.code != exception.unless_threat:
            return exception.choice
    return threat.default_audience


def default_terms(threat: str, *, organisation_kind: str, public: bool, personal_data: str = "none") -> Terms:
    """Return purpose and legal basis for a report about a threat by an organisation of this kind."""
    purposes = {rule.threat: rule.purpose for rule in defaults().purposes}
    purpose = purposes.get(threat, purposes[EVERY])
    return Terms(
        purpose=purpose,
        legal_basis=default_basis(purpose, organisation_kind=organisation_kind, public=public),
        personal_data=personal_data,
    )
