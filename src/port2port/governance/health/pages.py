"""The page of the platform's own health. It only translates."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from port2port.base.clock import now
from port2port.governance.health import queries, words
from port2port.governance.sections import sections
from port2port.site.reader import language

HERE = "governance:health"


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Show how the platform does, in plain words, with who puts right what is not good."""
    at = now()
    found = queries.health(at=at)
    lines = words.lines(found, at=at)
    context = {
        "sections": sections(HERE), "answer": words.answer(lines), "lines": lines, "circles": found.circles,
        "rules": [(rule.label(language()), rule) for rule in found.rules], "version": found.version,
    }  # fmt: skip
    return render(request, "governance/health/health.html", context)
