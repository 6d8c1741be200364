"""Addresses of the network and its people. Those of signing in (`identity_urls`) stand outside this namespace."""

from django.urls import URLPattern, path

from port2port.members import circle_pages, network_pages, people_pages, review_pages
from port2port.members.identity_urls import member_urlpatterns

app_name = "members"
urlpatterns: list[URLPattern] = [
    *member_urlpatterns,
    path("network/", network_pages.network, name="network"),
    path("network/map.json", network_pages.network_map, name="network_map"),
    path("network/organisations/<slug:slug>/", network_pages.organisation, name="organisation"),
    path("network/organisations/<slug:slug>/leave/", people_pages.close_organisation, name="close_organisation"),
    path("network/ports/<slug:locode>/", network_pages.port, name="port"),
    path("organisation/people/", people_pages.people, name="people"),
    path("organisation/people/invite/", people_pages.invite, name="invite"),
    path("organisation/people/<uuid:person>/", people_pages.person, name="person"),
    path("organisation/people/<uuid:person>/remove/", people_pages.remove, name="remove"),
    path(
        "organisation/invitations/<uuid:invitation>/cancel/", people_pages.cancel_invitation, name="cancel_invitation"
    ),
    path("organisation/review/", review_pages.review, name="review"),
    path("organisation/review/<uuid:person>/keep/", review_pages.keep, name="keep"),
    path("invitation/<str:secret>/", people_pages.accept, name="accept"),
    path("circles/", circle_pages.circles, name="circles"),
    path("circles/new/", circle_pages.make, name="make_circle"),
    path("circles/<uuid:circle>/", circle_pages.circle, name="circle"),
    path("circles/<uuid:circle>/name/", circle_pages.rename, name="circle_rename"),
    path("circles/<uuid:circle>/members/", circle_pages.add, name="circle_add"),
    path("circles/<uuid:circle>/members/<uuid:member>/remove/", circle_pages.remove, name="circle_remove"),
    path("circles/<uuid:circle>/close/", circle_pages.close, name="circle_close"),
]
