"""Addresses of the register of systems."""

from django.urls import path

from port2port.knowledge.systems import pages, pages_write

urlpatterns = [
    path("systems/", pages.system_list, name="systems"),
    path("systems/new/", pages_write.new, name="installation_new"),
    path("systems/export/", pages.export, name="systems_export"),
    path("systems/products/<str:product>/", pages.product, name="product"),
    path("systems/results/<uuid:measurement>/withdraw/", pages_write.withdraw_result, name="result_withdraw"),
    path(
        "systems/procurement/<uuid:procurement>/withdraw/", pages_write.withdraw_procurement,
        name="procurement_withdraw",
    ),
    path("systems/<uuid:installation>/", pages.installation, name="installation"),
    path("systems/<uuid:installation>/edit/", pages_write.edit, name="installation_edit"),
    path("systems/<uuid:installation>/result/", pages_write.add_result, name="result_new"),
    path("systems/<uuid:installation>/procurement/", pages_write.add_procurement, name="procurement_new"),
    path("systems/<uuid:installation>/withdraw/", pages_write.withdraw_installation, name="installation_withdraw"),
]  # fmt: skip
