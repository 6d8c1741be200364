"""Pages of ports: how far one is with a measure, and what ports ask each other. They only translate."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, NotFound, Refused
from port2port.measures import adoption_actions, adoption_queries, queries
from port2port.measures.adoption_models import Answer
from port2port.measures.forms import AdoptionForm, AnswerForm, AskForm
from port2port.measures.queries import KIND
from port2port.measures.rules import ADOPTABLE, Told
from port2port.measures.vocabulary import word
from port2port.measures.words import Card, cell_words
from port2port.members.acting import current_actor
from port2port.members.data_files import label
from port2port.members.facts import facts
from port2port.site.reader import language

WHOLE_PORT = 100


@require_http_methods(["GET", "HEAD", "POST"])
def adopt(request: HttpRequest, measure: UUID, place: str) -> HttpResponse:
    """Say how far an own place is: one choice and what belongs to it."""
    found = queries.measure(measure, at=now())
    spot = adoption_actions.spot_of(place)
    if found.measure.state not in ADOPTABLE:
        raise Conflict(_("It is not agreed yet, or no longer in force: there is nothing to adopt."))
    before = adoption_queries.own_cell(measure, spot)
    initial = {name: getattr(before, name) for name in Told.__dataclass_fields__} if before is not None else {}
    form = AdoptionForm(request.POST if request.method == "POST" else None, initial={"coverage": WHOLE_PORT} | initial)
    if request.method == "POST" and form.is_valid():
        try:
            adoption_actions.tell(measure, spot=spot, told=form.told(), at=now())
        except Invalid as error:
            form.put(error.problems)
        else:
            messages.success(request, _("Told. What you said before is kept."))
            return HttpResponseRedirect(reverse("measures:detail", args=[measure]) + "#adoption")
    history = adoption_queries.history(before.id) if before is not None else []
    context = {
        "form": form,
        "card": Card(found),
        "place": label(spot.names, language()),
        "before": cell_words(before) if before is not None else None,
        "history": [{"at": one.at, "what": word("adoption_states", one.was["state"], language())} for one in history],
    }
    return render(request, "measures/adopt.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, measure: UUID) -> HttpResponse:
    """Ask how others did it."""
    found = queries.measure(measure, at=now())
    actor = current_actor()
    if not (actor.may("steward") or actor.may("speak")) or actor.organisation is None:
        raise Refused(_("None of your roles in this organisation may do that."), kind=KIND, record=measure)
    own = {port.id for port in adoption_queries.own_ports()}
    ports = sorted(
        (port for port in facts().ports.values() if port.member and port.id not in own), key=lambda port: port.locode
    )
    initial = {"port": request.GET.get("port", "")}
    form = AskForm(request.POST if request.method == "POST" else None, ports=ports, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            adoption_actions.ask_how(measure, text=data["text"], port=data["port"], at=now())
        except Invalid as error:
            form.put(error.problems)
        else:
            messages.success(request, _("Asked. Whoever has it in place reads it and may answer you."))
            return HttpResponseRedirect(reverse("measures:detail", args=[measure]) + "#questions")
    context = {"form": form, "card": Card(found)}
    return render(request, "measures/ask.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, question: UUID) -> HttpResponse:
    """Answer a question that reached the own organisation, or change the answer."""
    actor = current_actor()
    asked = adoption_queries.question(question)
    if asked is None or actor.organisation is None or asked.organisation_id == actor.organisation:
        raise NotFound()
    found = queries.measure(asked.measure_id, at=now())
    before = Answer.objects.filter(question_id=question, organisation_id=actor.organisation).first()
    initial = {}
    if before is not None:
        names = ("text", "practice", "reach", "shared")
        initial = {name: getattr(before, name) for name in names} | {"mentor": str(before.mentor_id or "")}
    people = adoption_queries.colleagues()
    form = AnswerForm(request.POST if request.method == "POST" else None, people=people, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            adoption_actions.answer_how(
                question, text=data["text"], practice=data["practice"], mentor=form.mentor_id(), reach=data["reach"],
                shared=data["shared"], at=now(),
            )  # fmt: skip
        except Invalid as error:
            form.put(error.problems)
        else:
            messages.success(request, _("Answered. Who asked reads it."))
            return HttpResponseRedirect(reverse("measures:detail", args=[asked.measure_id]) + "#questions")
    context = {
        "form": form,
        "card": Card(found),
        "question": asked,
        "organisation": label(asked.organisation.names, language()),
    }
    return render(request, "measures/answer.html", context, status=422 if request.method == "POST" else 200)
