"""Reports as tables: the rows that go out, and in from a CSV of published incidents. Plain values and bytes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Invalid, Problem
from port2port.reports.models import Report
from port2port.reports.rules import Draft
from port2port.sharing.models import Record
from port2port.sharing.rows_in import named_rows
from port2port.sharing.sheets import safe
from port2port.sharing.tlp import Tlp

IMPORTED = (
    "incident_id", "occurred_on", "date_precision", "port_unlocode", "port_name", "facility", "lat", "lon", "threat",
    "modus_operandi", "substance", "quantity_kg", "origin_country", "summary", "published_on", "source_name",
    "source_url", "mo_secondary", "event_group", "published_precision", "confidence",
)  # fmt: skip
# May stand in a file, and need not.
IMPORTED_TOO = ("personal_data_breach", "aware_since")
EXPORTED = (
    "reference", "id", "tlp", "pap", "audience", "owner", "provenance", "shared_at", "occurred_at", "date_precision",
    "threat", "nature", "severity", "state", "port_unlocode", "place", "lat", "lon", "modus_operandi", "phase",
    "substance", "quantity_kg", "origin_country", "title", "text", "language", "source", "source_name", "source_url",
    "personal_data_breach", "aware_since", "version", "export",
)  # fmt: skip
LARGEST_FILE = 5 * 1024 * 1024
MOST_ROWS = 10_000
ORIGIN = "published_incidents"
ZONE = ZoneInfo("Europe/Brussels")


@dataclass(frozen=True)
class Line:
    """A row of an imported file: its number (the head is 1), its id there, and what it would become."""

    row: int
    identifier: str
    draft: Draft


def row_of(
    report: Report, record: Record, *, export: UUID, reference: str, audience: Sequence[str], owner: str, place: str
) -> list[Any]:
    """Return a report as the columns of EXPORTED; what a person wrote is made safe."""
    values = [
        reference, str(record.id), Tlp(record.tlp).label, f"PAP:{Tlp(record.pap).name}", ", ".join(audience), owner,
        record.provenance, _moment(record.at), _moment(report.occurred_at), report.occurred_precision, record.threat,
        report.nature, report.severity, report.state, record.port.locode if record.port else "", place,
        report.lat, report.lon, report.modus_operandi, report.phase, report.substance, report.quantity_kg,
        report.origin_country, report.title, report.text, report.language, report.source, report.source_name,
        report.source_url, report.personal_data_breach, _moment(report.aware_since) if report.aware_since else "",
        record.version, str(export),
    ]  # fmt: skip
    return [safe(value) for value in values]


def _moment(at: datetime) -> str:
    return at.astimezone(ZONE).isoformat(timespec="minutes")


def read_incidents(data: bytes) -> list[Line]:
    """Return the rows of a CSV with the columns of IMPORTED, and those of IMPORTED_TOO where they are, as drafts.

    Raises TooLarge, and Invalid with every problem of reading: encoding, columns, a cell that is no date or number.
    What is wrong with a draft itself (unknown codes, the future) is found by the action, all rows together.
    """
    problems: list[Problem] = []
    lines: list[Line] = []
    seen: set[str] = set()
    rows = named_rows(
        data, needed=IMPORTED, known=(*IMPORTED, *IMPORTED_TOO), most=MOST_ROWS, largest=LARGEST_FILE, others=True
    )
    for number, row in rows:
        found: list[Problem] = []
        draft = _draft(row, found)
        identifier = row["incident_id"]
        if not identifier or len(identifier) > 120:  # noqa: PLR2004 - characters, as the column allows
            found.append(Problem("incident_id", _("Each row needs an id of at most 120 characters.")))
        elif identifier in seen:
            found.append(Problem("incident_id", _("This id stands in the file twice.")))
        seen.add(identifier)
        problems += [Problem(p.field, p.message, number) for p in found]
        lines.append(Line(number, identifier, draft))
    if problems:
        raise Invalid(problems)
    return lines


def _draft(row: dict[str, str], problems: list[Problem]) -> Draft:
    occurred = _day(row, "occurred_on", problems) or date(2000, 1, 1)
    return Draft(
        threat=row["threat"],
        text=row["summary"],
        place="port",
        port=row["port_unlocode"],
        lat=_number(row, "lat", problems),
        lon=_number(row, "lon", problems),
        occurred_at=datetime(occurred.year, occurred.month, occurred.day, tzinfo=ZONE).astimezone(UTC),
        occurred_precision=row["date_precision"],
        place_text=row["facility"],
        language="en",
        nature="incident",
        severity="moderate",
        modus_operandi=row["modus_operandi"],
        modus_operandi_also=(row["mo_secondary"],) if row["mo_secondary"] else (),
        substance=row["substance"],
        quantity_kg=_number(row, "quantity_kg", problems),
        origin_country=row["origin_country"],
        source="published",
        source_name=row["source_name"],
        source_url=row["source_url"],
        source_published_on=_day(row, "published_on", problems),
        source_precision=row["published_precision"],
        source_confidence=row["confidence"],
        event_group=row["event_group"],
        personal_data_breach=row.get("personal_data_breach", ""),
        aware_since=_instant(row.get("aware_since", ""), "aware_since", problems),
    )


def _day(row: dict[str, str], name: str, problems: list[Problem]) -> date | None:
    text = row[name]
    if not text:
        if name == "occurred_on":
            problems.append(Problem(name, _("This is needed.")))
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        problems.append(Problem(name, _("A day is written as 2026-11-22.")))
        return None


def _instant(text: str, name: str, problems: list[Problem]) -> datetime | None:
    """Return a moment; without a zone it is read on the clock of Brussels, as everything that goes out is written."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        problems.append(Problem(name, _("A moment is written as 2026-11-22T14:02+01:00.")))
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=ZONE)


def _number(row: dict[str, str], name: str, problems: list[Problem]) -> float | None:
    text = row[name]
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        problems.append(Problem(name, _("This is not a number.")))
        return None
