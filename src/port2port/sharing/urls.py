"""Addresses of sharing: why is this seen, breaking the glass, the journal, exports, alarms."""

from django.urls import URLPattern, path

from port2port.sharing import glass_pages, journal_pages, misuse_pages, pages, pair_pages

app_name = "sharing"
urlpatterns: list[URLPattern] = [
    path("explain/", pages.explain_page, name="explain"),
    path("why/<uuid:record>/", pages.why, name="why"),
    path("glass/", glass_pages.glass, name="glass"),
    path("glass/<uuid:glass>/approve/", glass_pages.approve, name="glass_approve"),
    path("glass/<uuid:glass>/open/", glass_pages.open_once, name="glass_open"),
    path("glass/<uuid:glass>/seen/", glass_pages.seen, name="glass_seen"),
    path("journal/", journal_pages.journal_page, name="journal"),
    path("journal/export.csv", journal_pages.export, name="journal_export"),
    path("exports/", misuse_pages.exports_page, name="exports"),
    path("exports/<uuid:export>/deleted/", misuse_pages.deleted, name="export_deleted"),
    path("red/", pair_pages.pair_list, name="pairs"),
    path("red/<uuid:pair>/", pair_pages.answer, name="pair_answer"),
    path("alarms/", misuse_pages.alarms_page, name="alarms"),
    path("alarms/<uuid:alarm>/looked/", misuse_pages.looked, name="alarm_looked"),
    path("journal/erase/", journal_pages.erase, name="journal_erase"),
]
