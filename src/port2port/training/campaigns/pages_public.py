"""Pages for everybody: the screen of a campaign, and its questions for who holds a slip. No account, no cookie."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from port2port.base.access import public
from port2port.base.clock import now
from port2port.base.errors import Invalid, NotFound
from port2port.helpdesk.pages_public import open_page
from port2port.measures.operations.words import day_word
from port2port.members.data_files import LANGUAGES, label
from port2port.site.context import OWN_NAMES
from port2port.site.reader import language
from port2port.training.campaigns import asking
from port2port.training.courses.pages_public import place_of

SECONDS = 20
"""How long a slide stands: long enough to read it twice from a table."""
INVALID = 422


@public
@never_cache
@require_safe
def screen(request: HttpRequest, code: str) -> HttpResponse:
    """Show one slide over the whole screen; the browser asks for the next by itself, without a script."""
    found = asking.screen(code, place_of(request))
    head, points = found.material.head, found.material.points
    slides = [(one, n) for one in found.languages for n in range(len(points) + 2)]
    asked = request.GET.get("n", "0")
    here = int(asked) % len(slides) if asked.isdecimal() and len(asked) <= len("999") else 0
    code_of, n = slides[here]
    with override(code_of):
        if n == 0:
            say, more = label(head.headline, code_of), ""
        elif n <= len(points):
            say, more = label(points[n - 1].say, code_of), label(points[n - 1].more, code_of)
        else:
            say, more = label(head.close, code_of), ""
        context = {
            "language": code_of, "name": head.label(code_of), "say": say, "more": more, "number": n, "tell": found.tell,
            "picture": f"training/campaigns/{found.material.slug}.svg", "first": n == 0,
            "look": request.GET["look"] if request.GET.get("look") in ("light", "dark") else "",
            "steps": [at == n for at in range(len(points) + 2)],
        }  # fmt: skip
        response = render(request, "training/screen.html", context)
    look = f"&look={context['look']}" if context["look"] else ""
    response["Refresh"] = f"{SECONDS}; url=?n={(here + 1) % len(slides)}{look}"
    response["Content-Language"] = code_of
    return response


def _base(request: HttpRequest) -> dict[str, object]:
    active = language()
    return {
        "languages": [{"word": OWN_NAMES[one], "href": f"{request.path}?language={one}", "current": one == active}
                      for one in LANGUAGES],
        "language": active, "at": now(),
    }  # fmt: skip


@public
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@open_page
def pulse(request: HttpRequest) -> HttpResponse:
    """Take the code of a slip that was typed."""
    typed = request.POST.get("code", "").strip()
    if request.method != "POST" or not typed:
        return render(request, "training/pulse_code.html", _base(request))
    try:
        asking.opened(typed, place_of(request))
    except NotFound:
        return _unopened(request, typed, INVALID)
    return HttpResponseRedirect(reverse("pulse_slip", args=[asking.shown(typed)]) + f"?language={language()}")


@public
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@open_page
def pulse_slip(request: HttpRequest, code: str) -> HttpResponse:
    """Ask the questions of a slip, and take its answers once; before its day, say when that is."""
    try:
        found, code_of = asking.opened(code, place_of(request)), language()
    except NotFound:
        return _unopened(request, code, HTTPStatus.NOT_FOUND)
    if found.from_day is not None:
        status = HTTPStatus.CONFLICT if request.method == "POST" else HTTPStatus.OK
        context = _base(request) | {"day": day_word(found.from_day)}
        return render(request, "training/pulse_early.html", context, status=status)
    problems: dict[str, str] = {}
    if request.method == "POST":
        try:
            asking.answer(code, request.POST.dict(), place_of(request))
        except Invalid as error:
            problems = {one.field: str(one.message) for one in error.problems}
        else:
            return render(request, "training/pulse_done.html", _base(request))
    context = _base(request) | {
        "name": found.material.head.label(code_of), "missing": bool(problems),
        "questions": [
            {"code": one.code, "text": label(one.text, code_of), "problem": problems.get(one.code, ""),
             "options": [{"code": x.code, "word": x.label(code_of), "chosen": request.POST.get(one.code) == x.code}
                         for x in one.options]}
            for one in found.material.questions
        ],
    }  # fmt: skip
    return render(request, "training/pulse.html", context, status=INVALID if problems else 200)


def _unopened(request: HttpRequest, typed: str, status: int) -> HttpResponse:
    """Say alike for a wrong code, a used one and one whose time is over that it opens nothing; let it be typed anew."""
    return render(request, "training/pulse_code.html", _base(request) | {"typed": typed, "missed": True}, status=status)
