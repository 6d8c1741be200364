"""Pages for reading declarations: the list, one, its paper, the list as a file. They only translate."""

from re import fullmatch
from typing import Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from port2port.base.clock import now
from port2port.levels.declarations import printing, queries
from port2port.levels.declarations.forms import SignedForm
from port2port.levels.declarations.queries import IMO, PLACE, SHOWN, Filters
from port2port.levels.declarations.shown import Shown
from port2port.levels.declarations.vocabulary import words
from port2port.members.acting import current_actor
from port2port.sharing.queries import envelope
from port2port.sharing.rules import decide
from port2port.sharing.sheets import XLSX
from port2port.site.downloads import as_download

PDF = "application/pdf"
TYPES = {"csv": "text/csv", "xlsx": XLSX}
STATES = ("in_force", "unsigned", "over")


def filters_of(request: HttpRequest) -> Filters:
    """Return what the address narrows the list to; what nobody knows is left out."""
    place, imo, state = (request.GET.get(name, "") for name in ("place", "imo", "state"))
    return Filters(
        place=place[:10] if fullmatch(PLACE, place) else "", imo=imo[:7] if fullmatch(IMO, imo) else "",
        state=state if state in STATES else "",
    )  # fmt: skip


def _start(request: HttpRequest) -> int:
    text = request.GET.get("from", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < len(str(queries.MOST)) + 1 else 0


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Show the declarations one sees, narrowed to a place, a ship or a state."""
    at, filters, start = now(), filters_of(request), _start(request)
    found = queries.declarations(filters, at=at)
    rows = [Shown(row, at) for row in found[start : start + SHOWN + 1]]
    places, asked = queries.own_places(), {"place": filters.place, "imo": filters.imo, "state": filters.state}
    kept = {name: value for name, value in asked.items() if value}
    names = {"": _("All"), "in_force": _("In force"), "unsigned": _("Not signed yet"), "over": _("Over, kept")}
    context = {
        "answer": _answer(found.count()), "rows": rows[:SHOWN], "filters": filters,
        "chips": [
            {"word": word, "href": f"?{urlencode(kept | {'state': state})}", "current": state == filters.state}
            for state, word in names.items()
        ],
        "pages": {
            "newer": f"?{urlencode(kept | {'from': max(0, start - SHOWN)})}" if start else "",
            "older": f"?{urlencode(kept | {'from': start + SHOWN})}" if len(rows) > SHOWN else "",
        },
        "may_write": bool(places), "years": words().head.keep_years,
        "files": [
            {"word": form.upper(), "href": f"{reverse('levels:declarations_file')}?{urlencode(kept | {'form': form})}"}
            for form in printing.FORMS
        ] if places and rows else [],
    }  # fmt: skip
    return render(request, "levels/declarations/list.html", context)


def _answer(number: int) -> str:
    if not number:
        return _("No Declaration of Security that you see")
    return ngettext("%(n)d Declaration of Security", "%(n)d Declarations of Security", number) % {"n": number}


@require_safe
def detail(request: HttpRequest, declaration: UUID) -> HttpResponse:
    """Show a declaration, its lines, and what is left to do: sign it on paper, note it."""
    at = now()
    one = Shown(queries.declaration(declaration, at=at), at)
    return render(request, "levels/declarations/detail.html", context_of(one, SignedForm()))


def context_of(one: Shown, form: SignedForm) -> dict[str, Any]:
    """Return the page of a declaration, with the form to note that it was signed where one may."""
    record = one.row.record
    looks_after = decide(current_actor(), "withdraw", envelope(record), at=one.at).allowed
    return {
        "one": one, "facts": one.facts(), "lines": one.lines(), "form": form,
        "answer": _("%(ship)s: signed on paper") % {"ship": one.row.ship} if one.signed
        else _("%(ship)s: print it, have it signed, note it here") % {"ship": one.row.ship},
        "may_sign": looks_after and not one.signed,
        "may_print": looks_after or current_actor().may("export"),
        "sees": {
            "tlp": record.tlp, "audience": one.audience, "note": _("As the law says; nobody chooses them."),
            "why_url": reverse("sharing:why", args=[record.id]),
        },
        "years": words().head.keep_years,
    }  # fmt: skip


@require_safe
def paper(request: HttpRequest, declaration: UUID) -> HttpResponse:
    """Answer the form as PDF, to be signed by hand."""
    found = printing.paper(declaration, at=now())
    return as_download(found.body, found.name, PDF)


@require_safe
def take_out(request: HttpRequest) -> HttpResponse:
    """Answer one's own organisation's declarations as CSV or XLSX."""
    form: Literal["csv", "xlsx"] = "xlsx" if request.GET.get("form") == "xlsx" else "csv"
    found = printing.take_out(form, filters_of(request), at=now())
    return as_download(found.body, found.name, TYPES[form])
