"""Addresses of training; each part brings its own."""

from django.urls import URLPattern

from port2port.training.authoring.urls import urlpatterns as authoring
from port2port.training.campaigns.urls import urlpatterns as campaigns
from port2port.training.courses.urls import urlpatterns as courses
from port2port.training.culture.urls import urlpatterns as culture
from port2port.training.exercises.urls import urlpatterns as exercises
from port2port.training.packages.urls import urlpatterns as packages
from port2port.training.stores.urls import urlpatterns as stores
from port2port.training.year.urls import urlpatterns as year

app_name = "training"
urlpatterns: list[URLPattern] = [
    *exercises,
    *authoring,
    *packages,
    *courses,
    *campaigns,
    *culture,
    *stores,
    *year,
]
