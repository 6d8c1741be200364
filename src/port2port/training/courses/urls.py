"""Addresses of courses. `library.RESERVED` keeps slugs from meaning something else."""

from django.urls import path

from port2port.training.courses import pages, pages_records, pages_sessions, pages_team

urlpatterns = [
    path("courses/", pages.courses, name="courses"),
    path("courses/team/", pages_team.team, name="course_team"),
    path("courses/team/roster/", pages_records.roster, name="course_roster"),
    path("courses/team/<slug:what>/example.<slug:table>", pages_records.example, name="course_example"),
    path("courses/team/results/", pages_records.results, name="course_results"),
    path("courses/enrolments/<uuid:enrolment>/end/", pages_team.end_enrolment, name="enrolment_end"),
    path("courses/completions/<uuid:completion>/withdraw/", pages_team.withdraw, name="completion_withdraw"),
    path("courses/completions/<uuid:completion>/certificate/", pages.certificate_file, name="certificate_file"),
    path("courses/sessions/", pages_sessions.sessions, name="sessions"),
    path("courses/sessions/new/", pages_sessions.new, name="session_new"),
    path("courses/sessions/<uuid:session>/", pages_sessions.session, name="session"),
    path("courses/sessions/<uuid:session>/edit/", pages_sessions.edit, name="session_edit"),
    path("courses/sessions/<uuid:session>/book/", pages_sessions.book, name="session_book"),
    path("courses/sessions/<uuid:session>/unbook/", pages_sessions.unbook, name="session_unbook"),
    path("courses/sessions/<uuid:session>/attendance/", pages_sessions.attend, name="session_attend"),
    path("courses/sessions/<uuid:session>/substitute/", pages_sessions.substitute, name="session_substitute"),
    path("courses/sessions/<uuid:session>/call-off/", pages_sessions.call_off, name="session_call_off"),
    path("courses/sessions/<uuid:session>/calendar/", pages_sessions.invitation, name="session_calendar"),
    path("courses/attempts/<uuid:attempt>/", pages.attempt, name="attempt"),
    path("courses/attempts/<uuid:attempt>/hand-in/", pages.hand_in, name="attempt_hand_in"),
    path("courses/attempts/<uuid:attempt>/<int:nth>/", pages.question, name="attempt_question"),
    path("courses/<slug:course>/", pages.course, name="course"),
    path("courses/<slug:course>/quiz/", pages.begin, name="course_quiz"),
    path("courses/<slug:course>/questions/", pages_team.items, name="course_items"),
    path("courses/<slug:course>/media/<str:media>", pages.media, name="course_media"),
    path("courses/<slug:course>/modules/<slug:module>/", pages.module, name="course_module"),
]
