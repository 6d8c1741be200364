"""Pages of the journal: what it holds about me, and (act `audit`) about what my organisation did; export; erasing."""

import csv
import io
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from port2port.base import clock, journal
from port2port.base.errors import Conflict, Invalid, Problem
from port2port.base.journal import Entry, moment
from port2port.members.acting import current_actor
from port2port.members.identity_pages import in_browser
from port2port.sharing import journal_queries
from port2port.sharing.journal_actions import erase_entries, may_erase
from port2port.sharing.journal_queries import MOST_EXPORTED, PAGE, Wanted, details_words, names_of_own
from port2port.sharing.journal_words import ACTS, ERASURES, act_words
from port2port.site.downloads import as_download

COLUMNS = ("at", "act", "act_in_words", "actor", "actor_name", "kind", "record", "reason", "details", "place", "id")
# A cell that begins so is a formula to a spreadsheet (CWE-1236).
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Row:
    """An entry as the page shows it."""

    entry: Entry
    what: str
    who: str
    record: str
    details: str
    erased: bool


def _day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d")


class FilterForm(forms.Form):
    """Whose entries, of which act, between which days."""

    of = forms.ChoiceField(
        required=False, choices=[("", gettext_lazy("What I did")), ("organisation", gettext_lazy("My organisation"))],
        label=gettext_lazy("Whose entries?"), widget=forms.Select(attrs={"class": "form-select"}),
    )  # fmt: skip
    act = forms.ChoiceField(
        required=False, label=gettext_lazy("What happened?"), widget=forms.Select(attrs={"class": "form-select"})
    )
    since = forms.DateField(
        required=False, label=gettext_lazy("From"), widget=_day_input(),
        error_messages={"invalid": gettext_lazy("Give a day, as in 2026-11-22.")},
    )  # fmt: skip
    until = forms.DateField(
        required=False, label=gettext_lazy("To"), widget=_day_input(),
        error_messages={"invalid": gettext_lazy("Give a day, as in 2026-11-22.")},
    )  # fmt: skip
    before = forms.UUIDField(
        required=False, widget=forms.HiddenInput, error_messages={"invalid": gettext_lazy("Start at the first page.")}
    )

    def __init__(self, *arguments: object, **named: object) -> None:
        super().__init__(*arguments, **named)  # type: ignore[arg-type]
        words: list[tuple[str, str | Promise]] = sorted(ACTS.items(), key=lambda pair: str(pair[1]).casefold())
        self.fields["act"].choices = [("", _("Everything")), *words]  # type: ignore[attr-defined]

    def wanted(self) -> Wanted:
        """Return what was asked; without a valid form, the newest of one's own."""
        said = self.cleaned_data if self.is_valid() else {}
        since: date | None = said.get("since")
        return Wanted(
            said.get("of") == "organisation", said.get("act", ""), since, said.get("until"), said.get("before")
        )


@never_cache
@require_GET
def journal_page(request: HttpRequest) -> HttpResponse:
    """What the journal holds: own entries, or the own organisation's; by time, in words."""
    actor = current_actor()
    form = FilterForm(request.GET)
    wanted = form.wanted()
    found = journal_queries.entries(wanted, most=PAGE + 1)
    rows = _rows(found[:PAGE])
    older = _address("sharing:journal", replace(wanted, before=found[PAGE - 1].id)) if len(found) > PAGE else ""
    context = {
        "form": form,
        "rows": rows,
        "cursor": {"newer": _address("sharing:journal", replace(wanted, before=None)) if wanted.before else "",
                   "older": older},
        "organisation": wanted.organisation,
        "may_audit": actor.may("audit"),
        "may_erase": actor.may("erase") and wanted.organisation,
        "reasons": list(ERASURES.items()),
        "export": _address("sharing:journal_export", replace(wanted, before=None)),
    }  # fmt: skip
    return render(request, "sharing/journal.html", context, status=422 if form.errors else 200)


@never_cache
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The same entries as CSV (RFC 4180), at most 10,000; journalled."""
    form = FilterForm(request.GET)
    if not form.is_valid():
        return redirect("sharing:journal")
    found = journal_queries.entries(form.wanted(), most=MOST_EXPORTED)
    names = names_of_own(found)
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(COLUMNS)
    for entry in found:
        cells = (
            moment(entry.at), entry.act, act_words(entry.act), entry.actor or "",
            names.get(entry.actor, "") if entry.actor else "", entry.kind, entry.record or "", entry.reason,
            details_words(entry, names), "" if entry.place is None else entry.place, entry.id,
        )  # fmt: skip
        table.writerow([_safe(str(cell)) for cell in cells])
    journal.write("journal.exported", kind="journal", at=clock.now(), number=len(found))
    return as_download(text.getvalue(), "journal.csv", "text/csv; charset=utf-8")


@require_POST
@in_browser
def erase(request: HttpRequest) -> HttpResponse:
    """Erase chosen entries of the own organisation; confirmed by typing how many."""
    may_erase()
    chosen = list(dict.fromkeys(_ids(request.POST.getlist("entries"))))
    reason = request.POST.get("reason", "")
    problem = ""
    if request.POST.get("confirm", "").strip() == str(len(chosen)) and chosen:
        try:
            number = erase_entries(chosen, reason=reason, at=clock.now())
        except Invalid as wrong:
            problem = str(wrong.problems[0].message)
        except Conflict as refused:
            problem = str(refused.reason)
        else:
            said = ngettext("%(n)d entry says nothing any more.", "%(n)d entries say nothing any more.", number)
            messages.success(request, said % {"n": number})
            return redirect(f"{reverse('sharing:journal')}?of=organisation")
    elif "confirm" in request.POST:
        problem = _("Type how many entries it is.")
    if not chosen:
        messages.error(request, _("Choose the entries to erase."))
        return redirect(f"{reverse('sharing:journal')}?of=organisation")
    context = {
        "entries": chosen,
        "reason": reason,
        "reason_words": ERASURES.get(reason, ""),
        "reasons": list(ERASURES.items()),
        "problem": problem,
        "problem_items": [("#confirm", problem)],
    }
    return render(request, "sharing/erase.html", context, status=422 if problem else 200)


def _rows(found: list[Entry]) -> list[Row]:
    names = names_of_own(found)
    return [
        Row(
            entry,
            act_words(entry.act) if entry.act else _("Erased"),
            names.get(entry.actor, _("somebody else")) if entry.actor else "",
            str(entry.record) if entry.record else "",
            details_words(entry, names),
            not entry.act,
        )
        for entry in found
    ]


def _address(name: str, wanted: Wanted) -> str:
    asked = {
        "of": "organisation" if wanted.organisation else "",
        "act": wanted.act,
        "since": wanted.since.isoformat() if wanted.since else "",
        "until": wanted.until.isoformat() if wanted.until else "",
        "before": str(wanted.before or ""),
    }
    query = urlencode({key: value for key, value in asked.items() if value})
    return f"{reverse(name)}?{query}" if query else reverse(name)


def _ids(texts: list[str]) -> list[UUID]:
    found = []
    for text in texts[:1000]:
        try:
            found.append(UUID(text))
        except ValueError as error:
            raise Invalid([Problem("entries", _("This is not an entry of the journal."))]) from error
    return found


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
