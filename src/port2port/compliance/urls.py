"""Addresses of deadlines and security files."""

from django.urls import path

from port2port.compliance import pages, pages_rules, pages_write
from port2port.compliance.screening import pages as screening

app_name = "compliance"
urlpatterns = [
    path("", pages.deadlines, name="list"),
    path("overview/", pages.overview_page, name="overview"),
    path("overview/file/", pages.overview_file, name="overview_file"),
    path("import/", pages_write.import_events, name="import"),
    path("screening/", screening.screening, name="screening"),
    path("screening/new/", screening.new, name="screening_new"),
    path("screening/import/", screening.bring, name="screening_import"),
    path("screening/example/", screening.example, name="screening_example"),
    path("screening/<uuid:subject>/", screening.screened, name="screened"),
    path("screening/<uuid:subject>/end/", screening.end, name="screening_end"),
    path("port-bans/", screening.port_bans, name="port_bans"),
    path("holders/new/", pages_write.holder, name="holder"),
    path("rules/", pages_rules.rules, name="rules"),
    path("rules/new/", pages_rules.rule_new, name="rule_new"),
    path("rules/<uuid:change>/", pages_rules.rule, name="rule"),
    path("events/<uuid:event>/correct/", pages_write.correct, name="correct"),
    path("files/<str:place>/", pages.file, name="file"),
    path("files/<str:place>/record/", pages_write.record, name="record"),
]
