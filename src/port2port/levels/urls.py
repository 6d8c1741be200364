"""Addresses of security levels and of Declarations of Security."""

from django.urls import path

from port2port.levels import pages, pages_write
from port2port.levels.declarations import pages as declarations
from port2port.levels.declarations import pages_write as declarations_write

app_name = "levels"
urlpatterns = [
    path("", pages.levels, name="list"),
    path("ports/<str:port>/", pages.port, name="port"),
    path("ports/<str:port>/enter/", pages_write.enter, name="enter"),
    path("ports/<str:port>/checklists/", pages_write.checklists, name="checklists"),
    path("<uuid:level>/", pages.notice, name="notice"),
    path("<uuid:level>/acknowledge/", pages_write.acknowledge, name="acknowledge"),
    path("<uuid:level>/told/", pages_write.told, name="told"),
    path("<uuid:level>/checklist/", pages_write.tick, name="tick"),
    path("<uuid:level>/relayed/", pages_write.relayed, name="relayed"),
    path("<uuid:level>/correct/", pages_write.correct, name="correct"),
    path("declarations/", declarations.listing, name="declarations"),
    path("declarations/new/", declarations_write.new, name="declaration_new"),
    path("declarations/file/", declarations.take_out, name="declarations_file"),
    path("declarations/<uuid:declaration>/", declarations.detail, name="declaration"),
    path("declarations/<uuid:declaration>/signed/", declarations_write.signed, name="declaration_signed"),
    path("declarations/<uuid:declaration>/paper/", declarations.paper, name="declaration_paper"),
]
