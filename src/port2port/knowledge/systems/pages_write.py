"""Pages for writing in the register: installation, result, procurement annex, withdrawing. They only translate."""

from collections.abc import Callable
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
from port2port.base.errors import Conflict, Invalid, Refused
from port2port.knowledge.systems import actions, queries
from port2port.knowledge.systems.forms import InstallationForm, ProcurementForm, ResultForm
from port2port.knowledge.systems.models import Installation
from port2port.knowledge.systems.queries import KIND, MEASUREMENT, PROCUREMENT, Shown
from port2port.knowledge.systems.words import Card
from port2port.measures.actions import stewarded
from port2port.members.acting import current_actor
from port2port.members.places import known_places
from port2port.reports import addressing
from port2port.reports.addressing import Offered
from port2port.reports.defaults import CHOOSE
from port2port.reports.small_forms import WithdrawForm
from port2port.sharing import audiences
from port2port.sharing import queries as sharing
from port2port.sharing.addressing import circles_to_address, people_to_address, reporter
from port2port.sharing.references import reference
from port2port.sharing.rules import REASONS
from port2port.sharing.tlp import Tlp
from port2port.site.reader import language

CREATED = 201
FORM = ["GET", "HEAD", "POST"]
DEFAULT_CIRCLE, OWN = "all-members", "my-organisation"
SAME = "as-installation"


def _addressed(
    request: HttpRequest, form: type[Any], initial: dict[str, Any], *, first: str, same_as: Shown | None = None,
    **more: Any,
) -> Any:  # fmt: skip
    """Return a form that asks who should see it; `same_as`: also offer whoever sees this installation."""
    who = reporter()
    offers = addressing.offered(who, known_places(), port=who.port)
    if same_as is not None:
        keys = tuple(key for key in same_as.record.addressed if key != current_actor().person)
        words = _("Whoever sees the installation: %(who)s") % {"who": ", ".join(same_as.audience)}
        offers = [Offered(SAME, words, Tlp(same_as.record.tlp), keys), *offers]
    codes = [offer.code for offer in offers]
    initial = {"audience": first if first in codes else "", "language": language(), "key": str(uuid4())} | initial
    return form(
        request.POST if request.method == "POST" else None, who=who, offers=offers, circles=circles_to_address(),
        persons=people_to_address(), initial=initial, **more,
    )  # fmt: skip


def _context(form: Any) -> dict[str, Any]:
    notes = {
        offer.code: {"note": audiences.preview(offer.addressed, offer.tlp).words, "tlp": int(offer.tlp)}
        for offer in form.offers
    }
    opened = any(name in form.errors for name in ("circles", "persons", "tlp"))
    return {"form": form, "notes": notes | {CHOOSE: {}}, "choose_open": opened}


def _once(request: HttpRequest, form: Any, what: str, make: Callable[[], UUID]) -> UUID | None:
    """Return what was made, also when the form is sent twice; None when the rules refuse it, and the form says why."""
    person, at, key = current_actor().person, now(), form.cleaned_data["key"] or str(uuid4())
    before = idempotency.claim(person, key, what=f"POST knowledge:{what}", content=b"", at=at)
    if before is not None:
        return UUID(before.body.decode())
    try:
        made = make()
    except Invalid as error:
        idempotency.release(person, key)
        form.put(error.problems)
        return None
    idempotency.keep(person, key, status=CREATED, body=str(made).encode(), content_type="text/plain")
    return made


@require_http_methods(FORM)
def new(request: HttpRequest) -> HttpResponse:
    """Enter a system in use; sent twice, it is entered once."""
    actor = current_actor()
    if not actor.may("report") or actor.organisation is None:
        raise Refused(REASONS["no-role"])
    who = reporter()
    initial = {"place": who.facility or who.port, "rights": "not_done", "privacy": "not_done"}
    initial |= {name: request.GET.get(name, "")[:80] for name in ("kind", "maker", "product")}
    form = _addressed(request, InstallationForm, initial, first=DEFAULT_CIRCLE, places=known_places())
    if request.method == "POST" and form.is_valid():

        def make() -> UUID:
            return actions.install(
                one=form.installed(), place=form.cleaned_data["place"], to=form.addressing(), at=now()
            ).record_id  # fmt: skip

        made = _once(request, form, "install", make)
        if made is not None:
            messages.success(request, _("Entered. Add what was measured when you have it."))
            return HttpResponseRedirect(reverse("knowledge:installation", args=[made]))
    context = _context(form) | {"names": queries.known_names(), "is_new": True}
    return render(
        request, "knowledge/systems/installation_form.html", context, status=422 if request.method == "POST" else 200
    )  # fmt: skip


def _typed(row: Installation) -> dict[str, Any]:
    names = (
        "kind", "maker", "product", "version", "purpose", "legal_basis", "legal_citation", "retention_days", "rights",
        "rights_on", "rights_reason", "privacy", "privacy_on", "privacy_reason", "ai_class", "ai_article", "since",
        "until", "language",
    )  # fmt: skip
    return {name: getattr(row, name) for name in names}


@require_http_methods(FORM)
def edit(request: HttpRequest, installation: UUID) -> HttpResponse:
    """Change what is said of an installation; who sees it stays."""
    at = now()
    found = queries.installation(installation, at=at)
    stewarded(installation, KIND, at=at)
    row, record = found.installation, found.record
    place = row.facility.number if row.facility is not None else record.port.locode if record.port is not None else ""
    form = InstallationForm(
        request.POST if request.method == "POST" else None, places=known_places(), fixed=True, who=reporter(),
        offers=[], circles=([], []), persons=[], initial=_typed(row) | {"place": place, "seen": record.version},
    )  # fmt: skip
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_installation(
                installation, one=form.installed(), place=form.cleaned_data["place"], at=at,
                expected=form.cleaned_data["seen"] or 0,
            )  # fmt: skip
        except Invalid as error:
            form.put(error.problems)
        except Conflict as error:
            form.add_error(None, str(error.reason))
            status = Conflict.status
        else:
            messages.success(request, _("Changed."))
            return HttpResponseRedirect(reverse("knowledge:installation", args=[installation]))
    context = {"form": form, "card": Card(found), "names": queries.known_names(), "is_new": False}
    return render(request, "knowledge/systems/installation_form.html", context, status=status)


@require_http_methods(FORM)
def add_result(request: HttpRequest, installation: UUID) -> HttpResponse:
    """Ask what an installation did in a period, and who may see that."""
    found = queries.installation(installation, at=now())
    stewarded(installation, KIND, at=now())
    form = _addressed(request, ResultForm, {}, first=SAME, same_as=found)
    if request.method == "POST" and form.is_valid():

        def make() -> UUID:
            return actions.add_result(
                installation, one=form.measured(), to=form.addressing(), at=now()
            ).record_id  # fmt: skip

        if _once(request, form, "result", make) is not None:
            messages.success(request, _("Added. It counts in the comparison for whoever sees it."))
            return HttpResponseRedirect(reverse("knowledge:installation", args=[installation]))
    context = _context(form) | {"card": Card(found)}
    return render(
        request, "knowledge/systems/result_form.html", context, status=422 if request.method == "POST" else 200
    )  # fmt: skip


@require_http_methods(FORM)
def add_procurement(request: HttpRequest, installation: UUID) -> HttpResponse:
    """Ask what is sensitive in procurement, and who may see that."""
    found = queries.installation(installation, at=now())
    stewarded(installation, KIND, at=now())
    form = _addressed(request, ProcurementForm, {}, first=OWN)
    if request.method == "POST" and form.is_valid():

        def make() -> UUID:
            return actions.add_procurement(
                installation, one=form.bought(), to=form.addressing(), at=now()
            ).record_id  # fmt: skip

        if _once(request, form, "procurement", make) is not None:
            messages.success(request, _("Added, for whom you chose alone."))
            return HttpResponseRedirect(reverse("knowledge:installation", args=[installation]))
    context = _context(form) | {"card": Card(found)}
    return render(
        request, "knowledge/systems/procurement_form.html", context, status=422 if request.method == "POST" else 200
    )  # fmt: skip


def withdraw_installation(request: HttpRequest, installation: UUID) -> HttpResponse:
    """Take an installation back, with all that was measured there."""
    found = queries.installation(installation, at=now())
    return _withdraw(request, installation, KIND, found)


def withdraw_result(request: HttpRequest, measurement: UUID) -> HttpResponse:
    """Take a result back that was wrong."""
    found = queries.installation(queries.result(measurement).row.installation_id, at=now())
    return _withdraw(request, measurement, MEASUREMENT, found)


def withdraw_procurement(request: HttpRequest, procurement: UUID) -> HttpResponse:
    """Take a procurement annex back."""
    found = queries.installation(queries.annex(procurement).row.installation_id, at=now())
    return _withdraw(request, procurement, PROCUREMENT, found)


@require_http_methods(FORM)
def _withdraw(request: HttpRequest, identifier: UUID, kind: str, of: Shown) -> HttpResponse:
    at = now()
    stewarded(identifier, kind, at=at, act="withdraw")
    record = sharing.record(identifier, kind)
    form = WithdrawForm(request.POST if request.method == "POST" else None, reference=reference(record))
    back = reverse("knowledge:installation", args=[of.id])
    if request.method == "POST" and form.is_valid():
        actions.withdraw(identifier, kind, reason=form.cleaned_data["reason"], at=at)
        messages.success(request, _("Withdrawn. It has gone from the screens of those who had it."))
        return HttpResponseRedirect(back)
    people = audiences.preview(record.audience, Tlp(record.tlp))
    what = {
        KIND: _("With it goes everything that was measured there, and its procurement."),
        MEASUREMENT: _("A result is not changed: withdraw a wrong one and enter it again."),
        PROCUREMENT: _("The installation and its results stay."),
    }[kind]
    context = {
        "form": form, "card": Card(of), "reference": reference(record), "people": people, "what": what,
        "sees": {"tlp": record.tlp, "audience": audiences.words(record.addressed, record.author_id)},
    }  # fmt: skip
    return render(
        request, "knowledge/systems/withdraw.html", context, status=422 if request.method == "POST" else 200
    )  # fmt: skip
