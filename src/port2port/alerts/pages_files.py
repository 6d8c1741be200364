"""The list of alerts as a file (CSV, XLSX). It only translates."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from port2port.alerts.exporting import take_out
from port2port.alerts.forms import FilterForm
from port2port.base.clock import now
from port2port.base.errors import Invalid, Problem
from port2port.members.places import known_places
from port2port.reports.pages_files import FORMS
from port2port.site.downloads import as_download


@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """Answer the filtered alerts as a file, at most 10,000; journalled, and marked with who took it."""
    filters = FilterForm(request.GET, places=known_places()).filters()
    kind = request.GET.get("format", "csv")
    if kind not in FORMS:
        raise Invalid([Problem("format", _("Choose csv or xlsx."))])
    file = take_out(filters, kind, at=now())
    return as_download(file.body, file.name, FORMS[kind])
