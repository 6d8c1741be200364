"""Addresses of culture at a glance."""

from django.urls import path

from port2port.training.culture import pages

urlpatterns = [
    path("culture/", pages.culture, name="culture"),
    path("culture/file/", pages.culture_file, name="culture_file"),
]
