"""What is going on now: clusters in place and time, and weeks above a limit, within a yearly number of false alarms.

The budget is fixed first and shared out: a third to clusters, a third to weeks against the years before (Farrington),
a third to small rises that last (cumulative sums); in each third evenly over all that is watched.
"""

from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import date, timedelta
from functools import partial

import numpy as np

from port2port.displacement.analysis.found import Alarm, ClusterFound, EarlyWarning, NotWatched
from port2port.displacement.analysis.inputs import Choices, Incident
from port2port.displacement.analysis.prepared import Prepared, last_complete_week
from port2port.displacement.analysis.scanning import Look, rows_of, scanned
from port2port.displacement.methods.alarm_budget import Share, Watched, shares
from port2port.displacement.methods.cusum import likelihood_cusum
from port2port.displacement.methods.farrington import farrington
from port2port.displacement.methods.periods import Floats
from port2port.displacement.methods.ratios import dispersion_of
from port2port.displacement.methods.refusal import BadInput
from port2port.displacement.methods.scan import Cluster
from port2port.displacement.methods.spreading import Spread, here, nothing

THIRDS = 3
DAYS_A_YEAR, WEEKS_A_YEAR = 365.25, 52
STUDY_DAYS = 2 * 365  # the look back from the last day, so that what was usual long ago does not count
FEWEST_TO_SCAN = 10  # in the study: with fewer no permutation is unusual
UNUSUAL_PAST = 0.05
LEFT_OUT_WEEKS = 26  # of the baseline, so that what begins does not become what is expected
BASELINE_WEEKS = 3 * WEEKS_A_YEAR
JUDGED_WEEKS = 13
FEWEST_IN_BASELINE = 12
YEARS_BACK, YEARS_WANTED, AROUND = 3, 5, 3
RISE = 2.0  # what the cumulative sums look for


def early_warning(
    data: Prepared, choices: Choices, *, spread: Spread = here, idle: Callable[[], None] = nothing
) -> EarlyWarning:
    """Return clusters, past clusters and alarms, and what is not watched with its reason."""
    alarms, watched, not_watched = weekly_alarms(data, choices)
    now, past = clusters(data, choices, spread=spread, idle=idle)
    why = "" if data.day_level else "no_day_level"
    return EarlyWarning(
        choices.alarms_a_year, tuple(now), tuple(past), tuple(alarms), watched, tuple(not_watched),
        len(data.day_level), why,
    )  # fmt: skip


def clusters(
    data: Prepared, choices: Choices, *, spread: Spread, idle: Callable[[], None]
) -> tuple[list[ClusterFound], list[ClusterFound]]:
    """Return clusters that are going on, of all categories together and of each, and those of the past."""
    since = data.last_day - timedelta(days=STUDY_DAYS - 1)
    recent = [one for one in data.day_level if one.on >= since]
    kinds = [None, *(c for c in data.categories if sum(i.category == c for i in recent) >= FEWEST_TO_SCAN)]
    seldom = DAYS_A_YEAR * len(kinds) / (choices.alarms_a_year / THIRDS)
    looks = [*(Look(kind, since) for kind in kinds), Look(None, None)]
    with closing(spread(partial(scanned, data, choices), looks, idle)) as each:
        *going_on, gone = each
    now = [
        told(data, rows_of(data, look), c, look.kind)
        for look, found in zip(looks, going_on, strict=False)
        for c in found
        if c.recurrence_days and c.recurrence_days >= seldom
    ]
    past = [told(data, data.day_level, c, None) for c in gone if c.p is not None and c.p <= UNUSUAL_PAST]
    return now, past


def told(data: Prepared, rows: Sequence[Incident], found: Cluster, kind: str | None) -> ClusterFound:
    """Return a cluster with its incidents."""
    inside = tuple(
        one.identifier for one in rows if one.port in found.locations and found.start <= one.on.toordinal() <= found.end
    )
    there = tuple(p for p in found.locations if any(i.port == p and i.identifier in inside for i in rows))
    return ClusterFound(
        kind, there, date.fromordinal(found.start), date.fromordinal(found.end), found.observed, found.expected,
        found.p or 1.0, found.recurrence_days, inside,
    )  # fmt: skip


def weekly(data: Prepared, port: str, kind: str, weeks: int) -> Floats:
    """Return counts of the last so many complete weeks, oldest first."""
    end = last_complete_week(data.last_day) + timedelta(days=7)
    counts = np.zeros(weeks)
    for one in data.day_level:
        back = (end - one.on).days - 1
        if one.port == port and one.category == kind and 0 <= back < 7 * weeks:
            counts[weeks - 1 - back // 7] += 1
    return counts


def weekly_alarms(data: Prepared, choices: Choices) -> tuple[list[Alarm], int, list[NotWatched]]:
    """Return the alarms of the last quarter, how many series were watched, and those that were not."""
    weeks = (last_complete_week(data.last_day) - data.first).days // 7
    there = {(one.port, one.category) for one in data.day_level}
    watched: list[tuple[str, str, Floats]] = []
    not_watched = []
    for port, kind in sorted(there):
        counts = weekly(data, port, kind, max(weeks, 1))
        baseline = counts[:-LEFT_OUT_WEEKS][-BASELINE_WEEKS:]
        if len(baseline) < BASELINE_WEEKS:
            not_watched.append(NotWatched(port, kind, "too_few_years"))
        elif baseline.sum() < FEWEST_IN_BASELINE:
            not_watched.append(NotWatched(port, kind, "too_few_events"))
        else:
            watched.append((port, kind, counts))
    if not watched:
        return [], 0, not_watched
    series = []
    for port, kind, counts in watched:
        baseline = counts[:-LEFT_OUT_WEEKS][-BASELINE_WEEKS:]
        # Rounded, so that series alike share one threshold.
        series.append(Watched(f"{port} {kind}", (round(baseline.mean(), 2),), round(dispersion_of([baseline]), 1)))
    budget = shares(
        series, alarms_per_year=choices.alarms_a_year / THIRDS, periods_per_year=WEEKS_A_YEAR, ratio=RISE,
        seed=choices.seed,
    )  # fmt: skip
    monday = last_complete_week(data.last_day)
    alarms = []
    for (port, kind, counts), one, share in zip(watched, series, budget, strict=True):
        make = alarm_maker(port, kind, monday, share)
        alarms += cusum_alarms(counts, one, share, make) + farrington_alarms(counts, share, make)
    return sorted(alarms, key=lambda a: (a.week, a.port)), len(watched), not_watched


Make = Callable[[str, int, float, float, float], Alarm]


def alarm_maker(port: str, kind: str, monday: date, share: Share) -> Make:
    """Return how an alarm of a series is told: method, weeks back, observed, expected, limit."""

    def make(method: str, back: int, observed: float, expected: float, limit: float) -> Alarm:
        week = monday - timedelta(weeks=back)
        a_year = share.realised if method == "cusum" else share.alarms_per_year
        return Alarm(method, port, kind, week, int(observed), expected, limit, a_year)

    return make


def cusum_alarms(counts: Floats, series: Watched, share: Share, make: Make) -> list[Alarm]:
    """Return the weeks of the last quarter in which the sum since the baseline reached its threshold."""
    recent = counts[-LEFT_OUT_WEEKS:]
    found = likelihood_cusum(
        recent.tolist(), series.expected[0], ratio=RISE, dispersion=series.dispersion, threshold=share.threshold
    )
    return [
        make("cusum", len(recent) - 1 - week, recent[week], series.expected[0], share.threshold)
        for week, alarm in enumerate(found.alarms)
        if alarm and week >= len(recent) - JUDGED_WEEKS
    ]


def farrington_alarms(counts: Floats, share: Share, make: Make) -> list[Alarm]:
    """Return the weeks of the last quarter above the limit from the same weeks of the years before."""
    years = min(YEARS_WANTED, (len(counts) - JUDGED_WEEKS - AROUND) // WEEKS_A_YEAR)
    if years < YEARS_BACK:
        return []
    at = list(range(len(counts) - JUDGED_WEEKS, len(counts)))
    try:
        found = farrington(counts.tolist(), at, b=years, w=AROUND, alpha=2 * share.alpha)
    except BadInput:  # a baseline too thin for the limit: the sums watch the series all the same
        return []
    return [
        make("farrington", len(counts) - 1 - week.index, counts[week.index], week.expected, week.limit)
        for week in found.weeks
        if week.alarm
    ]
