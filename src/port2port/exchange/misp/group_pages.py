"""Page of the sharing groups of a MISP that are circles here. It only translates."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid
from port2port.exchange.inbound.actions import receiver
from port2port.exchange.misp import groups
from port2port.exchange.misp.groups import LONGEST_NAME
from port2port.members.acting import current_actor
from port2port.members.roles import Act


class GroupForm(forms.Form):
    """Which sharing group is which circle."""

    group = forms.UUIDField(
        label=gettext_lazy("UUID of the sharing group"), help_text=gettext_lazy("As the MISP shows it.")
    )
    name = forms.CharField(label=gettext_lazy("Its name there"), max_length=LONGEST_NAME)
    circle = forms.ChoiceField(
        label=gettext_lazy("Which circle is it here?"),
        choices=(),
        help_text=gettext_lazy("Only one whose members are all in the sharing group: what comes for it may go there."),
    )

    def __init__(self, sent: Mapping[str, str] | None, begun: dict[str, Any]) -> None:
        super().__init__(sent, initial=begun)
        found = [(str(key), name) for key, name in groups.circles()]
        self.fields["circle"].choices = [("", ""), *found]  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
def listed(request: HttpRequest) -> HttpResponse:
    """Show which sharing groups are circles here, which came and are none, and say of another one."""
    receiver()
    begun = {name: request.GET.get(name, "") for name in ("group", "name")}
    form = GroupForm(request.POST if request.method == "POST" else None, begun)
    if request.method == "POST" and form.is_valid() and _said(form):
        messages.success(request, _("Kept. It counts for what comes from now on."))
        return redirect("exchange:misp_groups")
    found = groups.mapped()
    names = groups.names_of(found)
    answer = ngettext("%(n)s sharing group is a circle here", "%(n)s sharing groups are circles here", len(found))
    context = {
        "answer": answer % {"n": len(found)} if found else _("No sharing group is a circle here"),
        "rows": [{"row": one, "circle": names[one.id]} for one in found],
        "unmapped": groups.unmapped(),
        "form": form,
        "open": bool(form.errors or begun["group"]),
        "may": current_actor().may(Act.SHARE),
    }
    return render(request, "exchange/misp_groups.html", context, status=422 if form.errors else 200)


def _said(form: GroupForm) -> bool:
    """Say what a form says, or say in it why not."""
    said = form.cleaned_data
    try:
        groups.say(group=said["group"], name=said["name"], circle=UUID(said["circle"]), at=now())
    except Conflict as error:
        form.add_error("group", str(error.reason))
    except Invalid as error:
        for problem in error.problems:
            form.add_error(problem.field, str(problem.message))
    return not form.errors


@require_POST
def take_back(request: HttpRequest, grouping: UUID) -> HttpResponse:
    """Say that a group is no circle here any more."""
    groups.take_back(grouping, at=now())
    messages.success(request, _("It is no circle here any more. What was shared stays as it is."))
    return redirect("exchange:misp_groups")
