"""Between a draft and the columns of a report, both ways."""

from datetime import datetime
from typing import Any
from uuid import UUID

from port2port.reports.models import Report
from port2port.reports.places import Located
from port2port.reports.rules import Draft, title_of
from port2port.sharing.models import Record

# Fields of the draft that are columns under the same name; the rest is resolved or stands on the envelope.
SAME = (
    "nature", "language", "severity", "occurred_at", "occurred_precision", "occurred_margin", "place", "place_text",
    "modus_operandi", "phase", "substance", "quantity_kg", "origin_country", "source", "source_name", "source_url",
    "source_published_on", "source_precision", "source_confidence", "event_group",
)  # fmt: skip


def draft_of(report: Report, record: Record) -> Draft:
    """Return a stored report as a draft, to be changed and handed to `edit_report`."""
    values: dict[str, Any] = {name: getattr(report, name) for name in SAME}
    place = report.place
    return Draft(
        threat=record.threat,
        text=report.text,
        title=report.title,
        port=record.port.locode if record.port else "",
        facility=(report.facility.number or "") if report.facility and place == "facility" else "",
        landmark=report.landmark.slug if report.landmark else "",
        waterway=report.waterway.slug if report.waterway else "",
        waterway_km=report.waterway_km,
        lat=report.lat,
        lon=report.lon,
        modus_operandi_also=tuple(report.modus_operandi_also),
        **values,
    )


def values_of(draft: Draft, where: Located) -> dict[str, Any]:
    """Return the columns of a report for a draft without problems."""
    return {name: getattr(draft, name) for name in SAME} | {
        "title": title_of(draft),
        "text": draft.text.strip(),
        "modus_operandi_also": list(dict.fromkeys(draft.modus_operandi_also)),
        "facility_id": where.facility,
        "landmark_id": where.landmark,
        "waterway_id": where.waterway,
        "waterway_km": where.waterway_km,
        "lat": where.lat,
        "lon": where.lon,
    }


def searched(draft: Draft, title: str) -> str:
    """Return what a report is found by."""
    return " ".join((title, draft.text, draft.place_text, draft.modus_operandi, draft.substance, draft.source_name))


def plain(value: Any) -> Any:
    """Return a value as JSON holds it: ids and moments as text."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, UUID) or hasattr(value, "isoformat"):
        return str(value)
    return value
