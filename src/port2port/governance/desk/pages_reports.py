"""Pages of what is generated: retention with its proof, and what was released outside the country."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_safe

from port2port.base.clock import now
from port2port.governance import files
from port2port.governance.desk import queries, words
from port2port.governance.kind_words import kind_word
from port2port.governance.sections import sections
from port2port.members.acting import current_actor
from port2port.members.queries import called
from port2port.sharing import legal_basis
from port2port.sharing.sheets import Sheet
from port2port.site.reader import language


@require_safe
def retention(request: HttpRequest) -> HttpResponse:
    """Show what went, what goes next, and whether anything past its time is still there."""
    held = queries.held()
    past = sum(one.past for one in held)
    answer = _("Nothing is kept past its time")
    if past:
        answer = ngettext(
            "%(n)d record is past its time and still there", "%(n)d records are past their time and still there", past
        ) % {"n": past}
    context = {
        "answer": answer, "sections": sections("governance:desk"), "parts": words.parts("governance:retention"),
        "sees": words.sees(), "held": [(kind_word(one.kind), one) for one in held],
        "gone": [(kind_word(one.kind), one) for one in queries.gone()], "may_take": current_actor().may("export"),
    }  # fmt: skip
    return render(request, "governance/desk/retention.html", context)


@require_GET
def retention_file(request: HttpRequest) -> HttpResponse:
    """Answer the same as XLSX or CSV (which holds what went)."""
    form, at = request.GET.get("format", ""), now()
    tables = [
        Sheet("gone", (_("Kind"), _("Month"), _("By their time"), _("Withdrawn")), [
            (kind_word(one.kind), f"{one.month:%Y-%m}", one.expired, one.withdrawn) for one in queries.gone()]),
        Sheet("held", (_("Kind"), _("Held"), _("Within 30 days"), _("Next"), _("Past its time")), [
            (kind_word(one.kind), one.held, one.soon, one.next.isoformat() if one.next else "", one.past)
            for one in queries.held()]),
    ]  # fmt: skip
    return files.answered(files.sheets(tables, name="retention", kind="retention", form=form, at=at), form)


@require_safe
def transfers(request: HttpRequest) -> HttpResponse:
    """Show to whom outside Belgium records of the own organisation are addressed, and on which basis."""
    found = queries.transfers()
    recipients = len({one.recipient.id for one in found})
    answer = _("Nothing is released outside Belgium")
    if recipients:
        answer = ngettext(
            "%(n)d organisation outside Belgium receives from you",
            "%(n)d organisations outside Belgium receive from you",
            recipients,
        ) % {"n": recipients}
    context = {
        "answer": answer, "sections": sections("governance:desk"), "parts": words.parts("governance:transfers"),
        "sees": words.sees(), "rows": [_row(one) for one in found], "may_take": current_actor().may("export"),
    }  # fmt: skip
    return render(request, "governance/desk/transfers.html", context)


def _row(one: queries.Transfer) -> dict[str, object]:
    reader = language()
    return {
        "to": called(one.recipient.names), "country": one.country, "kind": kind_word(one.kind), "number": one.records,
        "basis": legal_basis.legal_basis(one.legal_basis).label(reader), "first": one.first_at, "last": one.last_at,
        "personal": legal_basis.personal_data_class(one.personal_data).label(reader),
    }  # fmt: skip


@require_GET
def transfers_file(request: HttpRequest) -> HttpResponse:
    """Answer the same as XLSX or CSV."""
    form, at = request.GET.get("format", ""), now()
    heads = (
        _("To"),
        _("Country"),
        _("Kind"),
        _("Records"),
        _("On which basis"),
        _("Data of persons"),
        _("First"),
        _("Last"),
    )
    rows = [
        (row["to"], row["country"], row["kind"], row["number"], row["basis"], row["personal"],
         timezone.localtime(one.first_at).date().isoformat(), timezone.localtime(one.last_at).date().isoformat())
        for one in queries.transfers() for row in [_row(one)]
    ]  # fmt: skip
    return files.answered(
        files.sheets([Sheet("transfers", heads, rows)], name="transfers", kind="transfer", form=form, at=at), form
    )
