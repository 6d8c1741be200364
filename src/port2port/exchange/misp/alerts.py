"""An alert as the parts of a MISP event: its codes, where it holds, and what it says in every language. Pure.

Each message is an event of its own, as it is in CAP and STIX; one that took the place of another extends that one's.
Nothing of it is an indicator or a sighting, and what is not real is no threat. Every text comes from
`alerts.sentences`, so that none of an exercise leaves without its mark.
"""

from datetime import UTC

from port2port.alerts import sentences
from port2port.exchange.misp.parts import EXTERNAL, Made
from port2port.exchange.misp.templates import ALERT, FACILITY
from port2port.exchange.stix import network
from port2port.exchange.stix.alerts import NO_PORT, ORIGINAL, drafted, texts
from port2port.exchange.stix.made import RECORDS
from port2port.exchange.stix.source import AlertSource
from port2port.members.areas import Area, FacilityArea, PortArea, atlas_of, position_of
from port2port.members.network_data import label
from port2port.members.places import Places

LEVELS = {"Extreme": "1", "Severe": "1", "Moderate": "2", "Minor": "3"}  # of MISP: 1 high, 2 medium, 3 low
UNDEFINED = "4"


def level(source: AlertSource) -> str:
    """Return the threat level of an alert; undefined for what is not real."""
    return LEVELS.get(source.severity, UNDEFINED) if source.status == "Actual" else UNDEFINED


def over(source: AlertSource) -> bool:
    """Tell whether nothing more comes of a message: it was followed, or says that the alert is cancelled."""
    return source.message == "Cancel" or source.state != "raised"


def said(source: AlertSource, places: Places) -> list[tuple[str, str]]:
    """Return headline and text in each language, the one that the event itself is in first."""
    draft = drafted(source)
    found = [texts(source, draft, places, one) for one in (ORIGINAL, *network.LANGUAGES)]
    return [(one["name"], one["description"]) for one in found]


def add_alert(made: Made, source: AlertSource, places: Places, site: str) -> None:
    """Add the codes of an alert, its areas, and the report that it was raised from."""
    draft = drafted(source)
    alert = made.object(
        ALERT,
        [
            ("event", source.event),
            ("status", source.status),
            ("message", source.message),
            ("state", source.state),
            ("urgency", source.urgency),
            ("severity", source.severity),
            ("certainty", source.certainty),
            *(("instruction", code) for code in source.instructions),
            ("valid-from", source.valid_from.astimezone(UTC).isoformat()),
            ("valid-until", source.valid_until.astimezone(UTC).isoformat()),
            ("series", str(source.series)),
        ],
    )
    for one in alert["Attribute"]:
        one["disable_correlation"] = one["object_relation"] != "series"  # codes are in every event
    for area in dict.fromkeys(draft.areas):
        _add_area(made, area, places, alert["uuid"])
    if source.based_on is not None:
        made.attribute("link", EXTERNAL, f"{site}/{RECORDS['report']}/{source.based_on}/", comment="report")


def _add_area(made: Made, area: Area, places: Places, alert: str) -> None:
    """Say where an alert holds: in words, and by name and position as far as they are known."""
    port, name, position = "", "", position_of(area, places)
    match area:
        case PortArea(code) if code.endswith(NO_PORT):
            position = None
        case PortArea(code) if code in places.ports:
            port, name = code, label(places.ports[code].names, ORIGINAL)
        case FacilityArea(code) if code in places.facilities:
            port, name = places.facilities[code].port, label(places.facilities[code].names, ORIGINAL)
    lat, lon = (str(round(one, network.PRECISION)) for one in position) if position is not None else ("", "")
    values = [
        ("name", name),
        ("locode", port),
        ("place", sentences.area_name(area, atlas_of(places), ORIGINAL)),
        ("latitude", lat),
        ("longitude", lon),
    ]
    made.object(FACILITY, values, tied=alert)
