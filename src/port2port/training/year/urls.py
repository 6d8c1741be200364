"""The address of a year."""

from django.urls import path

from port2port.training.year import pages

urlpatterns = [path("year/", pages.year, name="year")]
