"""Pages of breaches: the list of article 33(5), one breach with its clock, the notice. They only translate."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from port2port.base.clock import now
from port2port.base.errors import Invalid, Problem
from port2port.governance import files
from port2port.governance.desk import breach_actions, letters, queries, words
from port2port.governance.desk.catalogue import breaches as file
from port2port.governance.desk.catalogue import labels
from port2port.governance.desk.forms import LANGUAGES, BreachForm, BreachStepForm, DescriptionForm, HandForm
from port2port.governance.desk.models import BreachStep
from port2port.governance.desk.queries import BreachShown
from port2port.governance.files import Part
from port2port.governance.sections import sections
from port2port.members.acting import current_actor
from port2port.members.models import Organisation
from port2port.members.queries import called
from port2port.sharing.sheets import Sheet
from port2port.site.reader import language

KIND = "breach"


@require_safe
def breaches(request: HttpRequest) -> HttpResponse:
    """Show every breach that was recorded, with what is owed."""
    at = now()
    found = queries.breaches(at=at)
    context = {
        "answer": _answer(found), "sections": sections("governance:desk"), "parts": words.parts("governance:breaches"),
        "sees": words.sees_breach(), "may_take": current_actor().may("export"),
        "rows": [
            {"href": reverse("governance:breach", args=[one.row.id]), "shown": one, "clock": words.clock(one.clock),
             "nature": words.natures(one.row.nature), "risk": labels(file().risks, language()).get(one.risk, "")}
            for one in found
        ],
    }  # fmt: skip
    return render(request, "governance/desk/breaches.html", context)


def _answer(found: list[BreachShown]) -> str:
    owed = sum(1 for one in found if one.clock is not None)
    if owed:
        return ngettext("%(n)d breach waits for a decision", "%(n)d breaches wait for a decision", owed) % {"n": owed}
    if not found:
        return _("No breach was recorded")
    return ngettext("%(n)d breach was recorded, none waits", "%(n)d breaches were recorded, none waits", len(found)) % {
        "n": len(found)
    }


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Record a breach."""
    queries.recorder()
    form = BreachForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = breach_actions.record_breach(form.new(), at=now())
        except Invalid as error:
            form.put(error.problems)
        else:
            messages.success(request, _("Recorded. The 72 hours run from when it was known."))
            return HttpResponseRedirect(reverse("governance:breach", args=[made.id]))
    context = {"form": form, "sees": words.sees_breach()}
    return render(request, "governance/desk/breach_new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, breach: UUID) -> HttpResponse:
    """Show a breach, and do what is asked by `do`."""
    found = queries.breach(breach, at=now())
    what = request.POST.get("do", "") if request.method == "POST" else ""
    forms = _forms(found, what, request.POST)
    status = 200
    if request.method == "POST":
        status = 422
        try:
            if _done(found, what, forms, request):
                messages.success(request, _("Written down."))
                return HttpResponseRedirect(reverse("governance:breach", args=[breach]))
        except Invalid as error:
            if what not in forms:
                raise
            forms[what].put(error.problems)
    return render(request, "governance/desk/breach.html", _context(request, found, forms), status=status)


def _forms(found: BreachShown, what: str, data: Any) -> dict[str, Any]:
    if found.row.closed_at is not None:
        return {}
    row = found.row
    others = Organisation.objects.filter(left_at=None).exclude(id__in=[current_actor().organisation, *row.told])
    names = sorted(((str(one.id), called(one.names)) for one in others), key=lambda pair: pair[1])
    begins = {name: getattr(row, name) for name in ("persons", "records", "processings", "consequences", "measures")}
    return {
        "describe": DescriptionForm(data if what == "describe" else None, initial=begins),
        "step": BreachStepForm(data if what == "step" else None),
        "tell": HandForm(data if what == "tell" else None, organisations=names),
    }


def _done(found: BreachShown, what: str, forms: dict[str, Any], request: HttpRequest) -> bool:
    """Do it; False when a form has something to put right. Raises Invalid."""
    key, at = found.row.id, now()
    if what == "check":
        breach_actions.take_step(key, act="checked", code=request.POST.get("code", ""), at=at)
        return True
    if what not in forms:
        raise Invalid([Problem("do", _("This is not possible here."))])
    form = forms[what]
    if not form.is_valid():
        return False
    told = form.cleaned_data
    if what == "describe":
        breach_actions.describe(key, at=at, **told)
    elif what == "step":
        breach_actions.take_step(key, act=told["act"], code=told["code"], text=told["text"], at=at)
    else:
        breach_actions.tell_organisation(key, organisation=UUID(told["organisation"]), at=at)
    return True


def _context(request: HttpRequest, found: BreachShown, forms: dict[str, Any]) -> dict[str, Any]:
    done = {code: step for step in found.steps if step.act == "checked" for code in [step.code]}
    reader = request.GET.get("language", language())
    reader = reader if reader in dict(LANGUAGES) else language()
    told = Organisation.objects.filter(id__in=found.row.told)
    return {
        "answer": _one_answer(found), "shown": found, "clock": words.clock(found.clock), "forms": forms,
        "sees": words.sees_breach(), "line": words.breach_line(found), "notice": letters.notice(found, reader),
        "reader": reader, "told": ", ".join(called(one.names) for one in told),
        "may_take": current_actor().may("export"),
        "languages": [
            {"word": word, "href": f"?language={code}#notice", "current": code == reader} for code, word in LANGUAGES
        ],
        "items": [
            {"code": item.code, "word": item.label(language()), "step": done.get(item.code)} for item in file().items
        ],
    }  # fmt: skip


def _one_answer(found: BreachShown) -> str:
    if found.row.closed_at is not None:
        return _("This breach is closed")
    if not found.risk:
        return _("The risk is not assessed yet")
    if found.clock is None:
        return _("All that is owed was done")
    if found.last("notified", "not_notified") is None:
        return _("Decide whether the authority is told")
    return _("Tell the persons, or write down why not")


@require_GET
def notice_file(request: HttpRequest, breach: UUID) -> HttpResponse:
    """Answer the notice to the authority as PDF, in the language asked for. It is sent by nobody but the desk."""
    at = now()
    found = queries.breach(breach, at=at)
    reader = request.GET.get("language", language())
    if reader not in dict(LANGUAGES):
        raise Invalid([Problem("language", _("Choose a language."))])
    parts = [Part("", letters.notice(found, reader))]
    title = _("Notice of breach %(number)s") % {"number": found.number}
    return files.answered(files.paper(title, parts=parts, name="breach", kind=KIND, at=at), "pdf")


@require_GET
def log_file(request: HttpRequest) -> HttpResponse:
    """Answer the list of all breaches as XLSX or CSV (GDPR, article 33(5))."""
    form, at = request.GET.get("format", ""), now()
    found = queries.breaches(at=at)
    heads = [name for name, _value in letters.notice(found[0], language())] if found else [_("Number of the breach")]
    rows = [
        (*(value for _name, value in letters.notice(one, language())), "; ".join(_told(step) for step in one.steps))
        for one in found
    ]  # fmt: skip
    table = Sheet("breaches", (*heads, _("What was done")), rows)
    return files.answered(files.sheets([table], name="breaches", kind=KIND, form=form, at=at), form)


def _told(step: BreachStep) -> str:
    """Return a step in a line."""
    return f"{timezone.localtime(step.at):%Y-%m-%d %H:%M} {words.BREACH_ACTS[step.act]} {step.text}".strip()
