"""The words of a report, versioned and in four languages: threats, modi operandi, phases, substances,
severities.

They are data (`data/modus_operandi.v1.json`), so that the network can change its list without a
release. A record stores
codes; what it shows is `entry.label(language)`. Looking up an unknown code raises KeyError.
"""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import msgspec

from port2port.members.data_files import Entry, Named, Names, Reader, label

VOCABULARY = Path(__file__).parent / "data" / "modus_operandi.v1.json"

Code = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(_[a-z0-9]+)*$", max_length=40)]
ModusOperandiCode = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}\d{2}$")]
Slug = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Rank = Annotated[int, msgspec.Meta(ge=0, le=99)]
Tlp = Literal["CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"]

SECTIONS = (
    "threats",
    "phases",
    "modi_operandi",
    "substances",
    "severities",
    "natures",
    "landmark_kinds",
    "place_kinds",
    "date_precisions",
    "sources",
    "states",
    "confidences",
)


class Term(Named, frozen=True, kw_only=True):
    """A code with its label in each language."""

    code: Code


class DescribedTerm(Term, frozen=True, kw_only=True):
    """A term with one plain sentence in each language."""

    descriptions: Names

    def description(self, language: str) -> str:
        """Return the sentence in `language`."""
        return label(self.descriptions, language)


class RankedTerm(Term, frozen=True, kw_only=True):
    """A term in an order: a higher rank is more."""

    rank: Rank


class Severity(DescribedTerm, frozen=True, kw_only=True):
    """How bad it is; a higher rank is worse."""

    rank: Rank


class Phase(DescribedTerm, frozen=True, kw_only=True):
    """A step of the act, in the order in which they follow."""

    rank: Rank


class Threat(DescribedTerm, frozen=True, kw_only=True):
    """What a report is about, and who should know by default: a circle's slug and a TLP label."""

    icon: Code
    short_names: Names
    default_audience: Slug
    default_tlp: Tlp

    def short_label(self, language: str) -> str:
        """Return the one word for a button, in `language`."""
        return label(self.short_names, language)


class ModusOperandi(Named, frozen=True, kw_only=True):
    """A way of acting: the threat it belongs to and the phases in which it is usually seen."""

    code: ModusOperandiCode
    threat: Code
    phases: tuple[Code, ...]
    descriptions: Names

    def description(self, language: str) -> str:
        """Return the sentence in `language`."""
        return label(self.descriptions, language)


class VocabularyHead(Entry, frozen=True, kw_only=True):
    """Which vocabulary this is, from when, and where it comes from."""

    version: int
    valid_from: date
    source: str


class Vocabulary(msgspec.Struct, frozen=True, kw_only=True):
    """The checked vocabulary, each section in the order in which it is shown."""

    head: VocabularyHead
    threats: tuple[Threat, ...]
    phases: tuple[Phase, ...]
    modi_operandi: tuple[ModusOperandi, ...]
    substances: tuple[Term, ...]
    severities: tuple[Severity, ...]
    natures: tuple[DescribedTerm, ...]
    landmark_kinds: tuple[Term, ...]
    place_kinds: tuple[Term, ...]
    date_precisions: tuple[Term, ...]
    sources: tuple[Term, ...]
    states: tuple[Term, ...]
    confidences: tuple[RankedTerm, ...]


def read_vocabulary(path: Path) -> Vocabulary:
    """Return the vocabulary in a file.

    Raises ValueError with a line per problem, naming file, entry and field.
    """
    reader = Reader(path)
    reader.document["head"] = {name: reader.document.pop(name, None) for name in ("version", "valid_from", "source")}
    vocabulary = Vocabulary(
        head=reader.single("head", VocabularyHead),
        threats=reader.entries("threats", Threat, "code"),
        phases=reader.entries("phases", Phase, "code"),
        modi_operandi=reader.entries("modi_operandi", ModusOperandi, "code"),
        substances=reader.entries("substances", Term, "code"),
        severities=reader.entries("severities", Severity, "code"),
        natures=reader.entries("natures", DescribedTerm, "code"),
        landmark_kinds=reader.entries("landmark_kinds", Term, "code"),
        place_kinds=reader.entries("place_kinds", Term, "code"),
        date_precisions=reader.entries("date_precisions", Term, "code"),
        sources=reader.entries("sources", Term, "code"),
        states=reader.entries("states", Term, "code"),
        confidences=reader.entries("confidences", RankedTerm, "code"),
    )
    reader.check_sections(("head", *SECTIONS))
    known_threats = {threat.code for threat in vocabulary.threats}
    known_phases = {phase.code for phase in vocabulary.phases}
    for entry in vocabulary.modi_operandi:
        where = f"modi_operandi {entry.code!r}"
        reader.check_reference(where, "threat", entry.threat, known_threats, "threat")
        for phase in entry.phases:
            reader.check_reference(where, "phases", phase, known_phases, "phase")
    reader.finish()
    return vocabulary


@cache
def vocabulary() -> Vocabulary:
    """Return the vocabulary that ships with the program, read once per process."""
    return read_vocabulary(VOCABULARY)


T = TypeVar("T", bound=Term | ModusOperandi)


def _by_code(entries: tuple[T, ...], code: str) -> T:
    for entry in entries:
        if entry.code == code:
            return entry
    raise KeyError(code)


def threats() -> tuple[Threat, ...]:
    """Return the threats."""
    return vocabulary().threats


def threat(code: str) -> Threat:
    """Return one threat."""
    return _by_code(threats(), code)


def phases() -> tuple[Phase, ...]:
    """Return the phases in order."""
    return vocabulary().phases


def phase(code: str) -> Phase:
    """Return one phase."""
    return _by_code(phases(), code)


def modi_operandi(threat: str | None = None) -> tuple[ModusOperandi, ...]:
    """Return the modi operandi, or those of one threat; KeyError for an unknown threat."""
    if threat is None:
        return vocabulary().modi_operandi
    _by_code(threats(), threat)
    return tuple(entry for entry in vocabulary().modi_operandi if entry.threat == threat)


def modus_operandi(code: str) -> ModusOperandi:
    """Return one modus operandi."""
    return _by_code(vocabulary().modi_operandi, code)


def substances() -> tuple[Term, ...]:
    """Return the substances and goods."""
    return vocabulary().substances


def substance(code: str) -> Term:
    """Return one substance."""
    return _by_code(substances(), code)


def severities() -> tuple[Severity, ...]:
    """Return the severities, the least first."""
    return vocabulary().severities


def severity(code: str) -> Severity:
    """Return one severity."""
    return _by_code(severities(), code)


def natures() -> tuple[DescribedTerm, ...]:
    """Return the natures: incident, suspicious situation, near miss."""
    return vocabulary().natures


def nature(code: str) -> DescribedTerm:
    """Return one nature."""
    return _by_code(natures(), code)


def landmark_kinds() -> tuple[Term, ...]:
    """Return the kinds of landmark."""
    return vocabulary().landmark_kinds


def landmark_kind(code: str) -> Term:
    """Return one kind of landmark."""
    return _by_code(landmark_kinds(), code)


def place_kinds() -> tuple[Term, ...]:
    """Return the ways of saying where something was."""
    return vocabulary().place_kinds


def place_kind(code: str) -> Term:
    """Return one way of saying where."""
    return _by_code(place_kinds(), code)


def date_precisions() -> tuple[Term, ...]:
    """Return how exactly a moment is known, the most exact first."""
    return vocabulary().date_precisions


def date_precision(code: str) -> Term:
    """Return one precision."""
    return _by_code(date_precisions(), code)


def sources() -> tuple[Term, ...]:
    """Return where a report comes from."""
    return vocabulary().sources


def source(code: str) -> Term:
    """Return one source."""
    return _by_code(sources(), code)


def states() -> tuple[Term, ...]:
    """Return the states of a report."""
    return vocabulary().states


def state(code: str) -> Term:
    """Return one state."""
    return _by_code(states(), code)


def confidences() -> tuple[RankedTerm, ...]:
    """Return how well a published fact is stated in its source, the weakest first."""
    return vocabulary().confidences


def confidence(code: str) -> RankedTerm:
    """Return one confidence."""
    return _by_code(confidences(), code)
