"""Pages of the register "Systems we use": read, add, change, take off, bring a list in. They only translate."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from port2port.alerts.suppliers import actions, queries, tabular
from port2port.alerts.suppliers.forms import CRITICAL_WORDS, ListForm, UseForm, initial_of
from port2port.alerts.suppliers.models import SupplierUse
from port2port.alerts.suppliers.queries import Told
from port2port.alerts.words import card
from port2port.base import journal
from port2port.base.clock import now
from port2port.base.errors import Invalid, Refused
from port2port.members.acting import current_actor
from port2port.members.data_files import label
from port2port.members.facts import facts
from port2port.sharing.tlp import Tlp
from port2port.site.downloads import as_download
from port2port.site.reader import language

MOST_PROBLEMS = 50


@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Show what the organisation uses, with the alerts in force about it; add an entry."""
    return _entry_page(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def use(request: HttpRequest, use: UUID) -> HttpResponse:
    """Change an entry of the own register."""
    return _entry_page(request, queries.use(use))


def _entry_page(request: HttpRequest, row: SupplierUse | None) -> HttpResponse:
    form = UseForm(request.POST if request.method == "POST" else None, initial=initial_of(row) if row else {})
    if request.method == "POST" and form.is_valid():
        try:
            kept = actions.keep_use(form.entry(), at=now(), identifier=row.id if row else None)
        except Invalid as error:
            form.put(error.problems)
        else:
            said = _("Kept as %(name)s. Its alerts reach you from now on.") % {"name": _name(kept)}
            messages.success(request, said)
            return HttpResponseRedirect(reverse("alerts:systems"))
    return _page(request, form=form, row=row, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def bring(request: HttpRequest) -> HttpResponse:
    """Take a list of what the organisation uses: all rows or none, each wrong one named."""
    if not queries.may_keep():
        raise Refused(_("Those at the desk who look after your organisation's records, or administer it, do this."))
    form = ListForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form, "columns": tabular.COLUMNS, "sees": _sees()}
    if request.method == "POST" and form.is_valid():
        try:
            entries = tabular.read_uses(form.cleaned_data["file"].read(tabular.LARGEST_FILE + 1))
            done = actions.bring_uses(entries, at=now())
        except Invalid as error:
            context |= {"problems": error.problems[:MOST_PROBLEMS], "problem_count": len(error.problems)}
        else:
            said = ngettext("%(n)d entry added", "%(n)d entries added", done.added) % {"n": done.added}
            said += ", " + ngettext("%(n)d changed", "%(n)d changed", done.changed) % {"n": done.changed}
            messages.success(request, said)
            return HttpResponseRedirect(reverse("alerts:systems"))
    return render(request, "alerts/systems_bring.html", context, status=422 if request.method == "POST" else 200)


@require_safe
def example(request: HttpRequest) -> HttpResponse:
    """Answer a file to begin with."""
    return as_download(tabular.example().encode("utf-8-sig"), "systems.csv", "text/csv; charset=utf-8")


@require_POST
def remove(request: HttpRequest, use: UUID) -> HttpResponse:
    """Take an entry off the own register."""
    actions.remove_use(use, at=now())
    messages.success(request, _("Taken off. Its alerts reach you no more."))
    return HttpResponseRedirect(reverse("alerts:systems"))


def _page(request: HttpRequest, *, form: UseForm, row: SupplierUse | None, status: int) -> HttpResponse:
    if not queries.may_read():
        raise Refused(_("Only who reports for the organisation and reads for it sees what it uses."))
    at = now()
    told = queries.told(queries.register(), at=at)
    if told:
        journal.write("register.read", kind=queries.KIND, at=at, entries=len(told))
    context = {
        "form": form,
        "row": row,
        "lines": [_line(one) for one in told],
        "answer": _answer(told),
        "may_keep": queries.may_keep(),
        "suppliers": queries.known_names(),
        "sees": _sees(),
        "columns": [
            {"word": word}
            for word in (_("What"), _("Version"), _("What for"), _("Without it stands still"), _("Alerts"), _("Do"))
        ],
    }
    return render(request, "alerts/systems.html", context, status=status)


def _answer(told: list[Told]) -> str:
    if not told:
        return _("Say what you use, and be warned when it is hit")
    hit = sum(1 for one in told if one.alerts)
    if hit:
        return ngettext(
            "%(hit)d of %(n)d entry has an alert in force", "%(hit)d of %(n)d entries have an alert in force", len(told)
        ) % {"hit": hit, "n": len(told)}
    return ngettext(
        "No alert is in force about the %(n)d entry", "No alert is in force about the %(n)d entries", len(told)
    ) % {"n": len(told)}


def _name(use: SupplierUse) -> str:
    return " ".join(part for part in (use.vendor, use.product) if part) or use.package


def _line(one: Told) -> dict[str, Any]:
    use = one.use
    return {
        "use": use,
        "name": _name(use),
        "whole": not use.product and not use.package,
        "identifiers": [code for code in (use.cpe, use.package) if code and code != _name(use)],
        "critical": dict(CRITICAL_WORDS)[use.critical] if use.critical else "",
        "alerts": [card(alert) for alert in one.alerts],
    }


def _sees() -> dict[str, Any]:
    """Return who sees the register: people at the desks of the own organisation."""
    own = current_actor().organisation
    name = label(facts().organisations[own].names, language()) if own is not None else ""
    return {"tlp": int(Tlp.AMBER_STRICT), "audience": [_("the desks of %(organisation)s") % {"organisation": name}]}
