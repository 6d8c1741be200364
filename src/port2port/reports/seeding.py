"""The reports of the demo: published facts with their sources, and invented ones, through the real actions."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from port2port.members.acting import acting_as, acting_as_system, current_actor
from port2port.members.cast import cast_member
from port2port.members.models import Circle
from port2port.reports import actions, importing
from port2port.reports.actions import Provenance
from port2port.reports.addressing import terms_for
from port2port.reports.demo_data import OWN, PUBLISHED_INCIDENTS, DemoReport, demo_reports
from port2port.reports.rules import Draft
from port2port.sharing.addressing import Addressing, reporter
from port2port.sharing.models import Record
from port2port.sharing.references import ZONE
from port2port.sharing.tlp import Tlp

ORIGIN = "demo"
NOON = time(12)


def seed_reports(at: datetime) -> int:
    """Load published incidents and the demo's reports; what is there already stays. Returns how many were made."""
    with acting_as_system("import"):
        made = len(importing.import_reports(data=PUBLISHED_INCIDENTS.read_bytes(), at=at).new)
    by_reporter: dict[str, list[DemoReport]] = {}
    for report in sorted(demo_reports(), key=lambda one: -one.days_ago):
        by_reporter.setdefault(report.reporter, []).append(report)
    for email, reports in by_reporter.items():
        with acting_as(*cast_member(email)):
            made += _seed(reports, at)
    return made


def _seed(reports: Iterable[DemoReport], at: datetime) -> int:
    made = 0
    organisation = current_actor().organisation
    there = set(Record.objects.filter(origin=ORIGIN, owner_id=organisation).values_list("origin_id", flat=True))
    who = reporter()
    for report in reports:
        if report.slug in there:
            continue
        when = moment(report, at)
        draft = draft_of(report, when)
        terms = terms_for(report.threat, who)
        provenance = Provenance("invented", ORIGIN, report.slug, posted_at=when + timedelta(minutes=7))
        actions.share_report(
            draft=draft, to=_to(report), terms=terms, at=at, provenance=provenance, observables=report.observed()
        )
        made += 1
    return made


def moment(report: DemoReport, at: datetime) -> datetime:
    """Return when a report of the demo was, told backwards from `at`."""
    day = at.astimezone(ZONE).date() - timedelta(days=report.days_ago)
    return datetime.combine(day, report.time or NOON, tzinfo=ZONE)


def draft_of(report: DemoReport, when: datetime) -> Draft:
    """Return a report of the demo as a draft."""
    place = report.place
    return Draft(
        threat=report.threat,
        text=report.text,
        title=report.title,
        language=report.language,
        nature=report.nature,
        severity=report.severity,
        occurred_at=when,
        occurred_precision=report.date_precision,
        place=place.kind,
        port=report.port or "",
        facility=place.facility or "",
        landmark=place.landmark or "",
        waterway=place.waterway or "",
        waterway_km=place.km,
        lat=place.lat,
        lon=place.lon,
        modus_operandi=report.modus_operandi or "",
        phase=report.phase or "",
        substance=report.substance or "",
        quantity_kg=report.quantity_kg,
        source="seen",
    )


def _to(report: DemoReport) -> Addressing:
    if report.audience == (OWN,):
        circle = Circle.objects.get(kind="organisation", organisation=reporter().organisation)
        return Addressing((circle.id,), Tlp.AMBER_STRICT)
    ids = dict(Circle.objects.filter(slug__in=report.audience).values_list("slug", "id"))
    return Addressing(tuple(ids[slug] for slug in report.audience), Tlp.parse(report.tlp))
