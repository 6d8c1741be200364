"""Pages for using a practice: say that one uses it, link it to what it belongs to. They only translate."""

import re
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from port2port.base.clock import now
from port2port.base.errors import Invalid, Problem, Refused
from port2port.knowledge.practices import queries, use_actions
from port2port.knowledge.practices.forms import ExperienceForm, LinkForm
from port2port.knowledge.practices.queries import KIND
from port2port.knowledge.practices.use_actions import may_endorse
from port2port.knowledge.practices.words import Card
from port2port.sharing.rules import REASONS

UUID_TEXT = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@require_http_methods(["GET", "HEAD", "POST"])
def endorse(request: HttpRequest, practice: UUID) -> HttpResponse:
    """Say for the own organisation that it uses this, and what that was like."""
    found = queries.practice(practice, at=now())
    if not may_endorse(found):
        raise Refused(REASONS["no-role"], kind=KIND, record=practice)
    before = queries.own_endorsement(practice)
    initial = {"experience": before.experience if before is not None else ""}
    form = ExperienceForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            use_actions.endorse(practice, experience=form.cleaned_data["experience"], at=now())
        except Invalid as error:
            form.put(error.problems)
        else:
            messages.success(request, _("Said: your organisation uses it."))
            return HttpResponseRedirect(reverse("knowledge:practice", args=[practice]) + "#uses")
    card = Card(found)
    context = {"form": form, "card": card, "sees": card.sees, "before": before}
    status = 422 if request.method == "POST" else 200
    return render(request, "knowledge/practices/endorse.html", context, status=status)


@require_POST
def take_back(request: HttpRequest, practice: UUID) -> HttpResponse:
    """Say no longer that the own organisation uses it."""
    use_actions.take_back_endorsement(practice, at=now())
    messages.success(request, _("Taken back."))
    return HttpResponseRedirect(reverse("knowledge:practice", args=[practice]) + "#uses")


@require_POST
def link(request: HttpRequest, practice: UUID) -> HttpResponse:
    """Link a practice to a record, by its address or number."""
    queries.practice(practice, at=now())
    form = LinkForm(request.POST)
    form.is_valid()
    numbers = UUID_TEXT.findall(form.cleaned_data.get("target", ""))
    if not numbers:
        raise Invalid([Problem("target", _("There is no such record that you see."))])
    use_actions.link(practice, target=UUID(numbers[-1]), at=now())
    messages.success(request, _("Linked."))
    return HttpResponseRedirect(reverse("knowledge:practice", args=[practice]) + "#links")


@require_POST
def unlink(request: HttpRequest, practice: UUID, tie: UUID) -> HttpResponse:
    """Take a link off."""
    use_actions.unlink(practice, tie=tie, at=now())
    messages.success(request, _("Taken off."))
    return HttpResponseRedirect(reverse("knowledge:practice", args=[practice]) + "#links")
