"""Addresses of governance; each part brings its own."""

from django.urls import URLPattern

from port2port.governance.charter.urls import urlpatterns as charter
from port2port.governance.desk.urls import urlpatterns as desk
from port2port.governance.health.urls import urlpatterns as health
from port2port.governance.processing.urls import urlpatterns as processing

app_name = "governance"
urlpatterns: list[URLPattern] = [*charter, *desk, *health, *processing]
