"""A stored result made ready to be shown: claims with their sentence and drawing, the series, the ledger, the method.

Nothing is computed here but places on a drawing; titles of measures are looked up as the reader may see them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from port2port.displacement import run_queries
from port2port.displacement.analysis.result import Claim, LedgerRow, MeasureResult, Result, Series
from port2port.displacement.models import Run, Warning
from port2port.displacement.rules import YEAR, Choice, choice_of
from port2port.displacement.running import result_of
from port2port.displacement.words import (
    GRADES,
    category_word,
    month_word,
    port_word,
    sight_word,
    source_word,
)
from port2port.measures.shown import shown as measures_shown
from port2port.measures.vocabulary import word as measure_word
from port2port.members.places import known_places
from port2port.site import map_data
from port2port.site.charts import Months, interval, series
from port2port.site.reader import language

ORDER = {"supported": 0, "indicated": 1, "contradicted": 2, "cannot_tell": 3}
TELLING = ("supported", "indicated")
LEFT_OUT = {"all", "monthly"}
WIDER = 1.05  # lack of effort that widens an interval by less is not worth a sentence
WHY_NOT: dict[str, Promise] = {
    "year_only": gettext_lazy("It is known to the year only"),
    "before_data": gettext_lazy("It began before the data do"),
    "after_data": gettext_lazy("It begins after the data end"),
    "port_not_given": gettext_lazy("No port is given"),
    "nobody_exposed": gettext_lazy("No other port is near enough to feel it"),
    "before_too_short": gettext_lazy("Too few months are known before it"),
    "after_too_short": gettext_lazy("Too few months have passed since"),
    "no_events": gettext_lazy("Nothing was counted there"),
}
TLP = {"released": 1, "named": 4}


@dataclass(frozen=True)
class ClaimShown:
    """One claim: its sentence, its grade in a word, its drawing."""

    claim: Claim
    sentence: str
    grade: str
    where: str
    what: str
    svg: SafeString
    tipping: str
    ledger_href: str = ""


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
    local: str
    why_not: str


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
    series: tuple[SeriesShown, ...]
    ledger: tuple[dict[str, Any], ...]

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
    shown = [_measure(one, result, titles) for one in result.measures]
    return Board(
        run=run,
        result=result,
        standing=run_queries.is_standing(run),
        variants=run_queries.variants(run.sight),
        measures=tuple(one for one in shown if not one.result.why_not),
        not_analysed=tuple(one for one in shown if one.result.why_not),
        series=tuple(_series(one, result) for one in result.series if any(one.counts)),
        ledger=tuple(_ledger(one, titles) for one in result.ledger),
    )


def titles_of(identifiers: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return title and address of the measures that the reader sees; the others are not in it."""
    ids = [UUID(one) for one in dict.fromkeys(identifiers)]
    return {str(one.id): (one.version.title, reverse("measures:detail", args=[one.id])) for one in measures_shown(ids)}


def _measure(one: MeasureResult, result: Result, titles: dict[str, tuple[str, str]]) -> MeasureShown:
    title, href = titles.get(one.identifier, ("", ""))
    kind = measure_word("categories", one.category, language())
    ports = list(dict.fromkeys(phase.port for phase in one.phases))
    first = min((phase.starts for phase in one.phases), default=None)
    last = max((phase.starts for phase in one.phases), default=None)
    claims = [_claim(claim) for claim in result.claims if claim.measure == one.identifier]
    return MeasureShown(
        result=one,
        title=title or kind,
        href=href,
        where=", ".join(port_word(port) for port in ports),
        since=_since(first, last),
        own_words=bool(title),
        claims=tuple(sorted(claims, key=lambda c: (ORDER[c.claim.grade], -(c.claim.probability or 0)))),
        local=_local(one),
        why_not=str(WHY_NOT.get(one.why_not, one.why_not.replace("_", " "))),
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
        "ratio": f"{one.local.ratio:.2f}",
        "low": f"{low:.2f}",
        "high": f"{high:.2f}",
    }


def _claim(claim: Claim) -> ClaimShown:
    where = port_word(claim.port) if claim.port is not None else _("the network")
    what = category_word(claim.category)
    sentence = claim_sentence(claim, where=where, what=what)
    svg = SafeString("")
    if claim.ratio is not None and claim.interval is not None:
        svg = interval(claim.ratio, *claim.interval, says=sentence, signal=claim.grade in TELLING and claim.ratio > 1)
    return ClaimShown(claim, sentence, str(GRADES[claim.grade]), where, what, svg, tipping_words(claim))


def claim_sentence(claim: Claim, *, where: str, what: str) -> str:
    """Return a claim in one sentence, with its interval; what cannot be told says how long it would take."""
    words: dict[str, Any] = {"where": where, "what": what}
    if claim.ratio is None or claim.interval is None or claim.grade == "cannot_tell":
        if claim.months is not None:
            return _("%(where)s, %(what)s: cannot tell yet; about %(months)d months more.") % (
                words | {"months": claim.months}
            )
        return _("%(where)s, %(what)s: cannot tell, and not within ten years at today's numbers.") % words
    words |= {
        "ratio": f"{claim.ratio:.1f}", "low": f"{claim.interval[0]:.1f}", "high": f"{claim.interval[1]:.1f}",
    }  # fmt: skip
    if claim.grade == "contradicted":
        return _("%(where)s, %(what)s: nothing moved here (%(ratio)s times; %(low)s to %(high)s).") % words
    return _("%(where)s, %(what)s: %(ratio)s times as many as without the measure (%(low)s to %(high)s).") % words


def tipping_words(claim: Claim) -> str:
    """Return what would make a claim disappear."""
    known = [one for one in claim.tipping if one.multiplier is not None]
    if not known:
        return ""
    first = min(known, key=lambda one: one.multiplier or 0.0)
    where = port_word(first.port) if first.port is not None else _("all exposed ports")
    return _("This would disappear if detection at %(where)s were %(times)s times what it was taken to be.") % {
        "where": where, "times": f"{first.multiplier:.1f}",
    }  # fmt: skip


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
    says = _("as expected")
    if not one.high:
        says = _("too few months to expect anything")
    elif one.counts[-1] > one.high[-1]:
        says = _("above its band")
    elif one.counts[-1] < one.low[-1]:
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


def _ledger(one: LedgerRow, titles: dict[str, tuple[str, str]]) -> dict[str, Any]:
    times = ""
    if one.neighbour_change is not None and one.neighbour_interval is not None:
        low, high = one.neighbour_interval
        times = f"{one.neighbour_change:.2f} ({low:.2f} – {high:.2f})"
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
    if cost is None or cost < WIDER:
        return ""
    return _("Where effort is not known, intervals are on average %(times)s times as wide as they would be.") % {
        "times": f"{cost:.1f}"
    }


def lack_cost(port: str, *, known: int, of: int) -> str:
    """Return what missing effort costs a port, for the page on which it is entered."""
    if known == of:
        return ""
    run = run_queries.newest("released")
    result = result_of(run) if run is not None else None
    held = [
        claim
        for claim in (result.claims if result is not None else ())
        if claim.port == port and claim.depends_on_detection and claim.effort_known < 1
    ]
    if held:
        return _(
            "Without it, %(n)d claims about this port cannot be more than “indicated”: more looking finds more."
        ) % {"n": len(held)}
    return _("Without it nobody can tell more crime from more looking here.")


def choice_facts(choice: Choice) -> list[tuple[str, str]]:
    """Return a choice in words."""
    yes, no = _("yes"), _("no")
    return [
        (_("Incidents"), source_word(choice.data)),
        (_("Months before and after"), f"{choice.months_before}, {choice.months_after}"),
        (_("Reach"), f"{choice.scale_km:g} km"),
        (_("Threshold"), f"{choice.threshold:g}"),
        (_("Effort taken into account"), yes if choice.with_effort else no),
        (_("Asked where the answer must be no"), yes if choice.placebos else no),
    ]


def method_facts(shown: Board) -> list[tuple[str, str]]:
    """Return how it was done, so that it can be done again."""
    method = shown.result.method
    return [
        *choice_facts(choice_of(shown.run.choice)),
        (_("Who reads it"), sight_word(shown.run.sight)),
        (_("Looked at up to"), method.as_of.isoformat()),
        (_("False discoveries allowed"), f"{method.false_discoveries:g}"),
        (_("Permutations"), str(method.permutations)),
        (_("Seed"), str(method.seed)),
        (_("Code version"), method.code_version),
        (_("Categories, version"), str(method.categories_version)),
        (_("Result, version"), str(method.result_version)),
    ]


def data_facts(shown: Board) -> list[tuple[str, str]]:
    """Return what was counted, and what was left out."""
    summary = shown.result.summary
    left = sum(1 for one in shown.result.dropped if one.left_out_of in LEFT_OUT)
    span = f"{summary.first:%Y-%m} – {summary.last:%Y-%m}" if summary.first and summary.last else ""
    return [
        (_("Incidents"), str(summary.incidents)),
        (_("From, to"), span),
        (_("Separate events"), str(summary.events)),
        (_("Left out of the monthly counts"), str(left)),
        (_("Port not given"), str(summary.port_not_given)),
        (_("Measures, of them analysed"), f"{summary.measures}, {summary.measures_analysed}"),
    ]


def problem_words(problem: dict[str, str]) -> str:
    """Return why a run failed, in a line."""
    if not problem["where"]:
        return _("Something went wrong inside. It is in the log of the worker.")
    return f"{problem['where']}: {problem['what'].replace('_', ' ')} {problem['value']}".strip()


def evidence_line(warning: Warning) -> str:
    """Return the evidence of a warning in a line."""
    found = warning.evidence
    if found["kind"] == "claim":
        low, high = found["interval"] or (0.0, 0.0)
        return _("%(grade)s: %(ratio)s times as many as without the measure (%(low)s to %(high)s).") % {
            "grade": GRADES[found["grade"]], "ratio": f"{found['ratio'] or 0:.1f}", "low": f"{low:.1f}",
            "high": f"{high:.1f}",
        }  # fmt: skip
    if found["kind"] == "alarm":
        return _("%(observed)d in the week of %(week)s; %(expected)s are expected, %(limit)s is the limit.") % {
            "observed": found["observed"], "week": found["week"], "expected": f"{found['expected']:.1f}",
            "limit": f"{found['limit']:.1f}",
        }  # fmt: skip
    return _("%(observed)d from %(start)s to %(end)s, where %(expected)s are expected (p = %(p)s).") % {
        "observed": found["observed"], "start": found["start"], "end": found["end"],
        "expected": f"{found['expected']:.1f}", "p": f"{found['p']:.3f}",
    }  # fmt: skip


def evidence_facts(warning: Warning) -> list[tuple[str, str]]:
    """Return the evidence of a warning, value by value."""
    found = warning.evidence
    facts = [(_("Since"), month_word(warning.month)), (_("Seen"), evidence_line(warning))]
    if found["kind"] == "claim":
        before, after = found["events"]
        facts.append((_("Counted before and after"), f"{before}, {after}"))
        facts.append((_("Months with known effort"), f"{found['effort_known']:.0%}"))
    if warning.probability is not None:
        facts.append((_("Probability"), f"{warning.probability:.2f}"))
    if found["kind"] == "cluster":
        facts.append((_("Ports"), ", ".join(port_word(port) for port in found["ports"])))
    return facts


# A paper knows no style sheet: the same drawing with its colours written in (ink, grey and the one hue).
PAPER = {
    'class="c-band"': 'fill="#dbe7ee"', 'class="c-exp"': 'fill="none" stroke="#2c6a86" stroke-dasharray="4 3"',
    'class="c-start"': 'stroke="#1b2b3a" stroke-width="1.5"', 'class="c-ax"': 'stroke="#c9d2da"',
    'class="c-dot c-dot--unk"': 'fill="none" stroke="#5b6b7a"', 'class="c-dot"': 'fill="#44525f"',
    'class="c-t2"': 'fill="#5b6b7a" font-size="11" font-family="Libertinus Serif"',
    'class="pp-plot"': 'xmlns="http://www.w3.org/2000/svg"',
}  # fmt: skip


def for_paper(svg: str) -> str:
    """Return a drawing with its colours in it, for where there is no style sheet."""
    for one, other in PAPER.items():
        svg = svg.replace(one, other)
    return str(svg)
