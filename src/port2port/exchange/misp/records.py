"""Records as MISP events (draft-dulaunoy-misp-core-format): what leaves as STIX, in the words of MISP. Pure.

An event is made without its times: they are put in when it is sent (`dated`), so that the same record says the same.
All of an event is for whoever sees the record; parts inherit its distribution. What is not in `stix.source` was never
asked for: reporters, annexes, adoption, gaps, obligations, findings of exercises.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid5

from port2port.exchange.misp import alerts, tags
from port2port.exchange.misp.parts import EXTERNAL, INHERITED, OTHER, Made, Misp, epoch, galaxy_of, organisation
from port2port.exchange.misp.templates import CONTAINER, FACILITY, INCIDENT, SEAL, VESSEL
from port2port.exchange.stix import network
from port2port.exchange.stix.ids import OURS
from port2port.exchange.stix.made import RECORDS
from port2port.exchange.stix.network import Place
from port2port.exchange.stix.observables import HASHES
from port2port.exchange.stix.source import (
    AlertSource,
    MeasureSource,
    PracticeSource,
    ReportSource,
    Seen,
    Source,
    Terms,
)
from port2port.members.places import Places
from port2port.reports.observables.kinds import kind
from port2port.reports.vocabulary import ModusOperandi
from port2port.sharing.tlp import Tlp

NETWORK, DELIVERY = "Network activity", "Payload delivery"
THREAT_LEVELS = {"critical": "1", "high": "1", "moderate": "2", "low": "3"}  # of MISP: 1 high, 2 medium, 3 low
ONGOING, COMPLETE = "1", "2"  # of MISP's `analysis`: 0 initial, 1 ongoing, 2 complete
# How far an event goes by its mark alone: AMBER and narrower stay with the organisation that fetched them, unless a
# sharing group of its own circles is named when it is sent.
DISTRIBUTIONS: Mapping[Tlp, str] = {Tlp.CLEAR: "3", Tlp.GREEN: "1", Tlp.AMBER: "0", Tlp.AMBER_STRICT: "0"}
# The template and its relation for each kind of observable that MISP has no attribute for.
OBJECTS: Mapping[str, tuple[str, str]] = {
    "container": (CONTAINER, "number"),
    "seal": (SEAL, "mark"),
    "imo": (VESSEL, "imo"),
    "mmsi": (VESSEL, "mmsi"),
}
ATTRIBUTES: Mapping[str, tuple[str, str]] = {
    "ip": ("ip-dst", NETWORK),
    "domain": ("domain", NETWORK),
    "url": ("url", NETWORK),
}


@dataclass(frozen=True)
class Known:
    """What everybody knows and an event names: by id, ports by UN/LOCODE, ways of acting by code; what areas name."""

    organisations: Mapping[UUID, str]
    ports: Mapping[str, Place]
    facilities: Mapping[UUID, Place]
    modi: Mapping[str, ModusOperandi]
    places: Places = field(default_factory=Places)


def event_id(record: UUID) -> UUID:
    """Return the uuid of the event of a record, the same for ever."""
    return uuid5(OURS, f"misp|event|{record}")


def event(source: Source, *, known: Known, site: str) -> Misp:
    """Return the event of a record, without its times. Raises ValueError for TLP:RED, which goes to no machine."""
    terms = source.terms
    if terms.tlp == Tlp.RED:
        raise ValueError("TLP:RED is not projected")
    made, owner = Made(terms), organisation(terms.owner, known.organisations.get(terms.owner, "Port 2 Port"))
    said = [tags.tlp_tag(Tlp(terms.tlp)), tags.pap_tag(Tlp(terms.pap)), *_terms(terms)]
    level, analysis, at, extends = alerts.UNDEFINED, COMPLETE, terms.at, ""
    modi: list[str] = []
    match source:
        case AlertSource():
            level, named = alerts.level(source), "alert"
            analysis = COMPLETE if alerts.over(source) else ONGOING
            texts = alerts.said(source, known.places)
            extends = str(event_id(source.follows)) if source.follows is not None else ""
            said += [_own(f"alert-{name}", getattr(source, name).lower()) for name in ("status", "message", "state")]
            alerts.add_alert(made, source, known.places, site)
        case ReportSource():
            level, at = THREAT_LEVELS[source.severity], source.occurred_at
            analysis = COMPLETE if source.state == "closed" else ONGOING
            texts, named, modi = [(source.title, source.text)], "report", source.modi
            said += _graded(made, source)
            _report(made, source, known, owner)
        case MeasureSource():
            texts, named, modi = [(source.title, _joined(source.problem, source.text))], "measure", source.modi
            said.append(_own("measure-state", source.state))
        case PracticeSource():
            text = _joined(source.context, source.done, source.outcome, source.wrong, source.conditions)
            texts, named, modi = [(source.title, text)], "practice", source.modi
            said.append(_own("practice-maturity", source.maturity))
    said.append(_own("kind", named))
    made.attribute("link", EXTERNAL, f"{site}/{RECORDS[named]}/{terms.record}/", comment="Port 2 Port")
    if isinstance(source, ReportSource | MeasureSource) and source.source_url:
        made.attribute("link", EXTERNAL, source.source_url, comment=source.source_name)
    galaxy = galaxy_of([known.modi[code] for code in modi if code in known.modi])
    said += [{"name": one["tag_name"], "colour": "#0088cc"} for part in galaxy for one in part["GalaxyCluster"]]
    return {
        "uuid": str(event_id(terms.record)),
        "info": texts[0][0],
        "date": at.astimezone(UTC).date().isoformat(),
        "threat_level_id": level,
        "analysis": analysis,
        "published": True,
        "distribution": DISTRIBUTIONS[Tlp(terms.tlp)],
        "sharing_group_id": "0",
        "extends_uuid": extends,
        "Orgc": owner,
        "Tag": said,
        "Attribute": made.attributes,
        "Object": made.objects,
        "EventReport": [_text(made, place, *one) for place, one in enumerate(texts) if one[1]],
        "Galaxy": galaxy,
    }


def dated(made: Misp, changed: datetime) -> Misp:
    """Return an event with the moment at which it last changed, in each of its parts that has one."""
    at = {"timestamp": epoch(changed)}
    return made | {
        **at,
        "publish_timestamp": at["timestamp"],
        "Attribute": [one | at for one in made["Attribute"]],
        "Object": [
            one
            | at
            | {
                "Attribute": [part | at for part in one["Attribute"]],
                "ObjectReference": [part | at for part in one["ObjectReference"]],
            }
            for one in made["Object"]
        ],
        "EventReport": [one | at for one in made["EventReport"]],
    }


def manifest(made: Misp) -> Misp:
    """Return what the manifest says of an event, without its time."""
    return {name: made[name] for name in ("Orgc", "Tag", "info", "date", "analysis", "threat_level_id")}


def hashes(made: Misp) -> list[str]:
    """Return the MD5 of each value of an event, by which a MISP looks whether a feed knows something."""
    attributes = [*made["Attribute"], *(part for one in made["Object"] for part in one["Attribute"])]
    values = {one["value"] for one in attributes if not one["disable_correlation"]}
    return sorted(hashlib.md5(value.encode(), usedforsecurity=False).hexdigest() for value in values)


def _terms(terms: Terms) -> list[tags.Tag]:
    said = {
        "threat": terms.threat,
        "purpose": terms.purpose,
        "legal-basis": terms.legal_basis,
        "keep-until": terms.expires_at.astimezone(UTC).date().isoformat(),
        "provenance": terms.provenance,
    }
    return [_own(name, value) for name, value in said.items() if value]


def _own(predicate: str, value: str) -> tags.Tag:
    return tags.machine_tag(tags.OURS, predicate, value)


def _graded(made: Made, source: ReportSource) -> list[tags.Tag]:
    grade = source.grade
    if grade is None:
        return []
    if grade.handling_text:
        made.attribute("comment", OTHER, grade.handling_text, comment=f"Europol handling code {grade.handling}")
    return [*tags.grade_tags(grade), *([_own("handling", grade.handling)] if grade.handling else [])]


def _report(made: Made, source: ReportSource, known: Known, owner: Misp) -> None:
    incident = made.object(
        INCIDENT,
        [
            ("nature", source.nature),
            ("threat", source.terms.threat),
            ("severity", source.severity),
            ("state", source.state),
            ("occurred-at", source.occurred_at.astimezone(UTC).isoformat()),
            ("occurred-precision", source.occurred_precision),
            *(("modus-operandi", code) for code in source.modi),
            ("phase", source.phase),
            ("substance", source.substance),
            ("quantity-kg", "" if source.quantity_kg is None else str(source.quantity_kg)),
            ("origin-country", source.origin_country),
        ],
    )
    for one in incident["Attribute"]:
        one["disable_correlation"] = True  # codes are in every event
    _placed(made, source, known, incident["uuid"])
    for seen in source.observables:
        found = _observable(made, seen, incident["uuid"])
        if found is not None:
            made.sighting(found, source.occurred_at, owner)


def _placed(made: Made, source: ReportSource, known: Known, incident: str) -> None:
    """Say where it was: at a facility or port that is known, or at a point of its own."""
    facility = known.facilities.get(source.facility) if source.facility is not None else None
    port = known.ports.get(source.terms.port) if source.terms.port is not None else None
    place = facility or port
    lat, lon = (place.lat, place.lon) if place is not None else (None, None)
    if facility is None and source.place != "port" and source.lat is not None:
        lat, lon = source.lat, source.lon
    if place is None and lat is None:
        return
    made.object(
        FACILITY,
        [
            ("name", place.name if place is not None else ""),
            ("locode", source.terms.port or ""),
            ("country", place.country if place is not None else ""),
            ("place", source.place_text),
            ("latitude", "" if lat is None else str(round(lat, network.PRECISION))),
            ("longitude", "" if lon is None else str(round(lon, network.PRECISION))),
        ],
        tied=incident,
    )


def _observable(made: Made, seen: Seen, incident: str) -> Misp | None:
    """Add an observable and return its attribute; None for what leads to a person or has no place in MISP."""
    if kind(seen.kind).personal_data != "none":
        return None
    if seen.kind in OBJECTS:
        name, relation = OBJECTS[seen.kind]
        attribute: Misp = made.object(name, [(relation, seen.value)], tied=incident)["Attribute"][0]
        return attribute
    named = ATTRIBUTES.get(seen.kind)
    if seen.kind == "hash" and len(seen.value) in HASHES:
        named = (HASHES[len(seen.value)].lower().replace("-", ""), DELIVERY)
    if named is None:
        return None
    # PAP:RED leaves no trace outside one's own logs: nothing is to be looked for with it automatically.
    return made.attribute(*named, seen.value, to_ids=made.terms.pap < Tlp.RED)


def _text(made: Made, place: int, name: str, text: str) -> Misp:
    return {
        "uuid": made.id("report", f"text-{place}" if place else "text"),
        "name": name,
        "content": text,
        "distribution": INHERITED,
        "sharing_group_id": "0",
        "deleted": False,
    }


def _joined(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)
