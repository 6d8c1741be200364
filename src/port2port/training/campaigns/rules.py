"""What holds for campaigns, decided on plain values: periods, what questions tell, and how sure that is."""

import math
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import NormalDist
from typing import Literal

from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Problem

Verdict = Literal["more", "less", "same", "unsure"]
WAVES = ("before", "after")
LONGEST = {"tell": 80}
LONGEST_PERIOD = timedelta(days=366)
LATEST_START = timedelta(days=731)
BEFORE, AFTER = timedelta(days=7), timedelta(days=60)
"""How long slips are taken: before, up to a week into the campaign; after, from its last day on."""
MOST_SLIPS, MOST_NUMBER = 500, 100_000
FEWEST_ANSWERS = 10  # and five at a time; the database holds it (training/sql/campaigns.sql)
WIDE = NormalDist().inv_cdf(0.975)  # standard errors either way: 95 of 100
CLOSE = 0.15
"""A change whose whole interval is smaller than this is called none worth the name."""


@dataclass(frozen=True)
class Period:
    """A campaign as it is planned: whom it is for, in which languages, from when to when, and whom to tell."""

    audiences: tuple[str, ...]
    languages: tuple[str, ...]
    starts_on: date
    ends_on: date
    tell: str = ""


@dataclass(frozen=True)
class Share:
    """A share of those who answered, with the interval that holds 95 of 100."""

    good: int
    answers: int
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Change:
    """What changed from before to after: the difference of two shares, its interval, and what may be said of it."""

    value: float
    low: float
    high: float
    verdict: Verdict


def period_problems(plan: Period, *, audiences: Collection[str], languages: Collection[str]) -> list[Problem]:
    """Return everything wrong with a plan."""
    found = []
    if not plan.audiences or not set(plan.audiences) <= set(audiences):
        found.append(Problem("audiences", _("Choose at least one audience of this campaign.")))
    if not plan.languages or not set(plan.languages) <= set(languages):
        found.append(Problem("languages", _("Choose at least one language.")))
    if not plan.starts_on <= plan.ends_on <= plan.starts_on + LONGEST_PERIOD:
        found.append(Problem("ends_on", _("Choose a last day within a year of the first.")))
    if len(plan.tell) > LONGEST["tell"]:
        found.append(Problem("tell", _("At most %(n)d characters.") % {"n": LONGEST["tell"]}))
    return found


def deed_problems(kind: str, number: int, on: date, *, known: Collection[str], today: date) -> list[Problem]:
    """Return everything wrong with what is said to have been done."""
    found = []
    if kind not in known:
        found.append(Problem("kind", _("This code is not known here.")))
    if not 1 <= number <= MOST_NUMBER:
        found.append(Problem("number", _("Between 1 and %(n)d.") % {"n": MOST_NUMBER}))
    if not today - LONGEST_PERIOD <= on <= today:
        found.append(Problem("on", _("Choose a day of the past year, today at the latest.")))
    return found


def wave_open(wave: str, *, starts_on: date, ends_on: date, on: date) -> bool:
    """Tell whether slips of a wave can be made on a day."""
    return on <= (starts_on + BEFORE if wave == "before" else ends_on + AFTER)


def share(good: int, answers: int) -> Share | None:
    """Return a share with Wilson's score interval; None of nothing.

    Source: Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", Journal of the American
    Statistical Association 22 (1927), 209-212.
    """
    if not answers:
        return None
    value, doubt = good / answers, WIDE**2 / answers
    middle = value + doubt / 2
    reach = math.sqrt(doubt * (value * (1 - value) + doubt / 4))
    low, high = ((middle + way) / (1 + doubt) for way in (-reach, reach))
    return Share(good, answers, value, low if good else 0.0, high if good < answers else 1.0)


def change(before: Share, after: Share) -> Change:
    """Return the difference of two shares of different people, with Newcombe's hybrid score interval.

    From the limits of both shares (method 10). Source: Newcombe, "Interval Estimation for the Difference Between
    Independent Proportions", Statistics in Medicine 17 (1998), 873-890. Slips are anonymous, so nobody is compared with
    themselves; that makes the interval wider than it would be, never narrower.
    """
    value = after.value - before.value
    low = value - math.hypot(after.value - after.low, before.high - before.value)
    high = value + math.hypot(after.high - after.value, before.value - before.low)
    return Change(value, low, high, verdict(low, high))


def verdict(low: float, high: float) -> Verdict:
    """Return what an interval lets one say: more, less, about the same, or that one cannot tell yet."""
    if low > 0:
        return "more"
    if high < 0:
        return "less"
    return "same" if low > -CLOSE and high < CLOSE else "unsure"
