"""What an analysis says, in words: each claim in one sentence with its grade, how we know, and what would change it.

Numbers are written as the reader writes them. The words are fixed: a reader learns what "indicated" means once.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext, pgettext_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from port2port.displacement.analysis.categories import categories
from port2port.displacement.analysis.result import Claim, MeasureResult, Result, TippingPoint
from port2port.members.data_files import label
from port2port.members.network_data import load_network

MANY = 10.0  # ratios above it are told without decimals
GRADES: dict[str, Promise] = {
    "supported": pgettext_lazy("grade of a claim", "supported"),
    "indicated": pgettext_lazy("grade of a claim", "indicated"),
    "cannot_tell": pgettext_lazy("grade of a claim", "cannot tell"),
    "contradicted": pgettext_lazy("grade of a claim", "contradicted"),
}
REASONS: dict[str, Promise] = {
    "under_threshold": lazy("What was counted does not reach the probability that was fixed beforehand."),
    "false_discoveries": lazy("Among so many ports and categories, one like this would come up by chance."),
    "effort_not_measured": lazy("Nobody wrote down how much was searched there, so more searching may explain it."),
    "finds_alone": lazy("Only finds are counted and nobody wrote down how much was searched: the two look the same."),
    "tips_too_easily": lazy("Twice as much searching there would explain it all."),
    "independent_confirms": lazy("A category that does not depend on searching says the same."),
    "independent_disagrees": lazy("The categories that do not depend on searching do not show it."),
    "independent_only": lazy("Events of this kind come to light whether anybody searches or not."),
    "effort_adjusted": lazy("How much was searched is known, and taken into account."),
    "few_events": lazy("There are fewer than five events there to go by."),
    "no_events": lazy("No event was counted there at all."),
    "fails_placebo": lazy("The same sum finds as much where nothing was done: with a pretended date or port."),
}


def port_name(code: str) -> str:
    """Return a port's name in the reader's language, or its code."""
    try:
        return load_network().port(code).label(get_language() or "en")
    except KeyError:
        return code


def category_name(code: str) -> str:
    """Return a category's name in the reader's language."""
    known = categories().by_code.get(code)
    return code if known is None else label(known.names, get_language() or "en")


def number(value: float, places: int = 1) -> str:
    """Return a number as the reader writes it, rounded: `number_format` alone cuts digits off, and 1.299 is not 1.2."""
    kept = places if abs(value) < MANY else 0
    return str(number_format(round(value, kept), decimal_pos=kept, use_l10n=True))


def whole(value: float) -> str:
    """Return a whole number as the reader writes it."""
    return str(number_format(round(value), decimal_pos=0, use_l10n=True, force_grouping=True))


def claim_sentence(claim: Claim, measure: str) -> str:
    """Return the claim in one sentence with its grade."""
    values = {
        "measure": measure,
        "where": _("the neighbouring ports") if claim.port is None else port_name(claim.port),
        "what": _("all categories") if claim.category is None else category_name(claim.category),
        "grade": str(GRADES[claim.grade]),
        "times": number(claim.ratio or 1.0),
        "low": number(claim.interval[0] if claim.interval else 0.0),
        "high": number(claim.interval[1] if claim.interval else 0.0),
    }
    if claim.grade in ("supported", "indicated"):
        text = _("%(where)s, %(what)s: %(times)s times as many (%(low)s to %(high)s) since “%(measure)s”: %(grade)s.")
        return capfirst(text % values)
    if claim.grade == "contradicted":
        text = _(
            "%(where)s, %(what)s: a rise of a quarter or more since “%(measure)s” is unlikely"
            " (%(low)s to %(high)s times): %(grade)s."
        )
        return capfirst(text % values)
    text = _("%(where)s, %(what)s: %(grade)s whether anything moved since “%(measure)s” (%(low)s to %(high)s times).")
    return f"{capfirst(text % values)} {waiting_sentence(claim)}"


def waiting_sentence(claim: Claim) -> str:
    """Return how long it would take to tell, or why waiting is not what it lacks."""
    if "fails_placebo" in claim.reasons:
        return str(REASONS["fails_placebo"])
    if claim.months is None:
        return _("At this number of events even a doubling could not be told within ten years.")
    if claim.months == 0:
        return _("A doubling would have been seen; what there is, is smaller.")
    text = ngettext(
        "A doubling could be told after about %(months)s more month.",
        "A doubling could be told after about %(months)s more months.",
        claim.months,
    )
    return text % {"months": whole(claim.months)}


def tipping_sentence(point: TippingPoint) -> str:
    """Return the tipping point in words."""
    where = _("the neighbouring ports") if point.port is None else port_name(point.port)
    if point.multiplier is None:
        text = _("No growth of searching at %(port)s that could have gone unnoticed makes this disappear.")
        return text % {"port": where}
    if number(point.multiplier) == number(2.0):
        return _("This disappears if searching at %(port)s has at least doubled.") % {"port": where}
    text = _("This disappears if searching at %(port)s has grown at least %(times)s times.")
    return text % {"port": where, "times": number(point.multiplier)}


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of "how do we know?"."""

    heading: str
    text: str


def how_do_we_know(claim: Claim, measure: MeasureResult, names: Mapping[str, str]) -> tuple[Paragraph, ...]:
    """Return what stands behind a claim: what was counted, how sure, what was searched, what would change it. `names`:
    of measures, as the reader may see them.
    """
    counted = _("%(before)s events before, %(after)s since; %(months)s months in all were looked at.") % {
        "before": whole(claim.events[0]),
        "after": whole(claim.events[1]),
        "months": whole(measure.months),
    }
    sure = _("That there are more than before is %(percent)s %% probable; a claim takes %(threshold)s %%.") % {
        "percent": whole(100 * (claim.probability or 0.0)),
        "threshold": whole(100 * claim.threshold),
    }
    parts = [
        Paragraph(_("What was counted"), counted),
        Paragraph(_("How sure"), " ".join([sure, *(str(REASONS[r]) for r in claim.reasons if r in REASONS)])),
        Paragraph(_("How much was searched"), searching(claim)),
    ]
    if claim.tipping:
        told = " ".join(tipping_sentence(point) for point in claim.tipping)
        parts.append(Paragraph(_("What would change it"), told))
    if measure.overlapping:
        text = _("These measures began at the same port in the same years, and what is seen may be theirs: %(list)s.")
        listed = ", ".join(dict.fromkeys(names.get(one, one) for one in measure.overlapping))
        parts.append(Paragraph(_("What else happened"), text % {"list": listed}))
    if measure.placebo_rank is not None:
        text = _(
            "Of the real and the pretended dates and ports, %(percent)s %% look at least as strong as the real one."
        )
        parts.append(Paragraph(_("Where the answer must be no"), text % {"percent": whole(100 * measure.placebo_rank)}))
    return tuple(parts)


def searching(claim: Claim) -> str:
    """Return what is known of the effort behind the finds."""
    if not claim.depends_on_detection:
        return str(REASONS["independent_only"])
    text = _("An event of this kind is found by somebody who looks. How much was searched is known for %(percent)s %%.")
    told = text % {"percent": whole(100 * claim.effort_known)}
    if claim.confirmed_by:
        names = ", ".join(category_name(code) for code in claim.confirmed_by)
        told += " " + _("It is confirmed by: %(categories)s.") % {"categories": names}
    return told


def effort_sentence(result: Result) -> str:
    """Return what the lack of effort costs."""
    if result.summary.effort_cost is None:
        return _("How much was searched is known wherever it matters.")
    text = _("Because nobody wrote down how much was searched, the intervals are %(times)s times as wide as need be.")
    return text % {"times": number(result.summary.effort_cost, 2)}


def summary_lines(result: Result) -> list[str]:
    """Return an answer in a few lines: what was looked at, what is claimed, what is going on, what was left out."""
    data = result.summary
    names = {one.identifier: one.name for one in result.measures}
    lines = [
        _("%(incidents)s incidents, %(measures)s of %(all)s measures analysed.") % {
            "incidents": whole(data.incidents),
            "measures": whole(data.measures_analysed),
            "all": whole(data.measures),
        },
        effort_sentence(result),
    ]  # fmt: skip
    told = [one for one in result.claims if one.grade in ("supported", "indicated")]
    lines += [claim_sentence(one, names[one.measure]) for one in told]
    for grade, word in GRADES.items():
        found = sum(one.grade == grade for one in result.claims)
        lines.append(_("%(grade)s: %(number)s claims") % {"grade": word, "number": whole(found)})
    warning = result.early_warning
    text = _("%(clusters)s clusters and %(alarms)s alarms now, in %(watched)s series watched.")
    lines.append(text % {"clusters": len(warning.clusters), "alarms": len(warning.alarms), "watched": warning.watched})
    lines.append(vigilance_sentence(result))
    lines.append(left_out_sentence(result))
    return lines


def left_out_sentence(result: Result) -> str:
    """Return how many lines some method did not get."""
    text = ngettext(
        "%(number)s line was left out of some method, with its reason.",
        "%(number)s lines were left out of some method, each with its reason.",
        len(result.dropped),
    )
    return text % {"number": whole(len(result.dropped))}


def left_out_lines(result: Result, most: int) -> list[str]:
    """Return the lines that some method did not get, the first `most` of them: file, row, field, why."""
    lines = []
    for one in result.dropped[:most]:
        place = f"{one.file} {one.identifier}" if one.row is None else f"{one.file} row {one.row}"
        lines.append(f"  {place}: {one.field}: {why_so(one.why, one.value)}")
    rest = len(result.dropped) - most
    if rest > 0:
        lines.append("  " + _("and %(n)s more: --json and --html have them all") % {"n": whole(rest)})
    return lines


def vigilance_sentence(result: Result) -> str:
    """Return how long and how far to be vigilant after an event."""
    found = result.near_repeat
    if found.vigilance_days is None or found.vigilance_km is None:
        return _("These data do not show that one event makes another more likely nearby.")
    if found.vigilance_km <= 1:
        return _("After an event, be vigilant for %(days)s days at that port.") % {"days": whole(found.vigilance_days)}
    text = _("After an event, be vigilant for %(days)s days within %(km)s km.")
    return text % {"days": whole(found.vigilance_days), "km": whole(found.vigilance_km)}


WHY: dict[str, Promise] = {
    "year_only": lazy("only the year is known"),
    "month_only": lazy("only the month is known"),
    "port_not_given": lazy("the port is not given"),
    "same_event": lazy("another line tells of the same event"),
    "not_chosen": lazy("this was not chosen"),
    "after_data": lazy("this is after the data end"),
    "before_data": lazy("this starts before the data, so there is nothing to compare with"),
    "outside": lazy("this lies outside the months looked at"),
    "other_kind": lazy("another kind of effort is known for more months"),
    "unknown_port": lazy("there is no such port"),
    "unknown_category": lazy("there is no such category"),
    "unknown_measure": lazy("there is no such measure"),
    "nothing_on_the_quay": lazy("an agreement or a course: nothing that an offender meets on the quay"),
    "before_too_short": lazy("fewer than six months before it"),
    "after_too_short": lazy("fewer than three months since"),
    "nobody_exposed": lazy("no port is near enough to be exposed"),
    "no_events": lazy("no event of what it may act on"),
    "no_phase": lazy("no date and port"),
    "too_few_controls": lazy("fewer than two ports far enough away to compare with"),
    "too_few_years": lazy("fewer than three years of weeks"),
    "too_few_events": lazy("too few events"),
    "too_few_months": lazy("too few months"),
    "one_port": lazy("one port alone has nothing to be compared with"),
    "all_zero": lazy("every count is zero"),
    "empty": lazy("there is nothing in it"),
    "overlap": lazy("this begins before the phase before it has ended"),
    "empty_period": lazy("this ends before it begins"),
    "twice": lazy("this stands there twice"),
    "negative": lazy("this is below zero"),
    "not_whole": lazy("a whole number is expected"),
    "one_a_row": lazy("a row is one incident: give each its own"),
    "not_finite": lazy("this is not a finite number"),
    "not_numbers": lazy("this is not a number"),
    "not_a_number": lazy("this is not a number"),
    "not_a_day": lazy("a day is written as 2026-11-22"),
    "not_a_precision": lazy("this is day, month or year"),
    "out_of_range": lazy("this is out of range"),
    "found_without_effort": lazy("something was found although no effort was made"),
    "missing": lazy("this is missing"),
    "too_long": lazy("this is too long"),
    "missing_columns": lazy("these columns are missing:"),
    "column_twice": lazy("a column stands there twice"),
    "cells": lazy("this row has another number of cells than the head:"),
    "not_utf8": lazy("this is not UTF-8"),
    "not_csv": lazy("this is not a CSV"),
    "too_large": lazy("this file is larger than 20 MB"),
    "too_many_rows": lazy("more rows than can be read:"),
}


def why_words(code: str) -> str:
    """Return why something was refused or left out; a text of a method is returned as it is."""
    for area in ("treated_", "displacement_"):
        if code.startswith(area) and code.removeprefix(area) in WHY:
            return str(WHY[code.removeprefix(area)])
    return str(WHY.get(code, code))


def why_so(code: str, value: str) -> str:
    """Return why something was refused or left out, and the value that was found there."""
    words = why_words(code)
    return f"{words}{'' if words.endswith(':') else ':'} {value}" if value else words
