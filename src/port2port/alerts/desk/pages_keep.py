"""Pages on which a desk keeps its things: the book of shifts, the call list, its numbers. They only translate."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import phonenumbers
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from port2port.alerts.desk import actions, queries
from port2port.alerts.desk.forms import GiveForm, NumberForm, SinceForm, TakeForm
from port2port.alerts.desk.models import DutyNumber
from port2port.alerts.desk.queries import Page
from port2port.alerts.desk.screen import desk_name
from port2port.alerts.words import card
from port2port.base import journal
from port2port.base.clock import now
from port2port.base.errors import Invalid, Refused
from port2port.members.acting import current_actor
from port2port.members.data_files import label
from port2port.members.facts import facts
from port2port.members.models import Facility
from port2port.reports.words import card as report_card
from port2port.sharing.tlp import Tlp
from port2port.site.reader import language

MARKED_FOR = timedelta(days=30)  # a number changed since then is marked, when no day is chosen
HOME = "BE"


@require_http_methods(["GET", "HEAD", "POST"])
def handover(request: HttpRequest) -> HttpResponse:
    """Show the page that waits, what goes into the next one, and the book; write a page."""
    form = GiveForm(request.POST if request.method == "POST" else None)
    if not queries.at_desk():
        raise Refused(_("Only who reports for the organisation and reads for it keeps the book of shifts."))
    if request.method == "POST" and form.is_valid():
        try:
            actions.give(text=form.cleaned_data["text"], at=now())
        except Invalid as error:
            form.put(error.problems)
        else:
            messages.success(request, _("Handed over. It waits for a countersignature."))
            return HttpResponseRedirect(reverse("alerts:handover"))
    return _book(request, form=form, status=422 if request.method == "POST" else 200)


@require_POST
def handover_take(request: HttpRequest, handover: UUID) -> HttpResponse:
    """Countersign a page of the book."""
    form = TakeForm(request.POST)
    if form.is_valid():
        try:
            actions.take(handover, remark=form.cleaned_data["remark"], at=now())
        except Invalid as error:
            form.put(error.problems)
        else:
            messages.success(request, _("Taken over. You are on duty."))
            return HttpResponseRedirect(reverse("alerts:handover"))
    return _book(request, form=GiveForm(), take=form, status=422)


def _book(request: HttpRequest, *, form: GiveForm, take: TakeForm | None = None, status: int = 200) -> HttpResponse:
    at = now()
    pages = queries.book(at=at)
    waiting = pages[0] if pages and pages[0].handover.taken_by_id is None else None
    alerts, reports = queries.left_open(at=at)
    context = {
        "form": form,
        "take": take or TakeForm(),
        "desk": desk_name(),
        "answer": _answer(waiting),
        "waiting": _page(waiting) if waiting else None,
        "open": {"alerts": [card(row) for row in alerts], "reports": [report_card(row) for row in reports]},
        "book": [_page(page) for page in pages if page is not waiting],
        "sees": {"tlp": int(Tlp.AMBER_STRICT), "audience": [desk_name()]},
    }
    return render(request, "alerts/desk_handover.html", context, status=status)


def _answer(waiting: Page | None) -> str:
    if waiting is None:
        return _("No handover waits")
    return _("Your handover waits for who comes") if waiting.mine else _("A handover waits for your countersignature")


def _page(page: Page) -> dict[str, Any]:
    return {
        "page": page,
        "handover": page.handover,
        "alerts": [card(row) for row in page.alerts],
        "reports": [report_card(row) for row in page.reports],
    }


@require_safe
def call_list(request: HttpRequest) -> HttpResponse:
    """Show whom one calls when the network is down, on one sheet to print."""
    at = now()
    form = SinceForm(request.GET)
    since = (form.cleaned_data["since"] if form.is_valid() else None) or (timezone.localtime(at) - MARKED_FOR).date()
    found = queries.numbers()
    desks = _desks(found, since)
    if found:
        journal.write("call_list.read", kind="dutynumber", at=at, numbers=len(found))
    context = {
        "form": SinceForm(initial={"since": since}),
        "since": since,
        "desks": desks,
        "numbers": len(found),
        "keeps": queries.keeps_numbers(),
        "sees": {"tlp": int(Tlp.AMBER), "audience": [_("the members of your operational circles")]},
    }
    return render(request, "alerts/desk_call_list.html", context)


def _desks(found: Iterable[DutyNumber], since: date) -> list[dict[str, Any]]:
    """Return the numbers by organisation, the own one first, then by name."""
    known, own = facts().organisations, current_actor().organisation
    by_organisation: dict[UUID, list[DutyNumber]] = {}
    for row in found:
        by_organisation.setdefault(row.organisation_id, []).append(row)
    desks = [
        {
            "name": label(known[organisation].names, language()) if organisation in known else "",
            "own": organisation == own,
            "rows": [_line(row, since) for row in rows],
        }
        for organisation, rows in by_organisation.items()
    ]
    return sorted(desks, key=lambda one: (not one["own"], one["name"]))


def _line(row: DutyNumber, since: date) -> dict[str, Any]:
    facilities = facts().facilities
    facility = label(facilities[row.facility_id].names, language()) if row.facility_id in facilities else ""
    changed: datetime = row.changed_at
    return {
        "row": row,
        "facility": facility,
        "number": written(row.number),
        "changed": changed if timezone.localtime(changed).date() >= since else None,
    }


def written(number: str) -> str:
    """Return a number as it is read aloud, with its country: +32 3 205 20 11."""
    parsed = phonenumbers.parse(number, HOME)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


@require_http_methods(["GET", "HEAD", "POST"])
def numbers(request: HttpRequest) -> HttpResponse:
    """Show the numbers of the own organisation and add one."""
    return _number_page(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def number(request: HttpRequest, number: UUID) -> HttpResponse:
    """Change one of the own numbers."""
    return _number_page(request, number)


def _number_page(request: HttpRequest, identifier: UUID | None) -> HttpResponse:
    if not queries.keeps_numbers():
        raise Refused(_("The organisation's administrators and those who look after its records do this."))
    row = queries.own_number(identifier) if identifier is not None else None
    facilities = Facility.objects.filter(operator_id=current_actor().organisation)
    initial = (
        {
            "label": row.label,
            "number": written(row.number),
            "hours": row.hours,
            "facility": str(row.facility_id or ""),
            "position": row.position,
        }
        if row is not None
        else {}
    )
    form = NumberForm(request.POST if request.method == "POST" else None, facilities=facilities, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.keep_number(form.entry(), at=now(), identifier=identifier)
        except Invalid as error:
            form.put(error.problems)
        else:
            messages.success(request, _("Kept. It stands on the call list."))
            return HttpResponseRedirect(reverse("alerts:numbers"))
    context = {
        "form": form,
        "row": row,
        "rows": [_line(one, now().date()) for one in queries.own_numbers()],
        "sees": {"tlp": int(Tlp.AMBER), "audience": [_("the members of your operational circles")]},
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "alerts/desk_numbers.html", context, status=status)


@require_POST
def number_remove(request: HttpRequest, number: UUID) -> HttpResponse:
    """Take one of the own numbers off the list."""
    actions.remove_number(number, at=now())
    messages.success(request, _("Taken off the list."))
    return HttpResponseRedirect(reverse("alerts:numbers"))
