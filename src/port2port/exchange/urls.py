"""Addresses under which other systems read what is shared, and send."""

from django.urls import path

from port2port.exchange import pages, partner_pages
from port2port.exchange.files import pages as file_pages
from port2port.exchange.mail import pages as mail_pages
from port2port.exchange.misp import group_pages
from port2port.exchange.misp import import_pages as misp_pages
from port2port.exchange.misp import pages as misp
from port2port.exchange.partners import pages as partners
from port2port.exchange.peers import pages as peer_pages
from port2port.exchange.stix import served
from port2port.exchange.tak import pages as tak_pages
from port2port.exchange.taxii import pages as taxii

app_name = "exchange"
urlpatterns = [
    path("systems/", partner_pages.home, name="home"),
    path("systems/sent/<uuid:inbound>/", partner_pages.sent, name="inbound"),
    path("systems/partners/", partners.listed, name="partners"),
    path("systems/partners/machines/<uuid:machine>/", partners.machine, name="machine"),
    path("systems/partners/machines/<uuid:machine>/do/", partners.do, name="machine_do"),
    path("systems/partners/webhooks/<uuid:webhook>/", partners.webhook, name="webhook"),
    path("systems/partners/webhooks/<uuid:webhook>/do/", partners.webhook_do, name="webhook_do"),
    path("systems/peers/", peer_pages.listed, name="peers"),
    path("systems/peers/<uuid:peer>/", peer_pages.peer, name="peer"),
    path("systems/peers/<uuid:peer>/do/", peer_pages.do, name="peer_do"),
    path("systems/tak/", tak_pages.listed, name="tak"),
    path("systems/tak/<uuid:server>/", tak_pages.server, name="tak_server"),
    path("systems/tak/<uuid:server>/do/", tak_pages.do, name="tak_do"),
    path("systems/files/", file_pages.files, name="files"),
    path("systems/files/<uuid:mapping>/", file_pages.mapping, name="file_mapping"),
    path("systems/mail/", mail_pages.mail, name="mail"),
    path("systems/mail/<uuid:letter>/", mail_pages.letter, name="mail_draft"),
    path("systems/misp/", misp_pages.take_in, name="misp_import"),
    path("systems/misp/groups/", group_pages.listed, name="misp_groups"),
    path("systems/misp/groups/<uuid:grouping>/back/", group_pages.take_back, name="misp_group_back"),
    path("alerts/<uuid:alert>/cap.xml", pages.cap, name="cap"),
    path("alerts/<uuid:alert>/alert.geojson", pages.geojson, name="geojson"),
    path("feeds/alerts.geojson", pages.map_feed, name="map_feed"),
    path("feeds/alerts/<uuid:alert>/alert.geojson", pages.geojson_for_machines, name="feed_geojson"),
    path("feeds/alerts.atom", pages.feed, name="feed"),
    path("feeds/alerts/<uuid:alert>/cap.xml", pages.cap_for_machines, name="feed_cap"),
    path("feeds/misp/manifest.json", misp.manifest, name="misp"),
    path("feeds/misp/hashes.csv", misp.hashes, name="misp_hashes"),
    path("feeds/misp/<uuid:misp>.json", misp.event, name="misp_event"),
    path("schemas/misp/v1/objects/<slug:name>.json", misp.template, name="misp_template"),
    path("schemas/stix/v1/<slug:name>.json", served.schema, name="stix_schema"),
    path("taxii2/", taxii.discovery, name="taxii"),
    path("taxii2/p2p/", taxii.root, name="taxii_root"),
    path("taxii2/p2p/status/<uuid:delivery>/", taxii.status, name="taxii_status"),
    path("taxii2/p2p/collections/", taxii.collection_list, name="taxii_collections"),
    path("taxii2/p2p/collections/<slug:named>/", taxii.one_collection, name="taxii_collection"),
    path("taxii2/p2p/collections/<slug:named>/manifest/", taxii.manifest, name="taxii_manifest"),
    path("taxii2/p2p/collections/<slug:named>/objects/", taxii.objects, name="taxii_objects"),
    path("taxii2/p2p/collections/<slug:named>/objects/<str:stix_id>/", taxii.one_object, name="taxii_object"),
    path("taxii2/p2p/collections/<slug:named>/objects/<str:stix_id>/versions/", taxii.versions, name="taxii_versions"),
]
