"""Addresses of what the network knows; each part brings its own."""

from django.urls import URLPattern

from port2port.knowledge.systems import urls as systems

app_name = "knowledge"
urlpatterns: list[URLPattern] = [*systems.urlpatterns]
