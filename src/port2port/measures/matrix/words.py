"""Cells of the matrix in the reader's words: a word, a shape, a line of details, and what a gap says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from babel.dates import format_date
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from port2port.measures.matrix.queries import Matrix, Place
from port2port.measures.matrix.rules import IN_PLACE, NOT_APPLICABLE, UNTOLD, WHOLE, Cell, Cover
from port2port.measures.shown import Shown
from port2port.measures.vocabulary import word
from port2port.members.data_files import label
from port2port.site.reader import language

# Of the same name are symbols of the page and drawings of the paper: colour is never the only sign.
SHAPES: Mapping[str, str] = {
    IN_PLACE: "full", "in_progress": "part", "planned": "plan", "suspended": "stop", NOT_APPLICABLE: "na",
    UNTOLD: "none",
}  # fmt: skip
CLASSES: Mapping[str, str] = {IN_PLACE: "full", "in_progress": "part", NOT_APPLICABLE: "na"}
BADGES: Mapping[str, str] = {
    IN_PLACE: "ok", "in_progress": "part", "planned": "open", "suspended": "error", NOT_APPLICABLE: "closed",
    UNTOLD: "open",
}  # fmt: skip


def state_word(state: str) -> str:
    """Return a state in a word."""
    return _("Not told") if state == UNTOLD else word("adoption_states", state, language())


def month(day: date) -> str:
    """Return a day as month and year."""
    return _month(day, language())


@cache
def _month(day: date, code: str) -> str:
    return format_date(day, "MMM y", code)


def per_cent(share: float) -> int:
    """Return a share in whole per cent."""
    return round(share * WHOLE)


def span(low: float, high: float) -> str:
    """Return bounds as "60 %" or "60 to 90 %"."""
    first, last = per_cent(low), per_cent(high)
    return f"{first} %" if first == last else _("%(low)d to %(high)d %%") % {"low": first, "high": last}


def detail(cell: Cell) -> str:
    """Return what stands under the word of a cell."""
    parts = []
    if cell.state == IN_PLACE:
        parts.append(span(cell.share.low, cell.share.high))
    elif cell.state == "in_progress":
        done = _("%(done)d %% done") % {"done": cell.progress} if cell.progress is not None else ""
        parts.append(done or span(cell.share.low, cell.share.high))
    if cell.due is not None and cell.state in ("planned", "in_progress"):
        parts.append(_("by %(day)s") % {"day": month(cell.due)})
    return ", ".join(parts)


def facilities_line(cell: Cell) -> str:
    """Return how many facilities have it in place, of how many; "" when none told anything."""
    told = cell.facilities
    if not told.told:
        return ""
    line = ngettext(
        "%(k)d of %(n)d facility in place", "%(k)d of %(n)d facilities in place", told.apply
    ) % {"k": told.states.get(IN_PLACE, 0), "n": told.apply}  # fmt: skip
    if cell.by == "own" and cell.state == IN_PLACE and told.behind:
        line += ", " + ngettext(
            "%(n)d says otherwise", "%(n)d say otherwise", told.behind
        ) % {"n": told.behind}  # fmt: skip
    return line


def gap_line(since: date | None) -> str:
    """Return why a gap stands out; "" when it does not."""
    return _("gap since neighbours closed theirs (%(month)s)") % {"month": month(since)} if since is not None else ""


def cover_line(cover: Cover) -> str:
    """Return what measures cover together: bounds, and how many of them told."""
    if not cover.asked:
        return _("Not applicable")
    line = span(cover.low, cover.high) if cover.told else _("Not told")
    if cover.open and cover.told:
        line += ", " + _("%(k)d of %(n)d told") % {"k": cover.told, "n": cover.asked}
    return line


@dataclass(frozen=True)
class Links:
    """Where cells lead: own ones to the form; a port that has it to the question how; else to all ports beside it."""

    asks: bool
    matrix: str

    def of(self, row: Shown) -> Callable[[Place, Cell], tuple[str, str]]:
        """Return for each cell of one measure its address and what one does there."""
        own = reverse("measures:adopt", args=[row.id, "PLACE"])
        ask = reverse("measures:ask", args=[row.id])
        beside = f"{self.matrix}?measure={row.id}"
        tell_word, ask_word, beside_word = _("Say how far you are"), _("Ask how they did it"), _("Compare all ports")

        def leads(place: Place, cell: Cell) -> tuple[str, str]:
            if place.own and self.asks:
                return own.replace("PLACE", place.code), tell_word
            if self.asks and cell.state == IN_PLACE:
                return f"{ask}?port={place.code}", ask_word
            return beside, beside_word

        return leads


def cell_html(cell: Cell, *, since: date | None, href: str, act: str) -> SafeString:
    """Return a cell: a link with a shape, a word, details, and for who listens what it leads to.

    Made here and not in a template: a matrix has thousands, and each is the same few parts.
    """
    kind = CLASSES.get(cell.state, "none")
    said = detail(cell)
    lines = "".join(f"<span>{escape(line)}</span>" for line in (said, facilities_line(cell)) if line)
    gap = f'<em class="m-gap">{escape(gap_line(since))}</em>' if since is not None else ""
    return mark_safe(
        f'<a class="pp-cell pp-cell--{kind}" href="{escape(href)}"><svg viewBox="0 0 16 16" aria-hidden="true">'
        f'<use href="#m-{SHAPES[cell.state]}"/></svg><b>{escape(state_word(cell.state))}</b>{lines}{gap}'
        f'<i class="u-hide">{escape(act)}</i></a>'
    )


WIDE, TALL = 100, 10


def cover_html(cover: Cover, *, since: date | None) -> SafeString:
    """Return a cell of coverage: the band from at least to at most, a tick for independent, and the words.

    What was not told stands as a dotted line to the whole: it may cover more.
    """
    words = f"<b>{escape(cover_line(cover))}</b>"
    gap = f'<em class="m-gap">{escape(gap_line(since))}</em>' if since is not None else ""
    if not cover.asked:
        return mark_safe(f'<span class="m-cover m-cover--na">{words}</span>')
    return mark_safe(f'<span class="m-cover">{band(cover)}{words}{gap}</span>')


def band(cover: Cover) -> SafeString:
    """Return the drawing of a cover: sure part filled, possible part pale, untold part dotted."""
    low, middle, high = (per_cent(share) for share in (cover.low, cover.middle, cover.high))
    open_line = f'<path class="m-open" d="M{high} 5H{WIDE}"/>' if cover.open else ""
    return mark_safe(
        f'<svg class="m-band" viewBox="0 0 {WIDE} {TALL}" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="m-ground" width="{WIDE}" height="{TALL}"/>'
        f'<rect class="m-maybe" width="{high}" height="{TALL}"/><rect class="m-sure" width="{low}" height="{TALL}"/>'
        f'{open_line}<path class="m-tick" d="M{middle} 0V{TALL}"/></svg>'
    )


def count_of(found: Matrix, column: int) -> tuple[int, int]:
    """Return how many measures are in place at a place, of how many that apply there."""
    cells = [row.cells[column] for row in found.rows]
    return sum(1 for cell in cells if cell.state == IN_PLACE), sum(1 for cell in cells if cell.applies)


def standing_out(found: Matrix) -> int:
    """Return how many gaps stand out because neighbours have closed theirs."""
    return sum(1 for row in found.rows for since in row.gaps if since is not None)


def name_of(place: Place) -> str:
    """Return what a place is called."""
    return label(dict(place.names), language())


def names_of(found: Matrix, keys: tuple[UUID, ...]) -> str:
    """Return the names of places, in the order of the columns."""
    return ", ".join(name_of(place) for place in found.places if place.id in keys)


def legend() -> list[dict[str, Any]]:
    """Return each shape with its word."""
    return [{"shape": SHAPES[state], "word": state_word(state)} for state in SHAPES]
