"""Addresses of reports."""

from django.urls import path

from port2port.reports import observable_pages, pages, pages_files, pages_keep, pages_write

app_name = "reports"
urlpatterns = [
    path("", pages.report_list, name="list"),
    path("rows/", pages.rows, name="rows"),
    path("points/", pages.points, name="points"),
    path("new/", pages_write.new, name="new"),
    path("preview/", pages_write.preview, name="preview"),
    path("places/", pages_write.places_near, name="places"),
    path("export/", pages_files.export, name="export"),
    path("import/", pages_files.import_reports, name="import"),
    path("recognised/", observable_pages.recognised, name="recognised"),
    path("asks/", observable_pages.asks, name="asks"),
    path("asks/<uuid:ask>/", observable_pages.answer, name="answer"),
    path("observables/<uuid:observable>/", observable_pages.detail, name="observable"),
    path("observables/<uuid:observable>/ask/", observable_pages.ask, name="ask"),
    path("observables/<uuid:observable>/remove/", observable_pages.remove, name="observable_remove"),
    path("<uuid:report>/", pages.detail, name="detail"),
    path("<uuid:report>/observables/", observable_pages.add, name="observables_add"),
    path("<uuid:report>/hold/", observable_pages.hold, name="hold"),
    path("<uuid:report>/edit/", pages_write.edit, name="edit"),
    path("<uuid:report>/close/", pages_keep.close, name="close"),
    path("<uuid:report>/reopen/", pages_keep.reopen, name="reopen"),
    path("<uuid:report>/audience/more/", pages_keep.widen, name="widen"),
    path("<uuid:report>/audience/fewer/", pages_keep.narrow, name="narrow"),
    path("<uuid:report>/withdraw/", pages_keep.withdraw, name="withdraw"),
]
