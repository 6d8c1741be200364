"""Addresses of measures."""

from django.urls import path

from port2port.measures import pages, pages_adoption, pages_agreement, pages_audience, pages_write
from port2port.measures.matrix import pages as matrix_pages
from port2port.measures.matrix import take_out
from port2port.measures.operations import pages as operations
from port2port.measures.operations import pages_aid as aid
from port2port.measures.operations import pages_write as operate

app_name = "measures"
urlpatterns = [
    path("", pages.measure_list, name="list"),
    path("matrix/", matrix_pages.matrix, name="matrix"),
    path("matrix/take-out/", take_out.take_out, name="matrix_take_out"),
    path("new/", pages_write.new, name="new"),
    path("objectives/new/", pages_write.objective_new, name="objective_new"),
    path("objectives/<uuid:objective>/", pages.objective, name="objective"),
    path("objectives/<uuid:objective>/edit/", pages_write.objective_edit, name="objective_edit"),
    path("operations/", operations.operation_list, name="operations"),
    path("operations/new/", operate.new, name="operation_new"),
    path("operations/<uuid:operation>/", operations.operation, name="operation"),
    path("operations/<uuid:operation>/edit/", operate.edit, name="operation_edit"),
    path("operations/<uuid:operation>/ask-in/", operate.ask_in, name="operation_ask_in"),
    path("operations/<uuid:operation>/answer/", operate.answer, name="operation_answer"),
    path("operations/<uuid:operation>/start/", operate.start, name="operation_start"),
    path("operations/<uuid:operation>/end/", operate.end, name="operation_end"),
    path("operations/<uuid:operation>/call-off/", operate.call_off, name="operation_call_off"),
    path("operations/<uuid:operation>/evaluate/", operate.evaluate, name="operation_evaluate"),
    path("operations/<uuid:operation>/count/", operate.count, name="operation_count"),
    path("operations/<uuid:operation>/count/<uuid:entry>/", operate.take_back, name="operation_take_back"),
    path("operations/<uuid:operation>/report/", operate.link, name="operation_link"),
    path("operations/<uuid:operation>/audience/more/", operate.widen, name="operation_widen"),
    path("operations/<uuid:operation>/withdraw/", operate.withdraw, name="operation_withdraw"),
    path("aid/", aid.board, name="aid"),
    path("aid/new/", aid.new, name="aid_new"),
    path("aid/<uuid:aid>/", aid.one, name="aid_request"),
    path("aid/<uuid:aid>/offer/", aid.offer, name="aid_offer"),
    path("aid/<uuid:aid>/close/", aid.close, name="aid_close"),
    path("aid/<uuid:aid>/withdraw/", aid.withdraw, name="aid_withdraw"),
    path("aid/offers/<uuid:offer>/", aid.turn, name="aid_turn"),
    path("questions/<uuid:question>/", pages_adoption.answer, name="answer"),
    path("<uuid:measure>/", pages.detail, name="detail"),
    path("<uuid:measure>/edit/", pages_write.edit, name="edit"),
    path("<uuid:measure>/withdraw/", pages_write.withdraw, name="withdraw"),
    path("<uuid:measure>/audience/more/", pages_audience.widen, name="widen"),
    path("<uuid:measure>/audience/fewer/", pages_audience.narrow, name="narrow"),
    path("<uuid:measure>/versions/", pages.versions, name="versions"),
    path("<uuid:measure>/proof/", pages.proof, name="proof"),
    path("<uuid:measure>/consultation/", pages_agreement.consult, name="consult"),
    path("<uuid:measure>/position/", pages_agreement.position, name="position"),
    path("<uuid:measure>/remark/", pages_agreement.remark, name="remark"),
    path("<uuid:measure>/close/", pages_agreement.close, name="close"),
    path("<uuid:measure>/stop/", pages_agreement.stop, name="stop"),
    path("<uuid:measure>/in-force/", pages_agreement.in_force, name="in_force"),
    path("<uuid:measure>/retire/", pages_agreement.retire, name="retire"),
    path("<uuid:measure>/adoption/<str:place>/", pages_adoption.adopt, name="adopt"),
    path("<uuid:measure>/ask/", pages_adoption.ask, name="ask"),
]
