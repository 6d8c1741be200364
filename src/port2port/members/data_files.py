"""Data files that ship with the program: TOML or JSON, typed, with every text in the reader's language.

A wrong entry is named by file, entry and field, so that whoever edits the file can put it right alone.
"""

import json
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar, cast

import msgspec

LANGUAGES = ("nl", "fr", "de", "en")
FALLBACK_LANGUAGE = "en"

Names = dict[str, str]


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One entry of a data file. An unknown field is an error: mostly it is a misspelt one."""


class Named(Entry, frozen=True, kw_only=True):
    """An entry with a name in each language."""

    names: Names

    def label(self, language: str) -> str:
        """Return the name in `language` (see `label`)."""
        return label(self.names, language)


E_ = TypeVar("E_", bound=Entry)


def label(names: Names, language: str) -> str:
    """Return the text of `names` in `language`: "nl-be" reads as "nl".

    A language that is not there reads as English, and without English as the first one that is.
    """
    for wanted in (language, language[:2].lower(), FALLBACK_LANGUAGE):
        if wanted in names:
            return names[wanted]
    return next(iter(names.values()))


def read_document(path: Path) -> dict[str, Any]:
    """Return the parsed TOML or JSON file.

    Raises ValueError naming the file if it is missing, not UTF-8, not parsable, or not a table at the top.
    """
    try:
        text = path.read_text(encoding="utf-8")
        document = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except FileNotFoundError as error:
        raise ValueError(f"{path.name}: this file is missing from {path.parent.name}") from error
    except ValueError as error:  # what the TOML, JSON and UTF-8 decoders raise is all of this kind
        raise ValueError(f"{path.name}: cannot be read: {error}") from error
    if not isinstance(document, dict):
        raise ValueError(f"{path.name}: must be a table of sections")
    return document


class Reader:
    """Reads the sections of one file and collects every problem, so that they can be put right in one
    go."""

    def __init__(self, path: Path, languages: Iterable[str] = LANGUAGES) -> None:
        self.file = path.name
        self.languages = tuple(languages)
        self.document = read_document(path)
        self.problems: list[str] = []

    def problem(self, entry: str, field: str, message: str) -> None:
        """Note what is wrong with a field of an entry."""
        self.problems.append(f"{self.file}: {entry}: {field}: {message}")

    def check_sections(self, allowed: Iterable[str]) -> None:
        """Note every top-level section that nobody reads."""
        for section in sorted(set(self.document) - set(allowed)):
            self.problem("file", section, "unknown section")

    def single(self, section: str, kind: type[E_]) -> E_:
        """Return the one entry of a section; raises ValueError at once, since all else depends on it."""
        entry = self._convert(self.document.get(section), section, kind)
        if entry is None:
            self.finish()
        return cast(E_, entry)

    def entries(self, section: str, kind: type[E_], key: str) -> tuple[E_, ...]:
        """Return the entries of a list section in file order, without the broken ones, which are noted.

        `key` is the field that names an entry; two entries with the same one are a problem.
        """
        raw = self.document.get(section)
        if not isinstance(raw, list):
            self.problem("file", section, "must be a list of entries")
            return ()
        entries: list[E_] = []
        seen: set[object] = set()
        for number, item in enumerate(raw, start=1):
            name = item.get(key) if isinstance(item, dict) else None
            where = f"{section} {name!r}" if name is not None else f"{section} number {number}"
            if name is not None and name in seen:
                self.problem(where, key, "stands here twice")
            seen.add(name)
            entry = self._convert(item, where, kind)
            if entry is not None:
                entries.append(entry)
        return tuple(entries)

    def check_reference(self, entry: str, field: str, value: str, known: Iterable[str], what: str) -> None:
        """Note a value that names nothing known."""
        if value not in known:
            self.problem(entry, field, f"no {what} {value!r}")

    def finish(self) -> None:
        """Raise ValueError with a line per problem, if there is any."""
        raise_problems(self.problems)

    def _convert(self, item: object, where: str, kind: type[E_]) -> E_ | None:
        try:
            entry = msgspec.convert(item, kind, strict=True)
        except msgspec.ValidationError as error:
            message, _, path = str(error).partition(" - at `$")
            self.problem(where, path.strip(".`") or "entry", message)
            return None
        for field in msgspec.structs.fields(kind):
            if field.type in (Names, Names | None) and (texts := getattr(entry, field.name)) is not None:
                self._check_texts(where, field.name, texts)
        return entry

    def _check_texts(self, where: str, field: str, texts: Names) -> None:
        for language in self.languages:
            text = texts.get(language, "")
            if not text.strip():
                self.problem(where, f"{field}.{language}", "the text in this language is missing")
            elif text != text.strip():
                self.problem(where, f"{field}.{language}", "begins or ends with a space")
        for language in sorted(set(texts) - set(self.languages)):
            self.problem(where, f"{field}.{language}", "unknown language")


def raise_problems(problems: Iterable[str]) -> None:
    """Raise ValueError with a line per problem, if there is any."""
    lines = list(problems)
    if lines:
        raise ValueError("\n".join(lines))
