"""Measures that were published about ports: rows of a file with their source. A second run changes nothing."""

import csv
import datetime as dt
import io
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path

import msgspec

from port2port.base.errors import Invalid, Problem
from port2port.measures.actions import Source, publish_known
from port2port.measures.adoption_actions import note_published
from port2port.measures.queries import KIND
from port2port.measures.rules import Draft
from port2port.members.acting import action, current_actor
from port2port.members.models import Circle
from port2port.members.places import known_places
from port2port.reports.importing import PUBLISHED
from port2port.sharing.addressing import Addressing
from port2port.sharing.models import Record
from port2port.sharing.references import ZONE
from port2port.sharing.tlp import Tlp

PUBLISHED_MEASURES = Path(__file__).parent / "data" / "measures.csv"
ORIGIN = "published-measures"
NOON = time(12)
# The threat that a kind of measure is against, as far as the kind says it; the rest are against smuggling and more.
THREATS = {"cyber": "cyber_attack", "drone": "drone_misuse"}


class PublishedMeasure(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `measures.csv`: a security measure with place and date, publicly reported, with its source."""

    measure_id: str
    port_unlocode: str
    name: str
    category: str
    started_on: dt.date
    date_precision: str
    summary: str
    source_name: str
    source_url: str
    confidence: str


@dataclass(frozen=True)
class Plan:
    """What an import does: the new rows, and the ids that are there already."""

    new: list[PublishedMeasure]
    known: list[str]


def read_measures(data: bytes) -> list[PublishedMeasure]:
    """Return the rows of a CSV. Raises Invalid with every problem: row and field."""
    problems: list[Problem] = []
    found: list[PublishedMeasure] = []
    places = known_places()
    try:
        rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise Invalid([Problem("file", str(error))]) from error
    for number, row in enumerate(rows, start=2):
        try:
            one = msgspec.convert(row, PublishedMeasure, strict=False)
        except msgspec.ValidationError as error:
            message, _sign, field = str(error).partition(" - at `$")
            problems.append(Problem(field.strip(".`") or "row", message, number))
            continue
        if one.port_unlocode not in places.ports:
            problems.append(Problem("port_unlocode", f"no port {one.port_unlocode!r}", number))
        found.append(one)
    if problems:
        raise Invalid(problems)
    return found


@action
def import_measures(*, data: bytes, at: datetime) -> Plan:
    """Take in a file's new rows, all or none: TLP:CLEAR, to everyone, posted on the day they began.

    A row about a port is also that port's published adoption. Raises Invalid with every problem (row and field).
    """
    lines = read_measures(data)
    there = set(
        Record.objects.filter(
            kind=KIND, owner_id=current_actor().organisation, origin=ORIGIN,
            origin_id__in=[line.measure_id for line in lines],
        ).values_list("origin_id", flat=True)
    )  # fmt: skip
    new = [line for line in lines if line.measure_id not in there]
    everyone = Addressing((Circle.objects.get(kind="everyone").id,), Tlp.CLEAR)
    places = known_places()
    for line in new:
        port = places.ports[line.port_unlocode].id
        began = datetime.combine(line.started_on, NOON, tzinfo=ZONE)
        try:
            measure = publish_known(
                draft=Draft(title=line.name, text=line.summary, language="en"),
                threat=THREATS.get(line.category, ""), category=line.category,
                source=Source(line.source_name, line.source_url, line.confidence, line.measure_id),
                to=everyone, terms=PUBLISHED, port=port, posted_at=began, at=at, origin=ORIGIN,
            )  # fmt: skip
        except Invalid as error:
            row = lines.index(line) + 2
            raise Invalid([Problem(p.field, p.message, row) for p in error.problems]) from error
        note_published(
            measure, port=port, since=began, precision=line.date_precision, evidence=line.summary,
            source_name=line.source_name, source_url=line.source_url, at=at,
        )  # fmt: skip
    return Plan(new, sorted(there))
