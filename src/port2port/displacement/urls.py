"""Addresses of the displacement monitor."""

from django.urls import path

from port2port.displacement import pages, pages_effort, pages_runs, pages_signals, pages_warnings, pages_what_if

app_name = "displacement"
urlpatterns = [
    path("", pages.home, name="home"),
    path("how/", pages.how, name="how"),
    path("figures/", pages.figures, name="figures"),
    path("paper/", pages.paper, name="paper"),
    path("measures/<uuid:measure>/", pages.measure, name="measure"),
    path("effort/", pages_effort.effort, name="effort"),
    path("effort/import/", pages_effort.import_effort, name="effort_import"),
    path("effort/file/", pages_effort.effort_file, name="effort_file"),
    path("runs/", pages_runs.runs, name="runs"),
    path("runs/new/", pages_runs.new, name="run_new"),
    path("runs/<uuid:run>/", pages_runs.detail, name="run"),
    path("runs/<uuid:run>/stop/", pages_runs.stop, name="run_stop"),
    path("runs/<uuid:run>/keep/", pages_runs.keep, name="run_keep"),
    path("what-if/", pages_what_if.what_if_list, name="what_ifs"),
    path("what-if/new/", pages_what_if.new, name="what_if_new"),
    path("what-if/<uuid:what_if>/", pages_what_if.detail, name="what_if"),
    path("what-if/<uuid:what_if>/stop/", pages_what_if.stop, name="what_if_stop"),
    path("what-if/<uuid:what_if>/forget/", pages_what_if.forget, name="what_if_forget"),
    path("warnings/", pages_warnings.warning_list, name="warnings"),
    path("warnings/<uuid:warning>/", pages_warnings.detail, name="warning"),
    path("warnings/<uuid:warning>/outcome/", pages_warnings.outcome, name="warning_outcome"),
    path("signals/", pages_signals.signal_list, name="signals"),
    path("signals/new/", pages_signals.new, name="signal_new"),
    path("signals/<uuid:signal>/", pages_signals.detail, name="signal"),
    path("signals/<uuid:signal>/withdraw/", pages_signals.withdraw, name="signal_withdraw"),
]
