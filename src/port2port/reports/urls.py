"""Addresses of reports."""

from django.urls import path

from port2port.reports import (
    observable_pages,
    occasion_pages,
    pages,
    pages_files,
    pages_grading,
    pages_keep,
    pages_protected,
    pages_threat,
    pages_write,
)
from port2port.reports.attachments import pages as attachment_pages
from port2port.reports.routing import pages as routing_pages
from port2port.reports.together import pages as together_pages
from port2port.reports.together import pages_links as link_pages

app_name = "reports"
urlpatterns = [
    path("", pages.report_list, name="list"),
    path("rows/", pages.rows, name="rows"),
    path("points/", pages.points, name="points"),
    path("new/", pages_write.new, name="new"),
    path("threat/", pages_threat.new, name="threat"),
    path("protected/", pages_protected.protected, name="protected"),
    path("preview/", pages_write.preview, name="preview"),
    path("places/", pages_write.places_near, name="places"),
    path("export/", pages_files.export, name="export"),
    path("import/", pages_files.import_reports, name="import"),
    path("recognised/", observable_pages.recognised, name="recognised"),
    path("possible/", occasion_pages.possible, name="possible"),
    path("<uuid:report>/alike/", occasion_pages.detail, name="alike"),
    path("<uuid:report>/alike/ask/", occasion_pages.ask, name="alike_ask"),
    path("asks/", observable_pages.asks, name="asks"),
    path("asks/<uuid:ask>/", observable_pages.answer, name="answer"),
    path("observables/<uuid:observable>/", observable_pages.detail, name="observable"),
    path("observables/<uuid:observable>/ask/", observable_pages.ask, name="ask"),
    path("observables/<uuid:observable>/remove/", observable_pages.remove, name="observable_remove"),
    path("<uuid:report>/", pages.detail, name="detail"),
    path("<uuid:report>/observables/", observable_pages.add, name="observables_add"),
    path("attachments/<uuid:attachment>/", attachment_pages.download, name="attachment"),
    path("attachments/<uuid:attachment>/preview/", attachment_pages.preview, name="attachment_preview"),
    path("attachments/<uuid:attachment>/original/", attachment_pages.original, name="attachment_original"),
    path("attachments/<uuid:attachment>/hand-over/", attachment_pages.hand_over, name="attachment_hand_over"),
    path("attachments/<uuid:attachment>/remove/", attachment_pages.remove, name="attachment_remove"),
    path("<uuid:report>/attachments/", attachment_pages.add, name="attachments_add"),
    path("<uuid:report>/hold/", observable_pages.hold, name="hold"),
    path("routing/", routing_pages.rules, name="routing"),
    path("routing/<slug:rule>/", routing_pages.rule, name="routing_rule"),
    path("<uuid:report>/routing/", routing_pages.report_routing, name="report_routing"),
    path("<uuid:report>/forms/<slug:form>/", routing_pages.form_file, name="form"),
    path("answers/", together_pages.answers, name="answers"),
    path("updates/<uuid:update>/take-back/", together_pages.unsay, name="unsay"),
    path("updates/<uuid:update>/let-in/", together_pages.let_in, name="let_in"),
    path("links/<uuid:link>/undo/", link_pages.unlink, name="unlink"),
    path("<uuid:report>/updates/", together_pages.say, name="say"),
    path("<uuid:report>/seen-too/", together_pages.seen_too, name="seen_too"),
    path("<uuid:report>/links/", link_pages.links, name="links"),
    path("<uuid:report>/hand-over/", link_pages.hand_over, name="hand_over"),
    path("<uuid:report>/access/", together_pages.propose, name="propose"),
    path("<uuid:report>/answer/", together_pages.feedback, name="feedback"),
    path("<uuid:report>/lesson/", together_pages.lesson, name="lesson"),
    path("<uuid:report>/edit/", pages_write.edit, name="edit"),
    path("<uuid:report>/grading/", pages_grading.grade, name="grading"),
    path("<uuid:report>/close/", pages_keep.close, name="close"),
    path("<uuid:report>/reopen/", pages_keep.reopen, name="reopen"),
    path("<uuid:report>/audience/more/", pages_keep.widen, name="widen"),
    path("<uuid:report>/audience/fewer/", pages_keep.narrow, name="narrow"),
    path("<uuid:report>/withdraw/", pages_keep.withdraw, name="withdraw"),
    path("<uuid:report>/take-out/", pages_files.take_out_page, name="take_out"),
]
