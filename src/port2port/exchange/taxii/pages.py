"""The TAXII 2.1 server (OASIS, sections 4 and 5). Views only translate; who sees an object is the policy's business."""

from dataclasses import replace
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from port2port.base.clock import now
from port2port.base.errors import NotFound, Refused
from port2port.exchange.inbound import actions
from port2port.exchange.inbound import queries as inbound
from port2port.exchange.models import Delivery
from port2port.exchange.node import said_node
from port2port.exchange.store import queries as store
from port2port.exchange.store.queries import Stored
from port2port.exchange.taxii import asking
from port2port.exchange.taxii.collections import STIX_TYPE, Collection, collection, collections, resource
from port2port.exchange.taxii.media import TYPE, UnsupportedMediaType, answer, supported, taxii

IDENTITY = "identity"  # RFC 9110 section 8.4.1: not encoded
LONGEST = 10_000_000  # bytes of a request; the front takes no longer body


@taxii("GET")
def discovery(request: HttpRequest) -> HttpResponse:
    """Answer which API roots there are."""
    root = f"{settings.SITE_URL}{reverse('exchange:taxii_root')}"
    return answer(
        {
            "title": "Port 2 Port",
            "description": _("What the ports share, as far as the holder of this token sees it."),
            "default": root,
            "api_roots": [root],
        }
    )


@taxii("GET")
def root(request: HttpRequest) -> HttpResponse:
    """Answer what the API root is."""
    return answer({"title": "Port 2 Port", "versions": [TYPE], "max_content_length": LONGEST})


@taxii("GET")
def collection_list(request: HttpRequest) -> HttpResponse:
    """Answer the collections."""
    return answer({"collections": [resource(one) for one in collections()]})


@taxii("GET")
def one_collection(request: HttpRequest, named: str) -> HttpResponse:
    """Answer one collection."""
    return answer(resource(collection(named)))


@taxii("GET")
def manifest(request: HttpRequest, named: str) -> HttpResponse:
    """Answer which objects there are."""
    chosen = collection(named)
    asked = asking.read(request.GET.dict(), threat=chosen.threat)
    rows, following = _page(chosen, asked)
    objects = [
        {
            "id": row.stix_id,
            "date_added": asking.written(row.added),
            "version": asking.written(row.version),
            "media_type": STIX_TYPE,
        }
        for row in rows
    ]
    return answer(_more({"objects": objects} if objects else {}, following), headers=_dates(rows))


@taxii("GET", "POST")
def objects(request: HttpRequest, named: str) -> HttpResponse:
    """Answer the objects of a collection as they are stored, or take in some."""
    chosen = collection(named)
    if request.method == "POST":
        return _received(request, chosen)
    asked = asking.read(request.GET.dict(), threat=chosen.threat)
    rows, following = _page(chosen, asked)
    store.note_reading(rows, at=now())
    return _envelope(rows, following)


@taxii("GET", "DELETE")
def one_object(request: HttpRequest, named: str, stix_id: str) -> HttpResponse:
    """Answer one object, or delete it from the inbox."""
    chosen = collection(named)
    asked = asking.read(request.GET.dict(), threat=chosen.threat, identifier=stix_id)
    if request.method == "DELETE":
        return _deleted(request, chosen, stix_id)
    rows, following = _page(chosen, asked)
    if not rows and not _there(chosen, stix_id):
        raise NotFound(kind="stix")
    store.note_reading(rows, at=now())
    return _envelope(rows, following)


@taxii("GET")
def versions(request: HttpRequest, named: str, stix_id: str) -> HttpResponse:
    """Answer which versions of an object there are."""
    chosen = collection(named)
    asked = asking.read(request.GET.dict(), threat=chosen.threat, identifier=stix_id, versions=False)
    rows, following = _page(chosen, asked)
    if not rows and not _there(chosen, stix_id):
        raise NotFound(kind="stix")
    found = [asking.written(row.version) for row in rows]
    return answer(_more({"versions": found} if found else {}, following), headers=_dates(rows))


@taxii("GET")
def status(request: HttpRequest, delivery: UUID) -> HttpResponse:
    """Answer what became of what was sent."""
    return answer(_status(inbound.delivery(delivery)))


def _page(chosen: Collection, asked: asking.Request) -> tuple[list[Stored], str]:
    """Return the rows of a page, and the value of `next`."""
    if asked.nothing:
        return [], ""
    read = inbound.page if chosen.inbox else store.page
    rows, after = read(asked.asked, size=asked.size)
    while not rows and after is not None:  # older sightings alone: an empty page says nothing
        rows, after = read(replace(asked.asked, after=after), size=asked.size)
    return rows, asking.write_next(after) if after is not None else ""


def _there(chosen: Collection, stix_id: str) -> bool:
    """Tell whether one sees an object in any version: then an empty page is no 404."""
    rows, _following = _page(chosen, asking.read({}, threat=chosen.threat, identifier=stix_id, versions=False))
    return bool(rows)


def _envelope(rows: list[Stored], following: str) -> HttpResponse:
    """Return stored JSON as an envelope (section 3.7): put together, never read."""
    parts = [b'{"more":true,"next":"%s"' % following.encode() if following else b'{"more":false']
    if rows:
        parts += [b',"objects":[', b",".join(row.body.encode() for row in rows), b"]"]
    return answer(b"".join([*parts, b"}"]), headers=_dates(rows))


def _more(body: dict[str, object], following: str) -> dict[str, object]:
    return {"more": True, "next": following, **body} if following else {"more": False, **body}


def _dates(rows: list[Stored]) -> dict[str, str]:
    if not rows:
        return {}
    return {
        "X-TAXII-Date-Added-First": asking.written(rows[0].added),
        "X-TAXII-Date-Added-Last": asking.written(rows[-1].added),
    }


def _received(request: HttpRequest, chosen: Collection) -> HttpResponse:
    if not supported(request.headers.get("Content-Type", "")):
        raise UnsupportedMediaType
    if request.headers.get("Content-Encoding", IDENTITY) != IDENTITY:  # what is unpacked has no length beforehand
        raise UnsupportedMediaType(_("Send it uncompressed."), headers={"Accept-Encoding": IDENTITY})
    if not chosen.inbox:
        raise Refused(_("Send to the collection inbox."))
    return answer(_status(actions.receive(request.body, at=now(), node=said_node(request.headers))), status=202)


def _deleted(request: HttpRequest, chosen: Collection, stix_id: str) -> HttpResponse:
    if not chosen.inbox:
        raise Refused(_("Only what you sent can be deleted here."))
    named = request.GET.get("match[version]", "all")
    wanted = [] if named == "all" else [asking.moment("match[version]", one) for one in named.split(",")]
    actions.take_away(stix_id, versions=wanted, at=now())
    return answer({})


def _status(delivery: Delivery) -> dict[str, object]:
    """Return a status resource (section 4.3): everything is done before the answer, nothing is pending."""
    found: dict[str, object] = {
        "id": str(delivery.id),
        "status": "complete",
        "request_timestamp": asking.written(delivery.at),
        "total_count": delivery.total,
        "success_count": len(delivery.accepted),
        "failure_count": len(delivery.refused),
        "pending_count": 0,
    }
    if delivery.accepted:
        found["successes"] = delivery.accepted
    if delivery.refused:
        found["failures"] = delivery.refused
    return found
