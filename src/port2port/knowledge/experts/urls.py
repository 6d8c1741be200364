"""Addresses of who knows what."""

from django.urls import path

from port2port.knowledge.experts import pages

urlpatterns = [
    path("experts/", pages.experts, name="experts"),
    path("experts/mine/", pages.declare, name="declare"),
    path("experts/mine/end/", pages.end, name="declare_end"),
    path("experts/<uuid:expert>/", pages.expert, name="expert"),
    path("experts/<uuid:expert>/confirm/", pages.confirm, name="expert_confirm"),
]
