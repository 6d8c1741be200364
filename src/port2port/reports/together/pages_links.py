"""Pages that tie reports together or pass one on: link, merge, undo, hand over. They only translate."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from port2port.base.clock import now
from port2port.base.errors import Invalid, Problem
from port2port.reports.together import actions, queries
from port2port.reports.together.forms import HandOverForm, LinkForm
from port2port.reports.together.pages import back, named_organisations, page, spoken_of, stewarded
from port2port.sharing import queries as sharing


@require_http_methods(["GET", "HEAD", "POST"])
def links(request: HttpRequest, report: UUID) -> HttpResponse:
    """Link a report to another, or merge it into the other."""
    found = spoken_of(report)
    form = LinkForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        kind = form.cleaned_data["kind"]
        other = queries.named(form.cleaned_data["other"])
        try:
            if other is None:
                raise Invalid([Problem("other", _("You see no such report."))])
            sharing.note_reading(queries.KIND, [other.record], at=now())
            if kind == "duplicate":
                link = actions.mark_duplicate(report, of=other.record.id, at=now())
            else:
                link = actions.link_reports(report, other.record.id, kind=kind, at=now())
        except Invalid as error:
            form.put(error.problems)
        else:
            merged, asked = link.merged_id is not None, link.told_id is not None
            said = _("Merged. It can be undone.") if merged else _("Linked.")
            messages.success(request, _("Linked; the owner of the other was asked to merge.") if asked else said)
            return back(report, "linked")
    return page(request, "links", found, form)


@require_POST
def unlink(request: HttpRequest, link: UUID) -> HttpResponse:
    """Undo a link, and the merge that it stands for."""
    undone = actions.unlink(link, at=now())
    messages.success(request, _("Undone."))
    return back(undone.merged_id or undone.a_id, "linked")


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest, report: UUID) -> HttpResponse:
    """Let another organisation look after a report, confirmed by naming it."""
    found = stewarded(report, "share")
    ids = queries.seeing_organisations(found.record) - {found.record.owner_id}
    form = HandOverForm(
        request.POST if request.method == "POST" else None,
        organisations=named_organisations(ids), reference=found.reference, initial={"version": found.record.version},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.hand_over(report, to=UUID(data["to"]), expected=data["version"], at=now())
        except Invalid as error:
            form.put(error.problems)
        else:
            messages.success(request, _("Handed over."))
            return back(report, "main")
    return page(request, "hand_over", found, form)
