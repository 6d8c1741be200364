"""The pages of an organisation's TAK servers, for its administrators. They only translate."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from port2port.base.clock import now
from port2port.base.errors import Invalid
from port2port.exchange.partners.pages import laid_out
from port2port.exchange.partners.preview import for_tak
from port2port.exchange.tak import actions, queries, words
from port2port.exchange.tak.forms import TakForm
from port2port.members.people_queries import administrator


@require_http_methods(["GET", "HEAD", "POST"])
def listed(request: HttpRequest) -> HttpResponse:
    """Show the TAK servers of one's organisation, and take another on."""
    administrator()
    form = TakForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add(form.target(), language=(get_language() or "en")[:2], at=now())
        except Invalid as error:
            _mark(form, error)
        else:
            messages.success(request, _("It is sent to within seconds: load this page again."))
            return redirect("exchange:tak")
    found = queries.servers()
    active = sum(one.paused_at is None for one in found)
    answer = ngettext("%(n)s TAK server shows our alerts", "%(n)s TAK servers show our alerts", active)
    rows = [
        {"server": one, "badge": words.badge(one), "shows": words.shows(one), "problem": words.problem(one.problem)}
        for one in found
    ]
    context = {
        "answer": answer % {"n": active} if active else _("No TAK server shows our alerts"),
        "rows": rows,
        "form": form,
    }
    return render(request, "exchange/tak.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def server(request: HttpRequest, server: UUID) -> HttpResponse:
    """Show how it stands with a TAK server, and change it."""
    administrator()
    found = queries.server(server)
    form = TakForm(request.POST if request.method == "POST" else None, server=found)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change(server, form.target(), at=now())
        except Invalid as error:
            _mark(form, error)
        else:
            messages.success(request, _("Kept. It is tried within seconds."))
            return redirect("exchange:tak_server", server)
    context = {
        "preview": [laid_out(one) for one in for_tak(found, at=now())],
        "server": found,
        "answer": words.answer(found),
        "badge": words.badge(found),
        "problem": words.problem(found.problem),
        "form": form,
    }
    return render(request, "exchange/tak_server.html", context, status=422 if form.errors else 200)


def _mark(form: TakForm, error: Invalid) -> None:
    for problem in error.problems:
        form.add_error(problem.field, str(problem.message))


@require_POST
def do(request: HttpRequest, server: UUID) -> HttpResponse:
    """Pause a TAK server, let it go on, try it at once, or take it off."""
    administrator()
    name, at = queries.server(server).name, now()
    match request.POST.get("act"):
        case "pause" | "resume" as act:
            actions.pause(server, paused=act == "pause", at=at)
        case "try":
            actions.try_now(server, at=at)
            messages.success(request, _("It is sent to within seconds: load this page again."))
        case "remove":
            actions.remove(server, at=at)
            messages.success(request, _("%(name)s gets nothing more.") % {"name": name})
            return redirect("exchange:tak")
        case _:
            raise Invalid([])
    return redirect("exchange:tak_server", server)
