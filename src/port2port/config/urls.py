"""Every address of the platform. What stands here must have its row in the access matrix of the tests."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from port2port.base.access import public
from port2port.config import edge, health
from port2port.config.api import api
from port2port.home import calendar_pages
from port2port.home.direction import direction, direction_file
from port2port.home.following import pages as following_pages
from port2port.home.news.ending import end_digest
from port2port.home.news.pages import news_page
from port2port.home.pages import home, home_map
from port2port.home.public import pages as public_pages
from port2port.home.search.pages import search, search_now
from port2port.training.campaigns.pages_public import pulse, pulse_slip, screen
from port2port.training.courses.pages_public import certificate

urlpatterns: list[URLPattern | URLResolver] = [
    # tried in this order: machines ask most, and the lists without a prefix are walked to their end
    path("api/v1/", api.urls),
    path("", home, name="home"),
    path("home/map.json", home_map, name="home_map"),
    path("search/", search, name="search"),
    path("search/now/", search_now, name="search_now"),
    path("direction/", direction, name="direction"),
    path("direction/file/", direction_file, name="direction_file"),
    path("news/", news_page, name="news"),
    path("digest/end/<str:token>/", end_digest, name="end_digest"),
    path("following/", following_pages.following, name="following"),
    path("following/<uuid:follow>/end/", following_pages.end, name="end_follow"),
    path("public/", public_pages.front, name="public_front"),
    path("public/<str:code>/", public_pages.listed, name="public"),
    path("public/<str:code>/feed.atom", public_pages.feed, name="public_feed"),
    path("public/<str:code>/<uuid:record>/", public_pages.one, name="public_one"),
    path("public/<str:code>/<uuid:record>/pictures/<uuid:file>/", public_pages.picture, name="public_picture"),
    path("calendar/", calendar_pages.calendar_page, name="calendar"),
    path("feeds/calendar.ics", calendar_pages.feed, name="calendar_feed"),
    path("reports/", include("port2port.reports.urls")),
    path("alerts/", include("port2port.alerts.urls")),
    path("deadlines/", include("port2port.compliance.urls")),
    path("levels/", include("port2port.levels.urls")),
    path("flights/", include("port2port.flights.urls")),
    path("", include("port2port.alerts.delivery.urls")),
    path("measures/", include("port2port.measures.urls")),
    path("displacement/", include("port2port.displacement.urls")),
    path("knowledge/", include("port2port.knowledge.urls")),
    path("governance/", include("port2port.governance.urls")),
    path("training/", include("port2port.training.urls")),
    path("certificates/<str:code>/", certificate, name="certificate"),
    path("pulse/", pulse, name="pulse"),
    path("pulse/<str:code>/", pulse_slip, name="pulse_slip"),
    path("screens/<str:code>/", screen, name="screen"),
    path("workgroups/", include("port2port.workgroups.urls")),
    path("", include("port2port.exchange.urls")),
    path("", include("port2port.helpdesk.urls")),
    path("", include("port2port.members.urls")),
    path("access/", include("port2port.sharing.urls")),
    path("", include("port2port.site.urls")),
    path("", include("port2port.members.identity_urls")),
    path("settings/language/", public(set_language), name="set_language"),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", health.metrics),
]

handler400 = edge.bad_request
handler404 = edge.not_found
handler500 = edge.server_error
