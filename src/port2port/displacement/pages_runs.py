"""Pages of runs: other choices, how far one is, stopping it, keeping it. They only translate."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from port2port.base.clock import now
from port2port.base.errors import Invalid, Refused
from port2port.displacement import run_queries, running
from port2port.displacement.explaining import choice_facts, problem_words
from port2port.displacement.forms import KeepForm, RunForm
from port2port.displacement.models import Run
from port2port.displacement.rules import SIGHTS, choice_of
from port2port.displacement.vocabulary import standing
from port2port.displacement.words import RUN_BADGES, STATES, sight_word
from port2port.measures.adoption_queries import reads_all_cells
from port2port.members.acting import current_actor
from port2port.sharing.rules import REASONS

AGAIN_SECONDS = "2"


def _may_analyse() -> None:
    actor = current_actor()
    if actor.organisation is None or not actor.may("share"):
        raise Refused(REASONS["no-role"])


def _row(run: Run) -> dict[str, object]:
    return {
        "run": run, "state": STATES[run.state], "badge": RUN_BADGES[run.state], "sight": sight_word(run.sight),
        "facts": choice_facts(choice_of(run.choice)), "standing": run_queries.is_standing(run),
    }  # fmt: skip


@require_safe
def runs(request: HttpRequest) -> HttpResponse:
    """Show what was decided beforehand, and every variant that was tried after."""
    rows = [_row(run) for run in run_queries.runs()]
    context = {"rows": rows, "variants": run_queries.variants("released"), "may": run_queries.analyses()}
    return render(request, "displacement/runs.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Redo it with other choices; the same choice under way is shown instead of begun again."""
    _may_analyse()
    asked = request.GET.get("sight", "")
    initial = standing().plain() | {"counted": standing().data, "sight": asked if asked in SIGHTS else SIGHTS[0]}
    form = RunForm(request.POST if request.method == "POST" else None, named=reads_all_cells(), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            run = running.ask_run(choice=form.choice(), sight=form.cleaned_data["sight"], at=now())
        except Invalid as error:
            form.put(error.problems)
        else:
            return HttpResponseRedirect(reverse("displacement:run", args=[run.id]))
    context = {"form": form, "variants": run_queries.variants("released")}
    return render(request, "displacement/run_new.html", context, status=422 if request.method == "POST" else 200)


@require_safe
def detail(request: HttpRequest, run: UUID) -> HttpResponse:
    """Show one run: how far it is while it is computed; then what it says, or why it says nothing."""
    found = running.own_or_seen(run)
    actor = current_actor()
    context = _row(found) | {
        "open": found.state in running.OPEN,
        "problems": [problem_words(one) for one in found.problems],
        "may": run_queries.analyses(),
        "keeps": found.state == "done" and not found.kept and found.person_id == actor.person,
        "keep": KeepForm(),
        "board_url": f"{reverse('displacement:home')}?run={found.id}",
        "again": AGAIN_SECONDS,
    }
    part = request.headers.get("HX-Request") == "true"
    return render(request, "displacement/run_state.html" if part else "displacement/run.html", context)


@require_POST
def stop(request: HttpRequest, run: UUID) -> HttpResponse:
    """Ask for a run to stop."""
    running.stop_run(run, at=now())
    messages.success(request, _("It stops as soon as it looks up."))
    return HttpResponseRedirect(reverse("displacement:run", args=[run]))


@require_POST
def keep(request: HttpRequest, run: UUID) -> HttpResponse:
    """Keep a variant under a name."""
    running.keep_run(run, name=request.POST.get("name", ""), at=now())
    messages.success(request, _("Kept. It stands beside what was decided beforehand."))
    return HttpResponseRedirect(reverse("displacement:run", args=[run]))
