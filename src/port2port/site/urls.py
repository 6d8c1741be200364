"""Addresses of the shell. `/parts/` exists only in a demo or while debugging."""

from django.conf import settings
from django.urls import URLPattern, path

from port2port.site import pages, pages_install

app_name = "site"
urlpatterns: list[URLPattern] = [
    path("help/", pages.help_page, name="help"),
    path("help/glossary/", pages.glossary_page, name="glossary"),
    path("settings/theme/", pages.set_theme, name="theme"),
    path("manifest.webmanifest", pages_install.manifest, name="manifest"),
    path("worker.js", pages_install.worker, name="worker"),
    path("offline/", pages_install.offline, name="offline"),
]
if settings.DEBUG or getattr(settings, "DEMO", False):
    urlpatterns.append(path("parts/", pages.parts, name="parts"))
