"""Pages of requests: the desk, one request with all that may be done to it, its letter. They only translate."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from port2port.base.clock import now
from port2port.base.errors import Invalid, NotFound, Problem
from port2port.compliance.forms import Put
from port2port.governance import files
from port2port.governance.desk import actions, letters, queries, words
from port2port.governance.desk.catalogue import labels
from port2port.governance.desk.catalogue import requests as file
from port2port.governance.desk.forms import (
    CloseForm,
    DecisionForm,
    ExtendForm,
    HandForm,
    IdentityForm,
    RequestForm,
    SearchForm,
)
from port2port.governance.desk.queries import RequestShown
from port2port.governance.desk.rules import ENDS, OPEN, step_allowed, terms_of
from port2port.governance.processing.register import register
from port2port.governance.sections import sections
from port2port.members.models import Organisation
from port2port.members.queries import called
from port2port.site.reader import language

KIND = "request"


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Show what waits at the desk, the nearest due first."""
    at = now()
    found = queries.requests(at=at)
    waiting = [one for one in found if one.row.state == OPEN]
    late = words.late((one.clock for one in waiting), at)
    kinds = labels(file().kinds, language())
    context = {
        "answer": _answer(len(waiting), late),
        "sections": sections("governance:desk"),
        "parts": words.parts("governance:desk"),
        "sees": words.sees(),
        "rows": [_row(one, kinds) for one in found],
    }
    return render(request, "governance/desk/desk.html", context)


def _answer(waiting: int, late: int) -> str:
    if late:
        return ngettext("%(n)d request is late", "%(n)d requests are late", late) % {"n": late}
    if not waiting:
        return _("No request waits for an answer")
    return ngettext("%(n)d request waits for an answer", "%(n)d requests wait for an answer", waiting) % {"n": waiting}


def _row(one: RequestShown, kinds: dict[str, str]) -> dict[str, Any]:
    return {
        "href": reverse("governance:request", args=[one.row.id]), "number": one.number, "kind": kinds[one.row.kind],
        "received": one.row.received_at, "last": words.ACTS[one.acts[-1]], "clock": words.clock(one.clock),
        "invented": one.row.invented,
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Write down a request that came in."""
    queries.officer()
    form = RequestForm(request.POST if request.method == "POST" else None, initial={"language": language()})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.receive(form.new(), at=now())
        except Invalid as error:
            form.put(error.problems)
        else:
            messages.success(request, _("Written down. The time for the answer runs."))
            return HttpResponseRedirect(reverse("governance:request", args=[made.id]))
    context = {"form": form, "sees": words.sees()}
    return render(request, "governance/desk/new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, demand: UUID) -> HttpResponse:
    """Show a request, and do what is asked by `do`."""
    found = queries.request(demand, at=now())
    forms = _forms(found, request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        what = request.POST.get("do", "")
        if what not in forms:
            raise Invalid([Problem("do", _("This is not possible here."))])
        form = forms[what]
        if form.is_valid():
            try:
                DO[what](demand, form.cleaned_data, request)
            except Invalid as error:
                form.put(error.problems)
            else:
                messages.success(request, _("Written down."))
                done = "governance:desk" if what == "hand" else "governance:request"
                return HttpResponseRedirect(reverse(done, args=[] if what == "hand" else [demand]))
        status = 422
    return render(request, "governance/desk/request.html", _context(found, forms), status=status)


DO: dict[str, Callable[[UUID, dict[str, Any], HttpRequest], object]] = {
    "identity": lambda key, told, request: actions.check_identity(key, how=told["how"], at=now()),
    "search": lambda key, told, request: actions.search(key, terms=terms_of(told["terms"]), at=now()),
    "decide": lambda key, told, request: actions.decide(
        key, traces=_ticked(key, request), decision=told["decision"], ground=told["ground"], at=now()
    ),
    "extend": lambda key, told, request: actions.extend(key, reason=told["reason"], at=now()),
    "hand": lambda key, told, request: actions.hand_over(key, organisation=UUID(told["organisation"]), at=now()),
    "close": lambda key, told, request: actions.close(
        key, act=told["act"], ground=told["ground"], text=told["text"], at=now()
    ),
}


def _ticked(key: UUID, request: HttpRequest) -> list[UUID]:
    """Return the places that are ticked, or all that are not decided. Raises NotFound for what is no id."""
    if request.POST.get("rest"):
        return [one.id for one in queries.traces(key) if not one.decision]
    try:
        return [UUID(one) for one in request.POST.getlist("trace")]
    except ValueError as error:
        raise NotFound() from error


def _forms(found: RequestShown, data: Any) -> dict[str, Put]:
    """Return the forms of what may be done now; only the one that was sent is filled."""
    if found.row.state != OPEN:
        return {}
    kind = file().kind(found.row.kind)
    may = {
        act for act in ("identity", "extended", "handed", *ENDS) if step_allowed(act, found.acts, regime=kind.regime)
    }
    sent = data.get("do", "") if data is not None else ""

    def filled(name: str) -> Any:
        return data if sent == name else None

    others = Organisation.objects.filter(left_at=None).exclude(id=queries.officer())
    forms: dict[str, Put] = {"identity": IdentityForm(filled("identity"))}
    if "identity" in found.acts and kind.searched:
        forms["search"] = SearchForm(filled("search"))
    if "searched" in found.acts:
        forms["decide"] = DecisionForm(filled("decide"), kind=kind.code)
    if "extended" in may and found.clock is not None and found.clock.state != "late":
        forms["extend"] = ExtendForm(filled("extend"))
    names = sorted(((str(one.id), called(one.names)) for one in others), key=lambda pair: pair[1])
    forms["hand"] = HandForm(filled("hand"), organisations=names)
    ends = [(act, words.ACTS[act]) for act in ENDS if act in may]
    forms["close"] = CloseForm(filled("close"), kind=kind.code, acts=ends)
    return forms


def _context(found: RequestShown, forms: dict[str, Put]) -> dict[str, Any]:
    kind = file().kind(found.row.kind)
    known = register().by_processing.items()
    names = {table.table: register().processing(code).label(language()) for code, held in known for table in held}
    grounds = labels(file().grounds, language())
    traces = [
        {"row": one, "name": names.get(one.place, ""), "word": words.DECISIONS[one.decision],
         "ground": grounds.get(one.ground, ""),
         "badge": "closed" if one.decision else "part"}
        for one in queries.traces(found.row.id)
    ]  # fmt: skip
    owed = words.clock(found.clock)
    return {
        "answer": _one_answer(found), "shown": found, "kind": kind.label(language()), "citation": kind.citation,
        "clock": owed, "forms": forms, "traces": traces, "sees": words.sees(), "line": words.request_line(found),
        "letter": letters.letter(found, at=now()), "searched": "searched" in found.acts,
        "grounds": words.grounds(kind.code),
    }  # fmt: skip


def _one_answer(found: RequestShown) -> str:
    if found.row.state != OPEN:
        return str(words.ACTS[found.acts[-1]])
    traces = queries.traces(found.row.id)
    open_ones = sum(1 for one in traces if one.decision in ("", "asked"))
    if open_ones:
        return ngettext("%(n)d place is to be decided", "%(n)d places are to be decided", open_ones) % {"n": open_ones}
    if "identity" not in found.acts:
        return _("First check who asks")
    if file().kind(found.row.kind).searched and "searched" not in found.acts:
        return _("Search what is held of this person")
    return _("An answer can be given")


@require_GET
def letter_file(request: HttpRequest, demand: UUID) -> HttpResponse:
    """Answer the letter of the newest step as PDF, for the file of the desk."""
    at = now()
    found = queries.request(demand, at=at)
    lines = letters.letter(found, at=at)
    if not lines:
        raise NotFound()
    title = _("Letter about request %(number)s") % {"number": found.number}
    return files.answered(files.paper(title, lines=lines, name="request", kind=KIND, at=at), "pdf")
