"""Pages for writing: propose, copy, merge, split and change a measure; set and change an objective; withdraw."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from port2port.base import idempotency
from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, NotFound, Refused
from port2port.measures import actions, queries
from port2port.measures.forms import NewForm, ObjectiveForm, TextForm
from port2port.measures.queries import KIND, OBJECTIVE
from port2port.measures.rules import CHANGEABLE, LINEAGE_KINDS
from port2port.measures.shown import shown
from port2port.measures.words import Card, objective_sees
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

CREATED = 201
DEFAULT_CIRCLE = "all-members"


def addressed_form(request: HttpRequest, form: type[Any], initial: dict[str, Any]) -> Any:
    """Return a form that asks who should see it, starting with all members."""
    who = reporter()
    offers = addressing.offered(who, known_places(), port=who.port)
    codes = [offer.code for offer in offers]
    initial = {"audience": DEFAULT_CIRCLE if DEFAULT_CIRCLE in codes else "", "language": language()} | initial
    return form(
        request.POST if request.method == "POST" else None,
        who=who, offers=offers, circles=circles_to_address(), persons=people_to_address(),
        initial=initial,
    )  # fmt: skip


def _may_propose() -> None:
    actor = current_actor()
    if not actor.may("report") or actor.organisation is None:
        raise Refused(REASONS["no-role"])


def _predecessors(values: list[str]) -> list[queries.Shown]:
    """Return the measures a proposal comes from. Raises NotFound for one that is not seen or is no id."""
    try:
        ids = [UUID(value) for value in dict.fromkeys(values) if value]
    except ValueError:
        raise NotFound() from None
    found = shown(ids)
    if len(found) != len(ids):
        raise NotFound()
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Propose a measure, from nothing or from others (`from`), whose text is copied; sent twice, it is sent once."""
    _may_propose()
    source = request.POST if request.method == "POST" else request.GET
    parents = _predecessors(source.getlist("from"))
    kind = source.get("lineage", "")
    initial: dict[str, Any] = {
        "key": str(uuid4()),
        "lineage": kind if kind in LINEAGE_KINDS else "copied" if parents else "",
    }
    if parents:
        initial |= asdict(parents[0].draft) | {
            "threat": parents[0].record.threat, "category": parents[0].measure.category,
            "objective": str(parents[0].measure.objective_id or ""),
        }  # fmt: skip
    if request.GET.get("objective"):
        initial["objective"] = request.GET["objective"]
    form = addressed_form(request, NewForm, initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            answer = _propose(request, form, parents)
            if answer is not None:
                return answer
    others = [] if parents else [Card(row) for row in queries.measures(at=now(), states=("draft", "published"))[:30]]
    context = audience_context(form) | {"parents": [Card(row) for row in parents], "others": others}
    return render(request, "measures/new.html", context, status=status)


def _propose(request: HttpRequest, form: NewForm, parents: list[queries.Shown]) -> HttpResponse | None:
    actor, at, data = current_actor(), now(), form.cleaned_data
    key = data["key"] or str(uuid4())
    before = idempotency.claim(actor.person, key, what="POST measures:new", content=b"", at=at)
    if before is not None:
        return HttpResponseRedirect(reverse("measures:detail", args=[before.body.decode()]))
    try:
        made = actions.propose(
            draft=form.draft(), threat=data["threat"], to=form.addressing(), at=at,
            terms=addressing.terms_for(data["threat"], form.who), objective=form.objective_id(),
            category=data["category"], predecessors=[row.id for row in parents],
            lineage=data["lineage"] if parents else "",
        )  # fmt: skip
    except Invalid as error:
        idempotency.release(actor.person, key)
        form.put(error.problems)
        return None
    idempotency.keep(actor.person, key, status=CREATED, body=str(made.record_id).encode(), content_type="text/plain")
    messages.success(request, _("Shared as a draft. Put it to the members when it is ready."))
    return HttpResponseRedirect(reverse("measures:detail", args=[made.record_id]))


def audience_context(form: Any) -> dict[str, Any]:
    """Return what a page needs to ask who should see something."""
    notes: dict[str, Mapping[str, Any]] = {
        offer.code: {"note": audiences.preview(offer.addressed, offer.tlp).words, "tlp": int(offer.tlp)}
        for offer in form.offers
    }
    return {
        "form": form,
        "notes": notes | {CHOOSE: {}},
        "choose_open": any(name in form.errors for name in ("circles", "persons", "tlp")),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, measure: UUID) -> HttpResponse:
    """Change the text; once somebody has given a position this makes a new version and asks again."""
    at = now()
    found = queries.measure(measure, at=at)
    decision = decide(current_actor(), "change", envelope(found.record), at=at)
    if not decision.allowed:
        raise Refused(decision.reason, kind=KIND, record=measure)
    if found.measure.state not in CHANGEABLE:
        raise Conflict(_("This text stands. Propose another one that comes from it."))
    initial = asdict(found.draft) | {
        "objective": str(found.measure.objective_id or ""), "version": found.record.version,
    }  # fmt: skip
    form = TextForm(request.POST if request.method == "POST" else None, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = actions.change_text(
                    measure, draft=form.draft(), at=at, expected=form.cleaned_data["version"] or 0,
                    objective=form.objective_id(),
                )  # fmt: skip
            except Invalid as error:
                form.put(error.problems)
            except Conflict as error:
                form.add_error(None, str(error.reason))
                status = Conflict.status
            else:
                asked = made.number > found.version.number and found.measure.state == "consultation"
                messages.success(request, _("A new version: everybody is asked again.") if asked else _("Changed."))
                return HttpResponseRedirect(reverse("measures:detail", args=[measure]))
    card = Card(found)
    return render(request, "measures/edit.html", {"form": form, "card": card, "sees": card.sees}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, measure: UUID) -> HttpResponse:
    """Take a measure back that should never have been shared, confirmed by naming it."""
    at = now()
    found = queries.measure(measure, at=at)
    decision = decide(current_actor(), "withdraw", envelope(found.record), at=at)
    if not decision.allowed:
        raise Refused(decision.reason, kind=KIND, record=measure)
    if found.withdrawn:
        raise Conflict(_("This was withdrawn."))
    form = WithdrawForm(request.POST if request.method == "POST" else None, reference=found.reference)
    if request.method == "POST" and form.is_valid():
        actions.withdraw_measure(measure, reason=form.cleaned_data["reason"], at=at)
        messages.success(request, _("Withdrawn. It has gone from the screens of those who had it."))
        return HttpResponseRedirect(reverse("measures:detail", args=[measure]))
    people = audiences.preview(found.record.audience, Tlp(found.record.tlp))
    card = Card(found)
    context = {"form": form, "card": card, "sees": card.sees, "people": people}
    return render(request, "measures/withdraw.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def objective_new(request: HttpRequest) -> HttpResponse:
    """Set an objective for the network."""
    _may_propose()
    form = addressed_form(request, ObjectiveForm, {})
    if request.method == "POST" and form.is_valid():
        threat = form.cleaned_data["threat"]
        try:
            made = actions.set_objective(
                aim=form.aim(),
                threat=threat,
                to=form.addressing(),
                terms=addressing.terms_for(threat, form.who),
                at=now(),
            )
        except Invalid as error:
            form.put(error.problems)
        else:
            messages.success(request, _("Objective set. Propose measures that serve it."))
            return HttpResponseRedirect(reverse("measures:objective", args=[made.record_id]))
    status = 422 if request.method == "POST" else 200
    return render(request, "measures/objective_form.html", audience_context(form) | {"is_new": True}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def objective_edit(request: HttpRequest, objective: UUID) -> HttpResponse:
    """Change what an objective says; who sees it stays."""
    at = now()
    found = queries.objective(objective, at=at)
    decision = decide(current_actor(), "change", envelope(found.record), at=at)
    if not decision.allowed:
        raise Refused(decision.reason, kind=OBJECTIVE, record=objective)
    said = found.objective
    initial = {name: getattr(said, name) for name in ("title", "why", "change", "indicator", "language")}
    form = ObjectiveForm(
        request.POST if request.method == "POST" else None, fixed=True, who=reporter(), offers=[],
        circles=([], []), persons=[], initial=initial | {"version": found.record.version},
    )  # fmt: skip
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_objective(objective, aim=form.aim(), at=at, expected=form.cleaned_data["version"] or 0)
        except Invalid as error:
            form.put(error.problems)
        except Conflict as error:
            form.add_error(None, str(error.reason))
            status = Conflict.status
        else:
            messages.success(request, _("Changed."))
            return HttpResponseRedirect(reverse("measures:objective", args=[objective]))
    context = {"form": form, "shown": found, "sees": objective_sees(found), "is_new": False}
    return render(request, "measures/objective_form.html", context, status=status)
