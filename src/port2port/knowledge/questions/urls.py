"""Addresses of questions to the network."""

from django.urls import path

from port2port.knowledge.questions import pages, pages_write

urlpatterns = [
    path("questions/", pages.questions, name="questions"),
    path("questions/ask/", pages_write.ask, name="ask"),
    path("questions/alike/", pages.alike, name="alike"),
    path("questions/<uuid:asked>/", pages.question, name="question"),
    path("questions/<uuid:asked>/change/", pages_write.change, name="question_change"),
    path("questions/<uuid:asked>/do/", pages_write.do, name="question_do"),
    path("questions/<uuid:asked>/merge/", pages_write.merge, name="question_merge"),
    path("questions/<uuid:asked>/withdraw/", pages_write.withdraw, name="question_withdraw"),
]
