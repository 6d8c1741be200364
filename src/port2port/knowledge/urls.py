"""Addresses of what the network knows; each part brings its own."""

from django.urls import URLPattern, path

from port2port.knowledge import pages_widen
from port2port.knowledge.experts.urls import urlpatterns as experts
from port2port.knowledge.practices.urls import urlpatterns as practices
from port2port.knowledge.questions.urls import urlpatterns as questions
from port2port.knowledge.systems.urls import urlpatterns as systems

app_name = "knowledge"
widen = [
    path("practices/<uuid:practice>/audience/more/", pages_widen.practice, name="practice_widen"),
    path("questions/<uuid:asked>/audience/more/", pages_widen.question, name="question_widen"),
]
urlpatterns: list[URLPattern] = [*practices, *questions, *experts, *systems, *widen]
