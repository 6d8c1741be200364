"""Pages that show the register: products compared, one product site by site, one installation. They only translate."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_safe

from port2port.base.clock import now
from port2port.base.errors import Invalid, NotFound, Problem
from port2port.knowledge.sections import sections
from port2port.knowledge.systems import queries
from port2port.knowledge.systems.exporting import take_out
from port2port.knowledge.systems.forms import FilterForm
from port2port.knowledge.systems.rules import assessments_open
from port2port.knowledge.systems.words import (
    Card,
    ProductCard,
    annex_facts,
    assessments,
    basis_words,
    class_words,
    day,
    days_words,
    sees,
    unchecked_words,
)
from port2port.members.acting import current_actor
from port2port.reports.pages_files import FORMS
from port2port.reports.words import withdrawal_words
from port2port.sharing import queries as sharing
from port2port.sharing.queries import envelope
from port2port.sharing.references import ZONE
from port2port.sharing.rules import decide
from port2port.site.downloads import as_download


@require_safe
def system_list(request: HttpRequest) -> HttpResponse:
    """Show the products of the installations one sees, compared by kind."""
    form = FilterForm(request.GET)
    filters, actor = form.filters(), current_actor()
    cards = [ProductCard(one) for one in queries.products(filters, at=now())]
    groups: dict[str, list[ProductCard]] = {}
    for card in cards:
        groups.setdefault(card.kind, []).append(card)
    narrowed = bool(filters.kind or filters.q)
    found = ngettext(
        "%(n)d system in use, compared by what it did", "%(n)d systems in use, compared by what they did", len(cards)
    ) % {"n": len(cards)}  # fmt: skip
    context: dict[str, Any] = {
        "answer": found if cards else _("Nothing fits") if narrowed else _("No system in the register yet"),
        "sections": sections("knowledge:systems"), "groups": groups, "form": form, "narrowed": narrowed,
        "may_enter": actor.may("report") and actor.organisation is not None, "may_export": actor.may("export"),
        "query": request.GET.urlencode() if narrowed else "",
    }  # fmt: skip
    return render(request, "knowledge/systems/list.html", context)


@require_safe
def product(request: HttpRequest, product: str) -> HttpResponse:
    """Show one product: what its sites tell together, and each site's table."""
    found = queries.product(product, at=now())
    card = ProductCard(found)
    rest = found.rest
    floor = rest.total.true / rest.total.alarms if rest.total.alarms and rest.total.unchecked else None
    measured = [Card(site) for site in found.sites if site.site.results]
    answer = ngettext(
        "%(name)s: what it did at %(n)d site", "%(name)s: what it did at %(n)d sites", len(measured)
    ) % {"name": card.title, "n": len(measured)} if measured else _("%(name)s: nothing measured yet") % {
        "name": card.title,
    }  # fmt: skip
    context = {
        "answer": answer, "card": card, "sites": [Card(site) for site in found.sites],
        "unchecked": unchecked_words(rest.total, floor),
    }  # fmt: skip
    return render(request, "knowledge/systems/product.html", context)


@require_safe
def installation(request: HttpRequest, installation: UUID) -> HttpResponse:
    """Show one installation with what was measured there; 410 when it was withdrawn."""
    at = now()
    try:
        found = queries.installation(installation, at=at)
    except NotFound:
        stone = sharing.tombstone(installation)
        if stone is None:
            raise
        gone = {"at": stone.at, "reason": withdrawal_words(stone.reason)}
        return render(request, "knowledge/systems/gone.html", gone, status=410)
    card, row = Card(found), found.installation
    until = day(row.until) or _("today")
    facts = [
        (_("Kind"), card.kind), (_("Version"), row.version), (_("Where"), card.where), (_("Whose"), card.owner),
        (_("In use"), _("%(first)s to %(last)s") % {"first": day(row.since), "last": until}),
        (_("Legal basis"), basis_words(row)), (_("Footage kept"), days_words(row.retention_days)),
        (_("Class under the AI Act"), class_words(row)),
    ]  # fmt: skip
    changes = not found.withdrawn and decide(current_actor(), "change", envelope(found.record), at=at).allowed
    open_ = assessments_open(queries.installed_of(row), today=at.astimezone(ZONE).date())
    context = {
        "card": card, "facts": facts, "assessments": assessments(row), "may_change": changes, "open": len(open_),
        "annexes": [
            {"part": one, "facts": annex_facts(one), "sees": sees(one)}
            for one in queries.annexes(installation, at=at)
            if not one.withdrawn
        ],
    }  # fmt: skip
    return render(request, "knowledge/systems/installation.html", context)


@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """Answer the comparison as a file; journalled, and marked with who took it."""
    form = request.GET.get("format", "csv")
    if form not in FORMS:
        raise Invalid([Problem("format", _("Choose csv or xlsx."))])
    file = take_out(FilterForm(request.GET).filters(), form, at=now())
    return as_download(file.body, file.name, FORMS[form])
