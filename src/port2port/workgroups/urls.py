"""Addresses of working groups."""

from django.urls import path

from port2port.workgroups import pages, pages_keep, pages_meeting, pages_work

app_name = "workgroups"
urlpatterns = [
    path("", pages.group_list, name="list"),
    path("new/", pages_keep.new, name="new"),
    path("decisions/", pages.decisions, name="decisions"),
    path("decisions/<uuid:decision>/", pages.decision, name="decision"),
    path("decisions/<uuid:decision>/decide/", pages_work.decide, name="decide"),
    path("decisions/<uuid:decision>/reword/", pages_work.reword, name="reword"),
    path("actions/mine/", pages.actions, name="actions"),
    path("actions/<uuid:action>/", pages.action, name="action"),
    path("actions/<uuid:action>/change/", pages_work.change_action, name="change_action"),
    path("actions/<uuid:action>/end/", pages_work.end_action, name="end_action"),
    path("actions/<uuid:action>/reopen/", pages_work.reopen_action, name="reopen_action"),
    path("results/<uuid:result>/links/", pages_work.link, name="link"),
    path("results/<uuid:result>/links/<uuid:link>/remove/", pages_work.unlink, name="unlink"),
    path("papers/<uuid:paper>/", pages.paper, name="paper"),
    path("papers/<uuid:paper>/withdraw/", pages_work.withdraw_paper, name="withdraw_paper"),
    path("meetings/<uuid:meeting>/", pages_meeting.meeting, name="meeting"),
    path("meetings/<uuid:meeting>/edit/", pages_meeting.edit, name="meeting_edit"),
    path("meetings/<uuid:meeting>/cancel/", pages_meeting.cancel, name="meeting_cancel"),
    path("meetings/<uuid:meeting>/agenda/", pages_meeting.agenda, name="agenda"),
    path("meetings/<uuid:meeting>/attendance/", pages_meeting.attendance, name="attendance"),
    path("meetings/<uuid:meeting>/excuse/", pages_meeting.excuse, name="excuse"),
    path("meetings/<uuid:meeting>/approve/", pages_meeting.approve, name="approve"),
    path("meetings/<uuid:meeting>/invitation.ics", pages_meeting.invitation, name="invitation"),
    path("meetings/<uuid:meeting>/pack.pdf", pages_meeting.pack, name="pack"),
    path("items/<uuid:item>/", pages_meeting.item, name="item"),
    path("items/<uuid:item>/change/", pages_meeting.item_change, name="item_change"),
    path("items/<uuid:item>/correct/", pages_meeting.correct, name="correct"),
    path("items/<uuid:item>/decision/", pages_work.item_decision, name="item_decision"),
    path("items/<uuid:item>/action/", pages_work.item_action, name="item_action"),
    path("<uuid:group>/", pages.group, name="group"),
    path("<uuid:group>/edit/", pages_keep.edit, name="edit"),
    path("<uuid:group>/rule/", pages_keep.rule, name="rule"),
    path("<uuid:group>/people/", pages_keep.people, name="people"),
    path("<uuid:group>/people/<uuid:person>/remove/", pages_keep.unseat, name="unseat"),
    path("<uuid:group>/close/", pages_keep.close, name="close"),
    path("<uuid:group>/meetings/new/", pages_meeting.convene, name="convene"),
    path("<uuid:group>/papers/new/", pages_work.hand_in, name="hand_in"),
    path("<uuid:group>/decisions/new/", pages_work.propose, name="propose"),
    path("<uuid:group>/actions/new/", pages_work.assign, name="assign"),
]
