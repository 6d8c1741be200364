"""The weakest link, decided on plain values: what a port covers, folded from its facilities; what measures cover
together; who is whose neighbour; and since when a gap stands out. No tables, no clock.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from math import cos, hypot, prod, radians
from typing import Literal

from port2port.members.network_shapes import distance_km

UNTOLD = "untold"
NOT_APPLICABLE = "not_applicable"
IN_PLACE = "in_place"
WHOLE = 100
BEFORE = ("in_progress", "planned", "suspended")  # told, and not in place
KM_PER_DEGREE = 111.195  # of latitude, on the mean sphere of the IUGG


@dataclass(frozen=True)
class Share:
    """How much of a place is covered: at least `low`, at most `high`, each from 0 to 1."""

    low: float = 0.0
    high: float = 0.0


@dataclass(frozen=True)
class Word:
    """What was told of one place, with what a matrix needs of it."""

    state: str
    coverage: int | None = None
    progress: int | None = None
    since: date | None = None
    precision: str = "day"
    due: date | None = None


def share_of(word: Word) -> Share:
    """Return what one word says about coverage.

    In place covers what it says; where a source does not say, anything. Work in progress covers nothing for certain
    and at most as much as is done. Planned and suspended cover nothing.
    """
    if word.state == IN_PLACE:
        return Share(0.0, 1.0) if word.coverage is None else Share(word.coverage / WHOLE, word.coverage / WHOLE)
    if word.state == "in_progress":
        return Share(0.0, (word.progress or 0) / WHOLE)
    return Share()


@dataclass(frozen=True)
class Facilities:
    """What the facilities of one port told, summed: how many there are, how many said what, and their shares added."""

    total: int = 0
    states: Mapping[str, int] = field(default_factory=dict)
    low: float = 0.0
    high: float = 0.0
    since: date | None = None  # the latest of those in place

    @property
    def told(self) -> int:
        """How many told anything."""
        return sum(self.states.values())

    @property
    def apply(self) -> int:
        """How many it applies to, as far as told."""
        return max(self.total, self.told) - self.states.get(NOT_APPLICABLE, 0)

    @property
    def share(self) -> Share:
        """Return the share of the port: each facility weighs the same, and who is silent may cover all or nothing."""
        if not self.apply:
            return Share()
        silent = self.apply - (self.told - self.states.get(NOT_APPLICABLE, 0))
        # sums of decimal fractions go past their bounds by the last bit
        low = min(1.0, self.low / self.apply)
        return Share(low, max(low, min(1.0, (self.high + silent) / self.apply)))

    @property
    def behind(self) -> int:
        """How many told that it is not in place."""
        return sum(self.states.get(state, 0) for state in BEFORE)


def summed(words: Iterable[Word], total: int) -> Facilities:
    """Return what facilities told, summed. `total`: how many the port has."""
    states: dict[str, int] = {}
    low = high = 0.0
    since: date | None = None
    for word in words:
        states[word.state] = states.get(word.state, 0) + 1
        share = share_of(word)
        low, high = low + share.low, high + share.high
        if word.state == IN_PLACE and word.since is not None:
            since = max(since or word.since, word.since)
    return Facilities(total, states, low, high, since)


@dataclass(frozen=True)
class Cell:
    """A measure at a place: its state, what it covers, and on whose word."""

    state: str = UNTOLD
    share: Share = Share(0.0, 1.0)
    since: date | None = None
    precision: str = "day"
    due: date | None = None
    progress: int | None = None
    facilities: Facilities = Facilities()
    by: Literal["", "own", "facilities", "published"] = ""

    @property
    def closed(self) -> date | None:
        """The day since which it is in place, if it is."""
        return self.since if self.state == IN_PLACE else None

    @property
    def applies(self) -> bool:
        """Whether the measure is for this place, as far as told."""
        return self.state != NOT_APPLICABLE

    @property
    def gap(self) -> bool:
        """Whether something is missing here."""
        return self.state not in (IN_PLACE, NOT_APPLICABLE)


SILENT = Cell()


def fold(own: Word | None, facilities: Facilities = Facilities(), published: Word | None = None) -> Cell:
    """Return one cell for a port from its own word, its facilities' and a public source, in this order.

    The port's own word stands; what facilities have in place beyond it counts as covered, never less. Without it the
    facilities speak: in place when all of them are, else as far as the furthest. A source speaks last.
    """
    if own is not None:
        share = share_of(own)
        if facilities.told and own.state in BEFORE:
            low = max(share.low, facilities.share.low)
            told_high = min(1.0, facilities.high / facilities.apply) if facilities.apply else 0.0
            share = Share(low, max(low, share.high, told_high))
        return Cell(own.state, share, own.since, own.precision, own.due, own.progress, facilities, "own")
    if facilities.told:
        state = _together(facilities)
        return Cell(state, facilities.share, facilities.since, facilities=facilities, by="facilities")
    if published is not None:
        return Cell(published.state, share_of(published), published.since, published.precision, by="published")
    return Cell(facilities=facilities)


def _together(facilities: Facilities) -> str:
    states = facilities.states
    if not facilities.apply:
        return NOT_APPLICABLE
    if states.get(IN_PLACE, 0) == facilities.apply:
        return IN_PLACE
    if states.get(IN_PLACE) or states.get("in_progress"):
        return "in_progress"
    return next((state for state in ("planned", "suspended") if states.get(state)), UNTOLD)


@dataclass(frozen=True)
class Cover:
    """What the measures against one modus operandi cover together at a place.

    `asked`: measures that apply there; `told`: of them, those of which something was told. The rest may cover more.
    """

    low: float
    middle: float
    high: float
    asked: int
    told: int
    closed: date | None = None

    @property
    def open(self) -> bool:
        """Whether what was not told could change it."""
        return self.told < self.asked


def combined(shares: Sequence[Share]) -> tuple[float, float, float]:
    """Return how much of a place meets at least one of these measures: at least, if independent, at most.

    Nobody tells where in the port each measure lies. The bounds hold for any overlap (Frechet 1935; Boole): at least
    the largest of them, max(low); at most their sum, min(1, sum of high). Between them lies what it would be if they
    lay independently of each other, 1 - product of (1 - (low + high) / 2). It says how much of the place is covered,
    not how well a measure works where it is.
    """
    if not shares:
        return 0.0, 0.0, 0.0
    low = max(one.low for one in shares)
    high = max(low, min(1.0, sum(one.high for one in shares)))
    middle = 1.0 - prod(1.0 - (one.low + one.high) / 2 for one in shares)
    return low, min(high, max(low, middle)), high


def cover(cells: Sequence[Cell], *, closed_from: float) -> Cover:
    """Return what these measures cover at a place. `closed_from`: the share from which one of them closes the way."""
    asked = [one for one in cells if one.applies]
    told = [one for one in asked if one.state != UNTOLD]
    low, middle, high = combined([one.share for one in told])
    dates = [one.closed for one in told if one.closed is not None and one.share.low >= closed_from]
    return Cover(low, middle, high, len(asked), len(told), min(dates, default=None))


def gap_since(neighbours: Collection[date | None]) -> date | None:
    """Return the day since which more than half of these neighbours have closed it; None while they have not.

    Taken are those for which the measure is meant: the day they closed it, None for who has not.
    """
    dates = sorted(one for one in neighbours if one is not None)
    needed = len(neighbours) // 2 + 1
    return dates[needed - 1] if len(dates) >= needed else None


@dataclass(frozen=True)
class At:
    """A place with its position, in degrees; None where it is not known."""

    key: str
    lat: float | None
    lon: float | None


Line = tuple[tuple[float, float], ...]
"""A waterway as (longitude, latitude) points."""


def km_to_line(lat: float, lon: float, line: Line) -> float:
    """Return the kilometres from a position to a line, on a plane that fits at that latitude."""
    across = cos(radians(lat)) * KM_PER_DEGREE
    points = [((x - lon) * across, (y - lat) * KM_PER_DEGREE) for x, y in line]
    return min((_to_segment(*first, *second) for first, second in pairwise(points)), default=float("inf"))


def _to_segment(ax: float, ay: float, bx: float, by: float) -> float:
    dx, dy = bx - ax, by - ay
    length = dx * dx + dy * dy
    along = 0.0 if length == 0 else max(0.0, min(1.0, -(ax * dx + ay * dy) / length))
    return hypot(ax + along * dx, ay + along * dy)


def neighbours_of(
    places: Sequence[At], lines: Sequence[Line], *, near_km: float, water_km: float
) -> dict[str, tuple[str, ...]]:
    """Return each place's neighbours: near as the crow flies, or joined by water.

    Joined are two that lie on the same waterway, or on two that meet: waters that meet share a point of their lines.
    """
    known = [(one.key, one.lat, one.lon) for one in places if one.lat is not None and one.lon is not None]
    meets = [{n for n, other in enumerate(lines) if set(line) & set(other)} for line in lines]
    lies_on = {
        key: {n for n, line in enumerate(lines) if km_to_line(lat, lon, line) <= water_km} for key, lat, lon in known
    }
    reaches = {key: {m for n in on for m in meets[n]} for key, on in lies_on.items()}
    found: dict[str, list[str]] = {one.key: [] for one in places}
    for n, (key, lat, lon) in enumerate(known):
        for other, lat2, lon2 in known[n + 1 :]:
            if lies_on[other] & reaches[key] or distance_km(lat, lon, lat2, lon2) <= near_km:
                found[key].append(other)
                found[other].append(key)
    return {key: tuple(others) for key, others in found.items()}
