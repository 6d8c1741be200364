"""The page on which the matrix is taken out: one's own at once, others by name after a second person has approved."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from port2port.base.clock import now
from port2port.base.errors import Invalid, Problem
from port2port.measures.matrix import queries
from port2port.measures.matrix.forms import MatrixForm
from port2port.measures.matrix.pages import sees
from port2port.measures.matrix.printing import circle_of, matrix_paper, records_of
from port2port.measures.queries import KIND
from port2port.sharing import exports, pairs
from port2port.site.downloads import as_download


@require_http_methods(["GET", "HEAD", "POST"])
def take_out(request: HttpRequest) -> HttpResponse:
    """Ask a second person with a reason where others stand by name; then, or at once, take the PDF."""
    at = now()
    exports.taker()
    form = MatrixForm(request.GET)
    chosen = form.chosen()
    found = queries.matrix(chosen, at=at, rest=False)
    circle, records = circle_of(found), records_of(found)
    pair = pairs.open_pair(kind=KIND, records=records, circle=circle, at=at) if circle is not None else None
    path = form.address(reverse("measures:matrix_take_out"), at="", measure="", view="")
    if request.method == "POST" and "take" in request.POST:
        file = matrix_paper(chosen, title=_("The weakest link"), at=at)
        return as_download(file.body, file.name, "application/pdf")
    problems: list[Problem] = []
    if request.method == "POST":
        try:
            pairs.ask(
                kind=KIND, path=path, records=records, circle=circle, reason=request.POST.get("reason", ""), at=at
            )
        except Invalid as error:
            problems = error.problems
        else:
            messages.success(request, _("Asked. A second person of the circle must approve within a day."))
            return redirect(path)
    context: dict[str, Any] = {
        "found": found, "sees": sees(found), "pair": pair, "problems": problems,
        "typed": request.POST.get("reason", ""), "ready": circle is None or (pair is not None and pair.approved),
        "back": form.address(reverse("measures:matrix"), at="", measure=""),
    }  # fmt: skip
    return render(request, "measures/matrix/take_out.html", context, status=422 if problems else 200)
