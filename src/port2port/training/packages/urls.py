"""Addresses of packages, beside those of courses. `library.RESERVED` keeps slugs from meaning something else."""

from django.urls import path

from port2port.training.packages import pages

urlpatterns = [
    path("courses/packages/new/", pages.bring_in, name="package_new"),
    path("courses/packages/example/", pages.example_file, name="package_example"),
    path("courses/packages/<uuid:opened>/", pages.run, name="package_run"),
    path("courses/packages/<uuid:opened>/state/", pages.keep, name="package_keep"),
    path("courses/<slug:package>/package/", pages.replace, name="package_replace"),
    path("courses/<slug:package>/package/retire/", pages.retire, name="package_retire"),
    path("courses/<slug:package>/open/", pages.open_package, name="package_open"),
]
