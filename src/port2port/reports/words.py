"""A report in the reader's words: where, when, what kind; made once for pages, exports and the API's labels."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from babel.dates import format_date
from babel.numbers import format_decimal
from django.urls import get_script_prefix, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from port2port.members.network_data import label
from port2port.members.places import Places
from port2port.reports import vocabulary
from port2port.reports.models import Report
from port2port.reports.queries import Change
from port2port.reports.shown import Shown
from port2port.sharing.actions import WITHDRAWAL_REASONS
from port2port.sharing.models import Record
from port2port.sharing.tlp import Tlp
from port2port.site.reader import language, position_words

PROVENANCE: dict[str, str | Promise] = {
    "member": gettext_lazy("From a member"),
    "published": gettext_lazy("Published"),
    "invented": gettext_lazy("Invented"),
}
ACTS: dict[str, str | Promise] = {
    "reported": gettext_lazy("Reported"),
    "taken_in": gettext_lazy("Taken in from a publication"),
    "edited": gettext_lazy("Changed"),
    "graded": gettext_lazy("Graded"),
    "closed": gettext_lazy("Closed"),
    "reopened": gettext_lazy("Opened again"),
    "widened": gettext_lazy("Shared with more"),
    "narrowed": gettext_lazy("Shared with fewer"),
    "withdrawn": gettext_lazy("Withdrawn"),
    "handed_over": gettext_lazy("Handed over to another organisation"),
}
FIELD_WORDS: dict[str, str | Promise] = {
    "title": gettext_lazy("title"),
    "text": gettext_lazy("text"),
    "nature": gettext_lazy("nature"),
    "severity": gettext_lazy("severity"),
    "threat": gettext_lazy("what it is"),
    "occurred_at": gettext_lazy("when"),
    "occurred_precision": gettext_lazy("how exactly the time is known"),
    "occurred_margin": gettext_lazy("margin"),
    "modus_operandi": gettext_lazy("modus operandi"),
    "modus_operandi_also": gettext_lazy("further modi operandi"),
    "phase": gettext_lazy("phase"),
    "substance": gettext_lazy("substance"),
    "quantity_kg": gettext_lazy("quantity"),
    "source": gettext_lazy("source"),
    "outcome": gettext_lazy("outcome"),
    "personal_data_breach": gettext_lazy("whether personal data were breached"),
    "aware_since": gettext_lazy("since when it is known"),
    "language": gettext_lazy("language"),
}
BREACH: dict[str, str | Promise] = {
    "yes": gettext_lazy("Yes"),
    "no": gettext_lazy("No"),
    "unknown": gettext_lazy("Not known yet"),
}
PLACE_FIELDS = frozenset(
    {"place", "port_id", "facility_id", "landmark_id", "waterway_id", "waterway_km", "lat", "lon", "place_text"}
)
LONGEST_BEFORE = 280
NIL = UUID(int=0)


def place_words(report: Report, record: Record) -> str:
    """Return where it was: "Antwerp, Kallo lock", "Albert Canal, km 45.2", "At sea, 51.40 N 3.10 E"."""
    code = language()
    parts = [label(record.port.names, code)] if record.port else []
    if report.facility:
        parts.append(label(report.facility.names, code))
    if report.landmark:
        parts.append(label(report.landmark.names, code))
    if report.waterway:
        parts.append(label(report.waterway.names, code))
        if report.waterway_km is not None:
            parts.append(_("km %(km)s") % {"km": f"{report.waterway_km:g}"})
    if report.place_text:
        parts.append(report.place_text)
    elif report.place in ("sea", "point") and report.lat is not None and report.lon is not None:
        if report.place == "sea":
            parts.append(_("at sea"))
        parts.append(position_words(report.lat, report.lon))
    return ", ".join(parts)


def occurred_words(at: datetime, precision: str) -> str:
    """Return a moment no more exact than it is known: "22 Nov 2026, 14 h", "June 2011", "2011"."""
    return _occurred(at, precision, language())


@lru_cache(maxsize=20_000)
def _occurred(at: datetime, precision: str, code: str) -> str:
    here = timezone.localtime(at)
    pattern = {"year": "y", "month": "MMMM y", "day": "d MMM y", "hour": "d MMM y, HH"}.get(precision, "d MMM y, HH:mm")
    text = format_date(here, pattern, locale=code) if precision in ("year", "month") else _moment(here, pattern, code)
    return text + (" h" if precision == "hour" else "")


def _moment(here: datetime, pattern: str, code: str) -> str:
    day = format_date(here, "d MMM y", locale=code).replace(".", "" if code != "de" else ".")
    if "HH:mm" in pattern:
        return f"{day}, {here:%H:%M}"
    return f"{day}, {here:%H}" if "HH" in pattern else day


def kilograms(quantity: float | None) -> str:
    """Return a quantity as "8,032 kg" with the reader's separators; "" when it is not known."""
    return "" if quantity is None else f"{format_decimal(quantity, '#,##0.###', locale=language())} kg"


def term(section: str, code: str) -> str:
    """Return a code of the vocabulary in words; a code of a later version stays as it is."""
    return _term(section, code, language()) if code else ""


@lru_cache(maxsize=5000)
def _term(section: str, code: str, reader: str) -> str:
    try:
        found: Any = getattr(vocabulary, section)(code)
    except KeyError:
        return code
    return str(found.label(reader))


@cache
def _address(prefix: str) -> tuple[str, str]:
    """Return what stands before and after the id in the address of a report (`prefix`: where the site is mounted)."""
    before, _id, after = reverse("reports:detail", args=[NIL]).partition(str(NIL))
    return before, after


@dataclass(frozen=True)
class Card:
    """A report made ready for a row, a card, a map or a file."""

    shown: Shown
    href: str
    threat: str
    icon: str
    place: str
    occurred: str
    owner: str
    provenance: str
    severity_word: str
    nature: str
    state: str
    new: bool = False

    @property
    def report(self) -> Report:
        """The report itself."""
        return self.shown.report

    @property
    def record(self) -> Record:
        """Its envelope."""
        return self.shown.record

    @property
    def exact(self) -> bool:
        """Whether the moment is known to the minute, so that it can be told in minutes ago."""
        return self.shown.report.occurred_precision == "minute"

    @property
    def withdrawn(self) -> bool:
        """Whether it was taken back; only its author still reads it."""
        return self.shown.record.withdrawn_at is not None

    @property
    def sees(self) -> dict[str, Any]:
        """Who sees it, for the sees part."""
        return {"tlp": self.shown.record.tlp, "audience": self.shown.audience}


def card(shown: Shown, *, new_after: datetime | None = None) -> Card:
    """Return a report in the reader's words. `new_after`: shared later counts as new."""
    report, record = shown.report, shown.record
    code = language()
    try:
        threat = vocabulary.threat(record.threat)
        threat_word, icon = threat.label(code), threat.icon
    except KeyError:
        threat_word, icon = record.threat, "other"
    before, after = _address(get_script_prefix())
    return Card(
        shown=shown,
        href=f"{before}{record.id}{after}",
        threat=threat_word,
        icon=icon,
        place=place_words(report, record),
        occurred=occurred_words(report.occurred_at, report.occurred_precision),
        owner=label(record.owner.names, code),
        provenance=record.provenance,
        severity_word=term("severity", report.severity),
        nature=term("nature", report.nature),
        state=term("state", report.state),
        new=new_after is not None and record.at > new_after,
    )


def change_words(change: Change, places: Places) -> dict[str, Any]:
    """Return a change as an entry of the time line: what changed and what stood there before."""
    more = []
    names = [str(FIELD_WORDS[name]) for name in change.before if name in FIELD_WORDS]
    if PLACE_FIELDS & change.before.keys():
        names.append(_("where"))
    if change.act == "edited" and names:
        more.append(", ".join(names))
    was = change.before.get("text") or change.before.get("title")
    if change.act == "edited" and was:
        short = was if len(was) <= LONGEST_BEFORE else was[:LONGEST_BEFORE].rsplit(" ", 1)[0] + "…"
        more.append(_("Before: “%(text)s”") % {"text": short})
    if change.act in ("widened", "narrowed") and "tlp" in change.before:
        more.append(_("before: %(tlp)s") % {"tlp": Tlp(change.before["tlp"]).label})
    if change.act == "graded" and change.before.get("grade"):
        more.append(_("before: %(tlp)s") % {"tlp": change.before["grade"]})
    if change.author:
        more.insert(0, change.author)
    return {
        "at": change.at,
        "what": ACTS[change.act],
        "more": "; ".join(more),
        "key": change.act in ("reported", "taken_in", "closed", "withdrawn"),
        "day": True,
    }


def withdrawal_words(reason: str) -> str:
    """Return why something was withdrawn."""
    return str(WITHDRAWAL_REASONS.get(reason, ""))
