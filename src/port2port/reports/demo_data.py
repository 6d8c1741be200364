"""The demo's invented reports and the published facts that stand beside them, read from data and checked.

Invented texts say so in their own language; published facts carry their source. Plain values: the seed
writes them.
"""

import csv
import datetime as dt
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from port2port.members.data_files import Entry, Reader, raise_problems
from port2port.members.network_data import Network, load_network
from port2port.members.network_shapes import Kilometre, Latitude, Longitude
from port2port.reports.observables.normal import Observable, normalised
from port2port.reports.observables.refused import Unrecognised
from port2port.reports.vocabulary import Tlp, Vocabulary, vocabulary

DATA = Path(__file__).parent / "data"
DEMO_REPORTS = DATA / "demo_reports.toml"
PUBLISHED_INCIDENTS = DATA / "published_incidents.csv"

OWN = "own"
SAYS_INVENTED = {"nl": "(verzonnen)", "fr": "(fictif)", "de": "(erfunden)", "en": "(invented)"}


class DemoPlace(Entry, frozen=True, kw_only=True):
    """Where a report of the demo was; which fields are set follows from `kind`."""

    kind: Literal["port", "facility", "landmark", "waterway", "sea", "point"]
    facility: str | None = None
    landmark: str | None = None
    waterway: str | None = None
    km: Kilometre | None = None
    lat: Latitude | None = None
    lon: Longitude | None = None


class DemoReport(Entry, frozen=True, kw_only=True):
    """One invented report. `audience` holds slugs of circles, or "own" alone for the reporter's
    organisation."""

    slug: str
    reporter: str
    language: Literal["nl", "fr", "de", "en"]
    threat: str
    nature: str
    severity: str
    place: DemoPlace
    days_ago: Annotated[int, msgspec.Meta(ge=1, le=365)]  # never today: it could lie ahead
    date_precision: str
    tlp: Tlp
    audience: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    title: Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
    modus_operandi: str | None = None
    phase: str | None = None
    substance: str | None = None
    quantity_kg: Annotated[float, msgspec.Meta(gt=0)] | None = None
    port: str | None = None
    time: dt.time | None = None
    observables: tuple[str, ...] = ()  # "kind value"

    def observed(self) -> list[Observable]:
        """Return its observables. Raises Unrecognised, KeyError for one that is none."""
        return [normalised(*one.split(" ", 1)) for one in self.observables]


class PublishedIncident(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `published_incidents.csv`: an event that was publicly reported, with its source.

    Empty cells are None.
    """

    incident_id: str
    occurred_on: dt.date
    date_precision: str
    port_unlocode: str
    port_name: str
    lat: float
    lon: float
    threat: str
    summary: str
    source_name: str
    source_url: str
    confidence: str
    facility: str | None = None
    modus_operandi: str | None = None
    substance: str | None = None
    quantity_kg: float | None = None
    origin_country: str | None = None
    published_on: dt.date | None = None
    mo_secondary: str | None = None
    event_group: str | None = None
    published_precision: str | None = None


def read_demo_reports(path: Path, network: Network, words: Vocabulary) -> tuple[DemoReport, ...]:
    """Return the reports of a file, checked against network and vocabulary.

    Raises ValueError with a line per problem, naming file, entry and field.
    """
    reader = Reader(path)
    reports = reader.entries("reports", DemoReport, "slug")
    reader.check_sections(("reports",))
    for report in reports:
        where = f"reports {report.slug!r}"
        _check_words(reader, where, report, words)
        _check_place(reader, where, report.place, network)
        if report.port is not None:
            reader.check_reference(where, "port", report.port, {port.code for port in network.ports}, "port")
        if not report.text.endswith(SAYS_INVENTED[report.language]):
            reader.problem(where, "text", f"must end in {SAYS_INVENTED[report.language]}")
        _check_audience(reader, where, report, network)
        try:
            report.observed()
        except (Unrecognised, KeyError, TypeError) as wrong:
            reader.problem(where, "observables", f"is not as written: {wrong}")
    reader.finish()
    return reports


@cache
def demo_reports() -> tuple[DemoReport, ...]:
    """Return the invented reports that ship with the program."""
    return read_demo_reports(DEMO_REPORTS, load_network(), vocabulary())


def read_published_incidents(path: Path) -> tuple[PublishedIncident, ...]:
    """Return the rows of a CSV of published incidents.

    Raises ValueError with a line per problem: file, row, field.
    """
    problems: list[str] = []
    incidents: list[PublishedIncident] = []
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file, strict=True), start=2):
            filled = {name: value or None for name, value in row.items() if name is not None}
            try:
                incidents.append(msgspec.convert(filled, PublishedIncident, strict=False))
            except msgspec.ValidationError as error:
                message, _, field = str(error).partition(" - at `$")
                problems.append(f"{path.name}: row {number}: {field.strip('.`') or 'row'}: {message}")
    raise_problems(problems)
    return tuple(incidents)


@cache
def published_incidents() -> tuple[PublishedIncident, ...]:
    """Return the published incidents that ship with the program."""
    return read_published_incidents(PUBLISHED_INCIDENTS)


def _check_words(reader: Reader, where: str, report: DemoReport, words: Vocabulary) -> None:
    for field, value, terms in (
        ("threat", report.threat, words.threats),
        ("nature", report.nature, words.natures),
        ("severity", report.severity, words.severities),
        ("modus_operandi", report.modus_operandi, words.modi_operandi),
        ("phase", report.phase, words.phases),
        ("substance", report.substance, words.substances),
        ("date_precision", report.date_precision, words.date_precisions),
    ):
        if value is not None:
            reader.check_reference(where, field, value, {term.code for term in terms}, field.replace("_", " "))


def _check_place(reader: Reader, where: str, place: DemoPlace, network: Network) -> None:
    needed: set[str] = {
        "port": set(),
        "facility": {"facility"},
        "landmark": {"landmark"},
        "waterway": {"waterway", "km"},
        "sea": {"lat", "lon"},
        "point": {"lat", "lon"},
    }[place.kind]
    fields = ("facility", "landmark", "waterway", "km", "lat", "lon")
    given = {name for name in fields if getattr(place, name) is not None}
    if given != needed:
        reader.problem(where, "place", f"a {place.kind} has {sorted(needed)}, here stands {sorted(given)}")
        return
    if place.facility is not None:
        known = {facility.number for facility in network.facilities}
        reader.check_reference(where, "place.facility", place.facility, known, "facility")
    if place.landmark is not None:
        known = {landmark.slug for landmark in network.landmarks}
        reader.check_reference(where, "place.landmark", place.landmark, known, "landmark")
    if place.waterway is not None and place.km is not None:
        waterways = {waterway.slug: waterway for waterway in network.waterways}
        reader.check_reference(where, "place.waterway", place.waterway, waterways, "waterway")
        if place.waterway in waterways and place.km > waterways[place.waterway].length_km:
            reader.problem(where, "place.km", f"{place.waterway} ends before kilometre {place.km:g}")


def _check_audience(reader: Reader, where: str, report: DemoReport, network: Network) -> None:
    people = {person.email: person for person in network.cast}
    circles = {circle.slug: circle for circle in network.circles}
    reporter = people.get(report.reporter)
    if reporter is None:
        reader.problem(where, "reporter", f"no person {report.reporter!r} in the cast")
        return
    if (report.tlp == "AMBER+STRICT") != (report.audience == (OWN,)):
        reader.problem(where, "audience", "AMBER+STRICT and the own organisation go together")
    for slug in report.audience:
        if slug == OWN:
            continue
        circle = circles.get(slug)
        if circle is None:
            reader.problem(where, "audience", f"no circle {slug!r}")
            continue
        if (report.tlp == "RED") != (circle.of == "persons"):
            reader.problem(where, "audience", "RED goes to a circle of persons, and only RED")
        if not {reporter.email, *reporter.organisations} & set(network.circle_members(slug)):
            reader.problem(where, "audience", f"{report.reporter} is not in {slug}")
