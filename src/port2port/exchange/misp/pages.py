"""The feed of MISP for machines with a token of scope `read` or `exchange`, and the object templates for everybody."""

import hashlib
from uuid import UUID

import msgspec
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from port2port.base.access import public
from port2port.base.clock import now
from port2port.exchange.misp import events, templates
from port2port.exchange.misp.parts import epoch
from port2port.exchange.store import readings
from port2port.members.tokens import EXCHANGE
from port2port.sharing.api_ground import needs, tags

JSON, CSV = "application/json", "text/csv; charset=utf-8"


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """Answer which events there are, with the moment at which each last changed. Scope: read or exchange."""
    needs(request, "read", EXCHANGE)
    rows = events.listed()
    events.note_reading([(row.record, row.tlp) for row in rows], at=now())
    said = {str(row.uuid): msgspec.json.decode(row.manifest) | {"timestamp": epoch(row.changed)} for row in rows}
    return _answer(request, msgspec.json.encode(said), JSON)


@require_safe
def hashes(request: HttpRequest) -> HttpResponse:
    """Answer the MD5 of each value, and the event that it stands in. Scope: read or exchange."""
    needs(request, "read", EXCHANGE)
    rows = events.listed()
    events.note_reading([(row.record, row.tlp) for row in rows], at=now())
    lines = [f"{md5},{row.uuid}\n" for row in rows for md5 in row.hashes]
    return _answer(request, "".join(lines).encode(), CSV)


@require_safe
def event(request: HttpRequest, misp: UUID) -> HttpResponse:
    """Answer one event; 404 for one that is not for this token. Scope: read or exchange."""
    needs(request, "read", EXCHANGE)
    made, record = events.one(misp)
    at = now()
    events.note_reading([(record.id, record.tlp)], at=at)
    readings.note([record.id], "misp", at=at)
    return _answer(request, events.document(made), JSON)


@public
@require_safe
def template(request: HttpRequest, name: str) -> HttpResponse:
    """Answer an object template. 404 for a name that is none of ours."""
    try:
        return HttpResponse(templates.document(name), content_type=JSON)
    except KeyError as error:
        raise Http404 from error


def _answer(request: HttpRequest, body: bytes, kind: str) -> HttpResponse:
    """Answer a document, or 304 to who has it (RFC 9110, section 13.1.2)."""
    entity = f'"{hashlib.sha256(body).hexdigest()}"'
    has = entity in tags(request.headers.get("If-None-Match", ""))
    response = HttpResponse(status=304) if has else HttpResponse(body, content_type=kind)
    response["ETag"] = entity
    return response
