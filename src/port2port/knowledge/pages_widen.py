"""The pages on which a practice and a question are shared with more. They only translate."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from port2port.base.clock import now
from port2port.base.errors import Invalid
from port2port.knowledge.practices import audience_actions as practice_actions
from port2port.knowledge.practices.words import Card as PracticeCard
from port2port.knowledge.questions import audience_actions as question_actions
from port2port.knowledge.questions.words import Card as QuestionCard
from port2port.knowledge.widening import audience_form, put
from port2port.sharing.addressing import Addressing


@require_http_methods(["GET", "HEAD", "POST"])
def practice(request: HttpRequest, practice: UUID) -> HttpResponse:
    """Share what is published with more circles or persons, or under a wider TLP."""
    at = now()
    found = practice_actions.shareable(practice, at=at)
    card = PracticeCard(found)
    context = {
        "card": card, "reference": found.reference, "language": card.language,
        "list_word": _("Knowledge"), "list_url": reverse("knowledge:list"),
        "hint": _("They read what is published, with its pictures and documents."),
    }  # fmt: skip
    return _answer(
        request, context,
        lambda to, version: practice_actions.widen_practice(practice, to=to, at=at, expected=version),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, asked: UUID) -> HttpResponse:
    """Ask more circles or persons the same question, or lower its TLP."""
    at = now()
    found = question_actions.shareable(asked, at=at)
    card = QuestionCard(found)
    context = {
        "card": card, "reference": found.reference, "language": found.question.language,
        "list_word": _("Questions"), "list_url": reverse("knowledge:questions"),
        "hint": _("They read the question and the answers that are there, and may answer."),
    }  # fmt: skip
    return _answer(
        request, context,
        lambda to, version: question_actions.widen_question(asked, to=to, at=at, expected=version),
    )  # fmt: skip


def _answer(
    request: HttpRequest, context: dict[str, Any], widen: Callable[[Addressing, int], None]
) -> HttpResponse:  # fmt: skip
    card = context["card"]
    form = audience_form(request.POST if request.method == "POST" else None, card.record)
    if request.method == "POST" and form.is_valid():
        try:
            widen(form.addressing(), form.cleaned_data["version"])
        except Invalid as error:
            put(form, error)
        else:
            messages.success(request, _("Shared with more."))
            return HttpResponseRedirect(card.href)
    context = context | {"form": form, "sees": card.sees}
    return render(request, "knowledge/widen.html", context, status=422 if request.method == "POST" else 200)
