"""The matrix as a paper, numbered and watermarked. With others' cells by name it is TLP:RED: two persons."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from port2port.base.errors import NotFound
from port2port.measures.matrix import queries
from port2port.measures.matrix.queries import Chosen, Countered, Matrix
from port2port.measures.matrix.rules import Cell, Cover
from port2port.measures.matrix.words import (
    SHAPES,
    count_of,
    cover_line,
    detail,
    gap_line,
    legend,
    name_of,
    per_cent,
)
from port2port.measures.queries import KIND
from port2port.measures.words import rest_words
from port2port.members.acting import action
from port2port.members.models import Circle
from port2port.reports import vocabulary as report_words
from port2port.sharing import exports
from port2port.sharing.exports import File
from port2port.sharing.papers import printed
from port2port.sharing.tlp import Tlp
from port2port.site.reader import language

ACROSS = 9  # places side by side on A4; more of them follow below, with the names of the rows again
PAPER = "measures/matrix/papers/matrix.typ"


def circle_of(found: Matrix) -> UUID | None:
    """Return the circle whose cells by name would leave; None for one's own alone. Raises NotFound outside it."""
    if not found.named:
        return None
    circle = Circle.objects.filter(slug="weakest-link", kind="standing").values_list("id", flat=True).first()
    if circle is None:
        raise NotFound()
    return circle


def records_of(found: Matrix) -> list[UUID]:
    """Return the measures that would leave, in a fixed order: what a pair asked for must be what is taken."""
    return sorted(row.shown.id for row in found.rows)


def leaving(found: Matrix) -> Matrix:
    """Return it without measures that are TLP:RED themselves, where nobody is asked to approve."""
    return replace(found, rows=tuple(row for row in found.rows if exports.may_leave(row.shown.record)))


@action
def matrix_paper(chosen: Chosen, *, title: str, at: datetime) -> File:
    """Return the matrix and what is countered where as a PDF.

    Named cells need an approved pair for just these measures and the circle, which is used up. Raises Refused without
    the act `export`, NotFound without the pair.
    """
    found, countered = queries.coverage(chosen, at=at)
    if not found.named:
        found = leaving(queries.matrix(chosen, at=at))
        countered = [one for one in countered if all(exports.may_leave(row.record) for row in one.measures)]
    data = {
        "intro": _("Measures that are agreed or in force, and how far each port is."),
        "others": _("The others"),
        "parts": list(_parts(found)),
        "modi_title": _("What is countered where, by modus operandi"),
        "modi": list(_modi(found, countered)),
        "legend": legend(),
        "bounds": _(
            "Bounds of what measures cover together: at least the largest share, at most their sum; the line is where"
            " it would be if they lay independently. Dotted: not all have told."
        ),
        "first": _("Joint measure"),
        "first_modus": _("Modus operandi"),
    }
    return printed(
        PAPER, data, title=title, name="weakest-link", kind=KIND,
        tlp=Tlp.RED if found.named else Tlp.AMBER_STRICT, records=records_of(found), at=at, circle=circle_of(found),
    )  # fmt: skip


def _chunks(number: int) -> Iterator[range]:
    for start in range(0, max(1, number), ACROSS):
        yield range(start, min(number, start + ACROSS))


def _parts(found: Matrix) -> Iterator[dict[str, Any]]:
    """Return the matrix in parts that fit the page: heads and rows of cells."""
    for chunk in _chunks(len(found.places)):
        heads = []
        for n in chunk:
            done, apply = count_of(found, n)
            heads.append({"name": name_of(found.places[n]), "small": _("%(k)d of %(n)d") % {"k": done, "n": apply}})
        rows = [
            {
                "name": row.shown.version.title,
                "cells": [_cell(row.cells[n], gap_line(row.gaps[n])) for n in chunk],
                "rest": rest_words(row.rest),
            }
            for row in found.rows
        ]
        yield {"heads": heads, "rows": rows, "others": not found.named}


def _cell(cell: Cell, gap: str) -> dict[str, str]:
    return {"shape": SHAPES[cell.state], "detail": detail(cell), "gap": gap}


def _modi(found: Matrix, countered: Sequence[Countered]) -> Iterator[dict[str, Any]]:
    names = {one.code: one.label(language()) for one in report_words.modi_operandi()}
    for chunk in _chunks(len(found.places)):
        rows = [
            {
                "name": f"{one.code} {names.get(one.code, '')}".strip(),
                "cells": [_cover(one.covers[n], gap_line(one.gaps[n])) for n in chunk],
            }
            for one in countered
        ]
        yield {"heads": [{"name": name_of(found.places[n]), "small": ""} for n in chunk], "rows": rows}


def _cover(cover: Cover, gap: str) -> dict[str, Any]:
    return {
        "low": per_cent(cover.low), "middle": per_cent(cover.middle), "high": per_cent(cover.high), "open": cover.open,
        "asked": cover.asked, "line": cover_line(cover), "gap": gap,
    }  # fmt: skip
