"""The grid in which a question of what-if is asked: ports by measures, each cell a share in per cent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from port2port.base.errors import Invalid, Problem
from port2port.displacement.analysis.result import MeasureResult
from port2port.displacement.what_if_rules import PER_CENT, Wanted, in_force
from port2port.displacement.words import port_word


@dataclass(frozen=True)
class Cell:
    """One measure at one port: the name of its field, how far it is in force now, what was typed, what is wrong."""

    name: str
    now: int
    value: str
    wrong: str
    label: str
    measure: str


@dataclass(frozen=True)
class Row:
    """One port with its cells."""

    port: str
    cells: tuple[Cell, ...]


def cell_name(measure: str, port: str) -> str:
    """Return the name of a cell."""
    return f"cover:{measure}:{port}"


def grid(
    measures: Sequence[MeasureResult], ports: Sequence[str], as_of: date, titles: Mapping[str, tuple[str, str]],
    typed: Mapping[str, str], wrong: Mapping[str, str],
) -> list[Row]:  # fmt: skip
    """Return the grid, with what is in force now where nothing was typed."""
    now = {one.identifier: in_force(one, as_of) for one in measures}

    def cell(one: MeasureResult, port: str) -> Cell:
        name, share = cell_name(one.identifier, port), now[one.identifier].get(port, 0)
        return Cell(
            name, share, typed.get(name, str(share)), wrong.get(name, ""),
            f"{titles[one.identifier][0]}, {port_word(port)}", titles[one.identifier][0],
        )  # fmt: skip

    return [Row(port_word(port), tuple(cell(one, port) for one in measures)) for port in ports]


def wanted_in(
    data: Mapping[str, str], measures: Sequence[MeasureResult], ports: Sequence[str], as_of: date
) -> list[Wanted]:
    """Return the cells that differ from what is in force now. Raises Invalid naming the cells that hold no share."""
    found: list[Wanted] = []
    problems: list[Problem] = []
    for one in measures:
        now = in_force(one, as_of)
        for port in ports:
            name = cell_name(one.identifier, port)
            text = data.get(name, "").strip().removesuffix("%").strip()
            if not text:
                continue
            if not text.isascii() or not text.isdecimal() or int(text) > PER_CENT:
                problems.append(Problem(name, _("From 0 to 100 per cent of the port.")))
            elif int(text) != now.get(port, 0):
                found.append(Wanted(one.identifier, port, int(text)))
    if problems:
        raise Invalid(problems)
    return found
