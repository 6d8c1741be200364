"""Pages of culture at a glance. They only translate."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from port2port.base.clock import now
from port2port.members.acting import current_actor
from port2port.sharing.sheets import XLSX
from port2port.site.downloads import as_download
from port2port.training.courses.words import naming
from port2port.training.culture.exporting import take_out
from port2port.training.culture.queries import culture as at_a_glance
from port2port.training.culture.rules import FEWEST_ORGANISATIONS
from port2port.training.culture.words import answer, exercised_row, group_row
from port2port.training.sections import sections


@require_safe
def culture(request: HttpRequest) -> HttpResponse:
    """Show who is trained for what, what lapses this quarter, and the part taken in exercises."""
    found, name = at_a_glance(at=now()), naming()
    context = {
        "sections": sections("training:culture"), "answer": answer(found), "own": found.own, "as_of": found.as_of,
        "groups": [group_row(one) for one in found.groups],
        "lapsing": [{"name": name(one.course), "people": one.people, "first": one.first} for one in found.lapsing],
        "exercised": [exercised_row(one) for one in found.exercised], "fewest": FEWEST_ORGANISATIONS,
        "columns": [{"word": _("Topic")}, *([{"word": _("Your people"), "number": True}] if found.own else []),
                    {"word": _("Other organisations")}],
        "may_export": current_actor().may("export"),
    }  # fmt: skip
    return render(request, "training/culture.html", context)


@require_safe
def culture_file(request: HttpRequest) -> HttpResponse:
    """Answer the same as XLSX."""
    file = take_out(at=now())
    return as_download(file.body, file.name, XLSX)
