"""The one search: all that the actor sees and that holds the words, best first. The policy says what is seen."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Invalid, Problem
from port2port.base.finding.asking import Asked, asked
from port2port.base.finding.marking import Piece, marked, snippet
from port2port.home.search.sources import hits_of, kinds_for, kinds_shown, note_hits
from port2port.members.places import known_places
from port2port.reports import vocabulary
from port2port.sharing import queries as sharing
from port2port.sharing.found import Hit
from port2port.sharing.queries import NEWEST_CANDIDATES, Narrowed, Ranked
from port2port.sharing.references import ZONE

LONGEST_QUERY = 200  # characters, as the field allows
PAGE = 20
MOST = 400  # hits that can be leafed through; who wants more narrows the question


@dataclass(frozen=True)
class Filters:
    """What a search is narrowed to; empty: everything. `since` and `until` are days of sharing, inclusive."""

    kind: str = ""
    port: str = ""
    threat: str = ""
    since: date | None = None
    until: date | None = None
    every: bool = False  # rank all that match, not only the newest 2,000

    @property
    def any(self) -> bool:
        """Tell whether something is narrowed."""
        return bool(self.kind or self.port or self.threat or self.since or self.until)


@dataclass(frozen=True)
class Found:
    """A hit with what was found in it marked."""

    hit: Hit
    title: list[Piece]
    snippet: list[Piece]


@dataclass(frozen=True)
class Results:
    """A page of hits. `count`: of how many that the actor sees these are the best; `relaxed`: all words but one."""

    asked: Asked
    rows: list[Found]
    count: int
    capped: bool
    relaxed: bool
    more: bool

    @property
    def corrections(self) -> list[tuple[str, tuple[str, ...]]]:
        """What was looked for as well, because a word is not known: public words of the trade only."""
        return self.asked.corrections


def filter_problems(q: str, filters: Filters) -> list[Problem]:
    """Return what in this question cannot be answered."""
    found = [
        Problem(name, _("This code is not known here."))
        for name, value, known in (
            ("kind", filters.kind, {source.kind for source in kinds_shown()}),
            ("port", filters.port, set(known_places().ports)),
            ("threat", filters.threat, {one.code for one in vocabulary.threats()}),
        )
        if value and value not in known
    ]
    if len(q) > LONGEST_QUERY:
        found.append(Problem("q", _("This is too long.")))
    if filters.since and filters.until and filters.since > filters.until:
        found.append(Problem("until", _("This lies before the first day.")))
    return found


def search(q: str, filters: Filters = Filters(), *, at: datetime, start: int = 0, size: int = PAGE) -> Results:
    """Return the records that hold all these words, in any of the four languages, best first.

    When none does and there are three words or more, those that hold all but one. Reading AMBER is journalled, once for
    each kind. Raises Invalid for a filter that names nothing known.
    """
    problems = filter_problems(q, filters)
    if problems:
        raise Invalid(problems)
    question = asked(q)
    narrowed = Narrowed(
        port=known_places().ports[filters.port].id if filters.port else None,
        threat=filters.threat,
        since=_midnight(filters.since) if filters.since else None,
        before=_midnight(filters.until + timedelta(days=1)) if filters.until else None,
        every=filters.every,
    )
    kinds = kinds_for(filters.kind)
    most = min(start + size + 1, MOST)
    best = sharing.ranked(question, question.match, kinds, narrowed=narrowed, most=most)
    relaxed = not best.ids and bool(question.most_of)
    if relaxed:
        best = sharing.ranked(question, question.most_of, kinds, narrowed=narrowed, most=most)
    hits = _hits(best, start, size, at)
    return Results(
        asked=question,
        rows=[Found(one, marked(one.title, question), snippet(one.text, question)) for one in hits],
        count=best.looked_at,
        capped=best.looked_at == NEWEST_CANDIDATES and not filters.every,
        relaxed=relaxed and bool(hits),
        more=len(best.ids) > start + size,
    )


def _hits(best: Ranked, start: int, size: int, at: datetime) -> list[Hit]:
    """Return the hits of a page in order, each record once, and journal that they were read."""
    # A part of a record leads to the whole, which may have been found itself.
    hits = list({one.record.id: one for one in hits_of(best.ids[start : start + size], at).values()}.values())
    note_hits(hits, at)
    return hits


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZONE)
