"""The register of processing (GDPR, article 30), read from `data/` and checked against the register of legal bases.

It cannot drift: a test compares the columns named here with the catalogue of the database, both ways.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated

import msgspec

from port2port.members.data_files import Entry, Named, Names, Reader
from port2port.members.network_shapes import Country
from port2port.sharing.legal_basis import register as legal_register

DATA = Path(__file__).parent / "data"
Code = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(_[a-z0-9]+)*$", max_length=60)]
Codes = Annotated[tuple[Code, ...], msgspec.Meta(min_length=1)]
Table = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9_]+$", max_length=63)]
VOCABULARIES = ("controllers", "persons", "data", "recipients", "measures", "transfers", "reasons")


class Head(Entry, frozen=True, kw_only=True):
    """Which register this is."""

    version: int
    valid_from: date
    country: Country


class Word(Named, frozen=True, kw_only=True):
    """A category that entries name by its code."""

    code: Code


class Processing(Named, frozen=True, kw_only=True):
    """One processing. `kinds`: of records, whose days of keeping stand in the register of legal bases; else `kept`."""

    code: Code
    controller: Code
    purpose: Names
    persons: Codes
    data: Codes
    recipients: Codes
    legal_bases: Codes
    measures: Codes
    transfers: Code
    kinds: tuple[Code, ...] = ()
    kept: Names | None = None


class Columns(Entry, frozen=True, kw_only=True):
    """A table: the columns that hold or may hold something of a person, and the others; or why it holds nothing."""

    table: Table
    processing: Code = ""
    reason: Code = ""
    personal: tuple[Table, ...] = ()
    plain: tuple[Table, ...] = ()


class Register(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """The checked register."""

    head: Head
    processings: tuple[Processing, ...]
    words: Mapping[str, Mapping[str, Word]]
    tables: tuple[Columns, ...]

    @cached_property
    def by_processing(self) -> Mapping[str, tuple[Columns, ...]]:
        """The tables of each processing."""
        return {
            one.code: tuple(table for table in self.tables if table.processing == one.code) for one in self.processings
        }

    def processing(self, code: str) -> Processing:
        """Return an entry; raises KeyError when there is none."""
        return {one.code: one for one in self.processings}[code]

    def said(self, vocabulary: str, codes: Iterable[str], language: str) -> list[str]:
        """Return categories in words."""
        return [self.words[vocabulary][code].label(language) for code in codes]


def read_register(register: Path, columns: Path) -> Register:
    """Return the register in two files. Raises ValueError with a line per problem, naming file, entry and field."""
    reader, tables = Reader(register), Reader(columns)
    reader.check_sections(("head", "processings", *VOCABULARIES))
    tables.check_sections(("tables",))
    found = Register(
        head=reader.single("head", Head),
        processings=reader.entries("processings", Processing, "code"),
        words={name: {one.code: one for one in reader.entries(name, Word, "code")} for name in VOCABULARIES},
        tables=tables.entries("tables", Columns, "table"),
    )
    _check_processings(reader, found)
    known = {one.code for one in found.processings}
    for table in found.tables:
        where = f"tables {table.table!r}"
        if bool(table.processing) == bool(table.reason) or bool(table.personal) != bool(table.processing):
            tables.problem(where, "processing", "a processing with personal columns, or a reason without")
        if table.processing:
            tables.check_reference(where, "processing", table.processing, known, "processing")
        if table.reason:
            tables.check_reference(where, "reason", table.reason, found.words["reasons"], "reason")
        if set(table.personal) & set(table.plain):
            tables.problem(where, "plain", "a column is either personal or plain")
    for code, held in found.by_processing.items():
        if not held:
            reader.problem(f"processings {code!r}", "code", "no table belongs to it")
    reader.problems += tables.problems
    reader.finish()
    return found


def _check_processings(reader: Reader, found: Register) -> None:
    legal = legal_register()
    bases, kinds = {one.code for one in legal.legal_bases}, {one.kind for one in legal.retention}
    for one in found.processings:
        where = f"processings {one.code!r}"
        reader.check_reference(where, "controller", one.controller, found.words["controllers"], "controller")
        reader.check_reference(where, "transfers", one.transfers, found.words["transfers"], "kind of transfer")
        for name in ("persons", "data", "recipients", "measures"):
            for code in getattr(one, name):
                reader.check_reference(where, name, code, found.words[name], "category")
        for code in one.legal_bases:
            reader.check_reference(where, "legal_bases", code, bases, "legal basis")
        for code in one.kinds:
            reader.check_reference(where, "kinds", code, kinds, "kind with a time of keeping")
        if bool(one.kinds) == bool(one.kept):
            reader.problem(where, "kept", "either kinds of records or words say how long it is kept")


@cache
def register() -> Register:
    """Return the register that ships."""
    return read_register(DATA / "register.v1.toml", DATA / "columns.v1.toml")


def missing(catalogue: Mapping[str, Iterable[str]], found: Register) -> list[str]:
    """Return a line for each column of a database that the register lacks, and for each it names that is not there."""
    named = {one.table: {*one.personal, *one.plain} for one in found.tables}
    real = {table: set(columns) for table, columns in catalogue.items()}
    lines = [f"{table}: {column} is in neither list" for table in sorted(real)
             for column in sorted(real[table] - named.get(table, set()))]  # fmt: skip
    return lines + [
        f"{table}: {column} is no column any more"
        for table in sorted(named)
        for column in sorted(named[table] - real.get(table, set()))
    ]
