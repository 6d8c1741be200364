"""Addresses of the platform's own state of health."""

from django.urls import URLPattern, path

from port2port.governance.health import pages

urlpatterns: list[URLPattern] = [path("health/", pages.health, name="health")]
