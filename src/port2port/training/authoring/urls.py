"""Addresses of the courses that an organisation writes; before `courses/urls.py`, whose slugs would take them."""

from django.urls import path

from port2port.training.authoring import pages, pages_write

urlpatterns = [
    path("courses/own/", pages.courses, name="own_courses"),
    path("courses/own/new/", pages_write.new, name="own_new"),
    path("courses/own/copy/", pages.copy, name="own_copy"),
    path("courses/own/import/", pages.take_in, name="own_take_in"),
    path("courses/own/<uuid:own>/", pages.course, name="own_course"),
    path("courses/own/<uuid:own>/head/", pages_write.head, name="own_head"),
    path("courses/own/<uuid:own>/modules/<slug:piece>/", pages_write.module, name="own_module"),
    path("courses/own/<uuid:own>/questions/<slug:piece>/", pages_write.question, name="own_question"),
    path("courses/own/<uuid:own>/look/", pages_write.look, name="own_look"),
    path("courses/own/<uuid:own>/pictures/", pages.add_pictures, name="own_pictures"),
    path("courses/own/<uuid:own>/media/<str:medium>", pages.medium, name="own_medium"),
    path("courses/own/<uuid:own>/preview/", pages.preview, name="own_preview"),
    path("courses/own/<uuid:own>/publish/", pages.publish, name="own_publish"),
    path("courses/own/<uuid:own>/file/", pages.file, name="own_file"),
    path("courses/own/<uuid:own>/do/", pages.do, name="own_do"),
]
