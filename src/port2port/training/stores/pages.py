"""Pages of the record store: where it is, how it stands, what administrators do; and statements as a file. They only
translate."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from port2port.base.clock import now
from port2port.base.errors import Invalid
from port2port.members.people_queries import administrator
from port2port.site.downloads import as_download
from port2port.training.courses.pages import BOTH, INVALID
from port2port.training.stores import actions, queries, words
from port2port.training.stores.forms import StoreForm


@require_http_methods(BOTH)
def store(request: HttpRequest) -> HttpResponse:
    """Show how it stands with the record store, and take where it is and what goes there."""
    stand = queries.store()
    form = StoreForm(request.POST if request.method == "POST" else None, store=stand.store if stand else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.keep_store(form.plan(), at=now())
        except Invalid as error:
            form.put(error.problems)
        else:
            messages.success(request, _("Kept. It is tried within a minute."))
            return HttpResponseRedirect(reverse("training:store"))
    context = {
        "stand": stand, "answer": words.answer(stand), "form": form,
        "badge": words.badge(stand) if stand else None, "problem": words.problem(stand.store.code) if stand else "",
        "numbers": words.numbers(stand) if stand else [],
        "refused": [(one, words.problem(code)) for one, code in stand.refused] if stand else [],
    }  # fmt: skip
    return render(request, "training/store.html", context, status=INVALID if form.errors else 200)


@require_POST
def do(request: HttpRequest) -> HttpResponse:
    """Pause, go on, try now, or end it."""
    administrator()
    match request.POST.get("act"):
        case "pause" | "resume" as act:
            actions.pause_store(paused=act == "pause", at=now())
        case "try":
            actions.try_store(at=now())
            messages.success(request, _("It is tried within a minute."))
        case "end":
            actions.end_store(at=now())
            messages.success(request, _("Nothing goes to the record store any more."))
        case _:
            raise Invalid([])
    return HttpResponseRedirect(reverse("training:store"))


@require_safe
def statements(request: HttpRequest) -> HttpResponse:
    """Answer the statements about the people one trains, as a file to keep."""
    file = actions.statements_file(at=now())
    return as_download(file.body, file.name, "application/json")
