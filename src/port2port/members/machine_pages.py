"""Pages of an organisation's machines, for its administrators."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from port2port.base import clock
from port2port.base.errors import Refused
from port2port.members import machines as actions
from port2port.members import tokens
from port2port.members.identity_pages import in_browser
from port2port.members.roles import ROLES, Act
from port2port.members.token_pages import TokenForm


class MachineForm(forms.Form):
    """A new machine."""

    name = forms.CharField(
        max_length=actions.LONGEST_NAME,
        label=gettext_lazy("Which machine or system?"),
        help_text=gettext_lazy("For example: terminal operating system, gate cameras."),
        error_messages={"required": gettext_lazy("Give the machine a name.")},
    )
    verified = forms.BooleanField(
        required=False,
        label=gettext_lazy("I checked what it does and where its data goes: it may read TLP:AMBER for a year"),
    )


def administrator(request: HttpRequest) -> Any:
    """Return whoever asks, acting as an administrator of an organisation. Raises Refused."""
    actor = request.actor  # type: ignore[attr-defined]
    roles = actor.hat.roles if actor.hat else ()
    if not any(Act.ADMINISTER in ROLES[code].acts for code in roles if code in ROLES):
        raise Refused(_("This is for the administrators of an organisation."))
    return actor


@require_http_methods(["GET", "POST"])
@in_browser
def machines(request: HttpRequest) -> HttpResponse:
    """The machines of my organisation, and a form for a new one."""
    actor = administrator(request)
    form = MachineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = actions.make(
            name=form.cleaned_data["name"],
            organisation=actor.hat.organisation,
            language=(get_language() or "en")[:2],
            verified=form.cleaned_data["verified"],
            by=actor.person,
            at=clock.now(),
        )
        return redirect("members:machine", made.person_id)
    context = {"form": form, "machines": actions.current(actor.hat.organisation), "today": clock.now().date()}
    return render(request, "members/identity/machines.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@in_browser
def machine(request: HttpRequest, machine: UUID) -> HttpResponse:
    """One machine: its tokens, a form for a new one, and taking it out."""
    actor = administrator(request)
    membership = actions.one(actor.hat.organisation, machine)
    at = clock.now()
    problem = ""
    form = TokenForm(request.POST if "days" in request.POST else None)
    if "confirm" in request.POST:
        if request.POST["confirm"].strip() == membership.person.name:
            actions.remove(membership, heir=actor.person)
            messages.success(request, _("%(name)s is out.") % {"name": membership.person.name})
            return redirect("members:machines")
        problem = _("Type the name exactly as it stands above.")
    elif request.method == "POST" and form.is_valid():
        token, secret = tokens.make(
            person=machine,
            hat=membership.id,
            name=form.cleaned_data["name"],
            scopes=form.cleaned_data["scopes"],
            expires=at + timedelta(days=int(form.cleaned_data["days"])),
            by=actor.person,
            at=at,
        )
        context = {"token": token, "secret": secret, "machine": membership}
        return render(request, "members/identity/token_made.html", context)
    context = {
        "machine": membership,
        "form": form,
        "tokens": tokens.current(machine, at=at),
        "problem": problem,
        "problem_items": [("#confirm-name", problem)],
        "verified": (membership.verified_until or at.date().min) >= at.date(),
    }
    status = 422 if problem or form.errors else 200
    return render(request, "members/identity/machine.html", context, status=status)
