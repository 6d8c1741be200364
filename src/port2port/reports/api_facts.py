"""What a client needs to know before it reports: vocabulary and network."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from port2port.members.places import known_places
from port2port.reports import addressing, vocabulary
from port2port.sharing import audiences, legal_basis
from port2port.sharing.addressing import reporter
from port2port.sharing.api_ground import known_parameters, needs, problems
from port2port.sharing.api_shapes import tlp_name

router = Router()


class Term(Schema):
    """A code, in four languages."""

    code: str
    names: dict[str, str]


class Method(Term):
    """A modus operandi: its threat and the phases it is usually seen in."""

    threat: str
    phases: list[str]


class VocabularyOut(Schema):
    """The words of a report and of its envelope."""

    version: int
    threats: list[Term]
    natures: list[Term]
    severities: list[Term]
    modi_operandi: list[Method]
    phases: list[Term]
    substances: list[Term]
    place_kinds: list[Term]
    date_precisions: list[Term]
    sources: list[Term]
    purposes: list[Term]
    legal_bases: list[Term]


class Place(Schema):
    """A place by which one may say where something was."""

    code: str
    names: dict[str, str]
    lat: float | None
    lon: float | None
    port: str
    kind: str


class Way(Schema):
    """A waterway and how long it is."""

    code: str
    names: dict[str, str]
    length_km: float


class CircleOut(Schema):
    """A circle one may address."""

    id: UUID
    slug: str
    names: dict[str, str]
    kind: str
    of: str


class ChoiceOut(Schema):
    """An answer to "who should know?"."""

    choice: str
    name: str
    tlp: str
    circles: list[UUID]


class NetworkOut(Schema):
    """The places of the network and the circles this token's holder may address."""

    ports: list[Place]
    facilities: list[Place]
    landmarks: list[Place]
    waterways: list[Way]
    circles: list[CircleOut]
    choices: list[ChoiceOut]


@router.get("/vocabulary", response={200: VocabularyOut} | problems(), tags=["facts"], operation_id="read_vocabulary")
def read_vocabulary(request: HttpRequest) -> Any:
    """Return the codes of a report, with their names in four languages. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    words = vocabulary.vocabulary()
    sections: dict[str, Any] = {
        name: [{"code": e.code, "names": e.names} for e in getattr(words, name)]
        for name in (
            "threats",
            "natures",
            "severities",
            "phases",
            "substances",
            "place_kinds",
            "date_precisions",
            "sources",
        )
    }
    sections["modi_operandi"] = [
        {"code": m.code, "names": m.names, "threat": m.threat, "phases": list(m.phases)} for m in words.modi_operandi
    ]
    sections["purposes"] = [{"code": p.code, "names": p.names} for p in legal_basis.purposes()]
    sections["legal_bases"] = [{"code": b.code, "names": b.names} for b in legal_basis.legal_bases()]
    return {"version": words.head.version, **sections}


@router.get("/network", response={200: NetworkOut} | problems(), tags=["facts"], operation_id="read_network")
def read_network(request: HttpRequest) -> Any:
    """Return the places one may name and the circles one may address. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    places, who = known_places(), reporter()
    offers = addressing.offered(who, places, port=who.port)

    def spots(group: dict[str, Any]) -> list[dict[str, Any]]:
        return [
            {"code": s.code, "names": s.names, "lat": s.lat, "lon": s.lon, "port": s.port, "kind": s.kind}
            for s in group.values()
        ]

    return {
        "ports": spots(places.ports),
        "facilities": spots(places.facilities),
        "landmarks": spots(places.landmarks),
        "waterways": [{"code": w.slug, "names": w.names, "length_km": w.length_km} for w in places.waterways.values()],
        "circles": audiences.addressable(),
        "choices": [
            {"choice": o.code, "name": o.name, "tlp": tlp_name(o.tlp), "circles": list(o.addressed)} for o in offers
        ],
    }
