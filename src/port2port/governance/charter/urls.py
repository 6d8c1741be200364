"""Addresses of the texts and of who accepted them."""

from django.urls import URLPattern, path

from port2port.governance.charter import pages

urlpatterns: list[URLPattern] = [
    path("", pages.home, name="home"),
    path("members/", pages.members, name="charter_members"),
    path("texts/<slug:charter>/next/", pages.following, name="text_next"),
    path("texts/<slug:charter>/<int:edition>/", pages.text, name="text"),
    path("texts/<slug:charter>/<int:edition>/changes/", pages.changes, name="text_changes"),
    path("texts/<slug:charter>/<int:edition>/file/", pages.file, name="text_file"),
    path("texts/<slug:charter>/<int:edition>/decision/", pages.decision, name="text_decision"),
]
