"""What the columns of a partner's file probably are: by how they were taken last time, by names, by values."""

import re
from collections.abc import Callable, Iterable, Sequence

from port2port.exchange.files.fields import fields, plain
from port2port.exchange.files.known import Known
from port2port.exchange.files.mapping import Column, Decimal, Mapping, Order
from port2port.exchange.files.reading import Table, samples, values_of
from port2port.exchange.files.values import DATE

LOOKED_AT = 200  # different values of a column
SHORTEST_PART = 4  # of a name that is recognised within a longer one
LAST_MONTH = 12
COMMA = re.compile(r"\d,\d{1,2}$|,\d{4,}$", re.ASCII)
POINT = re.compile(r"^\d+\.\d+$", re.ASCII)


def proposed(
    table: Table, earlier: Sequence[Mapping], *, known: Known, partner: str = "", language: str = "nl"
) -> Mapping:
    """Return a mapping for a table. `earlier`: those of the organisation, the best first.

    One that names the same columns is taken as it is. Else each column is what most of them took it for, or what its
    name or its values say; one that says nothing is not taken.
    """
    for one in earlier:
        if {column.name for column in one.columns} == set(table.head):
            return one
    columns = _columns(table, earlier, known)
    by_field = {one.field: one.name for one in columns if one.field}
    last = earlier[0] if earlier else None
    return Mapping(
        partner=partner,
        columns=tuple(columns),
        order=_order(_seen(table, by_field.get("occurred_at"))),
        decimal=_decimal([text for name in ("quantity_kg", "lat", "lon") for text in _seen(table, by_field.get(name))]),
        zone=last.zone if last else "Europe/Brussels",
        language=language,  # type: ignore[arg-type]
    )


def _columns(table: Table, earlier: Iterable[Mapping], known: Known) -> list[Column]:
    before: dict[str, Column] = {}
    for mapping in earlier:
        for column in mapping.columns:
            if column.field:
                before.setdefault(plain(column.name), column)
    ways: tuple[Callable[[str], Column | None], ...] = (
        lambda name: before.get(plain(name)),
        lambda name: _by_name(name, exact=True),
        lambda name: _by_name(name, exact=False),
        lambda name: _by_values(table, name, known),
    )
    chosen: dict[str, Column] = {}
    taken: set[str] = set()
    for way in ways:
        for name in table.head:
            found = way(name) if name not in chosen else None
            if found is not None and found.field not in taken:
                values = {
                    text: code
                    for text, code in found.values.items()
                    if code == "" or code in known.valid.get(found.field, ())
                }
                chosen[name] = Column(name, found.field, values)
                taken.add(found.field)
    return [chosen.get(name, Column(name)) for name in table.head]


def _by_name(name: str, *, exact: bool) -> Column | None:
    said = plain(name)
    for field in fields().values():
        names = field.known_as()
        if said in names if exact else any(len(one) >= SHORTEST_PART and f" {one} " in f" {said} " for one in names):
            return Column(name, field.code)
    return None


def _by_values(table: Table, name: str, known: Known) -> Column | None:
    """Return a column of codes when every one of its values is recognised as the same field's."""
    said = [plain(text) for text in values_of(table, name)]
    if said and len(said) <= LOOKED_AT:
        for field in ("port", "facility", "modus_operandi", "threat", "substance", "tlp"):
            if all(text in known.codes[field] for text in said):
                return Column(name, field)
    return None


def _seen(table: Table, name: str | None) -> list[str]:
    return samples(table, name, LOOKED_AT) if name is not None else []


def _order(dates: Iterable[str]) -> Order:
    """Return in which order dates stand: the one that they can be read in, day first when both can."""
    found = [match for match in map(DATE.fullmatch, dates) if match and len(match["a"]) <= 2]  # noqa: PLR2004 - figures
    if any(int(match["a"]) > LAST_MONTH for match in found):
        return "dmy"
    return "mdy" if any(int(match["b"]) > LAST_MONTH for match in found) else "dmy"


def _decimal(numbers: Iterable[str]) -> Decimal:
    said = list(numbers)
    return "." if any(map(POINT.search, said)) and not any(map(COMMA.search, said)) else ","
