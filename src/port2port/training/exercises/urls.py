"""Addresses of drills and exercises."""

from django.urls import URLPattern, path

from port2port.training.exercises import (
    pages,
    pages_after,
    pages_credit,
    pages_guest,
    pages_learning,
    pages_live,
    pages_write,
)

urlpatterns: list[URLPattern] = [
    path("", pages.exercise_list, name="list"),
    path("scenarios/", pages.scenarios, name="scenarios"),
    path("scenarios/<slug:scenario>/", pages.scenario, name="scenario"),
    path("exercises/new/", pages_write.new, name="exercise_new"),
    path("exercises/<uuid:exercise>/", pages.exercise, name="exercise"),
    path("exercises/<uuid:exercise>/edit/", pages_write.edit, name="exercise_edit"),
    path("exercises/<uuid:exercise>/call-off/", pages_write.call_off, name="exercise_call_off"),
    path("exercises/<uuid:exercise>/seats/", pages_write.seat, name="exercise_seat"),
    path("exercises/seats/<uuid:seat>/leave/", pages_write.unseat, name="exercise_unseat"),
    path("exercises/<uuid:exercise>/injects/", pages_write.inject_new, name="inject_new"),
    path("exercises/injects/<uuid:inject>/", pages_write.inject_edit, name="inject_edit"),
    path("exercises/injects/<uuid:inject>/remove/", pages_write.inject_remove, name="inject_remove"),
    path("exercises/injects/<uuid:inject>/send/", pages_live.send, name="inject_send"),
    path("exercises/injects/<uuid:inject>/react/", pages_live.react, name="inject_react"),
    path("exercises/<uuid:exercise>/play/", pages_live.play, name="exercise_play"),
    path("exercises/<uuid:exercise>/control/", pages_live.control, name="exercise_control"),
    path("exercises/<uuid:exercise>/clock/", pages_live.clock, name="exercise_clock"),
    path("exercises/<uuid:exercise>/observations/", pages_live.observe, name="exercise_observe"),
    path("exercises/<uuid:exercise>/sheet/", pages_live.sheet, name="exercise_sheet"),
    path("exercises/<uuid:exercise>/report/", pages_after.report, name="exercise_report"),
    path("exercises/<uuid:exercise>/lessons/", pages_after.lesson, name="exercise_lesson"),
    path("exercises/lessons/<uuid:learned>/action/", pages_learning.action, name="lesson_action"),
    path("exercises/lessons/<uuid:learned>/practice/", pages_learning.practice, name="lesson_practice"),
    path("exercises/lessons/<uuid:learned>/measure/", pages_learning.measure, name="lesson_measure"),
    path("exercises/<uuid:exercise>/credit/", pages_credit.credit, name="exercise_credit"),
    path("exercises/parts/<uuid:part>/<slug:tells>/", pages_credit.form, name="exercise_form"),
    path(
        "exercises/parts/<uuid:part>/<slug:tells>/file/",
        pages_credit.form_file,
        name="exercise_form_file",
    ),
    path("exercises/<uuid:exercise>/paper/", pages_after.paper, name="exercise_paper"),
    path("exercises/<uuid:exercise>/guests/", pages_guest.guests, name="exercise_guests"),
    path("exercises/guests/<uuid:guest>/end/", pages_guest.end, name="guest_end"),
    path("join/<str:secret>/", pages_guest.join, name="guest_join"),
    path("guest/", pages_guest.play, name="guest_play"),
    path("guest/<uuid:inject>/", pages_guest.react, name="guest_react"),
]
