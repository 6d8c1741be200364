"""Addresses of the record store."""

from django.urls import path

from port2port.training.stores import pages

urlpatterns = [
    path("record-store/", pages.store, name="store"),
    path("record-store/do/", pages.do, name="store_do"),
    path("record-store/statements/", pages.statements, name="store_statements"),
]
