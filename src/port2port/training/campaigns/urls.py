"""Addresses of campaigns. `library.RESERVED` keeps slugs from meaning something else."""

from django.urls import path

from port2port.training.campaigns import pages

urlpatterns = [
    path("campaigns/", pages.campaigns, name="campaigns"),
    path("campaigns/runs/<uuid:ran>/", pages.campaign_run, name="campaign_run"),
    path("campaigns/runs/<uuid:ran>/edit/", pages.campaign_edit, name="campaign_edit"),
    path("campaigns/runs/<uuid:ran>/poster/", pages.run_poster, name="campaign_run_poster"),
    path("campaigns/runs/<uuid:ran>/deeds/", pages.deed, name="campaign_deed"),
    path("campaigns/runs/<uuid:ran>/slips/", pages.make_slips, name="campaign_slips"),
    path("campaigns/deeds/<uuid:deed>/remove/", pages.deed_remove, name="campaign_deed_remove"),
    path("campaigns/<slug:campaign>/", pages.campaign, name="campaign"),
    path("campaigns/<slug:campaign>/poster/", pages.campaign_poster, name="campaign_poster"),
    path("campaigns/<slug:campaign>/run/", pages.campaign_new, name="campaign_new"),
]
