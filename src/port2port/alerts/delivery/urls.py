"""Addresses of notices: one's own, and one's organisation's."""

from django.urls import path

from port2port.alerts.delivery import pages, pages_organisation

app_name = "notices"
urlpatterns = [
    path("me/notices/", pages.mine, name="mine"),
    path("me/notices/browsers/", pages.subscribe, name="subscribe"),
    path("me/notices/browsers/<uuid:subscription>/remove/", pages.unsubscribe, name="unsubscribe"),
    path("me/notices/leave/", pages.leave, name="leave"),
    path("me/notices/leave/<uuid:leave>/end/", pages.end_leave, name="end_leave"),
    path("organisation/notices/", pages_organisation.organisation, name="organisation"),
    path("organisation/notices/webhooks/", pages_organisation.add_webhook, name="add_webhook"),
    path("organisation/notices/webhooks/<uuid:webhook>/", pages_organisation.webhook, name="webhook"),
    path("organisation/notices/<uuid:notice>/replay/", pages_organisation.replay, name="replay"),
]
