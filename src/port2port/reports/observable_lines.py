"""What a report meets as its page shows it: its observables, and its place, time and method, in one order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from port2port.reports import observable_queries
from port2port.reports.observable_queries import OCCASION, Match, rank
from port2port.reports.observable_words import kind_word
from port2port.reports.occasion_queries import Alike, Met
from port2port.reports.occasion_words import tie_words
from port2port.reports.shown import Shown


@dataclass(frozen=True)
class Line:
    """One thing that a report meets others by. `occasion`: its place, time and method, and no value."""

    what: str
    kind: str
    href: str
    match: Match | Met
    own_only: bool = False
    wrong: bool = False  # its check digit

    @property
    def occasion(self) -> bool:
        """Whether it is no observable."""
        return isinstance(self.match, Met)


def lines(found: Shown, met: Met | None, nearest: Sequence[Alike], *, at: datetime) -> list[Line]:
    """Return what a report meets, the strongest match first; `nearest`: the reports nearest to its occasion."""
    report = found.record.id
    observed = [
        Line(
            match.observable.value,
            kind_word(match.observable.kind),
            reverse("reports:observable", args=[match.observable.id]),
            match,
            own_only=match.observable.record_id != report,
            wrong=match.observable.checked is False,
        )
        for match in observable_queries.matches(observable_queries.of_report(report), at=at)
    ]
    if met is not None and met.any:
        precision = found.report.occurred_precision
        words = tie_words(nearest[0], precision=precision) if nearest else found.report.modus_operandi
        here = reverse("reports:alike", args=[report])
        observed.append(Line(words, kind_word(OCCASION), here, met))
    return sorted(observed, key=lambda line: rank(line.match, at=at), reverse=True)
