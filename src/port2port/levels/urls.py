"""Addresses of security levels and of Declarations of Security."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

app_name = "levels"


def _x(request: HttpRequest, notice: str) -> HttpResponse:
    return HttpResponse("")


urlpatterns = [path("<uuid:notice>/", _x, name="notice")]
