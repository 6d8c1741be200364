"""Reads a file of obligations and checks it whole: what is wrong is said by file, entry and field, all at once."""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import msgspec

from port2port.compliance.checks import check_rules
from port2port.compliance.obligations import EventKind, Head, Party, Rule, Rulebook, SubjectKind
from port2port.members.data_files import LANGUAGES, Reader, read_document

OBLIGATIONS = Path(__file__).parent / "data" / "obligations.v1.toml"


class _RulesReader(Reader):
    """Reads a document that is parsed already, since an administrator's rules come from a table and not from a file.

    Names a rule by code and version.
    """

    def __init__(self, name: str, document: dict[str, Any]) -> None:
        self.file = name
        self.languages = LANGUAGES
        self.document = document
        self.problems = []

    def rules(self) -> tuple[Rule, ...]:
        """Return the rules without the broken ones, which are noted."""
        raw = self.document.get("rules")
        if not isinstance(raw, list):
            self.problem("file", "rules", "must be a list of entries")
            return ()
        rules = []
        for number, item in enumerate(raw, start=1):
            named = isinstance(item, dict) and "code" in item and "version" in item
            where = f"rules {item['code']!r} version {item['version']}" if named else f"rules number {number}"
            rule = self._convert(item, where, Rule)
            if rule is not None:
                rules.append(rule)
        return tuple(rules)


def read_rulebook(path: Path) -> Rulebook:
    """Return the rules in a file.

    Raises ValueError with a line per problem, naming file, rule and field.
    """
    return checked_rulebook(path.name, read_document(path))


def extended(book: Rulebook, more: Mapping[str, Iterable[Mapping[str, Any]]], *, name: str) -> Rulebook:
    """Return rules with more of them, checked whole: how what administrators wrote joins what ships.

    `more` holds entries by section, as in a file ("rules", "events", "parties"). An entry takes the place of the one
    of the same code, a rule of the same code and version. `name` is what it is called in problems. Raises ValueError
    as `read_rulebook`.
    """
    document = document_of(book)
    for section, entries in more.items():
        kept = {(entry["code"], entry.get("version")): entry for entry in document.get(section, ())}
        for number, entry in enumerate(entries):
            kept[entry.get("code", number), entry.get("version")] = dict(entry)
        document[section] = list(kept.values())
    return checked_rulebook(name, document)


def document_of(book: Rulebook) -> dict[str, Any]:
    """Return rules as the document that `checked_rulebook` reads: what is stored, exported and shown to a reviewer."""
    sections = {"subjects": book.subjects, "parties": book.parties, "events": book.events, "rules": book.rules}
    # Through JSON, which has lists and not tuples, and days as text: as a table gives it back.
    return cast(dict[str, Any], msgspec.json.decode(msgspec.json.encode({"head": book.head, **sections})))


def checked_rulebook(name: str, document: dict[str, Any]) -> Rulebook:
    """Return the rules of a parsed document; `name` is what it is called in problems.

    Raises ValueError with a line per problem, naming document, rule and field.
    """
    reader = _RulesReader(name, document)
    head = reader.single("head", Head)
    try:
        ZoneInfo(head.time_zone)
    except (ValueError, OSError, KeyError):  # not a key, a folder of the zone data, not found
        reader.problem("head", "time_zone", f"no time zone {head.time_zone!r}")
    rulebook = Rulebook(
        head,
        reader.entries("subjects", SubjectKind, "code"),
        reader.entries("parties", Party, "code"),
        reader.entries("events", EventKind, "code"),
        reader.rules(),
    )
    reader.check_sections(("head", "subjects", "parties", "events", "rules"))
    subjects = {kind.code for kind in rulebook.subjects}
    for event in rulebook.events:
        for subject in event.subjects:
            reader.check_reference(f"events {event.code!r}", "subjects", subject, subjects, "kind of subject")
        for name in sorted(set(event.details) & set(event.optional)):
            reader.problem(f"events {event.code!r}", "optional", f"{name!r} is in details already")
    check_rules(reader, rulebook)
    reader.finish()
    return rulebook


@cache
def rulebook() -> Rulebook:
    """Return the rules that ship with the program, read once per process."""
    return read_rulebook(OBLIGATIONS)
