"""Addresses of authorised flights."""

from django.urls import path

from port2port.flights import pages, pages_write

app_name = "flights"
urlpatterns = [
    path("", pages.flight_list, name="list"),
    path("new/", pages_write.new, name="new"),
    path("import/", pages_write.import_flights, name="import"),
    path("<uuid:flight>/", pages.detail, name="detail"),
    path("<uuid:flight>/start/", pages_write.start, name="start"),
    path("<uuid:flight>/finish/", pages_write.finish, name="finish"),
    path("<uuid:flight>/cancel/", pages_write.cancel, name="cancel"),
    path("<uuid:flight>/recognise/", pages_write.recognise, name="recognise"),
]
