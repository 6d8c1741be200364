"""The observables of a report as its page shows them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse

from port2port.reports import observable_queries
from port2port.reports.models import Observable as Row
from port2port.reports.observable_words import kind_word


@dataclass(frozen=True)
class Line:
    """An observable made ready for a report's page."""

    row: Row
    kind: str
    own_only: bool
    match: observable_queries.Match

    @property
    def href(self) -> str:
        """The page of what it meets."""
        return reverse("reports:observable", args=[self.row.id])


def lines(report: UUID, *, at: datetime) -> list[Line]:
    """Return the observables of a report as its page shows them, the strongest match first."""
    rows = observable_queries.of_report(report)
    return [
        Line(match.observable, kind_word(match.observable.kind), match.observable.record_id != report, match)
        for match in observable_queries.matches(rows, at=at)
    ]
