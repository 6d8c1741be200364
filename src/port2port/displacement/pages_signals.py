"""Pages of officers' signals: give one, read one, say what became of it. They only translate."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from port2port.base import idempotency
from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, Refused
from port2port.displacement import signals
from port2port.displacement.forms import OutcomeForm, SignalForm
from port2port.displacement.words import OUTCOME_BADGES, category_word, outcome_word, track_line
from port2port.members.acting import current_actor
from port2port.members.data_files import label
from port2port.members.places import known_places
from port2port.reports import addressing
from port2port.reports.small_forms import WithdrawForm
from port2port.reports.vocabulary import modus_operandi
from port2port.sharing import actions as sharing
from port2port.sharing import audiences
from port2port.sharing import queries as sharing_queries
from port2port.sharing.addressing import circles_to_address, people_to_address, reporter
from port2port.sharing.references import reference
from port2port.sharing.rules import REASONS, decide
from port2port.site.reader import language

CREATED = 201


def row(given: signals.Given) -> dict[str, Any]:
    """Return a signal made ready for a row or a page."""
    record, one = given.record, given.signal
    return {
        "given": given, "record": record, "signal": one, "method": category_word(one.method),
        "origin": label(one.origin.names, language()),
        "port": label(record.port.names, language()) if record.port is not None else "",
        "outcome": outcome_word(given.outcome), "badge": OUTCOME_BADGES[given.outcome],
        "owner": label(record.owner.names, language()), "reference": reference(record),
        "href": reverse("displacement:signal", args=[record.id]), "invented": record.provenance == "invented",
    }  # fmt: skip


def sees(given: signals.Given) -> dict[str, Any]:
    """Return who sees it, for the bar."""
    record = given.record
    return {
        "tlp": record.tlp, "audience": audiences.words(record.addressed, record.author_id),
        "why_url": reverse("sharing:why", args=[record.id]),
    }  # fmt: skip


@require_safe
def signal_list(request: HttpRequest) -> HttpResponse:
    """Show the signals one sees, newest first, and how they did."""
    found, slice_ = signals.signals(cursor=request.GET.get("cursor", ""))

    def address(cursor: str) -> str:
        return f"{request.path}?{urlencode({'cursor': cursor})}" if cursor else ""

    context = {
        "rows": [row(one) | {"sees": sees(one)} for one in found],
        "track": track_line(signals.signal_track(found)),
        "pages": {"older": address(slice_.next), "newer": address(slice_.previous)},
        "may": current_actor().may("report") and current_actor().organisation is not None,
    }
    return render(request, "displacement/signals.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Give a signal: who, from where to where, by which method, how sure, why; sent twice, it is kept once."""
    actor, at = current_actor(), now()
    if not actor.may("report") or actor.organisation is None:
        raise Refused(REASONS["no-role"])
    who, places = reporter(), known_places()
    offers = addressing.offered(who, places, port=who.port)
    codes = [offer.code for offer in offers]
    form = SignalForm(
        request.POST if request.method == "POST" else None,
        who=who, offers=offers, circles=circles_to_address(), persons=people_to_address(), places=places,
        initial={
            "audience": "ports-and-police" if "ports-and-police" in codes else "", "origin": who.port,
            "language": language(), "key": str(uuid4()),
        },
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        key = form.cleaned_data["key"] or str(uuid4())
        before = idempotency.claim(actor.person, key, what="POST displacement:signals", content=b"", at=at)
        if before is not None:
            return HttpResponseRedirect(reverse("displacement:signal", args=[before.body.decode()]))
        try:
            said = form.foreseen()
            made = signals.give_signal(
                signal=said, to=form.addressing(), at=at,
                terms=addressing.terms_for(modus_operandi(said.method).threat, who),
            )  # fmt: skip
        except Invalid as error:
            idempotency.release(actor.person, key)
            form.put(error.problems)
        else:
            sent = str(made.record_id)
            idempotency.keep(actor.person, key, status=CREATED, body=sent.encode(), content_type="text/plain")
            messages.success(request, _("Kept as you gave it. Somebody else will say what became of it."))
            return HttpResponseRedirect(reverse("displacement:signal", args=[sent]))
    notes = {
        offer.code: {"note": audiences.preview(offer.addressed, offer.tlp).words, "tlp": int(offer.tlp)}
        for offer in offers
    }
    choose_open = any(name in form.errors for name in ("circles", "persons", "tlp"))
    context = {"form": form, "notes": notes, "choose_open": choose_open}
    return render(request, "displacement/signal_new.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def detail(request: HttpRequest, signal: UUID) -> HttpResponse:
    """Show one signal; whoever may and did not give it says what became of it."""
    at = now()
    found = signals.signal(signal, at=at)
    form = OutcomeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            signals.score_signal(signal, outcome=form.cleaned_data["outcome"], why=form.cleaned_data["why"], at=at)
        except Invalid as error:
            form.put(error.problems)
        else:
            messages.success(request, _("Kept. It counts in the track record."))
            return HttpResponseRedirect(reverse("displacement:signal", args=[signal]))
    withdraws = decide(current_actor(), "withdraw", sharing_queries.envelope(found.record), at=at).allowed
    context = row(found) | {
        "sees": sees(found), "outcome_form": form, "scores": signals.scores(found),
        "withdraws": withdraws and found.record.withdrawn_at is None,
    }  # fmt: skip
    return render(request, "displacement/signal.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, signal: UUID) -> HttpResponse:
    """Take a signal back; who had it is told."""
    found = signals.signal(signal, at=now())
    decision = decide(current_actor(), "withdraw", sharing_queries.envelope(found.record), at=now())
    if not decision.allowed:
        raise Refused(decision.reason, kind=signals.KIND, record=signal)
    if found.record.withdrawn_at is not None:
        raise Conflict(_("It was withdrawn before."))
    form = WithdrawForm(request.POST if request.method == "POST" else None, reference=reference(found.record))
    if request.method == "POST" and form.is_valid():
        sharing.withdraw(found.record, reason=form.cleaned_data["reason"], at=now())
        messages.success(request, _("Withdrawn. Those who had it are told."))
        return HttpResponseRedirect(reverse("displacement:signals"))
    context = row(found) | {"form": form}
    return render(
        request, "displacement/signal_withdraw.html", context, status=422 if request.method == "POST" else 200
    )
