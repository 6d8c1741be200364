"""Addresses of what the network knows; each part brings its own."""

from django.urls import URLPattern

from port2port.knowledge.practices.urls import urlpatterns as practices

app_name = "knowledge"
urlpatterns: list[URLPattern] = [*practices]
