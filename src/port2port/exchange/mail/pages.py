"""Pages of mail that came in: the address, what waits, one message, making a report of it. They only translate."""

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
from port2port.base.errors import Invalid, Problem
from port2port.exchange.inbound.actions import keeping, receiver
from port2port.exchange.mail import actions, queries, words
from port2port.exchange.mail.forms import LetterForm
from port2port.members.acting import current_actor
from port2port.members.roles import Act

SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
def mail(request: HttpRequest) -> HttpResponse:
    """Show the address of the own organisation and what came to it; its administrators make the address."""
    actor = current_actor()
    administers, reads = actor.may(Act.ADMINISTER), actor.may(Act.REPORT)
    if not administers:
        receiver()
    if request.method == "POST":
        return _address(request)
    row, waiting = queries.desk(), queries.waiting()
    number = ngettext("%(n)s message waits", "%(n)s messages wait", waiting) % {"n": waiting}
    context = {
        "answer": number if waiting else _("No mail waits"),
        "row": row,
        "address": queries.address_of(row) if row is not None else "",
        "administers": administers,
        "reads": reads,
        "full": waiting >= actions.MOST_WAITING,
        "days": keeping().mail_days,
        "drafts": [(one, words.title(one)) for one in queries.drafts(SHOWN)],
    }
    return render(request, "exchange/mail.html", context)


def _address(request: HttpRequest) -> HttpResponse:
    match request.POST.get("act", ""):
        case "renew":
            actions.renew_address(at=now())
            messages.success(request, _("This is the address now. One that there was before takes nothing any more."))
        case "end":
            actions.end_address(at=now())
            messages.success(request, _("No mail is taken any more."))
        case _other:
            raise Invalid([Problem("act", _("Choose what to do."))])
    return redirect("exchange:mail")


@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: HttpRequest, letter: UUID) -> HttpResponse:
    """Show a message as text, make a report of it, or throw it away."""
    row = queries.draft(letter) if request.method == "POST" else actions.open_letter(letter, at=now())
    if request.POST.get("act") == "throw":
        actions.throw_away(row.id, at=now())
        messages.success(request, _("Thrown away."))
        return redirect("exchange:mail")
    form = LetterForm(request.POST if request.method == "POST" else None, row=row)
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.report_letter(row.id, form.said(), at=now())
        except Invalid as error:
            problems = error.problems
        else:
            messages.success(request, _("It is a report of your organisation now. Share it from there."))
            return HttpResponseRedirect(reverse("reports:detail", args=[made.record_id]))
    context: dict[str, Any] = {
        "row": row,
        "title": words.title(row),
        "checks": words.checks(row),
        "form": form,
        "problems": problems,
        "days": keeping().mail_days,
    }
    return render(request, "exchange/mail_draft.html", context, status=422 if request.method == "POST" else 200)
