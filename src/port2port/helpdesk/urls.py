"""Addresses of the help desk. Those under `help/` are open to everyone; the site's own help page stands there too."""

from django.urls import path

from port2port.helpdesk import pages, pages_keep, pages_public

app_name = "helpdesk"
urlpatterns = [
    path("help/ask/", pages_public.ask, name="ask"),
    path("help/answer/", pages_public.answer, name="answer"),
    path("helpdesk/", pages.desk, name="desk"),
    path("helpdesk/all/", pages.cases, name="cases"),
    path("helpdesk/new/", pages.new, name="new"),
    path("helpdesk/lessons/", pages_keep.lessons, name="lessons"),
    path("helpdesk/lessons/<uuid:lesson>/", pages_keep.lesson, name="lesson"),
    path("helpdesk/lessons/<uuid:lesson>/withdraw/", pages_keep.withdraw_lesson, name="withdraw_lesson"),
    path("helpdesk/<uuid:case>/", pages.case, name="case"),
    path("helpdesk/<uuid:case>/do/", pages.do, name="do"),
    path("helpdesk/<uuid:case>/escalate/", pages_keep.escalate, name="escalate"),
    path("helpdesk/<uuid:case>/lesson/", pages_keep.make_lesson, name="make_lesson"),
]
