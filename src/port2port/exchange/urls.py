"""Addresses under which other systems read alerts."""

from django.urls import path

from port2port.exchange import pages

app_name = "exchange"
urlpatterns = [
    path("alerts/<uuid:alert>/cap.xml", pages.cap, name="cap"),
    path("feeds/alerts.atom", pages.feed, name="feed"),
    path("feeds/alerts/<uuid:alert>/cap.xml", pages.cap_for_machines, name="feed_cap"),
]
