"""Addresses of the desk of the data-protection officer."""

from django.urls import path

from port2port.governance.desk import pages, pages_breaches, pages_reports

urlpatterns = [
    path("desk/", pages.desk, name="desk"),
    path("desk/requests/new/", pages.new, name="request_new"),
    path("desk/requests/<uuid:demand>/", pages.one, name="request"),
    path("desk/requests/<uuid:demand>/letter/", pages.letter_file, name="request_letter"),
    path("desk/breaches/", pages_breaches.breaches, name="breaches"),
    path("desk/breaches/new/", pages_breaches.new, name="breach_new"),
    path("desk/breaches/file/", pages_breaches.log_file, name="breaches_file"),
    path("desk/breaches/<uuid:breach>/", pages_breaches.one, name="breach"),
    path("desk/breaches/<uuid:breach>/notice/", pages_breaches.notice_file, name="breach_notice"),
    path("desk/retention/", pages_reports.retention, name="retention"),
    path("desk/retention/file/", pages_reports.retention_file, name="retention_file"),
    path("desk/transfers/", pages_reports.transfers, name="transfers"),
    path("desk/transfers/file/", pages_reports.transfers_file, name="transfers_file"),
]
