"""Pages of mutual aid: the board, a request with its offers, asking, offering, turning. They only translate."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, NotFound, Problem, Refused
from port2port.measures.operations import aid_actions, aid_queries
from port2port.measures.operations.aid_queries import AID
from port2port.measures.operations.forms import AidForm, OfferForm, TurnForm
from port2port.measures.operations.pages import gone, sees_words
from port2port.measures.operations.pages_write import once
from port2port.measures.operations.rules import ASKER
from port2port.measures.operations.words import AidCard, lent_row, offer_row
from port2port.members.acting import current_actor
from port2port.members.places import known_places
from port2port.reports import addressing
from port2port.reports.defaults import CHOOSE
from port2port.reports.small_forms import WithdrawForm
from port2port.sharing import audiences
from port2port.sharing.addressing import circles_to_address, people_to_address, reporter
from port2port.sharing.queries import envelope
from port2port.sharing.rules import REASONS, decide
from port2port.sharing.tlp import Tlp
from port2port.site.reader import language

DEFAULT_CIRCLE = "ports-and-police"


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Show what is asked for, and who has what of whom now."""
    at = now()
    requests = [AidCard(row) for row in aid_queries.open_requests(at=at)]
    missing = sum(1 for card in requests if card.shown.missing)
    lent = [lent_row(row) for row in aid_queries.lent_now(at=at)]
    answer = (
        ngettext("%(n)d request for help is open", "%(n)d requests for help are open", missing) % {"n": missing}
        if missing
        else _("Nobody asks for help now")
    )
    return render(
        request,
        "measures/aid.html",
        {
            "answer": answer,
            "requests": requests,
            "lent": lent,
            "late": sum(1 for row in lent if row["overdue"]),
            "offers": [lent_row(row) for row in aid_queries.offers_to_decide()],
            "may_ask": current_actor().may("report") and current_actor().organisation is not None,
            "columns": [
                {"word": one} for one in (_("What"), _("Who asks"), _("When"), _("Still missing"), _("Who sees this"))
            ],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask a circle for help; sent twice, it is asked once."""
    if not current_actor().may("report") or current_actor().organisation is None:
        raise Refused(REASONS["no-role"])
    who = reporter()
    offers = addressing.offered(who, known_places(), port=who.port)
    codes = [offer.code for offer in offers]
    port = known_places().ports.get(who.port)
    initial: dict[str, Any] = {
        "audience": DEFAULT_CIRCLE if DEFAULT_CIRCLE in codes else "", "language": language(), "key": str(uuid4()),
        "port": str(port.id) if port is not None else "",
    }  # fmt: skip
    form = AidForm(
        request.POST if request.method == "POST" else None, who=who, offers=offers, circles=circles_to_address(),
        persons=people_to_address(), initial=initial,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = once(
                data["key"], "POST measures:aid_new",
                lambda: aid_actions.ask_aid(
                    need=form.need(), threat=data["threat"], to=form.addressing(),
                    terms=addressing.terms_for(data["threat"], who), at=now(),
                ).record_id,
            )  # fmt: skip
        except Invalid as error:
            form.put(error.problems)
        else:
            messages.success(request, _("Asked. Those who see it find it on their home page."))
            return _to(made)
    notes: dict[str, Any] = {
        offer.code: {"note": audiences.preview(offer.addressed, offer.tlp).words, "tlp": int(offer.tlp)}
        for offer in form.offers
    }
    context = {
        "form": form, "notes": notes | {CHOOSE: {}},
        "choose_open": any(name in form.errors for name in ("circles", "persons", "tlp")),
    }  # fmt: skip
    return render(request, "measures/aid_new.html", context, status=_status(request))


@require_safe
def one(request: HttpRequest, aid: UUID) -> HttpResponse:
    """Show one request with its offers. 410 to who had it and has it no more."""
    return _one(request, aid, OfferForm())


def _one(request: HttpRequest, aid: UUID, form: OfferForm, status: int = 200) -> HttpResponse:
    at = now()
    try:
        found = aid_queries.one_aid(aid, at=at)
    except NotFound:
        return gone(request, aid, AID)
    actor, side = current_actor(), aid_queries.side_of(found)
    standing = found.aid.closed_at is None and found.aid.until_at > at and found.record.withdrawn_at is None
    stewards = decide(actor, "change", envelope(found.record), at=at).allowed and found.record.withdrawn_at is None
    card = AidCard(found)
    return render(
        request,
        "measures/aid_request.html",
        {
            "card": card,
            "aid": found.aid,
            "record": found.record,
            "sees": sees_words(found.record, card.sees),
            "offers": [offer_row(row, found) for row in aid_queries.offers(aid)],
            "asks": side == ASKER,
            "turns": actor.may("report"),
            "form": form if standing and side != ASKER and actor.may("report") else None,
            "may_close": stewards and found.aid.closed_at is None,
            "may_withdraw": stewards,
        },
        status=status,
    )


@require_POST
def offer(request: HttpRequest, aid: UUID) -> HttpResponse:
    """Offer what is asked for."""
    aid_queries.one_aid(aid, at=now())
    form = OfferForm(request.POST)
    if form.is_valid():
        try:
            aid_actions.offer_aid(aid, amount=form.cleaned_data["amount"], note=form.cleaned_data["note"], at=now())
        except Invalid as error:
            form.put(error.problems)
        else:
            messages.success(request, _("Offered. Who asks is told on the home page."))
            return _to(aid)
    return _one(request, aid, form, status=422)


@require_POST
def turn(request: HttpRequest, offer: UUID) -> HttpResponse:
    """Accept an offer, decline it, take it back, send it, or say that it is back."""
    aid_queries.offer(offer)
    form = TurnForm(request.POST)
    if not form.is_valid():
        raise Invalid([Problem("to", _("Choose what happens with it."))])
    aid = aid_actions.turn_offer(offer, to=form.cleaned_data["to"], amount=form.cleaned_data["amount"], at=now())
    messages.success(request, _("Written down."))
    return _to(aid)


@require_POST
def close(request: HttpRequest, aid: UUID) -> HttpResponse:
    """Say that no more is needed."""
    aid_actions.close_aid(aid, at=now())
    messages.success(request, _("It is no longer asked for. What is lent goes on until it is back."))
    return _to(aid)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, aid: UUID) -> HttpResponse:
    """Take back a request that should never have been shared, confirmed by naming it."""
    at = now()
    found = aid_queries.one_aid(aid, at=at)
    decision = decide(current_actor(), "withdraw", envelope(found.record), at=at)
    if not decision.allowed:
        raise Refused(decision.reason, kind=AID, record=aid)
    if found.record.withdrawn_at is not None:
        raise Conflict(_("This was withdrawn."))
    form = WithdrawForm(request.POST if request.method == "POST" else None, reference=found.reference)
    if request.method == "POST" and form.is_valid():
        aid_actions.withdraw_aid(aid, reason=form.cleaned_data["reason"], at=at)
        messages.success(request, _("Withdrawn. It has gone from the screens of those who had it."))
        return _to(aid)
    people = audiences.preview(found.record.audience, Tlp(found.record.tlp))
    context = {"form": form, "card": AidCard(found), "people": people}
    return render(request, "measures/operation_withdraw.html", context, status=_status(request))


def _to(aid: UUID) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("measures:aid_request", args=[aid]))


def _status(request: HttpRequest) -> int:
    return 422 if request.method == "POST" else 200
