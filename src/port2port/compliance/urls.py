"""Addresses of deadlines and security files."""

from django.urls import path

from port2port.compliance import pages, pages_rules, pages_write

app_name = "compliance"
urlpatterns = [
    path("", pages.deadlines, name="list"),
    path("overview/", pages.overview_page, name="overview"),
    path("overview/file/", pages.overview_file, name="overview_file"),
    path("import/", pages_write.import_events, name="import"),
    path("holders/new/", pages_write.holder, name="holder"),
    path("rules/", pages_rules.rules, name="rules"),
    path("rules/new/", pages_rules.rule_new, name="rule_new"),
    path("rules/<uuid:change>/", pages_rules.rule, name="rule"),
    path("events/<uuid:event>/correct/", pages_write.correct, name="correct"),
    path("files/<str:place>/", pages.file, name="file"),
    path("files/<str:place>/record/", pages_write.record, name="record"),
]
