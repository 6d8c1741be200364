"""The words of an alert, versioned and in four languages: CAP's own codes, events, instructions, phrases, templates.

They are data (`data/alert_terms.v1.json`, `data/alert_templates.v1.toml`), so that the network can change its lists
without a release. Sections stand in the order in which they are shown; those of CAP have the gravest first. Codes of
CAP are spelt as in OASIS CAP 1.2, section 3.2. Looking up an unknown code raises KeyError.
"""

import string
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import msgspec

from port2port.members.data_files import Entry, Named, Names, Reader, label

TERMS = Path(__file__).parent / "data" / "alert_terms.v1.json"
TEMPLATES = Path(__file__).parent / "data" / "alert_templates.v1.toml"

Code = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(_[a-z0-9]+)*$", max_length=40)]
CapCode = Annotated[str, msgspec.Meta(pattern=r"^[A-Z][A-Za-z]*$")]
Days = Annotated[int, msgspec.Meta(ge=1, le=365)]
Hours = Annotated[int, msgspec.Meta(ge=1)]
Status = Literal["Actual", "Exercise", "Test"]


class Term(Named, frozen=True, kw_only=True):
    """A code with its label in each language. An instruction's label is a whole sentence, a phrase's a pattern."""

    code: Code


class Described(Named, frozen=True, kw_only=True):
    """An entry with one plain sentence in each language; those of CAP's terms also stand in the text of alerts."""

    descriptions: Names

    def description(self, language: str) -> str:
        """Return the sentence in `language`."""
        return label(self.descriptions, language)


class CapTerm(Described, frozen=True, kw_only=True):
    """A code of CAP."""

    code: CapCode


class StatusTerm(Described, frozen=True, kw_only=True):
    """A status of CAP; all but Actual have a word that marks every text, so that none is taken for real."""

    code: Status
    mark: Names | None = None


class State(Described, frozen=True, kw_only=True):
    """Where an alert stands (see `rules.next_state`)."""

    code: Code


class Instruction(Term, frozen=True, kw_only=True):
    """What the reader must do, as a whole sentence, and the response type of CAP that it belongs to."""

    response_type: CapCode


class Event(Described, frozen=True, kw_only=True):
    """A kind of alert: its threat (a code of the reports' vocabulary), and what holds unless its author says more."""

    code: Code
    threat: Code
    category: CapCode
    urgency: CapCode
    severity: CapCode
    certainty: CapCode
    instructions: tuple[Code, ...]


class Template(Term, frozen=True, kw_only=True):
    """A prefilled alert, ready but for its place: codes, and how long it holds."""

    event: Code
    urgency: CapCode
    severity: CapCode
    certainty: CapCode
    instructions: tuple[Code, ...]
    valid_hours: Hours
    status: Status = "Actual"


class Head(Entry, frozen=True, kw_only=True):
    """Which version of a file this is, from when, and where it comes from."""

    version: int
    valid_from: date
    source: str


class TermsHead(Head, frozen=True, kw_only=True):
    """Also how many days an alert may hold."""

    longest_valid_days: Days


class AlertVocabulary(msgspec.Struct, frozen=True, kw_only=True):
    """The checked vocabulary."""

    head: TermsHead
    urgencies: tuple[CapTerm, ...]
    severities: tuple[CapTerm, ...]
    certainties: tuple[CapTerm, ...]
    categories: tuple[CapTerm, ...]
    response_types: tuple[CapTerm, ...]
    statuses: tuple[StatusTerm, ...]
    message_types: tuple[CapTerm, ...]
    states: tuple[State, ...]
    languages: tuple[Term, ...]
    instructions: tuple[Instruction, ...]
    events: tuple[Event, ...]
    phrases: tuple[Term, ...]


T = TypeVar("T", bound=Term | CapTerm | StatusTerm | State | Event)


def by_code(entries: tuple[T, ...], code: str) -> T:
    """Return the entry with this code; raises KeyError for an unknown one."""
    for entry in entries:
        if entry.code == code:
            return entry
    raise KeyError(code)


def read_vocabulary(path: Path) -> AlertVocabulary:
    """Return the vocabulary in a file.

    Raises ValueError with a line per problem, naming file, entry and field.
    """
    reader = Reader(path)
    words = AlertVocabulary(
        head=reader.single("terms", TermsHead),
        urgencies=reader.entries("urgencies", CapTerm, "code"),
        severities=reader.entries("severities", CapTerm, "code"),
        certainties=reader.entries("certainties", CapTerm, "code"),
        categories=reader.entries("categories", CapTerm, "code"),
        response_types=reader.entries("response_types", CapTerm, "code"),
        statuses=reader.entries("statuses", StatusTerm, "code"),
        message_types=reader.entries("message_types", CapTerm, "code"),
        states=reader.entries("states", State, "code"),
        languages=reader.entries("languages", Term, "code"),
        instructions=reader.entries("instructions", Instruction, "code"),
        events=reader.entries("events", Event, "code"),
        phrases=reader.entries("phrases", Term, "code"),
    )
    reader.check_sections(("terms", *(name for name in AlertVocabulary.__struct_fields__ if name != "head")))
    _check_marks(reader, words.statuses)
    _check_phrases(reader, words.phrases)
    responses = {entry.code for entry in words.response_types}
    for instruction in words.instructions:
        where = f"instructions {instruction.code!r}"
        reader.check_reference(where, "response_type", instruction.response_type, responses, "response type")
    categories = {entry.code for entry in words.categories}
    for event in words.events:
        where = f"events {event.code!r}"
        reader.check_reference(where, "category", event.category, categories, "category")
        _check_codes(reader, where, event, words)
    reader.finish()
    return words


def _check_codes(reader: Reader, where: str, entry: Event | Template, words: AlertVocabulary) -> None:
    """Note what an event or template names that is not there, and an entry that tells nobody what to do."""
    for field, terms in (
        ("urgency", words.urgencies),
        ("severity", words.severities),
        ("certainty", words.certainties),
    ):
        reader.check_reference(where, field, getattr(entry, field), {term.code for term in terms}, field)
    known = {term.code for term in words.instructions}
    for code in entry.instructions:
        reader.check_reference(where, "instructions", code, known, "instruction")
    if not entry.instructions or len(set(entry.instructions)) < len(entry.instructions):
        reader.problem(where, "instructions", "must name at least one, and each once")


def _check_marks(reader: Reader, statuses: tuple[StatusTerm, ...]) -> None:
    """Note a status that could be taken for another: only what is real goes without a mark, in every language."""
    for status in statuses:
        marks = status.mark or {}
        for language in reader.languages:
            word = marks.get(language, "")
            if status.code == "Actual" and word:
                reader.problem("statuses 'Actual'", f"mark.{language}", "what is real has no mark")
            elif status.code != "Actual" and not (word.isalpha() and word.isupper()):
                reader.problem(f"statuses {status.code!r}", f"mark.{language}", "must be one word in capitals")
    for code in sorted({"Actual", "Exercise", "Test"} - {status.code for status in statuses}):
        reader.problem("file", "statuses", f"no {code!r}")


def _check_phrases(reader: Reader, phrases: tuple[Term, ...]) -> None:
    """Note a pattern that lacks a gap in one language: a fact would be lost there."""
    for phrase in phrases:
        gaps = {language: _gaps(text) for language, text in phrase.names.items()}
        for language, found in gaps.items():
            if found != gaps.get("en"):
                reader.problem(f"phrases {phrase.code!r}", f"names.{language}", "has other gaps than the English one")


def _gaps(pattern: str) -> set[str]:
    return {gap for _, gap, _, _ in string.Formatter().parse(pattern) if gap is not None}


def read_templates(path: Path, words: AlertVocabulary) -> tuple[Template, ...]:
    """Return the templates in a file.

    Raises ValueError with a line per problem, naming file, entry and field.
    """
    reader = Reader(path)
    reader.single("head", Head)
    found = reader.entries("templates", Template, "code")
    reader.check_sections(("head", "templates"))
    events = {event.code for event in words.events}
    for template in found:
        where = f"templates {template.code!r}"
        reader.check_reference(where, "event", template.event, events, "event")
        _check_codes(reader, where, template, words)
        if template.valid_hours > words.head.longest_valid_days * 24:
            reader.problem(where, "valid_hours", f"is more than {words.head.longest_valid_days} days")
    reader.finish()
    return found


@cache
def vocabulary() -> AlertVocabulary:
    """Return the vocabulary that ships with the program, read once per process."""
    return read_vocabulary(TERMS)


@cache
def templates() -> tuple[Template, ...]:
    """Return the templates that ship with the program, read once per process."""
    return read_templates(TEMPLATES, vocabulary())


def templates_of(threat: str) -> tuple[Template, ...]:
    """Return the templates of a threat; none for a threat without one."""
    events = {event.code: event.threat for event in vocabulary().events}
    return tuple(template for template in templates() if events[template.event] == threat)
