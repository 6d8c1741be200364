"""Alerts and sightings as Cursor on Target events (MITRE, schema 2.0 of 2003 as clarified in 2007). Pure.

An event of an exercise says so in `opex`, in its name and in its remarks. What was taken back is not sent any more, and
every event goes stale within minutes: a screen forgets it by itself.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID
from xml.etree import ElementTree as ET

from port2port.alerts import sentences
from port2port.alerts.shown import Shown
from port2port.members.areas import CircleArea, atlas_of, position_of
from port2port.members.places import Places
from port2port.sharing.tlp import Tlp

DRONE = "a-u-A-M-H-Q"  # atom, unknown, air, rotary wing, unmanned: what programs for TAK call a drone nobody knows
SPOT = "b-m-p-s-m"  # a point on the map: no alarm of TAK's own, which calls for help for a person
ESTIMATED = "h-e"  # by a human, estimated
UNKNOWN = "9999999.0"  # metres
STALE = timedelta(minutes=3)
METRES = 1000
OPEX = {"Actual": "o", "Exercise": "e", "Test": "s"}
NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, section 2.2


@dataclass(frozen=True)
class Event:
    """What one event says, and of which record, how marked. `reach`: metres around the point that it is about, or None
    where nobody knows.
    """

    record: UUID
    tlp: int
    uid: str
    type: str
    lat: float
    lon: float
    start: datetime
    until: datetime
    callsign: str
    remarks: str
    opex: str = "o"
    reach: float | None = None


@dataclass(frozen=True)
class Sighting:
    """A drone that somebody reported, where and when; `said`: whether it was invented, in words, or nothing."""

    record: UUID
    title: str
    lat: float
    lon: float
    occurred_at: datetime
    tlp: int
    url: str
    said: str = ""


def of_alert(row: Shown, places: Places, language: str, *, url: str) -> list[Event]:
    """Return an event for each of an alert's places that has a position. Raises KeyError for an unknown language."""
    draft, atlas = row.draft, atlas_of(places)
    said = (
        sentences.title(draft, atlas, language),
        Tlp(row.record.tlp).label,
        sentences.description(draft, atlas, language, message=row.message),
        sentences.instruction(draft, language, message=row.message),
        url,
    )
    found = []
    for number, area in enumerate(draft.areas):
        middle = position_of(area, places)
        if middle is not None:
            found.append(
                Event(
                    record=row.record.id, tlp=row.record.tlp, uid=f"port2port.{row.record.id}.{number}", type=SPOT,
                    lat=middle[0], lon=middle[1],
                    start=row.alert.valid_from, until=row.alert.valid_until, callsign=said[0],
                    remarks="\n".join(said[1:]), opex=OPEX[row.alert.status],
                    reach=area.km * METRES if isinstance(area, CircleArea) else None,
                )
            )  # fmt: skip
    return found


def of_sighting(one: Sighting, *, until: datetime) -> Event:
    """Return an event for a drone that was seen."""
    remarks = "\n".join(part for part in (one.said, Tlp(one.tlp).label, one.url) if part)
    return Event(
        record=one.record, tlp=one.tlp, uid=f"port2port.{one.record}", type=DRONE, lat=one.lat, lon=one.lon,
        start=one.occurred_at, until=until, callsign=one.title, remarks=remarks,
    )  # fmt: skip


def written(event: Event, *, at: datetime) -> bytes:
    """Return an event as it is sent at a moment; what XML cannot carry is left out."""
    root = ET.Element(
        "event",
        {
            "version": "2.0", "uid": event.uid, "type": event.type, "how": ESTIMATED, "opex": event.opex,
            "time": _moment(at), "start": _moment(event.start), "stale": _moment(min(event.until, at + STALE)),
        },
    )  # fmt: skip
    reach = UNKNOWN if event.reach is None else f"{event.reach:.1f}"
    ET.SubElement(
        root,
        "point",
        {"lat": f"{event.lat:.6f}", "lon": f"{event.lon:.6f}", "hae": UNKNOWN, "ce": reach, "le": UNKNOWN},
    )
    detail = ET.SubElement(root, "detail")
    ET.SubElement(detail, "contact", {"callsign": " ".join(NO_XML.sub("", event.callsign).split())})
    ET.SubElement(detail, "remarks").text = NO_XML.sub("", event.remarks)
    document: bytes = ET.tostring(root, encoding="utf-8")
    return document


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
