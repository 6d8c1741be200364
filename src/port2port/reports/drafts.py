"""Between a draft and the columns of a report, both ways."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from port2port.members.places import Places
from port2port.reports import vocabulary
from port2port.reports.models import Report
from port2port.reports.places import Located
from port2port.reports.rules import Draft, title_of
from port2port.sharing.models import Record

# Fields of the draft that are columns under the same name; the rest is resolved or stands on the envelope.
SAME = (
    "nature", "language", "severity", "occurred_at", "occurred_precision", "occurred_margin", "place", "place_text",
    "modus_operandi", "phase", "substance", "quantity_kg", "origin_country", "source", "source_name", "source_url",
    "source_published_on", "source_precision", "source_confidence", "event_group", "personal_data_breach",
    "aware_since",
)  # fmt: skip


def draft_of(report: Report, record: Record, places: Places) -> Draft:
    """Return a stored report as a draft, to be changed and handed to `edit_report`.

    A position that is only its place's own is left out, so that another place can be named without a new position.
    """
    values: dict[str, Any] = {name: getattr(report, name) for name in SAME}
    place = report.place
    lat, lon = (None, None) if _own_position(report, places) else (report.lat, report.lon)
    return Draft(
        threat=record.threat,
        text=report.text,
        title=report.title,
        port=record.port.locode if record.port else "",
        facility=(report.facility.number or "") if report.facility and place == "facility" else "",
        landmark=report.landmark.slug if report.landmark else "",
        waterway=report.waterway.slug if report.waterway else "",
        waterway_km=report.waterway_km,
        lat=lat,
        lon=lon,
        modus_operandi_also=tuple(report.modus_operandi_also),
        **values,
    )


def _own_position(report: Report, places: Places) -> bool:
    here = (report.lat, report.lon)
    if report.place == "facility" and report.facility:
        return here == (report.facility.lat, report.facility.lon)
    if report.place == "landmark" and report.landmark:
        return here == (report.landmark.lat, report.landmark.lon)
    if report.place == "waterway" and report.waterway and report.waterway_km is not None:
        way = places.waterways.get(report.waterway.slug)
        return way is not None and here == way.point_at(report.waterway_km)
    return False


def values_of(draft: Draft, where: Located) -> dict[str, Any]:
    """Return the columns of a report for a draft without problems."""
    return {name: getattr(draft, name) for name in SAME} | {
        "title": title_of(draft),
        "text": draft.text.strip(),
        "occurred_at": draft.occurred_at.astimezone(UTC),  # as it is read again
        "aware_since": draft.aware_since.astimezone(UTC) if draft.aware_since is not None else None,
        "modus_operandi_also": list(dict.fromkeys(draft.modus_operandi_also)),
        "facility_id": where.facility,
        "landmark_id": where.landmark,
        "waterway_id": where.waterway,
        "waterway_km": where.waterway_km,
        "lat": where.lat,
        "lon": where.lon,
    }


def searched(draft: Draft, more: Iterable[str] = ()) -> str:
    """Return what a report is found by beside its title; `more`: its observables, its outcome.

    How it was done is named in every language: whoever knows the method finds it without knowing its code.
    """
    methods = [vocabulary.modus_operandi(code).names.values() for code in _methods(draft)]
    named = [name for names in methods for name in names]
    said = (draft.text, draft.place_text, draft.modus_operandi, draft.substance, draft.source_name, *more, *named)
    return " ".join(said)


def _methods(draft: Draft) -> list[str]:
    known = {one.code for one in vocabulary.modi_operandi()}
    return [code for code in (draft.modus_operandi, *draft.modus_operandi_also) if code in known]


def plain(value: Any) -> Any:
    """Return a value as JSON holds it: ids and moments as text."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, UUID) or hasattr(value, "isoformat"):
        return str(value)
    return value
