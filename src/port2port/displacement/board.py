"""A stored result made ready to be shown: claims with their sentence and drawing, the series, the ledger, the method.

Nothing is computed here but places on a drawing; titles of measures are looked up as the reader may see them.
"""

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from port2port.displacement import run_queries
from port2port.displacement.analysis.result import Claim, LedgerRow, MeasureResult, Result, Series
from port2port.displacement.analysis.sentences import (
    Paragraph,
    claim_sentence,
    effort_sentence,
    how_do_we_know,
    number,
    tipping_sentence,
    why_words,
)
from port2port.displacement.models import Run
from port2port.displacement.rules import YEAR
from port2port.displacement.running import result_of
from port2port.displacement.words import (
    category_word,
    grade_word,
    month_word,
    port_word,
)
from port2port.measures.shown import shown as measures_shown
from port2port.measures.vocabulary import word as measure_word
from port2port.members.places import known_places
from port2port.site import map_data
from port2port.site.charts import Months, interval, series
from port2port.site.reader import language

ORDER = {"supported": 0, "indicated": 1, "contradicted": 2, "cannot_tell": 3}
TELLING = ("supported", "indicated")
WIDER = 1.05  # lack of effort that widens an interval by less is not worth a sentence
TLP = {"released": 1, "named": 4}


@dataclass(frozen=True)
class ClaimShown:
    """One claim in words and with its drawing, each made when a page asks for it: most pages show few of many."""

    claim: Claim
    measure: MeasureResult
    title: str
    names: Mapping[str, str]

    @cached_property
    def sentence(self) -> str:
        """The claim in one sentence."""
        return claim_sentence(self.claim, self.title)

    @cached_property
    def grade(self) -> str:
        """Its grade in a word."""
        return grade_word(self.claim.grade)

    @cached_property
    def where(self) -> str:
        """The port, or the network."""
        return port_word(self.claim.port) if self.claim.port is not None else _("the network")

    @cached_property
    def what(self) -> str:
        """The category."""
        return category_word(self.claim.category)

    @cached_property
    def short(self) -> str:
        """Where and how much, for a row that names the measure already."""
        one = self.claim
        if one.interval is None:
            return f"{self.where}, {self.what}"
        low, high = (number(end) for end in one.interval)
        text = _("%(where)s, %(what)s: %(low)s to %(high)s times as many")
        return text % {"where": self.where, "what": self.what, "low": low, "high": high}

    @cached_property
    def svg(self) -> SafeString:
        """Its interval, drawn; nothing where there is none."""
        one = self.claim
        if one.ratio is None or one.interval is None:
            return SafeString("")
        return interval(one.ratio, *one.interval, says=self.sentence, signal=one.grade in TELLING and one.ratio > 1)

    @cached_property
    def tipping(self) -> str:
        """What would make it disappear first."""
        return _tipping(self.claim)

    @cached_property
    def known(self) -> tuple[Paragraph, ...]:
        """What stands behind it."""
        return how_do_we_know(self.claim, self.measure, self.names)


@dataclass(frozen=True)
class MeasureShown:
    """One measure as it was analysed, under the title that the reader may see."""

    result: MeasureResult
    title: str
    href: str
    where: str
    since: str
    own_words: bool
    claims: tuple[ClaimShown, ...]
    why_not: str

    @cached_property
    def local(self) -> str:
        """What it did where it is, in a sentence."""
        return _local(self.result)

    @cached_property
    def here(self) -> str:
        """The same as a number with its interval; nothing where it cannot be told."""
        local = self.result.local
        return _times(local.ratio, *local.interval) if local is not None else ""


@dataclass(frozen=True)
class SeriesShown:
    """One series: whose, what is said of its last month, its drawing."""

    port: str
    category: str
    says: str
    svg: SafeString


@dataclass(frozen=True)
class Board:
    """All that the page shows of one result."""

    run: Run
    result: Result
    standing: bool
    variants: int
    measures: tuple[MeasureShown, ...]
    not_analysed: tuple[MeasureShown, ...]
    plain_series: tuple[Series, ...]
    titles: dict[str, tuple[str, str]]

    @property
    def series(self) -> tuple[SeriesShown, ...]:
        """All series, drawn."""
        return self.drawn(len(self.plain_series))

    def drawn(self, most: int, ports: Collection[str] | None = None) -> tuple[SeriesShown, ...]:
        """Return so many of the series (of these ports), drawn: a page draws no more than it shows."""
        chosen = [one for one in self.plain_series if ports is None or one.port in ports]
        return tuple(_series(one, self.result) for one in chosen[:most])

    def ledger(self, most: int | None = None, *, measure: str = "") -> list[dict[str, Any]]:
        """Return the first so many rows of the ledger in words, of one measure or of all, those with most to go by
        first.
        """
        rows = sorted((one for one in self.result.ledger if measure in ("", one.measure)), key=_much_to_go_by)
        return [_ledger(one, self.titles) for one in rows[:most]]

    @property
    def claims(self) -> list[ClaimShown]:
        """The claims that say most, the surest first."""
        every = [one for measure in self.measures for one in measure.claims]
        return sorted(every, key=lambda one: (ORDER[one.claim.grade], -(one.claim.probability or 0)))

    @property
    def told(self) -> list[ClaimShown]:
        """What is supported or indicated."""
        return [one for one in self.claims if one.claim.grade in TELLING]


def board(run: Run) -> Board | None:
    """Return a run's result made ready; None when it has none."""
    result = result_of(run)
    if result is None:
        return None
    titles = titles_of(one.identifier for one in result.measures)
    names = {one.identifier: titles.get(one.identifier, (_kind(one), ""))[0] for one in result.measures}
    shown = [_measure(one, result, titles, names) for one in result.measures]
    return Board(
        run=run,
        result=result,
        standing=run_queries.is_standing(run),
        variants=run_queries.variants(run.sight),
        measures=tuple(sorted((one for one in shown if not one.result.why_not), key=_telling_first)),
        not_analysed=tuple(one for one in shown if one.result.why_not),
        plain_series=tuple(one for one in result.series if any(one.counts)),
        titles=titles,
    )


def _telling_first(one: MeasureShown) -> int:
    return ORDER[one.claims[0].claim.grade] if one.claims else len(ORDER)


def titles_of(identifiers: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return title and address of the measures that the reader sees; the others are not in it."""
    ids = [UUID(one) for one in dict.fromkeys(identifiers)]
    return {str(one.id): (one.version.title, reverse("measures:detail", args=[one.id])) for one in measures_shown(ids)}


def _kind(one: MeasureResult) -> str:
    """Return what kind of measure it is: all that is told of one whose title the reader does not see."""
    return str(measure_word("categories", one.category, language()))


def _measure(
    one: MeasureResult, result: Result, titles: dict[str, tuple[str, str]], names: Mapping[str, str]
) -> MeasureShown:
    title, href = titles.get(one.identifier, ("", ""))
    ports = list(dict.fromkeys(phase.port for phase in one.phases))
    first = min((phase.starts for phase in one.phases), default=None)
    last = max((phase.starts for phase in one.phases), default=None)
    mine = [claim for claim in result.claims if claim.measure == one.identifier]
    claims = [ClaimShown(claim, one, names[one.identifier], names) for claim in mine]
    return MeasureShown(
        result=one,
        title=names[one.identifier],
        href=href,
        where=", ".join(port_word(port) for port in ports),
        since=_since(first, last),
        own_words=bool(title),
        claims=tuple(sorted(claims, key=_rank)),
        why_not=capfirst(why_words(one.why_not)),
    )


def _since(first: date | None, last: date | None) -> str:
    if first is None or last is None:
        return ""
    if first == last:
        return month_word(first)
    return _("in phases, %(first)s to %(last)s") % {"first": month_word(first), "last": month_word(last)}


def _local(one: MeasureResult) -> str:
    """Return what a measure did where it is, in a sentence."""
    if one.local is None:
        return _("What it did where it is cannot be told.")
    low, high = one.local.interval
    return _("Where it is: %(ratio)s times as many as without it (95 %% interval %(low)s to %(high)s).") % {
        "ratio": number(one.local.ratio), "low": number(low), "high": number(high),
    }  # fmt: skip


def _times(ratio: float, low: float, high: float) -> str:
    return f"{number(ratio)} ({number(low)} – {number(high)})"


def _rank(one: ClaimShown) -> tuple[int, bool, float]:
    """Order claims: the surest grade, then that of the whole network, then the likeliest."""
    return ORDER[one.claim.grade], one.claim.port is not None, -(one.claim.probability or 0)


def _tipping(claim: Claim) -> str:
    """Return what would make a claim disappear first."""
    if not claim.tipping:
        return ""
    return tipping_sentence(min(claim.tipping, key=lambda one: one.multiplier or math.inf))


def _series(one: Series, result: Result) -> SeriesShown:
    months = [_add(one.first, n) for n in range(len(one.counts))]
    starts = {
        n
        for measure in result.measures
        for phase in measure.phases
        if phase.port == one.port and not measure.why_not
        for n, month in enumerate(months)
        if (phase.starts.year, phase.starts.month) == (month.year, month.month)
    }
    low, high = (one.low[-1], one.high[-1]) if one.high else (None, None)
    says = _("as expected")
    if low is None or high is None:
        says = _("too few months to expect anything")
    elif one.counts[-1] > high:
        says = _("above its band")
    elif one.counts[-1] < low:
        says = _("below its band")
    every = max(1, len(months) // (YEAR * 6))
    labels = tuple(str(month.year) if month.month == 1 and (month.year % every == 0) else "" for month in months)
    port, category = port_word(one.port), category_word(one.category)
    drawn = series(
        Months(labels, one.counts, one.expected, one.low, one.high, tuple(sorted(starts)), one.unknown_effort),
        says=f"{port}, {category}: {says}",
    )
    return SeriesShown(port, category, says, drawn)


def _add(month: date, number: int) -> date:
    count = month.year * YEAR + month.month - 1 + number
    return date(count // YEAR, count % YEAR + 1, 1)


def _much_to_go_by(one: LedgerRow) -> tuple[bool, int]:
    return one.neighbour_change is None, -sum(one.counts.get("displacement", (0, 0)))


def _ledger(one: LedgerRow, titles: dict[str, tuple[str, str]]) -> dict[str, Any]:
    times = ""
    if one.neighbour_change is not None and one.neighbour_interval is not None:
        times = _times(one.neighbour_change, *one.neighbour_interval)
    before, after = one.counts.get("displacement", (0, 0))
    return {
        "title": titles.get(one.measure, ("", ""))[0],
        "category": category_word(one.category),
        "treated": ", ".join(port_word(port) for port in one.treated),
        "neighbour": port_word(one.neighbour),
        "before": before,
        "after": after,
        "times": times,
        "difference": f"{one.difference:+.2f}" if one.difference is not None else "",
        "effort": one.effort_adjusted,
        "why_not": one.why_not,
    }


def chart(shown: Board) -> map_data.Chart:
    """Return the network: ringed where something moved to, sized by what was counted."""
    places, code = known_places(), language()
    told: dict[str, ClaimShown] = {}
    for one in shown.told:
        if one.claim.port is not None:
            told.setdefault(one.claim.port, one)
    counts = shown.result.summary.by_port
    most = max(counts.values(), default=1) or 1
    points = [
        map_data.Point(
            name=spot.names.get(code, spot.code), lon=spot.lon, lat=spot.lat, kind="port",
            size=max(0.15, (counts.get(spot.code, 0) / most) ** 0.5), ringed=spot.code in told,
            words=told[spot.code].sentence if spot.code in told else "",
        )
        for spot in places.ports.values()
        if spot.lat is not None and spot.lon is not None and (spot.member or spot.code in told)
    ]  # fmt: skip
    return map_data.chart(
        points,
        label=_("Where something may have moved to"),
        ways=[way.line for way in places.waterways.values()],
        caption=_("Ringed: more than without the measure next door. Size: what was counted."),
    )


def answer(shown: Board) -> str:
    """Return the page's answer."""
    told = shown.told
    if told and told[0].claim.port is not None:
        words = {"what": told[0].what.capitalize(), "where": told[0].where}
        return _("%(what)s may have moved to %(where)s") % words
    if told:
        return told[0].sentence
    return _("Nothing is seen to have moved, or it cannot be told yet")


def effort_lines(result: Result) -> list[dict[str, Any]]:
    """Return for each port in how many months its effort is known."""
    return [
        {"port": port_word(one.port), "known": one.known, "months": one.months}
        for one in result.summary.effort
        if one.months
    ]


def cost_words(result: Result) -> str:
    """Return what lack of effort costs, in a sentence; "" when it costs nothing worth saying."""
    cost = result.summary.effort_cost
    return effort_sentence(result) if cost is not None and cost >= WIDER else ""
