"""Addresses of what the network knows; each part brings its own."""

from django.urls import URLPattern

from port2port.knowledge.experts.urls import urlpatterns as experts
from port2port.knowledge.practices.urls import urlpatterns as practices
from port2port.knowledge.questions.urls import urlpatterns as questions
from port2port.knowledge.systems.urls import urlpatterns as systems

app_name = "knowledge"
urlpatterns: list[URLPattern] = [*practices, *questions, *experts, *systems]
