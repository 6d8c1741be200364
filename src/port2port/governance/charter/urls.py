"""Addresses of the texts and of who accepted them."""

from django.urls import URLPattern, path

from port2port.governance.charter import pages

urlpatterns: list[URLPattern] = [
    path("", pages.home, name="home"),
    path("members/", pages.members, name="charter_members"),
    path("texts/<slug:code>/next/", pages.following, name="text_next"),
    path("texts/<slug:code>/<int:number>/", pages.text, name="text"),
    path("texts/<slug:code>/<int:number>/changes/", pages.changes, name="text_changes"),
    path("texts/<slug:code>/<int:number>/file/", pages.file, name="text_file"),
    path("texts/<slug:code>/<int:number>/decision/", pages.decision, name="text_decision"),
]
