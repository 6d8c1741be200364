"""The places of the network as plain values, by what a client writes: ports, facilities, landmarks, waterways."""

import time
from dataclasses import dataclass, field
from uuid import UUID

from port2port.members.models import Facility, Landmark, Port, Waterway
from port2port.members.network_shapes import Waterway as WaterwayLine
from port2port.members.network_shapes import distance_km

PORT_KM = 60.0  # a position "in" a port: Antwerp alone is 25 km long, and roads and anchorages belong to a port
PLACES_KEPT = 60.0  # seconds; facts of the network change when their file is loaded, which is rare


@dataclass(frozen=True)
class Spot:
    """A named place with a position: a port, facility or landmark. `code` is what a client writes."""

    id: UUID
    code: str
    names: dict[str, str]
    lat: float | None
    lon: float | None
    port: str = ""
    kind: str = ""
    operator: UUID | None = None
    member: bool = False  # of a port: of the network, not only a neighbour

    def distance(self, lat: float, lon: float) -> float:
        """Return the kilometres to a position; infinite when this place has none."""
        if self.lat is None or self.lon is None:
            return float("inf")
        return distance_km(self.lat, self.lon, lat, lon)


@dataclass(frozen=True)
class Places:
    """Everything one may name: by UN/LOCODE, facility number, and slug."""

    ports: dict[str, Spot] = field(default_factory=dict)
    facilities: dict[str, Spot] = field(default_factory=dict)
    landmarks: dict[str, Spot] = field(default_factory=dict)
    waterways: dict[str, WaterwayLine] = field(default_factory=dict)
    waterway_ids: dict[str, UUID] = field(default_factory=dict)

    def nearest_port(self, lat: float, lon: float) -> Spot | None:
        """Return the port nearest to a position, if one lies within PORT_KM."""
        near = min(self.ports.values(), key=lambda spot: spot.distance(lat, lon), default=None)
        return near if near is not None and near.distance(lat, lon) <= PORT_KM else None


_places: tuple[float, Places] | None = None


def known_places() -> Places:
    """Return ports, facilities, landmarks and waterways as plain values; read again after a minute."""
    global _places  # noqa: PLW0603 - facts, the same for everybody
    if _places is not None and time.monotonic() - _places[0] < PLACES_KEPT:
        return _places[1]
    found = Places(
        ports={
            p.locode: Spot(p.id, p.locode, p.names, p.lat, p.lon, p.locode, p.kind, member=p.member)
            for p in Port.objects.order_by("-member", "kind", "locode")
        },
        facilities={
            f.number: Spot(f.id, f.number, f.names, f.lat, f.lon, f.port.locode, "facility", f.operator_id)
            for f in Facility.objects.select_related("port").order_by("number")
            if f.number
        },
        landmarks={
            m.slug: Spot(m.id, m.slug, m.names, m.lat, m.lon, m.port.locode if m.port else "", m.kind)
            for m in Landmark.objects.select_related("port").order_by("slug")
        },
        waterways={},
        waterway_ids={},
    )
    for w in Waterway.objects.order_by("slug"):
        found.waterway_ids[w.slug] = w.id
        found.waterways[w.slug] = WaterwayLine(
            slug=w.slug, names=w.names, length_km=w.length_km, kilometre_zero={}, verified=True,
            line=tuple((p[0], p[1]) for p in w.line),
        )  # fmt: skip
    if found.ports:
        _places = (time.monotonic(), found)
    return found
