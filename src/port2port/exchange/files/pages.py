"""Pages that take partners' files in: what their columns are, what would happen row by row, and doing it. They only
translate; the file and the mapping go to the browser and back sealed, so that nothing is kept before it is confirmed.
"""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from port2port.base.clock import now
from port2port.base.errors import Invalid, Problem, TooLarge
from port2port.exchange.files import actions, queries
from port2port.exchange.files.fields import fields
from port2port.exchange.files.forms import MappingForm, code_choices
from port2port.exchange.files.known import known_values
from port2port.exchange.files.mapping import Mapping, as_mapping, read_mapping, written
from port2port.exchange.files.models import FileMapping
from port2port.exchange.files.proposing import proposed
from port2port.exchange.files.reading import LARGEST_FILE, Table, read_table, samples
from port2port.exchange.files.taking import Plan, planned, take_in
from port2port.exchange.inbound.actions import receiver
from port2port.members.network_data import label
from port2port.members.places import known_places
from port2port.reports.addressing import offered
from port2port.reports.rules import Draft
from port2port.reports.vocabulary import vocabulary
from port2port.reports.words import occurred_words, term
from port2port.sharing.addressing import reporter
from port2port.sharing.intake import FileForm, sealed, unsealed
from port2port.site.reader import language, position_words

SHOWN = 200  # rows, and problems
SHOWN_SAMPLES = 3
INVALID = 422
FILE, MAPPING = "partner file", "partner mapping"  # by which what is sealed is told apart


@require_http_methods(["GET", "HEAD", "POST"])
def files(request: HttpRequest) -> HttpResponse:
    """Ask for a partner's file; then what its columns are; then what would happen; then do it."""
    receiver()
    match request.POST.get("act", ""):
        case "take":
            return _take(request)
        case "look" | "keep" as act:
            return _looked(request, keep=act == "keep")
    form = FileForm(request.POST or None, request.FILES or None)
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data["file"].read(LARGEST_FILE + 1)
        try:
            table = read_table(data)
        except Invalid as error:
            problems = error.problems
        except TooLarge as error:
            problems = [Problem("file", error.reason)]
        else:
            return _columns(request, data, table)
    context = {"form": form, "problems": problems, "kept": queries.file_mappings()}
    status = INVALID if problems or form.errors else 200
    return render(request, "exchange/files.html", context, status=status)


def _columns(request: HttpRequest, data: bytes, table: Table) -> HttpResponse:
    """Show what the columns of a new file probably are, and of a known one at once what would happen."""
    earlier = queries.mappings_for(table.head)
    known = known_values(vocabulary(), known_places())
    mapping = proposed(table, [queries.body_of(one) for one in earlier], known=known, language=language())
    same = [one for one in earlier if {c.name for c in queries.body_of(one).columns} == set(table.head)]
    row = same[0] if same else None
    form = _form(None, table, mapping)
    if row is None:
        return _page(request, data, table, form, mapping)
    plan = planned(table, read_mapping(row.body), at=now())
    return _page(request, data, table, form, mapping, row=row, plan=plan)


def _looked(request: HttpRequest, *, keep: bool) -> HttpResponse:
    """Show what would happen by what was said of the columns, and keep that under a name when it is asked."""
    data = unsealed(request.POST.get("file", ""), FILE)
    table, before = read_table(data), _sealed_mapping(request)
    form = _form(request.POST, table, before)
    if not form.is_valid():
        return _page(request, data, table, form, before, status=INVALID)
    try:
        mapping = form.mapping()
    except Invalid as error:
        form.put(error.problems)
        return _page(request, data, table, form, before, status=INVALID)
    row = None
    if keep:
        try:
            row = _keep(mapping, form.cleaned_data["name"])
        except Invalid as error:
            form.put(error.problems)
            return _page(request, data, table, form, mapping, status=INVALID)
        messages.success(request, _("Kept as %(name)s.") % {"name": row.name})
    again = _form(None, table, mapping)
    return _page(request, data, table, again, mapping, row=row, plan=planned(table, mapping, at=now()))


def _keep(mapping: Mapping, name: str) -> FileMapping:
    """Keep a mapping under its name; the one of this name that the organisation has is changed."""
    wanted = " ".join(name.split())
    same = [one for one in queries.file_mappings() if one.name == wanted]
    if same:
        return actions.change_mapping(same[0].id, mapping, at=now())
    return actions.keep_mapping(mapping, name=wanted, at=now())


def _take(request: HttpRequest) -> HttpResponse:
    """Make the reports that were shown."""
    data, mapping = unsealed(request.POST.get("file", ""), FILE), read_mapping(written(_sealed_mapping(request)))
    done = take_in(data, mapping, partly=request.POST.get("partly") == "1", at=now())
    number = len(done.new)
    said = ngettext("%(n)s report taken in", "%(n)s reports taken in", number) % {"n": number}
    messages.success(request, said)
    return HttpResponseRedirect(f"{reverse('reports:list')}?mine=1")


def _sealed_mapping(request: HttpRequest) -> Mapping:
    return as_mapping(json.loads(unsealed(request.POST.get("mapping", ""), MAPPING)))


def _form(sent: Any, table: Table, mapping: Mapping) -> MappingForm:
    words, places = vocabulary(), known_places()
    return MappingForm(
        sent, table=table, mapping=mapping, known=known_values(words, places), codes=code_choices(words, places),
        offers=offered(reporter(), places),
    )  # fmt: skip


def _page(
    request: HttpRequest,
    data: bytes,
    table: Table,
    form: MappingForm,
    mapping: Mapping,
    *,
    row: FileMapping | None = None,
    plan: Plan | None = None,
    status: int = 200,
) -> HttpResponse:
    if row is not None:
        form.initial["name"] = row.name
    context = {
        "form": form,
        "row": row,
        "packed": sealed(data, FILE),
        "mapping": sealed(json.dumps(written(mapping)).encode(), MAPPING),
        "rows": len(table.rows),
        "columns": [
            (bound, samples(table, name, SHOWN_SAMPLES))
            for bound, name in zip(form.columns_asked(), table.head, strict=True)
        ],
    }
    if plan is not None:
        context |= _shown(plan)
    return render(request, "exchange/file_map.html", context, status=status)


def _shown(plan: Plan) -> dict[str, Any]:
    number = len(plan.new)
    answer = ngettext("%(n)s report would be made", "%(n)s reports would be made", number) % {"n": number}
    refused = ngettext("%(n)s row is refused", "%(n)s rows are refused", plan.refused) % {"n": plan.refused}
    return {
        "plan": plan,
        "answer": answer,
        "refused": refused if plan.refused else "",
        "lines": [
            {"row": one.line.row, "draft": one.line.draft, "tlp": one.to.tlp, "place": _place(one.line.draft),
             "threat": term("threat", one.line.draft.threat),
             "when": occurred_words(one.line.draft.occurred_at, one.line.draft.occurred_precision)}
            for one in plan.new[:SHOWN]
        ],
        "problems": plan.problems[:SHOWN],
        "more_problems": max(0, len(plan.problems) - SHOWN),
        "there": ngettext("%(n)s row is a report already", "%(n)s rows are reports already", len(plan.there))
        % {"n": len(plan.there)},
        "changed": [one for one in plan.there if one.other][:SHOWN],
    }  # fmt: skip


def _place(draft: Draft) -> str:
    """Return where a draft says that it was, in the reader's language."""
    places = known_places()
    spot = places.facilities.get(draft.facility) or places.ports.get(draft.port)
    if spot is not None:
        return label(spot.names, language())
    return position_words(draft.lat, draft.lon) if draft.lat is not None and draft.lon is not None else ""


@require_http_methods(["GET", "HEAD", "POST"])
def mapping(request: HttpRequest, mapping: UUID) -> HttpResponse:
    """Show how the files of a partner are read; name it anew, or delete it."""
    row = queries.file_mapping(mapping)
    said = queries.body_of(row)
    problems: list[Problem] = []
    if request.method == "POST":
        try:
            return _changed(request, row)
        except Invalid as error:
            problems = error.problems
    offers = {one.code: one.name for one in offered(reporter(), known_places())}
    context = {
        "row": row,
        "said": said,
        "audience": offers.get(said.audience, said.audience),
        "columns": [(one, _field_word(one.field)) for one in said.columns if one.field],
        "untaken": [one.name for one in said.columns if not one.field],
        "constants": [(_field_word(name), code) for name, code in said.constants.items()],
        "problems": problems,
        "typed": request.POST.get("name", row.name),
    }
    return render(request, "exchange/file_mapping.html", context, status=INVALID if problems else 200)


def _changed(request: HttpRequest, row: FileMapping) -> HttpResponse:
    if request.POST.get("act") == "delete":
        actions.forget_mapping(row.id, at=now())
        messages.success(request, _("%(name)s is deleted. Reports that were made by it stay.") % {"name": row.name})
        return redirect("exchange:files")
    actions.change_mapping(row.id, None, name=request.POST.get("name", ""), at=now())
    messages.success(request, _("Changed."))
    return redirect("exchange:file_mapping", row.id)


def _field_word(code: str) -> str:
    return fields()[code].label(language())
