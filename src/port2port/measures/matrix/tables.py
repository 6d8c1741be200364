"""The matrix as rows for a page: cells drawn, grouped by how far the chosen port is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from port2port.measures.matrix.countries import Countries
from port2port.measures.matrix.queries import Countered, Matrix, Place, Row
from port2port.measures.matrix.rules import BEFORE, IN_PLACE, Cell
from port2port.measures.matrix.words import (
    BADGES,
    Links,
    band,
    cell_html,
    count_of,
    cover_html,
    cover_line,
    detail,
    facilities_line,
    gap_line,
    month,
    name_of,
    span,
    state_word,
)
from port2port.measures.words import Card, rest_words
from port2port.reports import vocabulary as report_words
from port2port.site.reader import language


@dataclass(frozen=True)
class Column:
    """A place at the head of a table."""

    place: Place
    word: str
    small: str
    href: str
    mine: bool


def columns(found: Matrix, focus: Place | None, address: Any) -> list[Column]:
    """Return the places as heads: how many measures are in place there, of those that apply."""
    made = []
    for n, place in enumerate(found.places):
        done, apply = count_of(found, n)
        small = _("%(k)d of %(n)d") % {"k": done, "n": apply}
        made.append(Column(place, name_of(place), small, address(place.code), place == focus))
    return made


def measure_rows(found: Matrix, focus: Place | None, links: Links, *, only_gaps: bool) -> list[dict[str, Any]]:
    """Return the measures in groups: missing at the chosen place, under way, in place, not for it."""
    n = found.places.index(focus) if focus is not None else None
    groups: dict[str, list[dict[str, Any]]] = {"missing": [], "under_way": [], "done": [], "not_for": [], "all": []}
    for row in found.rows:
        if only_gaps and not any(row.gaps):
            continue
        groups[_group(row.cells[n]) if n is not None else "all"].append(_measure_row(found, row, focus, links))
    name = name_of(focus) if focus is not None else ""
    titles = {
        "missing": _("Not yet in place at %(port)s"), "under_way": _("In progress at %(port)s"),
        "done": _("In place at %(port)s"), "not_for": _("Not applicable at %(port)s"), "all": "",
    }  # fmt: skip
    return [
        {"title": f"{titles[key] % {'port': name}}: {len(rows)}" if titles[key] else "", "rows": rows}
        for key, rows in groups.items()
        if rows
    ]


def _group(cell: Cell) -> str:
    if cell.state == IN_PLACE:
        return "done"
    if cell.state == "in_progress":
        return "under_way"
    return "missing" if cell.gap or cell.state in BEFORE else "not_for"


def _measure_row(found: Matrix, row: Row, focus: Place | None, links: Links) -> dict[str, Any]:
    card, leads = Card(row.shown), links.of(row.shown)
    begun = row.shown.measure.agreed_at
    cells = []
    for place, cell, since in zip(found.places, row.cells, row.gaps, strict=True):
        href, act = leads(place, cell)
        cells.append((cell_html(cell, since=since, href=href, act=act), place == focus))
    return {
        "card": card,
        "small": _("agreed %(month)s") % {"month": month(begun.date())} if begun is not None else card.state,
        "beside": f"{links.matrix}?measure={row.shown.id}",
        "cells": cells,
        "rest": rest_words(row.rest),
    }


def modus_rows(
    found: Matrix, countered: Sequence[Countered], focus: Place | None, matrix: str, *, only_gaps: bool
) -> list[dict[str, Any]]:
    """Return the modi operandi with what is countered at each place."""
    names = {one.code: one.label(language()) for one in report_words.modi_operandi()}
    return [
        {
            "code": one.code,
            "name": names.get(one.code, one.code),
            "href": f"{matrix}?view=modi&modus={one.code}",
            "measures": len(one.measures),
            "cells": [
                (cover_html(cover, since=since), place == focus)
                for place, cover, since in zip(found.places, one.covers, one.gaps, strict=True)
            ],
        }
        for one in countered
        if not only_gaps or any(one.gaps)
    ]


def one_measure(found: Matrix, row: Row, links: Links) -> list[dict[str, Any]]:
    """Return all places beside each other for one measure: gaps that stand out first, then other gaps."""
    leads = links.of(row.shown)
    rows = []
    for place, cell, since in zip(found.places, row.cells, row.gaps, strict=True):
        href, act = leads(place, cell)
        rows.append(
            {
                "place": place,
                "name": name_of(place),
                "word": state_word(cell.state),
                "badge": BADGES[cell.state],
                "detail": detail(cell),
                "facilities": facilities_line(cell),
                "source": _("from a public source") if cell.by == "published" else "",
                "gap": gap_line(since),
                "href": href if cell.state == IN_PLACE or place.own else "",
                "act": act,
                "rank": (since is None, not cell.gap, cell.share.low),
            }
        )
    return sorted(rows, key=lambda one: one["rank"])


def one_modus(found: Matrix, countered: Countered) -> list[dict[str, Any]]:
    """Return all places beside each other for one modus operandi, the least covered first."""
    rows = [
        {
            "place": place,
            "name": name_of(place),
            "line": cover_line(cover),
            "band": band(cover) if cover.asked else "",
            "middle": span(cover.middle, cover.middle) if cover.told else "",
            "gap": gap_line(since),
            "rank": (since is None, not cover.asked, cover.low),
        }
        for place, cover, since in zip(found.places, countered.covers, countered.gaps, strict=True)
    ]
    return sorted(rows, key=lambda one: one["rank"])


def country_rows(found: Countries) -> list[dict[str, Any]]:
    """Return the measures by country: how many ports have it in place, and what they cover."""
    return [
        {
            "card": Card(shown),
            "cells": [
                {
                    "word": _("%(k)d of %(n)d") % {"k": cell.states.get(IN_PLACE, 0), "n": cell.apply},
                    "country": code,
                    "span": span(cell.low, cell.high) if cell.apply else _("Not applicable"),
                }
                for code, cell in zip(found.codes, cells, strict=True)
            ],
        }
        for shown, cells in found.rows
    ]
