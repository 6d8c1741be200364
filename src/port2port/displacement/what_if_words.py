"""An answer of what-if in the reader's words, with its drawings. A range, never a forecast: every sentence says so."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from port2port.displacement.analysis.sentences import number, whole
from port2port.displacement.analysis.supposed import STEPS, Answer, MeasureSupposed, PortChange, PortSplit, Spread
from port2port.displacement.board import titles_of
from port2port.displacement.what_if_rules import PER_CENT, Wanted
from port2port.displacement.words import category_word, month_word, port_word
from port2port.measures.vocabulary import word as measure_word
from port2port.site.charts import interval
from port2port.site.reader import language

SURE, HARDLY = 0.9, 0.1  # as the claims of the monitor: what is likelier is said without "may"
SMALL = 0.005  # fewer events a month are shown as nothing


@dataclass(frozen=True)
class PortShown:
    """One port's change: its sentence, its numbers, its drawing."""

    name: str
    now: str
    change: str
    span: str
    probability: str
    sentence: str
    svg: SafeString
    more: bool


@dataclass(frozen=True)
class SplitShown:
    """One port under one measure: as asked, the best splits, the least wrong one, what would come."""

    name: str
    supposed: str
    best: str
    robust: str
    moved: str


@dataclass(frozen=True)
class MeasureAnswer:
    """One measure: what was learnt, and how the same coverage could be split."""

    title: str
    href: str
    learnt: str
    verdict: str
    harm: str
    rows: tuple[SplitShown, ...]


@dataclass(frozen=True)
class Shown:
    """An answer ready to be shown."""

    answer: str
    network: str
    ports: tuple[PortShown, ...]
    untouched: str
    measures: tuple[MeasureAnswer, ...]
    weights: tuple[dict[str, Any], ...]
    assumptions: tuple[tuple[str, str], ...]


def measure_titles(found: Iterable[tuple[str, str]]) -> dict[str, tuple[str, str]]:
    """Return title and address of measures (identifier, category): the kind of one whose title one does not see."""
    given = list(found)
    seen = titles_of(identifier for identifier, _category in given)
    return {
        identifier: seen.get(identifier, (measure_word("categories", category, language()), ""))
        for identifier, category in given
    }


def shown(answer: Answer) -> Shown:
    """Return an answer in the reader's words."""
    touched = [one for one in answer.ports if one.interval != (0.0, 0.0)]
    others = [port_word(one.port) for one in answer.ports if one.interval == (0.0, 0.0)]
    titles = measure_titles((one.measure, one.category) for one in answer.measures)
    ordered = sorted(touched, key=lambda one: -one.change)
    return Shown(
        answer=headline(ordered),
        network=network_sentence(answer.network),
        ports=tuple(port_shown(one) for one in ordered),
        untouched=", ".join(others),
        measures=tuple(measure_answer(one, titles[one.measure]) for one in answer.measures),
        weights=tuple(
            {"source": port_word(one.source), "port": port_word(one.port), "weight": number(one.weight, 2)}
            for one in answer.weights
        ),
        assumptions=assumptions(answer),
    )


def headline(ordered: list[PortChange]) -> str:
    """Return the page's answer: where it would come, as far as that can be told."""
    sure = [port_word(one.port) for one in ordered if one.p_more >= SURE and one.interval[1] >= SMALL]
    if len(sure) == 1:
        return _("Expect more at %(ports)s, within a wide range") % {"ports": sure[0]}
    if sure:
        return _("Expect more at %(ports)s and %(last)s, within a wide range") % {
            "ports": ", ".join(sure[:-1]), "last": sure[-1],
        }  # fmt: skip
    if ordered and all(one.p_more <= HARDLY for one in ordered):
        return _("It would become less everywhere that it is felt")
    return _("It cannot be told where it would go")


def network_sentence(one: PortChange) -> str:
    """Return what all ports together would see."""
    return _(
        "All ports together: %(change)s a month beside %(now)s now (95 %% interval %(low)s to %(high)s)."
    ) % {
        "change": signed(one.change), "now": number(one.now), "low": signed(one.interval[0]),
        "high": signed(one.interval[1]),
    }  # fmt: skip


def signed(value: float) -> str:
    """Return a change with its sign; what is smaller than the last digit has none."""
    if abs(value) < SMALL:
        return number(0.0, 2)
    return ("+" if value > 0 else "−") + number(abs(value), 2)


def port_shown(one: PortChange) -> PortShown:
    """Return one port's change in words."""
    low, high = one.interval
    percent = whole(PER_CENT * one.p_more)
    sentence = _(
        "%(port)s: %(change)s counted events a month (95 %% interval %(low)s to %(high)s); more with %(p)s %%."
    ) % {
        "port": port_word(one.port), "change": signed(one.change), "low": signed(low), "high": signed(high),
        "p": percent,
    }  # fmt: skip
    more = one.p_more >= SURE
    return PortShown(
        port_word(one.port), number(one.now, 2), signed(one.change), f"{signed(low)} – {signed(high)}", f"{percent} %",
        sentence, interval(one.ratio, *one.ratio_interval, says=sentence, signal=more), more,
    )  # fmt: skip


def measure_answer(one: MeasureSupposed, title: tuple[str, str]) -> MeasureAnswer:
    """Return one measure in words."""
    learnt = _(
        "Learnt from %(months)s months, first in force in %(first)s, of %(what)s: where it is in force fully,"
        " %(here)s times as many (%(here_low)s to %(here_high)s); at the nearest port then %(next)s times as many"
        " (%(next_low)s to %(next_high)s). Effort is known in %(known)s %% of the months that matter."
    ) % {
        "months": whole(one.months), "first": month_word(one.first),
        "what": ", ".join(category_word(code) for code in one.acts_on), "here": number(one.here, 2),
        "here_low": number(one.here_interval[0], 2), "here_high": number(one.here_interval[1], 2),
        "next": number(one.next_door, 2), "next_low": number(one.next_door_interval[0], 2),
        "next_high": number(one.next_door_interval[1], 2), "known": whole(PER_CENT * one.effort_known),
    }  # fmt: skip
    harm = _(
        "What remains and what moves, those that moved counted twice: %(supposed)s events a month as asked,"
        " %(best)s with the best split for each way they may react (%(n)s ways)."
    ) % {"supposed": span(one.harm), "best": span(one.best), "n": whole(one.adversaries)}
    rows = [split_shown(row) for row in one.ports if row.supposed or row.most or row.moved.most >= SMALL]
    return MeasureAnswer(title[0], title[1], learnt, split_verdict(one), harm, tuple(rows))


def split_verdict(one: MeasureSupposed) -> str:
    """Return whether the same coverage elsewhere would displace less."""
    if one.here_interval[1] >= 1:
        return _("It is not shown that this measure made crime fall where it is, so how to split it cannot be told.")
    words = {"asked": number(one.regret_supposed, 2), "robust": number(one.regret, 2)}
    if one.regret_supposed <= one.regret + SMALL:
        return _("No other split that was found is less wrong: at worst it is %(asked)s events a month off.") % words
    return _(
        "The split asked for is at worst %(asked)s events a month off the best; the least wrong one %(robust)s."
    ) % words  # fmt: skip


def split_shown(row: PortSplit) -> SplitShown:
    """Return one port of a split, in per cent of the port."""
    share = PER_CENT // STEPS
    least, most = share * row.least, share * row.most
    return SplitShown(
        port_word(row.port), f"{share * row.supposed} %",
        f"{least} %" if least == most else f"{least} – {most} %", f"{share * row.robust} %", span(row.moved),
    )  # fmt: skip


def span(one: Spread) -> str:
    """Return a spread as its median with least and most."""
    return _("%(median)s (%(least)s to %(most)s)") % {
        "median": number(one.median, 2), "least": number(one.least, 2), "most": number(one.most, 2),
    }  # fmt: skip


def assumptions(answer: Answer) -> tuple[tuple[str, str], ...]:
    """Return what is assumed, and what it was computed from, so that it can be done again."""
    told = (
        _("As in the past"),
        _("A measure acts elsewhere as it acted where it was, and nothing else changes."),
    )
    return (
        told,
        (_("Several measures"), _("Their effects multiply, as if each had been learnt independently of the others.")),
        (
            _("Neighbours"),
            _("Ports feel each other by distance along the water alone: a third at %(km)s km. Fixed before the counts.")
            % {"km": f"{answer.scale_km:g}"},
        ),
        (
            _("How they react"),
            _("Judged: %(reaction)s times as sharply as they did; %(giving)s %% of those deterred give up.")
            % {
                "reaction": ", ".join(number(one) for one in answer.reaction),
                "giving": ", ".join(whole(PER_CENT * one) for one in answer.giving_up),
            },
        ),
        (_("Harm"), _("Every event weighs the same at every port.")),
        (_("Counted only"), _("It speaks of counted events, found with as much searching as in the last year.")),
        (_("Looked at up to"), answer.as_of.isoformat()),
        (_("Seed, draws"), f"{answer.seed}, {answer.draws}"),
        (_("Code version"), answer.code_version),
    )


def question_rows(wanted: Iterable[Wanted], titles: dict[str, tuple[str, str]]) -> list[tuple[str, str]]:
    """Return what was asked, a line for each measure."""
    found: dict[str, list[str]] = {}
    for one in wanted:
        found.setdefault(one.measure, []).append(f"{port_word(one.port)} {one.coverage} %")
    return [(titles.get(measure, ("", ""))[0] or _("A measure"), ", ".join(ports)) for measure, ports in found.items()]
