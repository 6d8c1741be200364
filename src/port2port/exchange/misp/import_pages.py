"""Taking in an export of a MISP by hand: first what would happen is shown, then it is confirmed."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from port2port.base.clock import now
from port2port.base.errors import Invalid, Problem
from port2port.exchange.inbound.actions import receiver
from port2port.exchange.inbound.checking import TooMuch
from port2port.exchange.misp import importing

LARGEST = 2_000_000  # bytes by a page; the API takes what any request may bring


class ExportForm(forms.Form):
    """A file that a MISP exported."""

    file = forms.FileField(
        label=gettext_lazy("JSON file"), widget=forms.FileInput(attrs={"accept": ".json,application/json"})
    )


@require_http_methods(["GET", "HEAD", "POST"])
def take_in(request: HttpRequest) -> HttpResponse:
    """Show what would become of the events of a file, and put them into the inbox when that is confirmed."""
    if request.method == "POST" and "confirmed" in request.POST:
        found = importing.take(request.POST["confirmed"].encode(), at=now())
        number = sum(not one.message for one in found)
        messages.success(request, ngettext("%(n)d event waits now", "%(n)d events wait now", number) % {"n": number})
        return HttpResponseRedirect(reverse("exchange:home"))
    receiver()
    form = ExportForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                context |= _looked(form.cleaned_data["file"].read(LARGEST + 1))
                status = 200
            except Invalid as error:
                context["problems"] = error.problems
            except TooMuch as error:
                context["problems"] = [Problem("file", error.reason)]
    return render(request, "exchange/misp_import.html", context, status=status)


def _looked(raw: bytes) -> dict[str, Any]:
    if len(raw) > LARGEST:
        raise Invalid([Problem("file", gettext_lazy("It is larger than 2 MB. Send it by the API."))])
    events = importing.look(raw)
    return {"events": events, "count": sum(not one.message for one in events), "confirmed": raw.decode()}
