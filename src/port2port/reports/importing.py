"""From a file of published incidents to reports: what would happen, and doing it. A second run changes nothing."""

from dataclasses import dataclass
from datetime import datetime

from port2port.base.errors import Invalid, Problem
from port2port.members.acting import action, current_actor
from port2port.members.models import Circle
from port2port.members.places import known_places
from port2port.reports import actions
from port2port.reports.actions import Entry, Provenance
from port2port.reports.rules import problems_of
from port2port.reports.tabular import ORIGIN, Line, read_incidents
from port2port.reports.vocabulary import vocabulary
from port2port.sharing.actions import Terms
from port2port.sharing.addressing import Addressing, reporter, terms_problems
from port2port.sharing.models import Record
from port2port.sharing.tlp import Tlp

PUBLISHED = Terms(purpose="published_information", legal_basis="public_source", pap=Tlp.CLEAR)


@dataclass(frozen=True)
class Plan:
    """What an import would do: the new rows, and the ids that are there already."""

    new: list[Line]
    known: list[str]


def plan(data: bytes, *, at: datetime) -> Plan:
    """Read and check a file without writing. Raises Invalid with every problem (row and field), TooLarge."""
    lines = read_incidents(data)
    places, words = known_places(), vocabulary()
    wrong = terms_problems(PUBLISHED, reporter())
    problems = [Problem(p.field, p.message) for p in wrong]
    for line in lines:
        problems += [
            Problem(_column(p.field), p.message, line.row) for p in problems_of(line.draft, words, places, at=at)
        ]
    if problems:
        raise Invalid(problems)
    actor = current_actor()
    there = set(
        Record.objects.filter(
            owner_id=actor.organisation, origin=ORIGIN, origin_id__in=[line.identifier for line in lines]
        ).values_list("origin_id", flat=True)
    )
    return Plan([line for line in lines if line.identifier not in there], sorted(there))


@action
def import_reports(*, data: bytes, at: datetime) -> Plan:
    """Make reports of a file's new rows, all or none: TLP:CLEAR, to everyone, posted on the day they happened.

    Raises as `plan` does.
    """
    planned = plan(data, at=at)
    everyone = Addressing((Circle.objects.get(kind="everyone").id,), Tlp.CLEAR)
    actions.share_reports(
        entries=[
            Entry(
                line.row,
                line.draft,
                everyone,
                PUBLISHED,
                Provenance("published", ORIGIN, line.identifier, posted_at=line.draft.occurred_at),
            )
            for line in planned.new
        ],
        at=at,
    )
    return planned


# A draft's field is named in problems by the column it came from.
COLUMNS = {
    "text": "summary", "title": "summary", "port": "port_unlocode", "place": "port_unlocode",
    "occurred_at": "occurred_on", "occurred_precision": "date_precision", "modus_operandi_also": "mo_secondary",
    "place_text": "facility",
    "source_published_on": "published_on", "source_precision": "published_precision", "source_confidence": "confidence",
}  # fmt: skip


def _column(field: str) -> str:
    return COLUMNS.get(field, field)
