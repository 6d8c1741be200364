"""Addresses of what the network knows; each part brings its own."""

from django.urls import URLPattern

app_name = "knowledge"
urlpatterns: list[URLPattern] = []
