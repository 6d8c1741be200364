"""The page of the weakest link: measures by ports, modi operandi by ports, one of them for all ports, countries."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from port2port.base.clock import now
from port2port.base.errors import NotFound
from port2port.measures.matrix import countries, queries
from port2port.measures.matrix.forms import MatrixForm
from port2port.measures.matrix.queries import Chosen, Countered, Matrix, Place
from port2port.measures.matrix.rules import Cell
from port2port.measures.matrix.tables import (
    columns,
    country_rows,
    measure_rows,
    modus_rows,
    one_measure,
    one_modus,
)
from port2port.measures.matrix.words import Links, count_of, legend, name_of, names_of, standing_out
from port2port.measures.words import Card, rest_words
from port2port.members.acting import current_actor
from port2port.members.data_files import label
from port2port.members.facts import facts
from port2port.members.models import Circle
from port2port.reports import vocabulary as report_words
from port2port.sharing.tlp import Tlp
from port2port.site.reader import language


@require_safe
def matrix(request: HttpRequest) -> HttpResponse:
    """Show how far the ports are, as far as the reader sees them."""
    return table(request, at=now())


def table(request: HttpRequest, *, at: datetime) -> HttpResponse:
    """Return the matrix that the address asks for."""
    form = MatrixForm(request.GET)
    chosen = form.chosen()
    view = form.value("view") or "measures"
    if view == "countries":
        return _countries(request, form, chosen, at=at)
    countered: list[Countered] = []
    if view == "modi":
        found, countered = queries.coverage(chosen, at=at)
    else:
        found = queries.matrix(chosen, at=at)
    form.offer(found)
    path = reverse("measures:matrix")
    focus = next((place for place in found.places if place.code == form.value("at")), None)
    focus = focus or next(iter(found.places), None)
    links = Links(asks=current_actor().may("steward") or current_actor().may("speak"), matrix=path)
    context = {
        "form": form,
        "view": view,
        "found": found,
        "focus": focus,
        "answer": answer(found, focus),
        "told": _told(found, focus),
        "sees": sees(found),
        "views": _views(form, path, view, named=found.named),
        "columns": columns(found, focus, lambda code: form.address(path, at=code)),
        "legend": legend(),
        "near": names_of(found, found.neighbours.get(focus.id, ())) if focus is not None else "",
        "take_out": form.address(reverse("measures:matrix_take_out"), measure="", at=""),
        "may_take": current_actor().may("export") and bool(found.rows),
    }
    if request.GET.get("modus") and view == "modi":
        return render(request, "measures/matrix/one.html", context | _one_modus(found, countered, request.GET["modus"]))
    if form.value("measure"):
        return render(request, "measures/matrix/one.html", context | _one(found, form.value("measure"), links))
    if view == "modi":
        context["rows"] = modus_rows(found, countered, focus, path, only_gaps=False)
    else:
        context["groups"] = measure_rows(found, focus, links, only_gaps=view == "gaps")
    return render(request, "measures/matrix/matrix.html", context)


def answer(found: Matrix, focus: Place | None) -> str:
    """Return the heading: what is missing at the reader's port, or how many gaps stand out."""
    if not found.rows:
        return _("No joint measure to compare")
    if focus is not None and focus.own:
        done, apply = count_of(found, found.places.index(focus))
        name = name_of(focus)
        if done == apply:
            return _("All %(n)d joint measures are in place at %(port)s") % {"n": apply, "port": name}
        return ngettext(
            "%(k)d of %(n)d measure not yet in place at %(port)s",
            "%(k)d of %(n)d measures not yet in place at %(port)s",
            apply,
        ) % {"k": apply - done, "n": apply, "port": name}
    if not found.named:
        return ngettext(
            "%(n)d joint measure, and how far the ports are", "%(n)d joint measures, and how far the ports are",
            len(found.rows),
        ) % {"n": len(found.rows)}  # fmt: skip
    gaps = standing_out(found)
    if not gaps:
        return _("No gap stands out")
    return ngettext(
        "%(n)d gap stands out: neighbours have closed theirs", "%(n)d gaps stand out: neighbours have closed theirs",
        gaps,
    ) % {"n": gaps}  # fmt: skip


def _told(found: Matrix, focus: Place | None) -> str:
    if focus is None:
        return ""
    n = found.places.index(focus)
    cells: list[Cell] = [row.cells[n] for row in found.rows]
    silent = sum(1 for cell in cells if not cell.by)
    gaps = sum(1 for row in found.rows if row.gaps[n] is not None)
    parts = []
    if gaps:
        parts.append(
            ngettext("%(n)d gap that neighbours have closed.", "%(n)d gaps that neighbours have closed.", gaps)
            % {"n": gaps}
        )
    if silent:
        parts.append(
            ngettext("Of %(n)d measure nothing is told yet.", "Of %(n)d measures nothing is told yet.", silent)
            % {"n": silent}
        )
    return " ".join(parts)


def sees(found: Matrix) -> dict[str, Any]:
    """Return who sees this: the circle by name, or only the own organisation."""
    if found.named:
        circle = Circle.objects.filter(slug="weakest-link", kind="standing").first()
        name = label(circle.names, language()) if circle is not None else ""
        note = _("It is a list of targets: say it to nobody else.")
        return {"tlp": Tlp.RED, "audience": [name], "note": note}
    actor = current_actor()
    own = facts().organisations.get(actor.organisation) if actor.organisation is not None else None
    name = label(own.names, language()) if own is not None else actor.name
    return {"tlp": Tlp.AMBER_STRICT, "audience": [name], "note": _("Your own ports by name, the others as counts.")}


def _views(form: MatrixForm, path: str, view: str, *, named: bool) -> list[dict[str, Any]]:
    words = {"measures": _("By measure"), "modi": _("By modus operandi"), "gaps": _("Only gaps that stand out")}
    if named:
        words["countries"] = _("By country")
    return [
        {
            "word": said,
            "href": form.address(path, view="" if one == "measures" else one, measure=""),
            "current": one == view,
        }
        for one, said in words.items()
    ]


def _one(found: Matrix, wanted: str, links: Links) -> dict[str, Any]:
    row = next((row for row in found.rows if str(row.shown.id) == wanted), None)
    if row is None:
        raise NotFound(kind="measure")
    rows = one_measure(found, row, links)
    missing = sum(1 for cell in row.cells if cell.gap)
    return {
        "card": Card(row.shown),
        "rows": rows,
        "rest_words": rest_words(row.rest),
        "heading": ngettext(
            "%(k)d of %(n)d port does not have it in place", "%(k)d of %(n)d ports do not have it in place",
            len(row.cells),
        ) % {"k": missing, "n": len(row.cells)},
    }  # fmt: skip


def _one_modus(found: Matrix, countered: list[Countered], wanted: str) -> dict[str, Any]:
    one = next((one for one in countered if one.code == wanted), None)
    if one is None:
        raise NotFound(kind="measure")
    names = {term.code: term.label(language()) for term in report_words.modi_operandi()}
    return {
        "code": one.code,
        "name": names.get(one.code, one.code),
        "modus_rows": one_modus(found, one),
        "cards": [Card(row) for row in one.measures],
        "heading": ngettext(
            "%(n)d measure counters %(name)s", "%(n)d measures counter %(name)s", len(one.measures)
        ) % {"n": len(one.measures), "name": names.get(one.code, one.code)},
    }  # fmt: skip


def _countries(request: HttpRequest, form: MatrixForm, chosen: Chosen, *, at: datetime) -> HttpResponse:
    found = countries.by_country(chosen, at=at)
    path = reverse("measures:matrix")
    form.offer(Matrix((), (), True, {}, frozenset({UUID(form.value("circle"))} if form.value("circle") else set())))
    context = {
        "form": form,
        "view": "countries",
        "countries": found,
        "rows": country_rows(found),
        "sees": sees(Matrix((), (), True, {}, frozenset())),
        "views": _views(form, path, "countries", named=True),
        "answer": ngettext(
            "%(n)d joint measure by country", "%(n)d joint measures by country", len(found.rows)
        ) % {"n": len(found.rows)},
    }  # fmt: skip
    return render(request, "measures/matrix/countries.html", context)
