"""Addresses of the register of processing."""

from django.urls import path

from port2port.governance.processing import pages

urlpatterns = [
    path("processing/", pages.register_page, name="processing"),
    path("processing/file/", pages.register_file, name="processing_file"),
]
