"""Addresses of practices, under /knowledge/."""

from django.urls import URLPattern, path

from port2port.knowledge.practices import pages, pages_use, pages_write

urlpatterns: list[URLPattern] = [
    path("", pages.practice_list, name="list"),
    path("practices/new/", pages_write.new, name="practice_new"),
    path("practices/files/<uuid:file>/", pages.file, name="practice_file"),
    path("practices/files/<uuid:file>/picture/", pages.picture, name="practice_picture"),
    path("practices/files/<uuid:file>/remove/", pages_write.remove_file, name="practice_file_remove"),
    path("practices/<uuid:practice>/", pages.practice, name="practice"),
    path("practices/<uuid:practice>/versions/", pages.versions, name="practice_versions"),
    path("practices/<uuid:practice>/edit/", pages_write.edit, name="practice_edit"),
    path("practices/<uuid:practice>/turn/", pages_write.turn, name="practice_turn"),
    path("practices/<uuid:practice>/keep/", pages_write.keep, name="practice_keep"),
    path("practices/<uuid:practice>/withdraw/", pages_write.withdraw, name="practice_withdraw"),
    path("practices/<uuid:practice>/files/", pages_write.add_files, name="practice_files"),
    path("practices/<uuid:practice>/use/", pages_use.endorse, name="practice_endorse"),
    path("practices/<uuid:practice>/use/take-back/", pages_use.take_back, name="practice_take_back"),
    path("practices/<uuid:practice>/links/", pages_use.link, name="practice_link"),
    path("practices/<uuid:practice>/links/<uuid:tie>/remove/", pages_use.unlink, name="practice_unlink"),
]
