"""Addresses of the platform's own state of health."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
