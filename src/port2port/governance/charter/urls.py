"""Addresses of the texts and of who accepted them."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
