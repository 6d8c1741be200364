"""One method on plain numbers in JSON, for anyone who wants to check us: `METHODS`, `answer`."""

import math
from collections.abc import Callable
from typing import Annotated, Any

import msgspec

from port2port.displacement.methods.farrington import farrington
from port2port.displacement.methods.knox import knox
from port2port.displacement.methods.ledger import wdd
from port2port.displacement.methods.scan import scan_circles

LARGEST = 20 * 1024 * 1024
Pair = Annotated[list[float], msgspec.Meta(min_length=2, max_length=2)]


class BadRequest(ValueError):
    """The JSON is not what the method takes; the text says what and where."""


class Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a method is asked; an unknown field is mostly a misspelt one."""


class WddAsked(Asked, frozen=True, kw_only=True):
    """Counts before and after in four areas."""

    control: Pair
    treated: Pair
    control_displacement: Pair
    displacement: Pair
    area_weights: Annotated[list[float], msgspec.Meta(min_length=4, max_length=4)] | None = None
    time_weights: Pair | None = None


class KnoxAsked(Asked, frozen=True, kw_only=True):
    """Events in metres and days, and both limits, inclusive."""

    x: list[float]
    y: list[float]
    t: list[float]
    distance: float
    days: float
    permutations: int = 999
    seed: int = 0


class ScanAsked(Asked, frozen=True, kw_only=True):
    """Cases by place and day."""

    cases: list[tuple[str, int, int]]
    coordinates: dict[str, Pair]
    max_radius: float
    max_days: int
    prospective: bool = True
    replicas: int = 999
    seed: int = 0


class FarringtonAsked(Asked, frozen=True, kw_only=True):
    """Weekly counts, and the weeks to judge."""

    counts: list[float | None]
    at: list[int]
    b: int = 5
    w: int = 3
    alpha: float = 0.01


def answer_wdd(asked: WddAsked) -> dict[str, Any]:
    """Return {wdd, se, z, ci95}."""
    found = wdd(
        asked.control,
        asked.treated,
        asked.control_displacement,
        asked.displacement,
        area_weights=asked.area_weights,
        time_weights=asked.time_weights,
    )
    return {"wdd": found.wdd, "se": found.se, "z": found.z, "ci95": list(found.ci95)}


def answer_knox(asked: KnoxAsked) -> dict[str, Any]:
    """Return {observed_pairs, expected, ratio, p}."""
    found = knox(
        asked.x,
        asked.y,
        asked.t,
        distance=asked.distance,
        days=asked.days,
        permutations=asked.permutations,
        seed=asked.seed,
    )
    return {"observed_pairs": found.observed_pairs, "expected": found.expected, "ratio": found.ratio, "p": found.p}


def answer_scan(asked: ScanAsked) -> dict[str, Any]:
    """Return {clusters: [...]}, secondary ones without overlap."""
    found = scan_circles(
        asked.cases,
        asked.coordinates,
        max_radius=asked.max_radius,
        max_days=asked.max_days,
        prospective=asked.prospective,
        replicas=asked.replicas,
        seed=asked.seed,
    )
    keys = ("start", "end", "observed", "expected", "llr", "p", "recurrence_days")
    return {"clusters": [{"locations": list(c.locations)} | {k: getattr(c, k) for k in keys} for c in found.clusters]}


def answer_farrington(asked: FarringtonAsked) -> dict[str, Any]:
    """Return {limits, alarms}; a limit that the model cannot tell is null."""
    found = farrington(asked.counts, asked.at, b=asked.b, w=asked.w, alpha=asked.alpha)
    return {"limits": [x if math.isfinite(x) else None for x in found.limits], "alarms": list(found.alarms)}


METHODS: dict[str, tuple[type[Asked], Callable[[Any], dict[str, Any]]]] = {
    "wdd": (WddAsked, answer_wdd),
    "knox": (KnoxAsked, answer_knox),
    "scan": (ScanAsked, answer_scan),
    "farrington": (FarringtonAsked, answer_farrington),
}


def answer(name: str, data: bytes) -> dict[str, Any]:
    """Return a method's answer. Raises `BadRequest` for what is no such JSON, `BadInput` for numbers it cannot take."""
    kind, method = METHODS[name]
    if len(data) > LARGEST:
        raise BadRequest(f"larger than {LARGEST // 1024 // 1024} MB")
    try:
        asked = msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadRequest(str(error)) from None
    return method(asked)
