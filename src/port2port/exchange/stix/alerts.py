"""An alert as a STIX report with the locations it speaks of, in every language.

A report and not an incident: MISP makes an event of it and OpenCTI a report, and a drill does not count as something
that happened. Nor is anything of it a sighting or an indicator. Each message is a report of its own, as it is in CAP;
one that was updated or cancelled is revoked. Every text comes from `alerts.sentences`, so that none of an exercise
leaves without its mark.
"""

from port2port.alerts import sentences
from port2port.alerts.rules import Draft
from port2port.exchange.stix import network
from port2port.exchange.stix.extensions import ALERT, RECORD
from port2port.exchange.stix.ids import object_id
from port2port.exchange.stix.made import Made, invented, moment, of_record, references
from port2port.exchange.stix.markings import Stix
from port2port.exchange.stix.source import AlertSource
from port2port.members.areas import (
    Area,
    CircleArea,
    FacilityArea,
    PolygonArea,
    PortArea,
    StretchArea,
    area_from,
    atlas_of,
    position_of,
)
from port2port.members.network_shapes import distance_km
from port2port.members.places import Places

ORIGINAL = "en"  # of the object itself; the other languages stand beside it
METRES = 1000
# Of the open vocabulary report-type-ov (10.20) nothing fits what is not real: no filter of a reader takes it for that.
TYPES = {"Actual": "threat-report", "Exercise": "exercise", "Test": "test"}
LABELS = {"Alert": "alert", "Update": "alert-update", "Cancel": "alert-cancelled"}
NO_PORT = "ZZZ"  # ends the UN/LOCODE of "port not given", which everybody knows as no place


def project_alert(made: Made, source: AlertSource, site: str, places: Places) -> None:
    """Add the report of an alert, its languages and its locations; all of them revoked once it was followed."""
    draft = drafted(source)
    refs = [place for number, area in enumerate(draft.areas) if (place := _location(made, number, area, places))]
    if source.based_on is not None:
        refs.append(object_id("incident", source.based_on, "incident"))
    names = {language: texts(source, draft, places, language) for language in (ORIGINAL, *network.LANGUAGES)}
    page = references("alert", source.terms, site)
    report = made.add(
        "report",
        "alert",
        lang=ORIGINAL,
        **names.pop(ORIGINAL),
        report_types=[TYPES[source.status]],
        published=moment(source.terms.at),
        labels=[source.terms.threat, LABELS[source.message], *_unreal(source), *invented(source.terms)],
        external_references=[*page, {"source_name": "cap-1.2", "url": f"{page[0]['url']}cap.xml"}],
        object_refs=list(dict.fromkeys(refs)) or [network.member_id(source.terms.owner)],
        extensions={ALERT.id: _alert(source), RECORD.id: of_record(source.terms)},
    )
    made.add("language-content", "alert", object_ref=report["id"], contents=names)
    if source.follows is not None:
        made.tie(report, "derived-from", object_id("report", source.follows, "alert"))
    if source.message != "Cancel" and source.state != "raised":
        for one in made.objects:
            one["revoked"] = True


def drafted(source: AlertSource) -> Draft:
    """Return what an alert was raised from, but for its public statement, which never leaves."""
    return Draft(
        event=source.event,
        urgency=source.urgency,
        severity=source.severity,
        certainty=source.certainty,
        status=source.status,
        instructions=tuple(source.instructions),
        language=source.language,
        areas=tuple(area_from(area) for area in source.areas),
        valid_from=source.valid_from,
        valid_until=source.valid_until,
        headline=source.headline,
        text=source.text,
        systems=tuple(source.systems),
    )


def texts(source: AlertSource, draft: Draft, places: Places, language: str) -> dict[str, str]:
    """Return name and description in a language; what must be done stands at the end."""
    atlas = atlas_of(places)
    return {
        "name": sentences.headline(draft, atlas, language, message=source.message),
        "description": sentences.description(draft, atlas, language, message=source.message)
        + "\n\n"
        + sentences.instruction(draft, language, message=source.message),
    }


def _unreal(source: AlertSource) -> list[str]:
    return [] if source.status == "Actual" else [source.status.lower()]


def _alert(source: AlertSource) -> Stix:
    said: Stix = {
        "extension_type": ALERT.kind,
        "status": source.status,
        "message": source.message,
        "event": source.event,
        "urgency": source.urgency,
        "severity": source.severity,
        "certainty": source.certainty,
        "instructions": source.instructions,
        "valid_from": moment(source.valid_from),
        "valid_until": moment(source.valid_until),
        "series": str(source.series),
    }
    return said | {"areas": source.areas} if source.areas else said


def _location(made: Made, number: int, area: Area, places: Places) -> str | None:
    """Return the location of an area: one that everybody knows, or one that is added; None without a position."""
    match area:
        case PortArea(code):
            return network.place_id(code) if code in places.ports and not code.endswith(NO_PORT) else None
        case FacilityArea(code):
            return network.place_id(places.facilities[code].id) if code in places.facilities else None
    middle = position_of(area, places)
    if middle is None:
        return None
    identifier: str = made.add(
        "location",
        f"area-{number}",
        name=sentences.area_name(area, atlas_of(places), ORIGINAL),
        latitude=round(middle[0], network.PRECISION),
        longitude=round(middle[1], network.PRECISION),
        precision=round(_reach_km(area, *middle) * METRES, 1),
    )["id"]
    return identifier


def _reach_km(area: Area, lat: float, lon: float) -> float:
    """Return how far an area reaches from its middle at most (STIX 2.1, section 4.9: `precision`)."""
    match area:
        case CircleArea(km=km):
            return km
        case StretchArea(_, start, end):
            return (end - start) / 2
        case PolygonArea(points):
            return max(distance_km(lat, lon, *corner) for corner in points)
    return 0.0
