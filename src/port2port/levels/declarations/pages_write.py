"""Pages for writing declarations: a new one, and that its paper was signed. They only translate."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from port2port.base.clock import now
from port2port.base.errors import Invalid, Refused
from port2port.levels.declarations import actions, queries
from port2port.levels.declarations.forms import DeclarationForm, SignedForm
from port2port.levels.declarations.pages import context_of
from port2port.levels.declarations.shown import Shown
from port2port.levels.forms import Choices
from port2port.levels.queries import facility_level
from port2port.levels.rules import NORMAL
from port2port.members.queries import called
from port2port.sharing.tlp import Tlp


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask what the ship and the facility agree on; the level of the facility is known."""
    at, places = now(), queries.own_places()
    if not places:
        raise Refused(_("Declarations are written by the desk of a facility, or by the port’s committee."))
    choices: Choices = [(code, f"{called(spot.names)} ({code})") for code, spot in places.items()]
    chosen = request.GET.get("place", "")
    place = chosen if chosen in places else next(iter(places))
    level = facility_level(place, at=at)
    begins = {
        "place": place, "starts": timezone.localtime(at), "ends": timezone.localtime(at + timedelta(days=1)),
        "facility_level": level, "facility_post": "pfso" if places[place].kind == "facility" else "pso",
    }  # fmt: skip
    form = DeclarationForm(request.POST if request.method == "POST" else None, places=choices, initial=begins)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.declare(draft=form.draft(), at=at)
        except Invalid as error:
            form.put(error.problems)
        else:
            messages.success(request, _("Written down. Print it, and have it signed by both."))
            return HttpResponseRedirect(reverse("levels:declaration", args=[made.record_id]))
    readers = [_("desk of the facility"), _("local committee of the port"), _("national authority")]
    context = {
        "form": form, "level": level, "above": level > NORMAL,
        "sees": {
            "tlp": int(Tlp.AMBER), "audience": readers, "note": _("As the law says; nobody chooses them."),
        },
    }  # fmt: skip
    return render(request, "levels/declarations/new.html", context, status=422 if form.errors else 200)


@require_POST
def signed(request: HttpRequest, declaration: UUID) -> HttpResponse:
    """Note that the paper was signed, and where it is kept."""
    at = now()
    one = Shown(queries.declaration(declaration, at=at), at)
    form = SignedForm(request.POST)
    if form.is_valid():
        told = form.cleaned_data
        try:
            actions.note_signed(declaration, signed_on=told["signed_on"], kept_at=told["kept_at"], at=at)
        except Invalid as error:
            form.put(error.problems)
        else:
            messages.success(request, _("Noted."))
            return HttpResponseRedirect(one.href)
    return render(request, "levels/declarations/detail.html", context_of(one, form), status=422)
