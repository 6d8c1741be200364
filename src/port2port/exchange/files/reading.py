"""A partner's file by a mapping: of each row the draft of a report, or why it cannot be one. Pure."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from port2port.base.errors import Invalid, Problem
from port2port.exchange.files.fields import fields
from port2port.exchange.files.known import Known
from port2port.exchange.files.mapping import LONGEST_NAME, MOST_COLUMNS, Column, Mapping
from port2port.exchange.files.values import Unread, UnreadBeside, moment, number
from port2port.reports.rules import REQUIRED, Draft
from port2port.reports.vocabulary import Vocabulary
from port2port.sharing.rows_in import ZIPPED, foreign_rows

LARGEST_FILE = 5 * 1024 * 1024
MOST_ROWS = 5_000
LONGEST_IDENTIFIER = 120
ROW_DIGEST = 40  # characters
CODES = ("threat", "modus_operandi", "phase", "substance", "severity", "nature", "source", "port", "facility", "tlp")
NUMBERS = ("quantity_kg", "lat", "lon")
DEFAULTS = {"nature": "suspicious", "severity": "moderate", "source": "colleague"}


@dataclass(frozen=True)
class Table:
    """A file as it came: the names of its columns, and each row with its number (the head is 1) and its cells."""

    head: tuple[str, ...]
    rows: list[tuple[int, list[str]]]
    workbook: bool = False


@dataclass(frozen=True)
class Line:
    """A row: its number, its id there, what it would become, its mark ("": as the choice of readers says), why not."""

    row: int
    identifier: str
    draft: Draft
    tlp: str
    problems: list[Problem] = field(default_factory=list)


def read_table(data: bytes) -> Table:
    """Return the table in a file. Raises Invalid when it is none, TooLarge."""
    found = foreign_rows(data, most=MOST_ROWS, widest=MOST_COLUMNS, largest=LARGEST_FILE)
    head = next(found, (1, []))[1]
    rows = list(found)
    if not head or not rows:
        raise Invalid([Problem("file", _("There is a head and at least one row in such a file."))])
    return Table(_names(head), rows, data.startswith(ZIPPED))


def _names(head: list[str]) -> tuple[str, ...]:
    """Return the names of the columns, each another one: an empty one is numbered, one that is there twice too."""
    names: list[str] = []
    for number_, said in enumerate(head, start=1):
        name = " ".join(said.split())[: LONGEST_NAME - 6] or _("Column %(n)d") % {"n": number_}
        names.append(f"{name} ({number_})" if name in names else name)
    return tuple(names)


def lines_of(table: Table, mapping: Mapping, *, known: Known, words: Vocabulary) -> list[Line]:
    """Return what each row would become. Raises Invalid when the mapping names columns that are not there."""
    missing = [one.name for one in mapping.columns if one.field and one.name not in table.head]
    if missing:
        names = ", ".join(missing)
        raise Invalid([Problem("file", _("These columns are missing: %(names)s.") % {"names": names}, 1)])
    reader = _Reader(table, mapping, known, {one.code: one.threat for one in words.modi_operandi})
    seen: set[str] = set()
    return [reader.line(row, cells, seen) for row, cells in table.rows]


def values_of(table: Table, name: str) -> Counter[str]:
    """Return the different values of a column, and how often each stands there; not the empty one."""
    index = table.head.index(name)
    found = Counter(cells[index] for _row, cells in table.rows if index < len(cells))
    del found[""]
    return found


def samples(table: Table, name: str, most: int) -> list[str]:
    """Return the first different values of a column."""
    index = table.head.index(name)
    found: dict[str, None] = {}
    for _row, cells in table.rows:
        if index < len(cells) and cells[index]:
            found[cells[index]] = None
        if len(found) == most:
            break
    return list(found)


class _Reader:
    """Reads rows by one mapping: what it needs of each column is looked up once."""

    def __init__(self, table: Table, mapping: Mapping, known: Known, threat_of: dict[str, str]) -> None:
        self.table, self.mapping, self.known, self.threat_of = table, mapping, known, threat_of
        self.zone = ZoneInfo(mapping.zone)
        places = {name: index for index, name in enumerate(table.head)}
        self.at = [(places[one.name], one) for one in mapping.columns if one.field]
        self.texts = [one for one in mapping.columns if one.field == "text"]

    def line(self, row: int, cells: list[str], seen: set[str]) -> Line:
        """Return what a row becomes."""
        problems: list[Problem] = []
        if len(cells) > len(self.table.head):
            problems.append(Problem("row", _("This row has another number of cells than the head."), row))
        said = [(column, cells[index] if index < len(cells) else "") for index, column in self.at]
        values: dict[str, str] = {column.field: cell for column, cell in said if column.field != "text"}
        codes = {name: code for name, code in self._codes(said, row, problems)}
        if not codes["threat"]:
            codes["threat"] = self.threat_of.get(codes["modus_operandi"], "")
        numbers = {name: self._number(values, name, row, problems) for name in NUMBERS}
        at, precision = self._moment(values, row, problems)
        identifier = self._identifier(values, cells, row, seen, problems)
        tlp = codes.pop("tlp")
        coded: dict[str, Any] = {name: code or DEFAULTS.get(name, "") for name, code in codes.items()}
        draft = Draft(
            text=self._text(said),
            title=values.get("title", ""),
            place="facility" if codes["facility"] else "port" if codes["port"] else "point",
            occurred_at=at,
            occurred_precision=precision,
            language=self.mapping.language,
            place_text=values.get("place_text", ""),
            origin_country=values.get("origin_country", "").upper(),
            source_name=self.mapping.partner.strip(),
            **(coded | numbers),
        )
        return Line(row, identifier, draft, tlp, problems)

    def _codes(self, said: list[tuple[Column, str]], row: int, problems: list[Problem]) -> Iterator[tuple[str, str]]:
        columns = {column.field: (column, cell) for column, cell in said}
        for name in CODES:
            column, cell = columns.get(name, (None, ""))
            code = ""
            try:
                if column is not None and (cell or cell in column.values):
                    code = self.known.code(name, cell, column.values)
                if not code and name in self.mapping.constants:
                    code = self.known.checked(name, self.mapping.constants[name])
            except Unread as error:
                problems.append(Problem(column.name if column else name, str(error), row))
            yield name, code

    def _number(self, values: dict[str, str], name: str, row: int, problems: list[Problem]) -> float | None:
        if not values.get(name):
            return None
        try:
            return number(values[name], self.mapping.decimal, workbook=self.table.workbook)
        except Unread as error:
            problems.append(Problem(self._named(name), str(error), row))
            return None

    def _moment(self, values: dict[str, str], row: int, problems: list[Problem]) -> tuple[datetime, str]:
        text = values["occurred_at"]
        try:
            if not text:
                raise Unread(REQUIRED)
            found = moment(text, values.get("time", ""), order=self.mapping.order, zone=self.zone)
        except Unread as error:
            name = "time" if isinstance(error, UnreadBeside) else "occurred_at"
            problems.append(Problem(self._named(name), str(error), row))
            return datetime(2000, 1, 1, tzinfo=UTC), "day"
        return found.at, found.precision

    def _identifier(
        self, values: dict[str, str], cells: list[str], row: int, seen: set[str], problems: list[Problem]
    ) -> str:
        """Return the id there; a file without ids is known again by what its rows say in the columns that are taken."""
        identifier = values.get("identifier", "")
        if "identifier" not in values:
            said = "\x1f".join(f"{c.name}\x1e{cells[i] if i < len(cells) else ''}" for i, c in self.at)
            identifier = f"row {hashlib.sha256(said.encode('utf-8', 'replace')).hexdigest()[:ROW_DIGEST]}"
        elif not identifier or len(identifier) > LONGEST_IDENTIFIER:
            problems.append(
                Problem(self._named("identifier"), _("Each row needs an id of at most 120 characters."), row)
            )
        if identifier and identifier in seen:
            problems.append(Problem(self._named("identifier"), _("This id stands in the file twice."), row))
        seen.add(identifier)
        return identifier

    def _text(self, said: list[tuple[Column, str]]) -> str:
        """Return what happened: of several columns each on a line with its name."""
        if len(self.texts) == 1:
            return next(cell for column, cell in said if column.field == "text")
        return "\n".join(f"{column.name}: {cell}" for column, cell in said if column.field == "text" and cell)

    def _named(self, name: str) -> str:
        column = self.mapping.column(name)
        return column.name if column is not None else fields()[name].code
