"""Pages for reading operations: the list and one of them. They only translate."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from port2port.base.clock import now
from port2port.base.errors import NotFound
from port2port.measures.operations import queries
from port2port.measures.operations.forms import LinkForm
from port2port.measures.operations.queries import KIND
from port2port.measures.operations.rules import COUNTS_IN, WIDENS_IN
from port2port.measures.operations.shown import ShownOperation
from port2port.measures.operations.vocabulary import counted
from port2port.measures.operations.words import (
    OperationCard,
    amount_word,
    day_word,
    part_rows,
    port_word,
    sum_rows,
    totals,
)
from port2port.members.acting import current_actor
from port2port.members.data_files import label
from port2port.members.facts import facts
from port2port.reports.shown import shown as shown_reports
from port2port.reports.words import withdrawal_words
from port2port.sharing import audiences
from port2port.sharing import queries as sharing
from port2port.sharing.models import Record
from port2port.sharing.queries import envelope
from port2port.sharing.rules import decide
from port2port.sharing.tlp import Tlp
from port2port.site.reader import language

PAST = ("ended", "evaluated", "called_off")


@require_safe
def operation_list(request: HttpRequest) -> HttpResponse:
    """Show the operations that run, those to come, and those that are over."""
    at = now()
    rows = queries.operations(at=at, states=("running", "planned", *PAST))
    running = [row for row in rows if row.operation.state == "running"]
    coming = [row for row in rows if row.operation.state == "planned"]
    past = [row for row in reversed(rows) if row.operation.state in PAST]
    groups = [
        (_("Running now"), [OperationCard(row) for row in running]),
        (_("To come"), [OperationCard(row) for row in coming]),
        (_("Over"), [OperationCard(row) for row in past]),
    ]
    return render(
        request,
        "measures/operations.html",
        {
            "answer": _answer(len(running), len(coming)),
            "waiting": len(queries.answers_waiting(at=at)),
            "groups": [group for group in groups if group[1]],
            "may_plan": _may_write(),
            "columns": [
                {"word": one} for one in (_("Operation"), _("When"), _("Where"), _("State"), _("Who sees this"))
            ],
        },
    )


def _answer(running: int, coming: int) -> str:
    if running:
        return ngettext("%(n)d operation is running", "%(n)d operations are running", running) % {"n": running}
    if coming:
        return ngettext("%(n)d operation is planned", "%(n)d operations are planned", coming) % {"n": coming}
    return _("No operation is planned")


def _may_write() -> bool:
    return current_actor().organisation is not None and current_actor().may("report")


@require_safe
def operation(request: HttpRequest, operation: UUID) -> HttpResponse:
    """Show one operation: plan, who takes part, what was checked and found. 410 to who had it and has it no more."""
    at = now()
    try:
        found = queries.operation(operation, at=at)
    except NotFound:
        return gone(request, operation, KIND)
    actor = current_actor()
    state, gone_by = found.operation.state, found.record.withdrawn_at is not None
    stewards = decide(actor, "change", envelope(found.record), at=at).allowed and not gone_by
    shares = decide(actor, "share", envelope(found.record), at=at).allowed and not gone_by
    sums = queries.sums(operation)
    mine = queries.own_parts(found)
    counts = state in COUNTS_IN and actor.may("report") and any(one.answer == "accepted" for one in mine)
    links = state in WIDENS_IN and actor.may("report") and any(one.answer == "accepted" for one in mine)
    return render(
        request,
        "measures/operation.html",
        {
            "card": OperationCard(found),
            "operation": found.operation,
            "record": found.record,
            "sees": sees_words(found.record, OperationCard(found).sees),
            "parts": part_rows(found, actor.organisation),
            "ours": found.record.owner_id == actor.organisation,
            "may_answer": state in ("planned", "running") and (actor.may("steward") or actor.may("speak")),
            "overlaps": [
                {"port": port_word(port), "card": OperationCard(other)} for port, other in queries.overlapping(found)
            ]
            if state in ("planned", "running")
            else [],
            "turns": turns_of(found, at=at) if stewards else [],
            "may_change": stewards and state == "planned",
            "may_ask_in": shares and state == "planned",
            "may_widen": shares and state in WIDENS_IN,
            "may_withdraw": stewards,
            "counts": counts,
            "checked": sum_rows(sums, found=False),
            "found": sum_rows(sums, found=True),
            "checked_answer": totals(sums, found=False),
            "found_answer": totals(sums, found=True),
            "entries": [_entry(one, counts) for one in queries.entries(operation)],
            "sum_columns": [{"word": one} for one in (_("Day"), _("Port"), _("What"))]
            + [{"word": _("How many"), "number": True}],
            "reports": [
                {
                    "href": reverse("reports:detail", args=[one.record.id]),
                    "words": f"{one.reference} {one.report.title}",
                }
                for one in shown_reports([row.id for row in queries.reports(operation)])
            ],
            "link_form": LinkForm(reports=report_choices()) if links else None,
        },
    )


def _columns() -> list[dict[str, Any]]:
    return [{"word": one} for one in (_("Operation"), _("When"), _("Where"), _("State"), _("Who sees this"))]


def _sum_columns() -> list[dict[str, Any]]:
    words = [{"word": one} for one in (_("Day"), _("Port"), _("What"))]
    return [*words, {"word": _("How many"), "number": True}]


def _entry(one: Any, counts: bool) -> dict[str, Any]:
    kind = counted(one.kind)
    return {
        "entry": one,
        "what": kind.label(language()) if kind is not None else one.kind,
        "amount": amount_word(one.amount),
        "day": day_word(one.day),
        "port": port_word(one.port_id),
        "who": label(one.organisation.names, language()),
        "may_take_back": counts and one.organisation_id == current_actor().organisation,
    }


def turns_of(found: ShownOperation, *, at: Any) -> list[dict[str, Any]]:
    """Return what a steward may do with an operation in its state: a word, where, whether it is the next step."""

    def to(name: str) -> str:
        return reverse(f"measures:{name}", args=[found.id])

    state = found.operation.state
    if state == "planned":
        begin = [{"word": _("It has begun"), "post": to("operation_start"), "next": True}]
        come = found.operation.starts_at <= at
        return [*(begin if come else []), {"word": _("Call it off"), "href": to("operation_call_off")}]
    if state == "running":
        return [{"word": _("It has ended"), "post": to("operation_end"), "next": found.operation.ends_at < at}]
    if state == "ended":
        return [{"word": _("Write what was learned"), "href": to("operation_evaluate"), "next": True}]
    if state == "evaluated":
        return [{"word": _("Write it better"), "href": to("operation_evaluate")}]
    return []


def report_choices() -> list[tuple[UUID, str]]:
    """Return the newest reports that the actor sees, as choices."""
    rows = shown_reports(sharing.newest("report", size=50).ids)
    return [(row.record.id, f"{row.reference} {row.report.title}"[:120]) for row in rows]


def sees_words(record: Record, sees: dict[str, Any]) -> dict[str, Any]:
    """Return who sees a record with how many people that are now, for the sees part."""
    keys = [key for key in record.audience if key != current_actor().person]
    told = record.withdrawn_at is None and record.tlp != Tlp.CLEAR and keys
    note = f"{audiences.preview(keys, Tlp(record.tlp)).words}." if told else ""
    return sees | {"note": note, "why_url": reverse("sharing:why", args=[record.id])}


def gone(request: HttpRequest, identifier: UUID, kind: str) -> HttpResponse:
    """Answer what is left for those who had it: when and by whom it went. Raises NotFound for all others."""
    stone = sharing.tombstone(identifier)
    if stone is None or stone.kind != kind:
        raise NotFound()
    owner = facts().organisations.get(stone.owner)
    return render(
        request,
        "measures/operation_gone.html",
        {
            "expired": stone.why == "expired",
            "at": timezone.localtime(stone.at),
            "owner": label(owner.names, language()) if owner is not None else "",
            "reason": withdrawal_words(stone.reason) if stone.reason else "",
        },
        status=410,
    )
