"""Addresses of alerts."""

from django.urls import path

from port2port.alerts import pages, pages_files, pages_keep, pages_write
from port2port.alerts.desk import pages as desk
from port2port.alerts.desk import pages_keep as desk_keep
from port2port.alerts.suppliers import pages as systems

app_name = "alerts"
urlpatterns = [
    path("", pages.alert_list, name="list"),
    path("new/", pages_write.new, name="new"),
    path("preview/", pages_write.preview, name="preview"),
    path("export/", pages_files.export, name="export"),
    path("desk/", desk.desk, name="desk"),
    path("desk/now/", desk.desk_now, name="desk_now"),
    path("desk/<uuid:alert>/acknowledge/", desk.desk_acknowledge, name="desk_acknowledge"),
    path("handover/", desk_keep.handover, name="handover"),
    path("handover/<uuid:handover>/", desk_keep.handover_take, name="handover_take"),
    path("call-list/", desk_keep.call_list, name="call_list"),
    path("call-list/numbers/", desk_keep.numbers, name="numbers"),
    path("call-list/numbers/<uuid:number>/", desk_keep.number, name="number"),
    path("call-list/numbers/<uuid:number>/remove/", desk_keep.number_remove, name="number_remove"),
    path("systems/", systems.register, name="systems"),
    path("systems/list/", systems.bring, name="systems_bring"),
    path("systems/example.csv", systems.example, name="systems_example"),
    path("systems/<uuid:use>/", systems.use, name="system"),
    path("systems/<uuid:use>/remove/", systems.remove, name="system_remove"),
    path("<uuid:alert>/", pages.detail, name="detail"),
    path("<uuid:alert>/recipients/", pages.recipients, name="recipients"),
    path("<uuid:alert>/acknowledge/", pages_keep.acknowledge, name="acknowledge"),
    path("<uuid:alert>/update/", pages_write.update, name="update"),
    path("<uuid:alert>/cancel/", pages_keep.cancel, name="cancel"),
    path("<uuid:alert>/audience/more/", pages_keep.widen, name="widen"),
    path("<uuid:alert>/withdraw/", pages_keep.withdraw, name="withdraw"),
]
