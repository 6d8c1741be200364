"""Pages for planning operations, answering, turning, counting at the quay, and widening. They only translate."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from port2port.base import idempotency
from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, Problem, Refused
from port2port.measures.operations import actions, queries
from port2port.measures.operations.forms import (
    AnswerForm,
    CountForm,
    LinkForm,
    NewOperationForm,
    PartsForm,
    PlanForm,
    SaidForm,
    today_within,
)
from port2port.measures.operations.pages import report_choices
from port2port.measures.operations.queries import KIND
from port2port.measures.operations.rules import COUNTS_IN, WIDENS_IN, days_of
from port2port.measures.operations.shown import ShownOperation
from port2port.measures.operations.words import OperationCard, our_ports
from port2port.members.acting import current_actor
from port2port.reports.addressing import terms_for
from port2port.reports.small_forms import AudienceForm, WithdrawForm
from port2port.sharing import audiences
from port2port.sharing.addressing import circles_to_address, people_to_address, reporter
from port2port.sharing.queries import envelope
from port2port.sharing.rules import REASONS, decide
from port2port.sharing.tlp import Tlp
from port2port.site.reader import language

CREATED = 201


def _held(identifier: UUID, *, at: datetime, act: str = "change") -> ShownOperation:
    """Return an operation that the actor may change. Raises NotFound, Refused, Conflict."""
    found = queries.operation(identifier, at=at)
    decision = decide(current_actor(), act, envelope(found.record), at=at)
    if not decision.allowed:
        raise Refused(decision.reason, kind=KIND, record=identifier)
    if found.record.withdrawn_at is not None:
        raise Conflict(_("This was withdrawn."))
    return found


def _to(identifier: UUID) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("measures:operation", args=[identifier]))


def once(key: str, what: str, do: Callable[[], UUID]) -> UUID:
    """Do it once, however often the form is sent; return the id it made. Raises what `do` raises."""
    actor, key = current_actor(), key or str(uuid4())
    before = idempotency.claim(actor.person, key, what=what, content=b"", at=now())
    if before is not None:
        return UUID(before.body.decode())
    try:
        made = do()
    except Invalid:
        idempotency.release(actor.person, key)
        raise
    idempotency.keep(actor.person, key, status=CREATED, body=str(made).encode(), content_type="text/plain")
    return made


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Plan an operation; sent twice, it is planned once."""
    if not current_actor().may("report") or current_actor().organisation is None:
        raise Refused(REASONS["no-role"])
    who = reporter()
    initial: dict[str, Any] = {
        "language": language(), "tlp": Tlp.AMBER.name, "key": str(uuid4()),
        "organisations": [str(current_actor().organisation)],
    }  # fmt: skip
    form = NewOperationForm(
        request.POST if request.method == "POST" else None, people=people_to_address(), initial=initial
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = once(
                data["key"], "POST measures:operation_new",
                lambda: actions.plan_operation(
                    plan=form.plan_value(), threat=data["threat"], parts=form.parts(), tlp=Tlp[data["tlp"]],
                    persons=form.chosen_persons(), terms=terms_for(data["threat"], who), at=now(),
                ).record_id,
            )  # fmt: skip
        except Invalid as error:
            form.put(error.problems)
        else:
            messages.success(request, _("Planned. Those who take part are asked now, and nobody else knows of it."))
            return _to(made)
    return render(request, "measures/operation_new.html", {"form": form}, status=_status(request))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, operation: UUID) -> HttpResponse:
    """Change a plan before it runs."""
    at = now()
    found = _held(operation, at=at)
    if found.operation.state != "planned":
        raise Conflict(_("This is no plan any more."))
    said = found.operation
    initial = {name: getattr(said, name) for name in ("title", "kind", "plan", "language")} | {
        "starts_at": timezone.localtime(said.starts_at), "ends_at": timezone.localtime(said.ends_at),
        "version": found.record.version,
    }  # fmt: skip
    form = PlanForm(request.POST if request.method == "POST" else None, initial=initial)
    status = _status(request)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_plan(
                operation, plan=form.plan_value(), at=at, expected=form.cleaned_data["version"] or 0
            )  # fmt: skip
        except Invalid as error:
            form.put(error.problems)
        except Conflict as error:
            form.add_error(None, str(error.reason))
            status = Conflict.status
        else:
            messages.success(request, _("Changed."))
            return _to(operation)
    return render(request, "measures/operation_edit.html", {"form": form, "card": OperationCard(found)}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def ask_in(request: HttpRequest, operation: UUID) -> HttpResponse:
    """Ask more organisations to take part in a plan."""
    at = now()
    found = _held(operation, at=at, act="share")
    if found.operation.state != "planned":
        raise Conflict(_("This is no plan any more."))
    red = found.record.tlp == Tlp.RED
    form = PartsForm(
        request.POST if request.method == "POST" else None, people=people_to_address() if red else [],
        initial={"ports": sorted({str(one.port_id) for one in found.parts})},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask_in(operation, parts=form.parts(), persons=form.chosen_persons(), at=at)
        except Invalid as error:
            form.put(error.problems)
        else:
            messages.success(request, _("Asked. They see the plan now."))
            return _to(operation)
    context = {"form": form, "card": OperationCard(found), "red": red}
    return render(request, "measures/operation_ask_in.html", context, status=_status(request))


@require_POST
def answer(request: HttpRequest, operation: UUID) -> HttpResponse:
    """Say whether the own organisation takes part at a port."""
    found = queries.operation(operation, at=now())
    form = AnswerForm(request.POST)
    if not form.is_valid():
        raise Invalid([Problem("accept", _("Choose an answer."))])
    part, accept = form.cleaned_data["part"], form.cleaned_data["accept"] == "yes"
    if part not in {one.id for one in queries.own_parts(found)}:
        raise Refused(_("Each organisation answers for itself."), kind=KIND, record=operation)
    actions.answer(part, accept=accept, at=now())
    if accept:
        messages.success(request, _("You take part. It stands in your list."))
        return _to(operation)
    messages.success(request, _("You do not take part there. Whoever takes no part does not see the plan."))
    return HttpResponseRedirect(reverse("measures:operations"))


@require_POST
def start(request: HttpRequest, operation: UUID) -> HttpResponse:
    """Say that it has begun."""
    actions.turn(operation, to="running", at=now())
    messages.success(request, _("It is running. What is checked can be written down now."))
    return _to(operation)


@require_POST
def end(request: HttpRequest, operation: UUID) -> HttpResponse:
    """Say that it has ended."""
    actions.turn(operation, to="ended", at=now())
    messages.success(request, _("It has ended. Write what was learned when the numbers are in."))
    return _to(operation)


@require_http_methods(["GET", "HEAD", "POST"])
def call_off(request: HttpRequest, operation: UUID) -> HttpResponse:
    """Call a plan off, and say why."""
    return _said(request, operation, to="called_off", before=("planned",))


@require_http_methods(["GET", "HEAD", "POST"])
def evaluate(request: HttpRequest, operation: UUID) -> HttpResponse:
    """Write what was learned."""
    return _said(request, operation, to="evaluated", before=("ended", "evaluated"))


def _said(request: HttpRequest, identifier: UUID, *, to: str, before: tuple[str, ...]) -> HttpResponse:
    at = now()
    found = _held(identifier, at=at)
    if found.operation.state not in before:
        raise Conflict(_("The state of this does not allow it."))
    off = to == "called_off"
    words = _("Why is it called off?") if off else _("What was learned?")
    form = SaidForm(
        request.POST if request.method == "POST" else None, words=words, initial={"said": found.operation.learned}
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.turn(identifier, to=to, said=form.cleaned_data["said"], at=at)
        except Invalid as error:
            form.put(error.problems)
        else:
            messages.success(request, _("Called off. All who take part are told.") if off else _("Written down."))
            return _to(identifier)
    context = {"form": form, "card": OperationCard(found), "off": off, "heading": words}
    return render(request, "measures/operation_said.html", context, status=_status(request))


@require_http_methods(["GET", "HEAD", "POST"])
def count(request: HttpRequest, operation: UUID) -> HttpResponse:
    """Write down what was checked and found today, at the quay; it adds to what stands there."""
    at = now()
    found = queries.operation(operation, at=at)
    mine = queries.own_parts(found)
    if not current_actor().may("report") or not any(one.answer == "accepted" for one in mine):
        raise Refused(_("Your organisation does not take part in it."), kind=KIND, record=operation)
    if found.operation.state not in COUNTS_IN:
        raise Conflict(_("Counting begins with the operation and ends with its evaluation."))
    window, ports = days_of(found.operation.starts_at, found.operation.ends_at), our_ports(mine)
    own = [code for code, _name in ports if code in request.GET.get("port", "")]
    form = CountForm(
        request.POST if request.method == "POST" else None, ports=ports,
        initial={"day": today_within(*window, at), "port": (own or [ports[0][0]])[0], "key": str(uuid4())},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def write() -> UUID:
            actions.count(operation, port=UUID(data["port"]), day=data["day"], counts=form.counts(), at=at)
            return operation

        try:
            once(data["key"], f"POST measures:operation_count {operation}", write)
        except Invalid as error:
            form.put(error.problems)
        else:
            messages.success(request, _("Added."))
            return HttpResponseRedirect(f"{reverse('measures:operation', args=[operation])}#checked")
    context = {"form": form, "card": OperationCard(found)}
    return render(request, "measures/operation_count.html", context, status=_status(request))


@require_POST
def take_back(request: HttpRequest, operation: UUID, entry: UUID) -> HttpResponse:
    """Take back what the own organisation wrote down by mistake."""
    queries.operation(operation, at=now())
    actions.take_back(entry, at=now())
    messages.success(request, _("Taken back."))
    return _to(operation)


@require_POST
def link(request: HttpRequest, operation: UUID) -> HttpResponse:
    """Say that a report is of what was found."""
    queries.operation(operation, at=now())
    form = LinkForm(request.POST, reports=report_choices())
    if not form.is_valid():
        raise Invalid([Problem("report", _("Choose a report."))])
    actions.link_report(operation, report=UUID(form.cleaned_data["report"]), at=now())
    messages.success(request, _("Linked. Only those who see the report see the link."))
    return _to(operation)


@require_http_methods(["GET", "HEAD", "POST"])
def widen(request: HttpRequest, operation: UUID) -> HttpResponse:
    """Let others see an operation that runs or has ended."""
    at = now()
    found = _held(operation, at=at, act="share")
    if found.operation.state not in WIDENS_IN:
        raise Conflict(_("Before it begins nobody but those who take part may know of it."))
    many, single = circles_to_address()
    form = AudienceForm(
        request.POST if request.method == "POST" else None, record=found.record, circles=(many, single),
        persons=people_to_address(), widen=True,
        initial={"version": found.record.version, "tlp": Tlp(found.record.tlp).name},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            actions.widen_operation(operation, to=form.addressing(), at=at)
        except Invalid as error:
            for problem in error.problems:
                form.add_error(problem.field if problem.field in form.fields else "circles", str(problem.message))
        else:
            messages.success(request, _("Shared with more. They are told now."))
            return _to(operation)
    context = {"form": form, "card": OperationCard(found)}
    return render(request, "measures/operation_widen.html", context, status=_status(request))


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, operation: UUID) -> HttpResponse:
    """Take back an operation that should never have been written, confirmed by naming it."""
    at = now()
    found = _held(operation, at=at, act="withdraw")
    form = WithdrawForm(request.POST if request.method == "POST" else None, reference=found.reference)
    if request.method == "POST" and form.is_valid():
        actions.withdraw_operation(operation, reason=form.cleaned_data["reason"], at=at)
        messages.success(request, _("Withdrawn. It has gone from the screens of those who had it."))
        return _to(operation)
    people = audiences.preview(found.record.audience, Tlp(found.record.tlp))
    context = {"form": form, "card": OperationCard(found), "people": people}
    return render(request, "measures/operation_withdraw.html", context, status=_status(request))


def _status(request: HttpRequest) -> int:
    return 422 if request.method == "POST" else 200
